// Package luminance is the client of Luminance's REST API. Its promise: it
// says no more than the instance said. A listing that may have been cut is an
// error, a write whose outcome nobody knows is marked as such, and a document
// is either sent whole or broken off so that nothing of it can land.
//
// It spends as few requests as it can (an instance allows 100 in ten minutes),
// repeats only reads, follows no redirect, and lets neither a token nor the
// name of a document into its logs and errors. What it believes about the API
// stands beside the code with its source: "Luminance API v1.5" (or v1.4, v1.3)
// for the published OpenAPI documents, "inferred" for our own conclusions.
package luminance
