// Package intralinks is a server that behaves like the Intralinks REST API, as far
// as a one-way document sync can meet it.
//
// Its promise: it does what the evidence about the real service says, quirks and
// error bodies included, whatever a client would like better. What is not known
// for sure is a switch; what goes wrong in practice is a fault on request; what
// the real service doesn't have, a client doesn't get. All of it is listed in
// docs/simulators.md, and is set below /_sim/.
//
// Sources are named in the comments: the Intralinks developer portal, real answers
// recorded by the Intralinks Python SDK, and a demo in C# for sign-in version 3.
package intralinks
