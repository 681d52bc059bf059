// Package dataroom holds what lies in a data room: folders and documents in
// memory, each document's bytes either generated on demand or read from a file.
//
// Its promise: the same room again for the same seed, at no cost for bytes that
// nobody reads, and never a change to a user's files. It knows folders, versions
// and flags, but nothing of the API that serves them.
package dataroom
