#!/usr/bin/env bash
# The chart lints clean, renders with its values turned on and off, and gives the operator and its users
# the very rights that config/default gives.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
chart=charts/intralinks-operator
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

# Helm built without release stamps takes the cluster for an ancient one.
kube=(--kube-version 1.37.0)

$HELM lint --strict "${kube[@]}" "$chart"

render() { $HELM template intralinks-operator "$chart" --namespace intralinks-operator-system "${kube[@]}" "$@"; }
render > "$out/chart.yaml"
render --set crds.enabled=false --set persistence.enabled=false --set serviceAccount.create=false > "$out/least.yaml"
if grep -q '^kind: CustomResourceDefinition' "$out/least.yaml"; then
  echo "check-chart: crds.enabled=false still renders CRDs" >&2
  exit 1
fi

$KUSTOMIZE build config/default > "$out/config.yaml"
$KUSTOMIZE build config/samples > /dev/null
go run ./hack/rbacdiff "$out/config.yaml" "$out/chart.yaml"
