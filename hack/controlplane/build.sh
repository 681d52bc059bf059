#!/usr/bin/env bash
# Prints the folder that holds etcd, kube-apiserver and kubectl: KUBEBUILDER_ASSETS where it is set,
# else what setup-envtest can download, else what this script builds from the Go module proxy.
# Progress goes to standard error, so that KUBEBUILDER_ASSETS=$(build.sh) works.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
out=${CONTROLPLANE_DIR:-$here/../../bin/controlplane}
mkdir -p "$out" && out=$(cd "$out" && pwd)
version=$(cd "$here" && go list -m -f "{{.Version}}" k8s.io/kubernetes)

say() { echo "control plane: $*" >&2; }

if [ -n "${KUBEBUILDER_ASSETS:-}" ]; then
  say "using KUBEBUILDER_ASSETS=$KUBEBUILDER_ASSETS"
  echo "$KUBEBUILDER_ASSETS"
  exit
fi

minor=${version#v1.}; minor=${minor%%.*}
stamp=k8s.io/component-base/version
ldflags="-s -w -X $stamp.gitVersion=$version -X $stamp.gitMajor=1 -X $stamp.gitMinor=$minor"
ldflags="$ldflags -X $stamp.gitTreeState=clean -X $stamp.gitCommit=none -X $stamp.buildDate=1970-01-01T00:00:00Z"
# What lies here counts as built only if it is of the wanted version, all of it.
built() { [ -x "$out/etcd" ] && [ -x "$out/kube-apiserver" ] && [ -x "$out/kubectl" ] && [ "$(cat "$out/version" 2>/dev/null)" = "$version" ]; }

# Without the download, and without the tool, the build below does it: so neither may stop the script,
# nor hold it up for long. Where there is no timeout command, the tool's own patience has to do.
ask_setup_envtest() {
  local limit=()
  if command -v timeout >/dev/null; then limit=(timeout 120); fi
  # The API server must be a release that setup-envtest knows; any patch of this minor will do.
  cd "$here/../tools" && CGO_ENABLED=0 GOFLAGS=-trimpath ${limit[@]+"${limit[@]}"} \
    go tool setup-envtest use "1.$minor.x" --bin-dir "$out/envtest" -p path 2>/dev/null
}

if ! built && [ -z "${CONTROLPLANE_FROM_SOURCE:-}" ]; then
  say "asking setup-envtest for Kubernetes 1.$minor (two minutes at most)"
  if assets=$(ask_setup_envtest) && [ -x "$assets/kube-apiserver" ]; then
    say "using what setup-envtest brought: $assets"
    echo "$assets"
    exit
  fi
  say "setup-envtest could not download it; building from source instead"
fi

if ! built; then
  say "building etcd, kube-apiserver and kubectl $version; this takes about ten minutes on two cores, once"
  cd "$here"
  for pkg in $(awk '/^tool \(/{t=1; next} t && /^\)/{exit} t{print $1}' go.mod); do
    name=${pkg##*/}; [ "$name" = v3 ] && name=etcd
    started=$(date +%s)
    say "building $name"
    # The flags of every other build in this repository, so that they share one build cache.
    CGO_ENABLED=0 go build -trimpath -ldflags "$ldflags" -o "$out/$name" "$pkg" >&2
    say "built $name in $(($(date +%s) - started)) s"
  done
  echo "$version" > "$out/version"
fi
echo "$out"
