package budget

import (
	"context"
	"fmt"
	"sync"
	"time"

	"k8s.io/utils/clock"
)

// Budget is the allowance of one host. Its methods may be called from many goroutines.
type Budget struct {
	host  string
	store Store // nil: memory only
	clock clock.Clock
	epoch time.Time // moment 0
	// onWait hears how long each request waited.
	onWait func(host string, waited time.Duration)

	loading sync.Mutex // held while the store is read
	loaded  bool

	mu      sync.Mutex
	limits  map[string]Limit // by user
	rules   *rules
	queue   *queue
	latest  int64         // the clock never goes back behind this moment
	pruned  int64         // when the store was last pruned
	pumping bool          // a goroutine hands out slots as they become free
	wake    chan struct{} // tells it that something has changed
}

func newBudget(host string, store Store, clk clock.Clock) *Budget {
	return &Budget{
		host: host, store: store, clock: clk, epoch: clk.Now(),
		limits: map[string]Limit{}, rules: newRules(), queue: newQueue(),
		pruned: longAgo, wake: make(chan struct{}, 1), onWait: func(string, time.Duration) {},
	}
}

// now is the present moment. The caller holds mu.
func (b *Budget) now() int64 {
	b.latest = max(b.latest, int64(b.clock.Now().Sub(b.epoch)))
	return b.latest
}

// time is a moment on the wall clock as it stands now, which may have been put right since the epoch. The
// caller holds mu.
func (b *Budget) time(moment int64) time.Time {
	return b.clock.Now().Add(time.Duration(moment - b.now()))
}

// Acquire waits until the claimant may send one request, and returns the ticket for it. Claimants take
// turns; within one, who came first goes first. It ends with the context's error if that ends first,
// and then takes no slot; or with the Store's, because a request that is not noted must not be sent.
//
// Every ticket needs its Done or Release: until then its slot is taken.
func (b *Budget) Acquire(ctx context.Context, claimant string) (*Ticket, error) {
	began := b.clock.Now()
	w, err := b.turn(ctx, claimant)
	if err != nil {
		return nil, b.waitError(err)
	}
	b.onWait(b.host, b.clock.Since(began))
	return b.ticket(ctx, w)
}

// TryAcquire is Acquire for who does not want to wait: the ticket is nil where that would be necessary.
func (b *Budget) TryAcquire(ctx context.Context, claimant string) (*Ticket, error) {
	if err := ctx.Err(); err != nil {
		return nil, b.waitError(err)
	}
	w := b.tryTake(claimant)
	if w == nil {
		return nil, nil //nolint:nilnil // as the comment says
	}
	return b.ticket(ctx, w)
}

func (b *Budget) waitError(err error) error {
	return fmt.Errorf("wait for a request of %s's budget: %w", b.host, err)
}

// ticket makes a ticket of a slot that was taken.
func (b *Budget) ticket(ctx context.Context, w *waiter) (*Ticket, error) {
	t := &Ticket{budget: b, claimant: w.claimant, slot: w.slot}
	if err := b.reserve(ctx, t); err != nil {
		b.giveBack(t.claimant, t.slot)
		return nil, fmt.Errorf("note a request to %s before it is sent: %w", b.host, err)
	}
	if err := ctx.Err(); err != nil {
		t.Release()
		return nil, b.waitError(err)
	}
	return t, nil
}

// turn waits for a slot and takes it.
func (b *Budget) turn(ctx context.Context, name string) (*waiter, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	w := b.queueUp(name)
	if w.granted == nil {
		return w, nil
	}
	select {
	case <-w.granted:
		return w, nil
	case <-ctx.Done():
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	select {
	case <-w.granted: // in the same moment; the next one in the queue gets it
		b.refund(w.claimant, w.slot)
	default:
		b.queue.remove(w)
	}
	b.changed()
	return nil, ctx.Err()
}

// queueUp takes a slot at once if one is free and nobody waits; else the waiter that it returns is told by
// its channel.
func (b *Budget) queueUp(name string) *waiter {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.now()
	c := b.queue.claimant(name, now, b.rules.longest())
	if b.queue.waiting == 0 && b.free(c, now) {
		return b.take(&waiter{claimant: c}, now)
	}
	w := b.queue.push(c, b.rules.few())
	b.changed()
	return w
}

// tryTake takes a slot at once if one is free and nobody who waits may have it; else it returns nil.
func (b *Budget) tryTake(name string) *waiter {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.now()
	c := b.queue.claimant(name, now, b.rules.longest())
	if b.free(c, now) && b.next(now) == nil {
		return b.take(&waiter{claimant: c}, now)
	}
	return nil
}

// free tells whether a slot is free that this claimant may have.
func (b *Budget) free(c *claimant, now int64) bool {
	return b.rules.free(now) > 0 && b.rules.paced(c.bulk(b.rules.few())) <= now
}

// next is the waiter that gets a free slot; nil if nobody waits who may have one now.
func (b *Budget) next(now int64) *waiter {
	return b.queue.next(b.rules.paced(true) <= now, b.rules.few())
}

func (b *Budget) take(w *waiter, now int64) *waiter {
	c := w.claimant
	w.slot = b.rules.reserve(now, c.bulk(b.rules.few()))
	if c.name != Foremost {
		c.had++
	}
	c.last = now
	return w
}

// refund undoes take.
func (b *Budget) refund(c *claimant, s slot) {
	c.had = max(0, c.had-1)
	b.rules.release(s)
}

// reserve notes the ticket in the store, where this budget is kept in one.
func (b *Budget) reserve(ctx context.Context, t *Ticket) error {
	b.mu.Lock()
	t.stored = b.persisted()
	b.mu.Unlock()
	if !t.stored {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeTimeout)
	defer cancel()
	id, err := b.store.ReserveRequest(ctx, b.host, roundUp(b.clock.Now()))
	t.id = id
	return err
}

// giveBack frees a slot that was never used.
func (b *Budget) giveBack(c *claimant, s slot) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.refund(c, s)
	b.changed()
}

// done counts an open slot as sent now.
func (b *Budget) done() time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.rules.settle(b.now())
	b.changed()
	return b.clock.Now()
}

// alsoSent counts requests that were sent without a ticket, by a layer below that repeated one.
func (b *Budget) alsoSent(n int) {
	for range n {
		b.mu.Lock()
		now := b.now()
		b.rules.sent(now, 1)
		at, stored := b.clock.Now(), b.persisted()
		b.mu.Unlock()
		if stored {
			b.storeSent(at)
		}
	}
}

// configure puts the users' limits in force.
func (b *Budget) configure(change func(limits map[string]Limit)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	change(b.limits)
	if len(b.limits) == 0 {
		return // nobody is left to say otherwise, so what held holds
	}
	b.rules.configure(strictest(b.limits))
	b.changed()
}
