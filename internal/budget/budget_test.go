package budget

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	. "github.com/onsi/gomega"
	clocktesting "k8s.io/utils/clock/testing"
)

var four = Limit{Requests: 5, Per: 10 * time.Second, Reserve: 20} // a share of 4

func TestASlotIsTakenForOnePeriodAfterDone(t *testing.T) {
	inBubble(t, func(t *testing.T, clk *clocktesting.FakeClock) {
		g := NewWithT(t)
		b := open(t, nil, clk, four)
		slow := mustAcquire(t, b, "a")
		spend(t, b, 3)

		clk.Step(4 * time.Second)
		slow.Done()
		g.Expect(b.State()).To(Equal(State{Limit: 4, Per: 10 * time.Second, Used: 4, ResetAt: start.Add(10 * time.Second)}))

		var l line
		for _, label := range []string{"1", "2", "3", "4"} {
			l.join(t.Context(), b, "a", label)
		}
		clk.Step(6*time.Second - 1)
		settle()
		g.Expect(l.order()).To(BeEmpty())
		clk.Step(1)
		settle()
		g.Expect(l.order()).To(ConsistOf("1", "2", "3"))
		g.Expect(b.State().ResetAt).To(Equal(start.Add(14*time.Second)), "the slow request left at 0, but was done at 4 seconds")
		clk.Step(4 * time.Second)
		settle()
		g.Expect(l.order()).To(HaveLen(4))
	})
}

func TestAReleasedSlotIsFreeAtOnce(t *testing.T) {
	inBubble(t, func(t *testing.T, clk *clocktesting.FakeClock) {
		g := NewWithT(t)
		store := newMemory()
		b := open(t, store, clk, four)
		spend(t, b, 3)
		ticket := mustAcquire(t, b, "a")
		var l line
		l.join(t.Context(), b, "b", "waited")
		g.Expect(l.order()).To(BeEmpty())

		ticket.Release()
		ticket.Done() // the first one holds
		ticket.Release()
		settle()
		g.Expect(l.order()).To(Equal([]string{"waited"}))
		g.Expect(b.State().Used).To(Equal(4))
		open, settled := store.count()
		g.Expect([]int{open, settled}).To(Equal([]int{0, 4}))
	})
}

func TestACancelledWaiterLosesNoSlot(t *testing.T) {
	inBubble(t, func(t *testing.T, clk *clocktesting.FakeClock) {
		g := NewWithT(t)
		b := open(t, newMemory(), clk, four)
		spend(t, b, 4)
		ctx, cancel := context.WithCancel(t.Context())
		failed := make(chan error, 1)
		go func() {
			_, err := b.Acquire(ctx, "a")
			failed <- err
		}()
		settle()
		var l line
		l.join(t.Context(), b, "a", "behind")
		g.Expect(b.State().Waiting).To(Equal(2))

		cancel()
		g.Expect(errors.Is(<-failed, context.Canceled)).To(BeTrue())
		g.Expect(b.State().Waiting).To(Equal(1))
		clk.Step(10 * time.Second)
		settle()
		g.Expect(l.order()).To(Equal([]string{"behind"}))
		spend(t, b, 3)

		_, err := b.Acquire(ctx, "a")
		g.Expect(err).To(MatchError(context.Canceled), "even where a slot is free")
	})
}

func TestNothingIsSentThatCannotBeNoted(t *testing.T) {
	inBubble(t, func(t *testing.T, clk *clocktesting.FakeClock) {
		g := NewWithT(t)
		store := newMemory()
		b := open(t, store, clk, four)
		store.fail = errors.New("disk full")
		for range 10 {
			_, err := b.Acquire(t.Context(), "a")
			g.Expect(err).To(MatchError(ContainSubstring("disk full")))
		}
		g.Expect(b.State().Used).To(BeZero())
		store.fail = nil
		spend(t, b, 4)
	})
}

func TestClaimantsTakeTurns(t *testing.T) {
	inBubble(t, func(t *testing.T, clk *clocktesting.FakeClock) {
		g := NewWithT(t)
		b := open(t, nil, clk, Limit{Requests: 1, Per: 10 * time.Second})
		spend(t, b, 1)
		var l line
		for i := range 4 {
			l.join(t.Context(), b, "huge", fmt.Sprint("huge", i))
		}
		for i := range 2 {
			l.join(t.Context(), b, "small", fmt.Sprint("small", i))
			l.join(t.Context(), b, "tiny", fmt.Sprint("tiny", i))
		}
		for range 8 {
			clk.Step(10 * time.Second)
			settle()
		}
		g.Expect(l.order()).To(Equal([]string{
			"huge0", "small0", "tiny0",
			"huge1", "small1", "tiny1",
			"huge2", "huge3",
		}))
	})
}

func TestAllSlotsUnderWayFreeNothingByTime(t *testing.T) {
	inBubble(t, func(t *testing.T, clk *clocktesting.FakeClock) {
		g := NewWithT(t)
		b := open(t, nil, clk, four)
		var tickets []*Ticket
		for range 4 {
			tickets = append(tickets, mustAcquire(t, b, "a"))
		}
		var l line
		l.join(t.Context(), b, "b", "waited")
		clk.Step(time.Hour)
		settle()
		g.Expect(l.order()).To(BeEmpty())
		g.Expect(b.State().ResetAt).To(Equal(clk.Now().Add(10 * time.Second)))
		tickets[0].Done()
		settle()
		clk.Step(10 * time.Second)
		settle()
		g.Expect(l.order()).To(Equal([]string{"waited"}))
	})
}
