package ledger_test

import (
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"dataroom.dev/intralinks-operator/internal/budget"
	"dataroom.dev/intralinks-operator/internal/ledger"
)

const host = "acme.app.luminance.com:443"

func reserve(t *testing.T, l *ledger.Ledger, host string, at time.Time) int64 {
	t.Helper()
	id, err := l.ReserveRequest(t.Context(), host, at)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func load(t *testing.T, l *ledger.Ledger, host string, since time.Time) []budget.StoredRequest {
	t.Helper()
	requests, err := l.LoadRequests(t.Context(), host, since)
	if err != nil {
		t.Fatal(err)
	}
	return requests
}

func TestRequestsSinceATimeAndOpenOnesAreLoaded(t *testing.T) {
	g := NewWithT(t)
	folder := t.TempDir()
	l := open(t, folder)
	old, kept, left := reserve(t, l, host, start), reserve(t, l, host, start), reserve(t, l, host, start.Add(-time.Hour))
	reserve(t, l, "beta.app.luminance.com:443", start)
	g.Expect(l.SettleRequest(t.Context(), old, start.Add(time.Second))).To(Succeed())
	g.Expect(l.SettleRequest(t.Context(), kept, start.Add(time.Minute))).To(Succeed())

	got := load(t, open(t, folder), host, start.Add(30*time.Second))
	g.Expect(got).To(HaveLen(2))
	g.Expect(got[0]).To(Equal(budget.StoredRequest{ID: left, At: start.Add(-time.Hour), Open: true}), "open ones, however old")
	g.Expect(got[1].ID).To(Equal(kept))
	g.Expect(got[1].At).To(And(BeTemporally(">=", start.Add(time.Minute)), BeTemporally("<", start.Add(time.Minute+10*time.Millisecond))))
	g.Expect(got[1].Open).To(BeFalse())
}

func TestARequestNeverBecomesOlderByBeingStored(t *testing.T) {
	g := NewWithT(t)
	l := open(t, t.TempDir())
	for _, fraction := range []time.Duration{0, 1, time.Microsecond, 999_999} {
		id := reserve(t, l, host, start)
		g.Expect(l.SettleRequest(t.Context(), id, start.Add(fraction))).To(Succeed())
	}
	for _, r := range load(t, l, host, start) {
		g.Expect(r.At).To(BeTemporally(">=", start.Add(999_999)))
	}
}

func TestReleasedAndPrunedRequestsAreGone(t *testing.T) {
	g := NewWithT(t)
	l := open(t, t.TempDir())
	ctx := t.Context()
	released, settled, left := reserve(t, l, host, start), reserve(t, l, host, start), reserve(t, l, host, start)
	other := reserve(t, l, "beta.app.luminance.com:443", start)
	g.Expect(l.ReleaseRequest(ctx, released)).To(Succeed())
	g.Expect(l.SettleRequest(ctx, settled, start)).To(Succeed())
	g.Expect(l.SettleRequest(ctx, other, start)).To(Succeed())

	g.Expect(l.PruneRequests(ctx, host, start)).To(Succeed())
	g.Expect(load(t, l, host, start)).To(HaveLen(2), "what was done at that time, or is open, stays")
	g.Expect(l.PruneRequests(ctx, host, start.Add(time.Hour))).To(Succeed())
	g.Expect(load(t, l, host, start)).To(Equal([]budget.StoredRequest{{ID: left, At: start, Open: true}}))
	g.Expect(load(t, l, "beta.app.luminance.com:443", start)).To(HaveLen(1), "other hosts are not pruned")
}

// TestABudgetCountsWhatAnEarlierProcessSent takes a third of the allowance, leaves one request open as a
// crash would, and starts again from the file.
func TestABudgetCountsWhatAnEarlierProcessSent(t *testing.T) {
	g := NewWithT(t)
	folder := t.TempDir()
	limit := budget.Limit{Requests: 12, Per: time.Hour}
	start := func() *budget.Budget {
		registry := budget.NewRegistry(open(t, folder), nil)
		registry.Configure(host, "deals/production", limit)
		b, err := registry.For(t.Context(), host)
		g.Expect(err).NotTo(HaveOccurred())
		return b
	}
	before := start()
	for _, end := range []func(*budget.Ticket){(*budget.Ticket).Done, (*budget.Ticket).Done, (*budget.Ticket).Release, func(*budget.Ticket) {}} {
		ticket, err := before.Acquire(t.Context(), "sync")
		g.Expect(err).NotTo(HaveOccurred())
		end(ticket)
	}
	g.Expect(before.State().Used).To(Equal(3))
	g.Expect(start().State().Used).To(Equal(3))
	g.Expect(start().State().Used).To(Equal(3), "and again after another restart")
}

func TestAThrottleIsKeptForItsHost(t *testing.T) {
	g := NewWithT(t)
	folder := t.TempDir()
	l := open(t, folder)
	g.Expect(l.LoadThrottle(t.Context(), host)).To(BeZero())
	for _, cuts := range []int{1, 2} {
		g.Expect(l.SaveThrottle(t.Context(), host, budget.StoredThrottle{
			At: start, Until: start.Add(time.Minute), RecoverAt: start.Add(time.Hour), Cuts: cuts,
		})).To(Succeed())
	}
	got, err := open(t, folder).LoadThrottle(t.Context(), host)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(got.Cuts).To(Equal(2))
	g.Expect(got.At).To(BeTemporally("==", start))
	g.Expect(got.Until).To(And(BeTemporally(">=", start.Add(time.Minute)), BeTemporally("<", start.Add(time.Minute+10*time.Millisecond))))
	g.Expect(got.RecoverAt).To(And(BeTemporally(">=", start.Add(time.Hour)), BeTemporally("<", start.Add(time.Hour+10*time.Millisecond))))
	g.Expect(l.LoadThrottle(t.Context(), "beta.app.luminance.com:443")).To(BeZero())
}
