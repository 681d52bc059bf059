#!/usr/bin/env bash
# Writes dist/install.yaml: config/default in one file, with the image that IMG names.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# An overlay of its own, so that no file of config/ changes for a build.
overlay=dist/overlay
mkdir -p "$overlay"
trap 'rm -rf "$overlay"' EXIT
cat > "$overlay/kustomization.yaml" <<YAML
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources: [../../config/default]
images:
  - name: ghcr.io/dataroom-dev/intralinks-operator
    newName: ${IMG%:*}
    newTag: "${IMG##*:}"
YAML
$KUSTOMIZE build "$overlay" > dist/install.yaml
echo "dist/install.yaml installs $IMG: kubectl apply --server-side -f dist/install.yaml"
