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
		pruned: longAgo, wake: make(chan struct{}, 1),
	}
}

// now is the present moment. The caller holds mu.
func (b *Budget) now() int64 {
	b.latest = max(b.latest, int64(b.clock.Now().Sub(b.epoch)))
	return b.latest
}

func (b *Budget) time(moment int64) time.Time { return b.epoch.Add(time.Duration(moment)) }

// Acquire waits until the claimant may send one request, and returns the ticket for it. Claimants take
// turns; within one, who came first goes first. It ends with the context's error if that ends first,
// and then takes no slot; or with the Store's, because a request that is not noted must not be sent.
//
// Every ticket needs its Done or Release: until then its slot is taken.
func (b *Budget) Acquire(ctx context.Context, claimant string) (*Ticket, error) {
	if err := b.turn(ctx, claimant); err != nil {
		return nil, fmt.Errorf("wait for a request of %s's budget: %w", b.host, err)
	}
	t := &Ticket{budget: b}
	if err := b.reserve(ctx, t); err != nil {
		b.giveBack()
		return nil, fmt.Errorf("note a request to %s before it is sent: %w", b.host, err)
	}
	if err := ctx.Err(); err != nil {
		t.Release()
		return nil, fmt.Errorf("wait for a request of %s's budget: %w", b.host, err)
	}
	return t, nil
}

// turn waits for a slot and takes it.
func (b *Budget) turn(ctx context.Context, name string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	w := b.queueUp(name)
	if w == nil {
		return nil
	}
	select {
	case <-w.granted:
		return nil
	case <-ctx.Done():
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	select {
	case <-w.granted: // in the same moment; the next one in the queue gets it
		b.rules.release()
	default:
		b.queue.remove(w)
	}
	b.changed()
	return ctx.Err()
}

// queueUp takes a slot at once if one is free and nobody waits, and returns nil; else it returns
// the claimant's place in the queue.
func (b *Budget) queueUp(name string) *waiter {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.now()
	c := b.queue.claimant(name, now, b.rules.longest())
	if b.queue.waiting == 0 && b.may(c, now) && b.rules.free(now) > 0 {
		b.take(c, now)
		return nil
	}
	w := b.queue.push(c)
	b.changed()
	return w
}

func (b *Budget) may(c *claimant, now int64) bool { return b.rules.paced(c.had) <= now }

func (b *Budget) take(c *claimant, now int64) {
	b.rules.reserve(now, c.had)
	c.had++
	c.last = now
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
func (b *Budget) giveBack() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.rules.release()
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

// Throttled tells the budget that the service has answered 429. No request leaves for as long as the
// service said (at most MaxPause), or for a whole period if it said nothing (0); then half the share is
// used, which doubles with each period without a 429 until it is whole again.
func (b *Budget) Throttled(retryAfter time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	pause := int64(min(retryAfter, MaxPause))
	if pause <= 0 {
		pause = b.rules.longest()
	}
	b.rules.throttle.hit(b.now(), pause, b.rules.longest())
	b.changed()
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
