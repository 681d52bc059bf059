// Package failovertest runs two replicas of the operator as it ships, two processes, on one PostgreSQL ledger and one
// real API server, and takes the leader away in the middle of a run: it dies, is cut off from the API server, or is frozen
// and wakes up when it leads no more. The other has to finish the work, with every document once, within the allowance;
// and what wakes up has to keep its hands off.
package failovertest
