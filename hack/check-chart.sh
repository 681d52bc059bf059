#!/usr/bin/env bash
# The chart lints clean, and kube-score finds nothing in it but what is on purpose. What it renders, and that kustomize
# yields the same, is a matter of the tests in hack/installtest.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
chart=charts/intralinks-operator
# Helm built without release stamps takes the cluster for an ancient one.
kube=(--kube-version 1.37.0)

render() { $HELM template intralinks-operator "$chart" --namespace intralinks-operator-system "${kube[@]}" "$@"; }

# Exceptions, each with its reason:
exceptions=(
  # A processor limit would throttle the operator while it hashes, and have it miss the renewal of its lease.
  --ignore-container-cpu-limit
  # The tag is a release's, or a digest: pulling it again brings nothing new, and keeps the pod from starting while
  # the registry is away.
  --ignore-test container-image-pull-policy
)
sqlite=(
  # The SQLite ledger has one writer, so there is one pod, and the old one goes before the new one comes.
  --ignore-test deployment-strategy --ignore-test deployment-replicas
)
postgres=(
  # Spreading over nodes is asked for by topologySpreadConstraints, which kube-score doesn't look at.
  --ignore-test deployment-has-host-podantiaffinity
)

score() { $KUBE_SCORE score --exit-one-on-warning --output-format ci "${exceptions[@]}" "$@" - | { grep -v '^\[\(OK\|SKIPPED\)\]' || true; }; }

for values in hack/installtest/testdata/values/*.yaml; do
  $HELM lint --strict --quiet "${kube[@]}" --values "$values" "$chart"
done
for values in defaults namespaces; do
  render --values "hack/installtest/testdata/values/$values.yaml" | score "${sqlite[@]}"
done
render --values hack/installtest/testdata/values/postgres.yaml | score "${postgres[@]}"
$KUSTOMIZE build config/default | score "${sqlite[@]}"
$KUSTOMIZE build config/samples > /dev/null
echo "check-chart: helm lint --strict and kube-score find nothing"
