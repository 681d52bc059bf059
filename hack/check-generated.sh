#!/usr/bin/env bash
# Generates everything once more in a copy of the working tree, and fails where that differs from what
# lies here. Nothing here changes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
generated=(api config/crd config/rbac config/components config/argocd config/grafana charts/intralinks-operator/files charts/intralinks-operator/README.md docs/api-reference.md)

copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
# What is tracked or new, never what is ignored: bin/ is large, and no part of the source.
git ls-files -z --cached --others --exclude-standard | while IFS= read -r -d '' file; do
  if [ -e "$file" ]; then printf '%s\0' "$file"; fi
done | tar --null --files-from=- -cf - | tar -xf - -C "$copy"

make --no-print-directory -C "$copy" generate manifests >/dev/null

stale=0
for path in "${generated[@]}"; do
  diff -ruN "$path" "$copy/$path" || stale=1
done
if [ "$stale" -ne 0 ]; then
  echo "check-generated: these files do not say what their sources say (- is here, + is generated)." >&2
  echo "check-generated: run 'make generate manifests' and commit what it changes." >&2
  exit 1
fi
echo "check-generated: every generated file is fresh"
