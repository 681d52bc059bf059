// Package apiserver serves what can be asked of the operator beside the Kubernetes API, as JSON over HTTP, for the kubectl plugin
// and whoever else holds a token of the cluster.
//
// Its one promise: nobody gets an answer about an object whom the API server doesn't let see that much of it now. Every call
// brings the caller's own token; there is no other way to sign in, and no cookie.
//
// It listens on loopback, behind a port-forward or a sidecar. Every replica listens; only the leader answers, and the
// others say who that is.
package apiserver
