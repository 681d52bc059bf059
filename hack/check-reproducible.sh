#!/usr/bin/env bash
# Builds the operator as the Dockerfile does, for both architectures, in two copies of the tree at different paths, and
# fails where the binaries differ or where an image of one would be larger than 60 MB (the base image has about two).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for copy in one another/place; do
  mkdir -p "$work/$copy"
  git ls-files -z -- go.mod go.sum main.go api controllers internal | tar --null --files-from=- -cf - | tar -xf - -C "$work/$copy"
done
for arch in ${ARCHS:-amd64 arm64}; do
  for copy in one another/place; do
    (cd "$work/$copy" && CGO_ENABLED=0 GOOS=linux GOARCH=$arch go build -trimpath -buildvcs=false \
      -ldflags "-s -w -buildid= -X main.version=$VERSION -X main.commit=$COMMIT -X main.date=$DATE" -o manager .)
  done
  cmp "$work/one/manager" "$work/another/place/manager"
  size=$(wc -c < "$work/one/manager")
  echo "check-reproducible: $arch: $(sha256sum < "$work/one/manager" | cut -c1-64), $((size / 1000000)) MB"
  if [ "$size" -gt 58000000 ]; then
    echo "check-reproducible: $arch: the image would be larger than 60 MB" >&2
    exit 1
  fi
done
