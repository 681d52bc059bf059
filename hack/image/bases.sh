#!/usr/bin/env bash
# Makes the Dockerfile's two base images out of this machine, with buildah, for where no registry can be reached: its Go
# and a busybox to build with, its certificate authorities and time zones for the operator. Good to try the Dockerfile;
# a release takes distroless. Prints the arguments that name them.
#
#   hack/image/bases.sh ARCH      of the operator's image: amd64 or arm64
#
# Needs Debian's buildah, busybox-static, ca-certificates and tzdata, and root where BUILDAH_ISOLATION=chroot.
set -euo pipefail
arch=${1:?the architecture: amd64 or arm64}
for file in /bin/busybox /etc/ssl/certs/ca-certificates.crt /usr/share/zoneinfo/UTC; do
  [ -e "$file" ] || { echo "bases: $file is missing: install busybox-static, ca-certificates and tzdata" >&2; exit 1; }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# from_scratch NAME ARCH FOLDER [settings of buildah config...]
from_scratch() {
  local name=$1 of=$2 folder=$3 container
  shift 3
  container=$(buildah from --arch "$of" scratch)
  buildah copy --quiet "$container" "$folder" / >/dev/null
  buildah config --arch "$of" --os linux "$@" "$container"
  buildah commit --quiet --rm "$container" "$name" >/dev/null
}

# What is built with is said to be of the architecture that is built for, whatever it runs on: a buildah older than 1.29
# looks for the images of all stages by one platform.
go=localhost/local-go-$arch:latest base=localhost/local-base-$arch:latest
if ! buildah inspect --type image "$go" >/dev/null 2>&1; then
  root=$work/go
  mkdir -p "$root"/{bin,tmp,root,etc/ssl/certs,usr/local}
  cp /bin/busybox "$root/bin/sh"
  cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
  cp -r "$(go env GOROOT)" "$root/usr/local/go"
  # Nothing is fetched: what vendor/ lacks shows.
  from_scratch "$go" "$arch" "$root" --env PATH=/usr/local/go/bin:/bin --env GOTOOLCHAIN=local --env GOPROXY=off --env HOME=/root
fi

root=$work/base
mkdir -p "$root"/{tmp,home/nonroot,etc/ssl/certs,usr/share}
echo 'nonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin' > "$root/etc/passwd"
echo 'nonroot:x:65532:' > "$root/etc/group"
cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
cp -rL /usr/share/zoneinfo "$root/usr/share/zoneinfo"
rm -rf "$root"/usr/share/zoneinfo/{right,posix}
chmod 1777 "$root/tmp"
from_scratch "$base" "$arch" "$root" --user 65532:65532 --env SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt

echo "--build-arg GO_IMAGE=$go --build-arg BASE_IMAGE=$base"
