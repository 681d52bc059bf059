package budget

import (
	"context"
	"sync/atomic"
)

// Ticket is the right to send one request. Of Done and Release the first one called holds, later
// calls do nothing; so "defer ticket.Release()" is right where Done is called on success.
type Ticket struct {
	budget   *Budget
	claimant *claimant
	slot     slot
	id       int64 // in the store
	stored   bool
	taken    atomic.Bool // by a Transport
	ended    atomic.Bool
}

// Done tells that the request was sent and answered, or may have been: its slot is taken for one
// more period from now.
func (t *Ticket) Done() {
	if t.ended.Swap(true) {
		return
	}
	at := t.budget.done()
	if !t.stored {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), storeTimeout)
	defer cancel()
	// A request that stays open in the store counts as sent when it is loaded again: later than it was,
	// which is the safe side.
	_ = t.budget.store.SettleRequest(ctx, t.id, roundUp(at))
	t.budget.prune()
}

// Release tells that the request was surely never sent: its slot is free at once.
func (t *Ticket) Release() {
	if t.ended.Swap(true) {
		return
	}
	t.budget.giveBack(t.claimant, t.slot)
	if !t.stored {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), storeTimeout)
	defer cancel()
	// As in Done: what can't be forgotten counts, which is the safe side.
	_ = t.budget.store.ReleaseRequest(ctx, t.id)
}
