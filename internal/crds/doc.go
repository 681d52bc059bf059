// Package crds looks, before the operator begins, whether the API server has both kinds with every field that this
// operator reads or writes. An API server that lacks a field drops it without a word: a status would lose what stops
// a document from being carried twice.
//
// It asks for the published OpenAPI document, which every account may read, and not for the CRDs, which would take a
// right in the whole cluster.
package crds
