#!/usr/bin/env bash
# Prints the folder that holds etcd, kube-apiserver and kubectl: KUBEBUILDER_ASSETS where it is set,
# else what setup-envtest can download, else what this script builds from the Go module proxy.
# Progress goes to standard error, so that KUBEBUILDER_ASSETS=$(build.sh) works.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
out=${CONTROLPLANE_DIR:-$here/../../bin/controlplane}
version=$(cd "$here" && go list -m -f "{{.Version}}" k8s.io/kubernetes)

say() { echo "control plane: $*" >&2; }

if [ -n "${KUBEBUILDER_ASSETS:-}" ]; then
  say "using KUBEBUILDER_ASSETS=$KUBEBUILDER_ASSETS"
  echo "$KUBEBUILDER_ASSETS"
  exit
fi

# A stamp with the version and the flags makes a change of either rebuild everything.
minor=${version#v1.}; minor=${minor%%.*}
stamp=k8s.io/component-base/version
ldflags="-s -w -X $stamp.gitVersion=$version -X $stamp.gitMajor=1 -X $stamp.gitMinor=$minor"
ldflags="$ldflags -X $stamp.gitTreeState=clean -X $stamp.gitCommit=none -X $stamp.buildDate=1970-01-01T00:00:00Z"
built() { [ -x "$out/etcd" ] && [ -x "$out/kube-apiserver" ] && [ -x "$out/kubectl" ] && [ "$(cat "$out/version" 2>/dev/null)" = "$version" ]; }

if ! built && [ -z "${CONTROLPLANE_FROM_SOURCE:-}" ]; then
  say "asking setup-envtest for Kubernetes ${version#v} (two minutes at most)"
  # The API server must be a release that setup-envtest knows; any patch of this minor will do.
  tools=$here/../tools
  if assets=$(cd "$tools" && timeout 120 go tool setup-envtest use "1.$minor.x!" --bin-dir "$out/envtest" -p path 2>/dev/null) && [ -x "$assets/kube-apiserver" ]; then
    say "using what setup-envtest brought: $assets"
    echo "$assets"
    exit
  fi
  say "setup-envtest could not download it; building from source instead"
fi

if ! built; then
  say "building etcd, kube-apiserver and kubectl $version; this takes about ten minutes on two cores, once"
  mkdir -p "$out"
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
cd "$out" && pwd
