#!/usr/bin/env bash
# Builds the kubectl plugin for PLATFORMS and lays an archive for each into DIST, as krew and the release want them. The
# same commit gives the same archives. VERSION, COMMIT and DATE are stamped.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
platforms=${PLATFORMS:-linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64 windows/arm64}
dist=${DIST:-dist}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$dist"
for platform in $platforms; do
  os=${platform%/*} arch=${platform#*/}
  program=kubectl-intralinks
  if [ "$os" = windows ]; then program=kubectl-intralinks.exe; fi
  mkdir -p "$work/$platform"
  CGO_ENABLED=0 GOOS=$os GOARCH=$arch go build -trimpath -buildvcs=false \
    -ldflags "-s -w -buildid= -X main.version=$VERSION -X main.commit=$COMMIT -X main.date=$DATE" \
    -o "$work/$platform/$program" ./cmd/kubectl-intralinks
  cp LICENSE "$work/$platform/"
  tar --sort=name --owner=0 --group=0 --numeric-owner --mtime=@0 -C "$work/$platform" -cf - LICENSE "$program" |
    gzip -9n > "$dist/kubectl-intralinks_${os}_$arch.tar.gz"
  echo "plugin: $dist/kubectl-intralinks_${os}_$arch.tar.gz"
done
