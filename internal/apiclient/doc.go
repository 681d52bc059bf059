// Package apiclient asks the operator's API what the Kubernetes API can't tell. It gets there by a port-forward to the operator's pods,
// or by an address that it is given, and brings the token that the kubeconfig signs in with.
package apiclient
