package budget

import (
	"errors"
	"testing"
	"time"

	. "github.com/onsi/gomega"
	clocktesting "k8s.io/utils/clock/testing"
)

func TestOneBudgetForAHost(t *testing.T) {
	g := NewWithT(t)
	r := NewRegistry(nil, nil)
	a, err := r.For(t.Context(), "ACME.app.luminance.com")
	g.Expect(err).NotTo(HaveOccurred())
	b, err := r.For(t.Context(), "acme.app.luminance.com:443")
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(b).To(BeIdenticalTo(a))
	other, err := r.For(t.Context(), "other.app.luminance.com")
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(other).NotTo(BeIdenticalTo(a))
}

func TestLimitsComeAndGo(t *testing.T) {
	inBubble(t, func(t *testing.T, clk *clocktesting.FakeClock) {
		g := NewWithT(t)
		r := NewRegistry(newMemory(), clk)
		b, err := r.For(t.Context(), host)
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(b.State().Limit).To(Equal(80), "what is documented holds where nothing is configured")

		r.Configure(host, "deals/a", Limit{Requests: 100, Per: 10 * time.Minute})
		spend(t, b, 90)
		r.Configure(host, "deals/b", Limit{Requests: 50, Per: 10 * time.Minute})
		g.Expect(b.State()).To(HaveField("Limit", 50))
		g.Expect(b.State()).To(HaveField("Used", 90), "what was sent before counts")

		r.Configure(host, "deals/b", Limit{Requests: 95, Per: time.Hour})
		g.Expect(b.State()).To(HaveField("Limit", 95), "a longer period remembers too")
		spend(t, b, 5)
		r.Forget(host, "deals/b")
		spend(t, b, 5)
		r.Forget(host, "deals/a")
		r.Forget(host, "deals/a")
		g.Expect(b.State()).To(HaveField("Limit", 100), "the last limit stays")
		g.Expect(b.State()).To(HaveField("Used", 100))
	})
}

func TestARestartGoesOnInTheSamePeriod(t *testing.T) {
	inBubble(t, func(t *testing.T, clk *clocktesting.FakeClock) {
		g := NewWithT(t)
		store := newMemory()
		b := open(t, store, clk, four)
		spend(t, b, 2)
		clk.Step(3 * time.Second)
		mustAcquire(t, b, "a").Done()
		mustAcquire(t, b, "a") // and the process ends

		clk.Step(5 * time.Second)
		b = open(t, store, clk, four)
		g.Expect(b.State().Used).To(Equal(4))
		g.Expect(b.State().ResetAt).To(Equal(start.Add(10 * time.Second)))
		clk.Step(5 * time.Second)
		g.Expect(b.State().Used).To(Equal(1), "what was open counts from when it was loaded")

		clk.Step(2 * time.Second)
		b = open(t, store, clk, four)
		g.Expect(b.State().Used).To(Equal(1), "and not anew at each start")
		clk.Step(3 * time.Second)
		g.Expect(b.State().Used).To(BeZero())
	})
}

// A 429 holds over a restart: the pause, the halved share, and when it recovers.
func TestARestartDoesNotUndoA429(t *testing.T) {
	inBubble(t, func(t *testing.T, clk *clocktesting.FakeClock) {
		g := NewWithT(t)
		store := newMemory()
		b := open(t, store, clk, eighty)
		spend(t, b, 1)
		b.Throttled(time.Hour)
		spendNothing := func(b *Budget) {
			ticket, err := b.TryAcquire(t.Context(), "a")
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(ticket).To(BeNil())
		}
		clk.Step(40 * time.Minute)
		b = open(t, store, clk, eighty)
		g.Expect(b.State().PausedUntil).To(BeTemporally("~", start.Add(time.Hour), 10*time.Millisecond))
		g.Expect(b.State().Limit).To(Equal(40))
		spendNothing(b)

		clk.Step(20*time.Minute + 10*time.Millisecond)
		b = open(t, store, clk, eighty)
		g.Expect(b.State().PausedUntil).To(BeZero())
		g.Expect(b.State().Limit).To(Equal(40))
		spend(t, b, 40)
		spendNothing(b)

		clk.Step(10 * time.Minute)
		b = open(t, store, clk, eighty)
		g.Expect(b.State().Limit).To(Equal(80))
		clk.Step(100 * time.Hour)
		g.Expect(open(t, store, clk, eighty).State().Limit).To(Equal(80))
	})
}

