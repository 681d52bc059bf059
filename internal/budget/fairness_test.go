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
	left, sent atomic.Int64
	finished   atomic.Int64 // nanoseconds since start
}

// run sends n requests that take the given time, by that many workers.
func (w *work) run(ctx context.Context, b *Budget, clk *clocktesting.FakeClock, claimant string, n, workers int, each time.Duration) {
	w.left.Store(int64(n))
	for range workers {
		go func() {
			for w.left.Add(-1) >= 0 {
				ticket, err := b.Acquire(ctx, claimant)
				if err != nil {
					return
				}
				if each > 0 {
					select {
					case <-clk.After(each):
					case <-ctx.Done():
					}
				}
				ticket.Done()
				w.finished.Store(int64(clk.Since(start)))
				w.sent.Add(1)
			}
		}()
	}
	settle()
}

// pass lets time pass in steps of a second.
func pass(clk *clocktesting.FakeClock, d time.Duration, until func() bool) {
	for end := clk.Now().Add(d); clk.Now().Before(end) && !until(); {
		clk.Step(time.Second)
		settle()
	}
}

func forever() bool { return false }

// A sync of 3 documents that comes while one of 30,000 runs gets its turn within seconds, wherever in a
// period it comes, once the huge one has had its first share.
func TestASmallSyncDoesNotWaitForAHugeOne(t *testing.T) {
	for _, workers := range []int{1, 4, 16, 200} {
		for _, at := range []time.Duration{10*time.Minute + time.Second, 13 * time.Minute, 19*time.Minute + 30*time.Second, 47 * time.Minute} {
			t.Run(fmt.Sprint(workers, " workers, at ", at), func(t *testing.T) {
				inBubble(t, func(t *testing.T, clk *clocktesting.FakeClock) {
					g := NewWithT(t)
					ctx, cancel := context.WithCancel(t.Context())
					defer cancel()
					b := open(t, newMemory(), clk, eighty)
					var huge, small work
					huge.run(ctx, b, clk, "huge", 30_000, workers, 0)
					pass(clk, at, forever)

					small.run(ctx, b, clk, "small", 3, 1, 0)
					done := func() bool { return small.sent.Load() == 3 }
					pass(clk, time.Hour, done)
					g.Expect(done()).To(BeTrue())
					took := time.Duration(small.finished.Load()) - at
					g.Expect(took).To(BeNumerically("<=", 2*time.Minute), "the small sync took %s", took)
				})
			})
		}
	}
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
				jobs := make([]work, tc.claimants)
				for i := range jobs {
					jobs[i].run(ctx, b, clk, fmt.Sprint("sync", i), 1_000_000, tc.workers, tc.each)
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
				if tc.each == 0 {
					return // who comes first takes all that is free: nobody else is waiting yet
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
