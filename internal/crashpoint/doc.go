// Package crashpoint runs a process of the operator inside a test, counts what it does to the world outside, and
// lets it die at a step of the test's choosing.
//
// Its promise: from its death on, nothing that the process does has any effect. Its contexts end, its connections
// are cut, its requests and its writes to the ledger are refused, and its database is left as a kill leaves it,
// with the log that was not yet folded in and without the transaction that was open.
//
// A step is a request (Transport) or a write to a database (Driver). Reading a database is none: it leaves nothing
// behind.
package crashpoint
