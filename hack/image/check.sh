#!/usr/bin/env bash
# Builds the image by the Dockerfile, for amd64 and arm64, and holds each against what is promised of it (hack/imagecheck).
# VERSION, COMMIT and DATE are what is stamped.
#
#   CONTAINER=docker    or podman, or buildah
#   OFFLINE=1           with buildah: the modules from vendor/, the base images made from this machine; no network at all
#   KEEP=folder         keeps the archives, ARCH.tar each, to be loaded into a cluster; they are tagged IMG
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
: "${VERSION:?}" "${COMMIT:?}" "${DATE:?}" "${IMG:?}"
CONTAINER=${CONTAINER:-docker} OFFLINE=${OFFLINE:-} KEEP=${KEEP:-} ARCHS=${ARCHS:-amd64 arm64}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
kept=$work
if [ -n "$KEEP" ]; then mkdir -p "$KEEP" && kept=$(cd "$KEEP" && pwd); fi

# Of a copy of what git knows, so that nothing else can get in, and vendor/ is left behind nowhere.
context=$work/context
mkdir "$context"
git ls-files -z | tar --null --files-from=- -cf - | tar -xf - -C "$context"
if [ -n "$OFFLINE" ]; then
  [ "$CONTAINER" = buildah ] || { echo "image: OFFLINE=1 takes CONTAINER=buildah" >&2; exit 1; }
  (cd "$context" && go mod vendor)
fi

for arch in $ARCHS; do
  args=(--platform "linux/$arch" --build-arg "VERSION=$VERSION" --build-arg "COMMIT=$COMMIT" --build-arg "DATE=$DATE")
  if [ -n "$OFFLINE" ]; then read -ra bases < <(hack/image/bases.sh "$arch"); args+=(--pull-never "${bases[@]}"); fi
  rm -f "$kept/$arch.tar"
  case $CONTAINER in
    docker*) $CONTAINER buildx build "${args[@]}" --output "type=docker,dest=$kept/$arch.tar" --tag "$IMG" "$context" ;;
    *)
      $CONTAINER build "${args[@]}" --tag "$IMG" "$context"
      $CONTAINER push --quiet "$IMG" "docker-archive:$kept/$arch.tar:$IMG"
      ;;
  esac
  go run ./hack/imagecheck -arch "$arch" -version "$VERSION" -commit "$COMMIT" -date "$DATE" "$kept/$arch.tar"
done
