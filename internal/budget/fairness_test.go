package budget

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	. "github.com/onsi/gomega"
	clocktesting "k8s.io/utils/clock/testing"
)

// work is a sync with some requests left and some workers.
type work struct {
	claimant   string
	left, sent atomic.Int64
	finished   atomic.Int64 // nanoseconds since start
}

func newWork(claimant string, n int) *work {
	w := &work{claimant: claimant}
	w.left.Store(int64(n))
	return w
}

// run sends what is left, by that many workers; a request takes the given time. The end of ctx is that of
// the process: what is under way then is never settled, and is left to be sent again.
func (w *work) run(ctx context.Context, b *Budget, clk *clocktesting.FakeClock, workers int, each time.Duration) {
	b.Expect(w.claimant, int(w.left.Load()))
	for range workers {
		go func() {
			for {
				left := w.left.Add(-1)
				if left < 0 || !w.send(ctx, b, clk, each) {
					w.left.Add(1)
					return
				}
				b.Expect(w.claimant, int(w.left.Load()))
			}
		}()
	}
	settle()
}

func (w *work) send(ctx context.Context, b *Budget, clk *clocktesting.FakeClock, each time.Duration) bool {
	ticket, err := b.Acquire(ctx, w.claimant)
	if err != nil {
		return false
	}
	if each > 0 {
		select {
		case <-clk.After(each):
		case <-ctx.Done():
			return false
		}
	}
	ticket.Done()
	w.finished.Store(int64(clk.Since(start)))
	w.sent.Add(1)
	return true
}

// pass lets time pass in steps of a second.
func pass(clk *clocktesting.FakeClock, d time.Duration, until func() bool) {
	for end := clk.Now().Add(d); clk.Now().Before(end) && !until(); {
		clk.Step(time.Second)
		settle()
	}
}

func forever() bool { return false }

// A sync of 3 documents, which cost 7 requests one after the other, gets its turns within two minutes,
// however much others have to carry and whenever it comes.
func TestASmallSyncDoesNotWaitForHugeOnes(t *testing.T) {
	for _, tc := range []struct{ syncs, workers int }{{1, 1}, {1, 4}, {1, 200}, {5, 4}} {
		for _, at := range []time.Duration{0, time.Second, time.Minute, 5 * time.Minute, 9 * time.Minute,
			10*time.Minute + time.Second, 13 * time.Minute, 19*time.Minute + 30*time.Second, 47 * time.Minute} {
			t.Run(fmt.Sprint(tc.syncs, " of ", tc.workers, " workers, at ", at), func(t *testing.T) {
				inBubble(t, func(t *testing.T, clk *clocktesting.FakeClock) {
					g := NewWithT(t)
					ctx, cancel := context.WithCancel(t.Context())
					defer cancel()
					b := open(t, newMemory(), clk, eighty)
					for i := range tc.syncs {
						newWork(fmt.Sprint("huge", i), 30_000).run(ctx, b, clk, tc.workers, 0)
					}
					pass(clk, at, forever)

					small := newWork("small", 7)
					small.run(ctx, b, clk, 1, 0)
					done := func() bool { return small.sent.Load() == 7 }
					pass(clk, time.Hour, done)
					g.Expect(done()).To(BeTrue())
					took := time.Duration(small.finished.Load()) - at
					g.Expect(took).To(BeNumerically("<=", 2*time.Minute), "the small sync took %s", took)
				})
			})
		}
	}
}

// However many small syncs come one after the other, who wants much has every so often a turn.
func TestManySmallSyncsDoNotStarveAHugeOne(t *testing.T) {
	inBubble(t, func(t *testing.T, clk *clocktesting.FakeClock) {
		g := NewWithT(t)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		b := open(t, newMemory(), clk, eighty)
		spend(t, b, 80)
		huge := newWork("huge", 30_000)
		huge.run(ctx, b, clk, 2, 0)
		served := 0
		var l line
		for i := range 100 {
			l.join(ctx, b, fmt.Sprint("small", i), "small")
		}
		pass(clk, 2*time.Hour, func() bool {
			for ; served < len(l.order()); served++ { // for each that is served another one comes
				l.join(ctx, b, fmt.Sprint("later", served), "small")
			}
			return false
		})
		g.Expect(huge.sent.Load()).To(BeNumerically(">=", 8), "one of a hundred and one has that many of 880 turns")
		g.Expect(served).To(BeNumerically(">=", 800))
	})
}

// While work waits, at least 95 % of the share is used in each ten periods, however many claimants and workers there
// are, and no period has more than the share.
func TestTheShareIsUsed(t *testing.T) {
	for name, tc := range map[string]struct {
		limit              Limit
		claimants, workers int
		each               time.Duration
	}{
		"one worker":                   {eighty, 1, 1, 0},
		"a huge sync":                  {eighty, 1, 16, 0},
		"three of them":                {eighty, 3, 4, 0},
		"many small ones":              {eighty, 40, 1, time.Second},
		"requests that take a second":  {eighty, 2, 4, time.Second},
		"requests that take 5 seconds": {eighty, 1, 4, 5 * time.Second},
		"a short period":               {Limit{Requests: 20, Per: 30 * time.Second}, 2, 4, 0},
		"an hour":                      {Limit{Requests: 600, Per: time.Hour, Reserve: 20}, 2, 4, 0},
		"a small share":                {Limit{Requests: 3, Per: 10 * time.Minute}, 2, 4, 0},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, clk *clocktesting.FakeClock) {
				g := NewWithT(t)
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				b := open(t, newMemory(), clk, tc.limit)
				jobs := make([]*work, tc.claimants)
				for i := range jobs {
					jobs[i] = newWork(fmt.Sprint("sync", i), 1_000_000)
					jobs[i].run(ctx, b, clk, tc.workers, tc.each)
				}
				sent := func() (n int64) {
					for i := range jobs {
						n += jobs[i].sent.Load()
					}
					return n
				}
				before := int64(0)
				for range 3 {
					pass(clk, 10*tc.limit.Per-time.Second, forever)
					used := float64(sent()-before) / float64(10*tc.limit.Share())
					g.Expect(used).To(BeNumerically(">=", 0.95))
					before = sent()
					pass(clk, time.Second, forever)
				}
				least := jobs[0].sent.Load()
				for i := range jobs {
					least = min(least, jobs[i].sent.Load())
				}
				g.Expect(least).To(BeNumerically(">=", sent()/int64(tc.claimants)*8/10), "each claimant has its part")
			})
		})
	}
}
