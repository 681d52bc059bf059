// Package budget keeps the request allowance of a Luminance instance, shared by
// everything that calls it.
//
// Its promise: in any period of the allowance's length, wherever it begins, the
// instance counts no more requests than our share of the allowance; so it does
// not matter whether the instance counts in a sliding or in a fixed period, and
// a restart does not begin a new one.
//
// # Why it holds
//
// The instance counts a request at some moment between Acquire, when it may
// leave, and Done, when its answer is here; which moment is not known. A slot is
// therefore taken from Acquire until one period after Done. Take any period and
// the last request in it: each other request of that period was done less than a
// period before, so its slot was still taken when the last one was acquired, and
// no more slots are taken at once than the share has. What a crash left between
// Acquire and Done counts as done when the next process loads it. Each slot is in
// the Store before its request may leave.
//
// Periods shorter than PersistedPeriod are not stored: a restart outlasts them,
// and one durable write per request would cost more than it guards.
//
// # Who is next
//
// Claimants (one for each FolderSync, say) take turns, requests of one claimant
// keep their order. One that wants an eighth of the share at most, for all it
// is known to want and has had without a pause, wants little: it has its turn
// before those that want much, though at least every so often one of those is
// next, and it gets a slot as soon as one is free. Those that want much, all
// together, get three quarters of a share in one go, if nobody had any for a
// period; from then on their slots are spread so that the last quarter is never
// used up long before more is freed. So one who comes with three documents waits
// for the next slot, seconds away, and not for the next period. It costs
// nothing: the period's slots are all used.
//
// What all of them wait for, such as a new token, goes first.
//
// # What is not promised
//
// Two processes that spend one allowance at the same time know nothing of each
// other: one leader at a time. A wall clock put forward between two processes
// frees slots early. An instance whose clock is slower than ours, by more in a
// period than a request takes to and fro, counts a little more than it should.
package budget