// Whatever a stored 429 and a wall clock that was put back make of each other, it isn't a pause for years.
func TestAStored429IsTakenWithinBounds(t *testing.T) {
	inBubble(t, func(t *testing.T, clk *clocktesting.FakeClock) {
		g := NewWithT(t)
		store := newMemory()
		open(t, store, clk, eighty).Throttled(time.Minute)
		clk.SetTime(start.AddDate(-10, 0, 0))
		g.Expect(open(t, store, clk, eighty).State().PausedUntil).To(Equal(clk.Now().Add(time.Minute)))

		store.throttle = StoredThrottle{At: clk.Now(), Until: clk.Now().AddDate(1, 0, 0), RecoverAt: clk.Now().AddDate(1, 0, 0), Cuts: 1000}
		b := open(t, store, clk, eighty)
		g.Expect(b.State().PausedUntil).To(Equal(clk.Now().Add(24 * time.Hour)))
		g.Expect(b.State().Limit).To(Equal(1))
	})
}

func TestAClockThatWasPutBackBlocksForOnePeriodAtMost(t *testing.T) {
	inBubble(t, func(t *testing.T, clk *clocktesting.FakeClock) {
		g := NewWithT(t)
		store := newMemory()
		spend(t, open(t, store, clk, four), 4)
		clk.SetTime(start.AddDate(-10, 0, 0))
		b := open(t, store, clk, four)
		g.Expect(b.State().Used).To(Equal(4))
		clk.Step(10 * time.Second)
		g.Expect(b.State().Used).To(BeZero())
	})
}

func TestAFailedLoadIsTriedAgain(t *testing.T) {
	inBubble(t, func(t *testing.T, clk *clocktesting.FakeClock) {
		g := NewWithT(t)
		store := newMemory()
		spend(t, open(t, store, clk, four), 4)
		r := NewRegistry(store, clk)
		r.Configure(host, "deals/a", four)
		store.fail = errors.New("locked")
		_, err := r.For(t.Context(), host)
		g.Expect(err).To(MatchError(And(ContainSubstring(host), ContainSubstring("locked"))))
		store.fail = nil
		b, err := r.For(t.Context(), host)
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(b.State().Used).To(Equal(4))
	})
}

func TestTheStoreStaysSmall(t *testing.T) {
	inBubble(t, func(t *testing.T, clk *clocktesting.FakeClock) {
		g := NewWithT(t)
		store := newMemory()
		b := open(t, store, clk, four)
		for range 2000 {
			spend(t, b, 4)
			clk.Step(10 * time.Second)
		}
		_, settled := store.count()
		g.Expect(settled).To(BeNumerically("<=", 4*(360+90+1)), "an hour and a quarter of 4 in 10 seconds")
	})
}

func TestShortPeriodsAreNotStored(t *testing.T) {
	inBubble(t, func(t *testing.T, clk *clocktesting.FakeClock) {
		g := NewWithT(t)
		store := newMemory()
		b := open(t, store, clk, Limit{Requests: 1_000_000, Per: time.Second})
		for range 100_000 {
			ticket, err := b.Acquire(t.Context(), "a")
			g.Expect(err).NotTo(HaveOccurred())
			ticket.Done()
			clk.Step(time.Microsecond)
		}
		open, settled := store.count()
		g.Expect(open + settled).To(BeZero())
		g.Expect(b.State().Used).To(Equal(100_000))
		g.Expect(len(b.rules.windows[0].buckets)).To(BeNumerically("<=", 4097))
	})
}
