// Package ledger records what went where, and what was about to go.
//
// Its one promise: an intent is durable before the upload that it announces begins, and an outcome is
// durable before anybody counts on it. Whatever a crash leaves open stands here as an open intent, to be
// settled by looking in Luminance and never by sending again.
//
// Records are keyed by the two ends (exchange; instance, Division, folder) and the document's id, never by
// the Kubernetes object: a FolderSync that is deleted and created again goes on where it was.
package ledger
