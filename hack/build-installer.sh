#!/usr/bin/env bash
# Writes dist/install.yaml: config/default in one file, with the image that IMG names by tag or digest.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# An overlay of its own, so that no file of config/ changes for a build.
overlay=dist/overlay
mkdir -p "$overlay"
trap 'rm -rf "$overlay"' EXIT
case $IMG in
  *@*) which="newName: ${IMG%@*}"$'\n'"    digest: ${IMG#*@}" ;;
  *)   which="newName: ${IMG%:*}"$'\n'"    newTag: \"${IMG##*:}\"" ;;
esac
cat > "$overlay/kustomization.yaml" <<YAML
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources: [../../config/default]
images:
  - name: ghcr.io/dataroom-dev/intralinks-operator
    $which
YAML
$KUSTOMIZE build "$overlay" > dist/install.yaml
echo "dist/install.yaml installs $IMG: kubectl apply --server-side -f dist/install.yaml"
