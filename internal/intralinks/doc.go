// Package intralinks reads exchanges, folders and documents through the
// Intralinks REST API v2, signed in by Auth API v3 or v2.
//
// Its promise: it only reads; what it hands out is what the server holds, and
// a listing that is cut short, paged or mixed with errors ends in an error
// instead of passing for the whole; whatever the server answers becomes one
// Error with a class that callers switch on; and no token, secret or document
// name gets into a log or an error text.
//
// Almost everything of an exchange is behind its entrance (the splash screen,
// often an NDA), so folders and documents are read through a Room, which
// enters the exchange when that is needed.
//
// Where a comment names a source: "Intralinks developer portal" is the
// vendor's documentation, "Intralinks Python SDK" stands for answers of the
// real service that its public SDK recorded (2016 to 2018), "C# demo" for a
// public program of 2024 that signs in by Auth API v3, and "inferred" for a
// conclusion of ours that nobody outside Intralinks can confirm.
package intralinks
