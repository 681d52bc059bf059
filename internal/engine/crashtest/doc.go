// Package crashtest holds a sync to its promise by killing it. It runs one against both simulators, over HTTP, with
// the ledger on a disk, counts what it does to the world outside, and does it again once for each of these steps,
// with a process that dies there. Whatever a death leaves behind, the next process brings every document across
// exactly once, whole, in its newest version, to its place; touches nothing that is not the operator's; and stays
// within the allowance.
package crashtest
