package budget

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	clocktesting "k8s.io/utils/clock/testing"
)

var start = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// memory is a Store that outlives the budgets of a test, as a ledger outlives processes.
type memory struct {
	mu   sync.Mutex
	next int64
	rows map[int64]StoredRequest
	fail error

	throttle StoredThrottle
}

func newMemory() *memory { return &memory{rows: map[int64]StoredRequest{}} }

func (m *memory) LoadRequests(_ context.Context, _ string, since time.Time) ([]StoredRequest, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var rows []StoredRequest
	for _, r := range m.rows {
		if r.Open || !r.At.Before(since) {
			rows = append(rows, r)
		}
	}
	slices.SortFunc(rows, func(a, b StoredRequest) int { return cmp.Compare(b.ID, a.ID) })
	return rows, m.fail
}

func (m *memory) ReserveRequest(_ context.Context, _ string, at time.Time) (int64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fail != nil {
		return 0, m.fail
	}
	m.next++
	m.rows[m.next] = StoredRequest{ID: m.next, At: at, Open: true}
	return m.next, nil
}

func (m *memory) SettleRequest(_ context.Context, id int64, at time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.rows[id] = StoredRequest{ID: id, At: at}
	return m.fail
}

func (m *memory) ReleaseRequest(_ context.Context, id int64) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.rows, id)
	return m.fail
}

func (m *memory) PruneRequests(_ context.Context, _ string, before time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for id, r := range m.rows {
		if !r.Open && r.At.Before(before) {
			delete(m.rows, id)
		}
	}
	return m.fail
}

func (m *memory) LoadThrottle(context.Context, string) (StoredThrottle, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.throttle, m.fail
}

func (m *memory) SaveThrottle(_ context.Context, _ string, t StoredThrottle) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.throttle = t
	return m.fail
}

func (m *memory) count() (open, settled int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, r := range m.rows {
		if r.Open {
			open++
		} else {
			settled++
		}
	}
	return open, settled
}

const host = "acme.app.luminance.com:443"

// inBubble runs a test in a synctest bubble, where settle() waits until nothing can go on without
// the fake clock.
func inBubble(t *testing.T, test func(t *testing.T, clk *clocktesting.FakeClock)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { test(t, clocktesting.NewFakeClock(start)) })
}

func settle() { synctest.Wait() }

// open returns the budget of a fresh registry, as after the start of a process.
func open(t interface{ Fatalf(string, ...any) }, store Store, clk *clocktesting.FakeClock, l Limit) *Budget {
	r := NewRegistry(store, clk)
	r.Configure(host, "deals/production", l)
	b, err := r.For(context.Background(), host)
	if err != nil {
		t.Fatalf("For: %v", err)
	}
	return b
}

// mustAcquire takes a slot that has to be free.
func mustAcquire(t *testing.T, b *Budget, claimant string) *Ticket {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	got := make(chan *Ticket, 1)
	go func() {
		ticket, _ := b.Acquire(ctx, claimant)
		got <- ticket
	}()
	settle()
	select {
	case ticket := <-got:
		return ticket
	default:
		t.Fatalf("%s has to wait; state %+v", claimant, b.State())
		return nil
	}
}

// spend sends n requests that take no time, each for somebody else.
func spend(t *testing.T, b *Budget, n int) {
	t.Helper()
	for i := range n {
		mustAcquire(t, b, fmt.Sprint("spender", i)).Done()
	}
}

// line is a queue of waiters whose grants are recorded in order.
type line struct {
	mu      sync.Mutex
	granted []string
}

// join waits in the background; the ticket is done at once.
func (l *line) join(ctx context.Context, b *Budget, claimant, label string) {
	go func() {
		ticket, err := b.Acquire(ctx, claimant)
		if err != nil {
			return
		}
		l.mu.Lock()
		l.granted = append(l.granted, label)
		l.mu.Unlock()
		ticket.Done()
	}()
	settle()
}

func (l *line) order() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.granted)
}
