#!/usr/bin/env bash
# Compares the revisions OLD and NEW on this machine, in turns, so that neither has the better moment: the figures that
# ONLY matches (default: the speeds), and the Go benchmarks. Both are measured by this checkout's benchmark.
set -euo pipefail

only=${ONLY:-'^(16MiB|16KiB)-files$'} rounds=${ROUNDS:-3}
: "${OLD:?a revision to compare with}" "${NEW:?a revision to compare}" "${BENCHSTAT:?how to call benchstat}"

folder=$(mktemp -d)
cleanup() {
  for side in old new; do git worktree remove --force "$folder/$side" 2>/dev/null || true; done
  rm -rf "$folder"
}
trap cleanup EXIT

go build -o "$folder/bench" ./hack/bench
KUBEBUILDER_ASSETS=${KUBEBUILDER_ASSETS:-$(hack/controlplane/build.sh)}
export KUBEBUILDER_ASSETS
for side in old new; do
  revision=$OLD
  [ "$side" = old ] || revision=$NEW
  git worktree add --quiet --detach "$folder/$side" "$revision"
  (cd "$folder/$side" && go build -o "$folder/manager-$side" .)
done

for round in $(seq "$rounds"); do
  for side in old new; do
    echo "round $round of $rounds: $side" >&2
    "$folder/bench" -manager "$folder/manager-$side" -only "$only" -json "$folder/$side-$round.json" >/dev/null
    (cd "$folder/$side" && grep -rl --include='*_test.go' '^func Benchmark' . | xargs -n1 dirname | sort -u |
      xargs go test -run '^$' -bench . -benchmem -benchtime 0.5s) >>"$folder/$side.txt"
  done
done

printf '\nFigures, %s against %s, medians of %s rounds in turns:\n\n' "$OLD" "$NEW" "$rounds"
"$folder/bench" -compare "$folder"
printf '\nGo benchmarks:\n\n'
$BENCHSTAT "$folder/old.txt" "$folder/new.txt"
