package budget

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// storeTimeout bounds one call of the Store, which goes on when the request's own context ends: a
// half-made note of a request is worse than one too many.
const storeTimeout = 10 * time.Second

// Store keeps requests over restarts. Times are given in whole milliseconds and have to come back
// no earlier. Its methods are called from many goroutines.
type Store interface {
	// LoadRequests returns the host's settled requests from since on, and all its open ones, however
	// old, in any order.
	LoadRequests(ctx context.Context, host string, since time.Time) ([]StoredRequest, error)
	// ReserveRequest notes a request that is about to be sent; it is durable before it returns.
	ReserveRequest(ctx context.Context, host string, at time.Time) (id int64, err error)
	// SettleRequest notes when the request was done; At becomes that time.
	SettleRequest(ctx context.Context, id int64, at time.Time) error
	// ReleaseRequest forgets a request that was never sent.
	ReleaseRequest(ctx context.Context, id int64) error
	// PruneRequests forgets the host's settled requests from before the given time; open ones stay.
	PruneRequests(ctx context.Context, host string, before time.Time) error

	// LoadThrottle returns what was saved last for the host; zero if nothing was.
	LoadThrottle(ctx context.Context, host string) (StoredThrottle, error)
	// SaveThrottle keeps it.
	SaveThrottle(ctx context.Context, host string, t StoredThrottle) error
}

// StoredRequest is one request as the Store knows it.
type StoredRequest struct {
	ID int64
	// At is when the request was done; for an open one, when it was acquired.
	At time.Time
	// Open means reserved and never settled: the process ended between the two, so the request may
	// have been counted at any moment until now. It counts as sent at the moment of loading.
	Open bool
}

// StoredThrottle is what an answer of 429 has done to a budget.
type StoredThrottle struct {
	// At is when the answer came. No request leaves before Until, and one cut is taken back at RecoverAt.
	At, Until, RecoverAt time.Time
	// Cuts is how often the share was halved.
	Cuts int
}

// load reads, once, what earlier processes have sent.
func (b *Budget) load(ctx context.Context) error {
	b.loading.Lock()
	defer b.loading.Unlock()
	if b.loaded || b.store == nil {
		return nil
	}
	now := b.clock.Now()
	stored, err := b.store.LoadRequests(ctx, b.host, now.Add(-MaxPeriod))
	if err != nil {
		return fmt.Errorf("load the requests sent to %s: %w", b.host, err)
	}
	for i, s := range stored {
		// A time in the future comes from a wall clock that has been put back since; it would block
		// the budget until the clock is there again.
		if !s.Open && s.At.Before(now) {
			continue
		}
		stored[i].At = now
		if err := b.store.SettleRequest(ctx, s.ID, roundUp(now)); err != nil {
			return fmt.Errorf("settle a request to %s that an earlier process left open: %w", b.host, err)
		}
	}
	throttle, err := b.store.LoadThrottle(ctx, b.host)
	if err != nil {
		return fmt.Errorf("load whether %s was throttled: %w", b.host, err)
	}
	b.remember(stored, throttle, now)
	b.loaded = true
	return nil
}

// remember counts stored requests. Their times are wall clock, so it is their age that counts.
func (b *Budget) remember(stored []StoredRequest, throttle StoredThrottle, now time.Time) {
	slices.SortFunc(stored, func(x, y StoredRequest) int { return x.At.Compare(y.At) })
	b.mu.Lock()
	defer b.mu.Unlock()
	moment := b.now()
	for _, s := range stored {
		b.rules.sent(moment-int64(now.Round(0).Sub(s.At)), 1)
	}
	b.rules.throttle.restore(throttle, now, moment)
	b.rules.advance(moment)
}

// roundUp is the time in whole milliseconds, so that a Store that keeps no more makes no request older.
func roundUp(t time.Time) time.Time {
	return t.Add(time.Millisecond - 1).Truncate(time.Millisecond)
}

// prune forgets stored requests that no period reaches any more, four times in what is remembered.
func (b *Budget) prune() {
	b.mu.Lock()
	moment, remembered := b.now(), b.rules.history.period
	due := moment-b.pruned >= remembered/4
	if due {
		b.pruned = moment
	}
	b.mu.Unlock()
	if !due {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), storeTimeout)
	defer cancel()
	before := b.clock.Now().Add(-time.Duration(remembered))
	// What is not pruned now is pruned next time; until then it does no harm.
	_ = b.store.PruneRequests(ctx, b.host, before)
}

// storeSent notes a request that was sent before anybody could ask for it.
func (b *Budget) storeSent(at time.Time) {
	ctx, cancel := context.WithTimeout(context.Background(), storeTimeout)
	defer cancel()
	// What fails leaves it open or unknown; the reserve has to bear that.
	if id, err := b.store.ReserveRequest(ctx, b.host, roundUp(at)); err == nil {
		_ = b.store.SettleRequest(ctx, id, roundUp(at))
	}
}

// persisted tells whether this budget's requests are kept in the Store.
func (b *Budget) persisted() bool {
	return b.store != nil && b.rules.longest() >= int64(PersistedPeriod)
}
