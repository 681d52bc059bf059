// Package installtest holds the tests of how the operator is installed: what the Helm chart renders, that a real
// API server takes it, that kustomize yields the same, and that its rights are exactly those that the operator uses.
// Helm, kustomize and kubeconform are the pinned ones of hack/tools.
package installtest
