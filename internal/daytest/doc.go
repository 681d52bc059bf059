// Package daytest has the operator live through a day in an hour: 200 FolderSyncs on one instance, with the usual allowance,
// while people add and change documents, both services break in the ways that they can, tokens end, and the operator is
// started anew. At the end every document has arrived once, and nothing has grown that should not.
//
// All of it is one process on a clock that runs fast, but for the API server: both controllers, their queues, the budget, the
// engine and both simulators go by it.
package daytest
