package budget

import (
	"context"
	"net/http"
	"testing"
	"time"

	. "github.com/onsi/gomega"
	clocktesting "k8s.io/utils/clock/testing"
)

// answers is a base transport that gives one status to everything.
type answers struct {
	status int
	header http.Header
	sent   int
}

func (a *answers) RoundTrip(*http.Request) (*http.Response, error) {
	a.sent++
	return &http.Response{StatusCode: a.status, Header: a.header, Body: http.NoBody}, nil
}

// get sends a request through the budget; "" is the answer that came.
func get(ctx context.Context, b *Budget, base http.RoundTripper) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://acme.app.luminance.com/api2/info", http.NoBody)
	if err != nil {
		return err
	}
	resp, err := (&Transport{Base: base, Budget: b}).RoundTrip(req)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

// A new token, which all wait for, goes before everybody who came before, whatever they want.
func TestTheForemostGoesFirst(t *testing.T) {
	inBubble(t, func(t *testing.T, clk *clocktesting.FakeClock) {
		g := NewWithT(t)
		b := open(t, newMemory(), clk, Limit{Requests: 1, Per: 10 * time.Minute})
		spend(t, b, 1)
		b.Expect("huge", 30_000)
		var l line
		for _, claimant := range []string{"huge", "small", "tiny"} {
			l.join(t.Context(), b, claimant, claimant)
		}
		base := &answers{status: http.StatusOK}
		for range 2 {
			go func() {
				prepaid, release, err := b.Prepay(t.Context())
				if err != nil {
					return
				}
				defer release()
				l.mu.Lock()
				l.granted = append(l.granted, Foremost)
				l.mu.Unlock()
				_ = get(prepaid, b, base)
			}()
		}
		settle()
		for range 5 {
			clk.Step(10 * time.Minute)
			settle()
		}
		g.Expect(l.order()).To(Equal([]string{Foremost, Foremost, "small", "tiny", "huge"}))
		g.Expect(base.sent).To(Equal(2))
	})
}

// An upload that finds its token gone lends its ticket to the new one, rather than wait for a slot while it
// keeps one.
func TestWhatIsPrepaidIsNotPaidAgain(t *testing.T) {
	inBubble(t, func(t *testing.T, clk *clocktesting.FakeClock) {
		g := NewWithT(t)
		b := open(t, newMemory(), clk, Limit{Requests: 1, Per: 10 * time.Minute})
		ctx := WithTicket(t.Context(), mustAcquire(t, b, "a"))
		prepaid, release, err := b.Prepay(ctx)
		g.Expect(err).NotTo(HaveOccurred())
		base := &answers{status: http.StatusOK}
		g.Expect(get(prepaid, b, base)).To(Succeed())
		release()
		g.Expect(base.sent).To(Equal(1))
		g.Expect(b.State().Used).To(Equal(1))
	})
}

func TestAPrepaidTicketThatIsNotUsedComesBack(t *testing.T) {
	inBubble(t, func(t *testing.T, clk *clocktesting.FakeClock) {
		g := NewWithT(t)
		b := open(t, newMemory(), clk, four)
		_, release, err := b.Prepay(t.Context())
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(b.State().Used).To(Equal(1))
		release()
		g.Expect(b.State().Used).To(BeZero())
	})
}

// While a 429 holds everything up nothing leaves, not even what had its ticket before.
func TestNothingLeavesInAPause(t *testing.T) {
	inBubble(t, func(t *testing.T, clk *clocktesting.FakeClock) {
		g := NewWithT(t)
		b := open(t, newMemory(), clk, eighty)
		ctx := WithTicket(t.Context(), mustAcquire(t, b, "a"))

		refusing := &answers{status: http.StatusTooManyRequests, header: http.Header{"Retry-After": {"90"}}}
		g.Expect(get(t.Context(), b, refusing)).To(Succeed())
		base := &answers{status: http.StatusOK}
		g.Expect(get(ctx, b, base)).To(MatchError(errPaused))
		g.Expect(base.sent).To(BeZero())
		g.Expect(b.State().Used).To(Equal(1), "the ticket is given back")

		var l line
		l.join(t.Context(), b, "a", "waited")
		clk.Step(90 * time.Second)
		settle()
		g.Expect(l.order()).To(HaveLen(1))
	})
}

func TestTryAcquireNeverWaits(t *testing.T) {
	inBubble(t, func(t *testing.T, clk *clocktesting.FakeClock) {
		g := NewWithT(t)
		b := open(t, newMemory(), clk, four)
		try := func() *Ticket {
			ticket, err := b.TryAcquire(t.Context(), "a")
			g.Expect(err).NotTo(HaveOccurred())
			return ticket
		}
		spend(t, b, 3)
		last := try()
		g.Expect(last).NotTo(BeNil())
		g.Expect(try()).To(BeNil())
		var l line
		l.join(t.Context(), b, "b", "waited")
		last.Release()
		g.Expect(try()).To(BeNil(), "b was there first")
		settle()
		g.Expect(l.order()).To(Equal([]string{"waited"}))

		clk.Step(10 * time.Second)
		g.Expect(try()).NotTo(BeNil())
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := b.TryAcquire(ctx, "a")
		g.Expect(err).To(MatchError(context.Canceled))
	})
}

// A slot that is given back leaves no trace in the turns: who gave it back may have the next one at once.
func TestAReleaseUndoesThePause(t *testing.T) {
	inBubble(t, func(t *testing.T, clk *clocktesting.FakeClock) {
		g := NewWithT(t)
		b := open(t, newMemory(), clk, eighty)
		b.Expect("a", 1000)
		for range 60 {
			mustAcquire(t, b, "a").Done()
		}
		clk.Step(time.Minute) // one more is due, and then not for half a minute
		mustAcquire(t, b, "a").Release()
		mustAcquire(t, b, "a").Done()
		ticket, err := b.TryAcquire(t.Context(), "a")
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(ticket).To(BeNil())

		// Nor does it count among the few that one who wants little may have without a pause.
		for range 20 {
			mustAcquire(t, b, "b").Release()
		}
		mustAcquire(t, b, "b").Done()
	})
}
