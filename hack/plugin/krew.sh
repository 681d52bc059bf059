#!/usr/bin/env bash
# Fills .krew.yaml in for the release TAG, with the sums of the archives in DIST, and writes it to the standard output. The
# template is that of krew-release-bot, so that either can do it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
dist=${DIST:-dist}
while IFS= read -r line; do
  line=${line//'{{ .TagName }}'/$TAG}
  if [[ $line =~ ^( *)\{\{addURIAndSha\ \"([^\"]+)\" ]]; then
    indent=${BASH_REMATCH[1]} uri=${BASH_REMATCH[2]}
    sum=$(sha256sum "$dist/${uri##*/}") || exit 1
    printf '%suri: %s\n%ssha256: %s\n' "$indent" "$uri" "$indent" "${sum%% *}"
  else
    printf '%s\n' "$line"
  fi
done < .krew.yaml
