// Package crashtest holds the whole operator to its promise by killing it where it writes a status: a manager with
// both controllers, a real API server, both simulators over HTTP, and the ledger on a disk. The next operator, which
// finds only what the API server and the disk hold, has to bring every document across exactly once and to say so.
//
// What happens at each request and each write to the ledger is tried in internal/engine/crashtest.
package crashtest
