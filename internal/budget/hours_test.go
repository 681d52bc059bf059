package budget_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	. "github.com/onsi/gomega"
	clocktesting "k8s.io/utils/clock/testing"

	"dataroom.dev/intralinks-operator/internal/budget"
	"dataroom.dev/intralinks-operator/internal/ledger"
)

// office is an operator that comes and goes: of one process nothing is left to the next but the ledger's file.
type office struct {
	t        *testing.T
	clk      *clocktesting.FakeClock
	random   *rand.Rand // of the test's own goroutine
	file     string
	limit    budget.Limit
	instance instance

	budget *budget.Budget
	ctx    context.Context //nolint:containedctx // that of the process
	stop   func()
}

// start begins a process, with syncs that never run out of work.
func (o *office) start(syncs int) {
	o.t.Helper()
	g := NewWithT(o.t)
	records, err := ledger.Open(context.Background(), "sqlite://"+o.file)
	g.Expect(err).NotTo(HaveOccurred())
	registry := budget.NewRegistry(records, o.clk)
	registry.Configure("acme", "deals/production", o.limit)
	o.budget, err = registry.For(context.Background(), "acme")
	g.Expect(err).NotTo(HaveOccurred())

	var cancel context.CancelFunc
	o.ctx, cancel = context.WithCancel(context.Background())
	var running sync.WaitGroup
	for i := range syncs {
		name := fmt.Sprint("huge", i)
		o.budget.Expect(name, 30_000)
		for worker := range 2 {
			random := rand.New(rand.NewPCG(o.random.Uint64(), uint64(worker)))
			running.Go(func() {
				for o.request(name, random) {
				}
			})
		}
	}
	o.stop = func() {
		cancel()
		running.Wait()
		g.Expect(records.Close()).To(Succeed())
	}
	synctest.Wait()
}

// request sends one that takes up to ten seconds, and is counted at some moment on its way. If the process
// ends first it may have arrived or not, and nobody settles it. It is false once the process has ended.
func (o *office) request(claimant string, random *rand.Rand) bool {
	ticket, err := o.budget.Acquire(o.ctx, claimant)
	if err != nil {
		return false
	}
	underWay := func() bool {
		select {
		case <-o.clk.After(time.Duration(random.Int64N(int64(5 * time.Second)))):
			return true
		case <-o.ctx.Done():
			return false
		}
	}
	if !underWay() {
		return false
	}
	o.instance.count(o.clk.Now())
	if !underWay() {
		return false
	}
	ticket.Done()
	return true
}

// small is a sync of three documents: seven requests, one after the other.
type small struct {
	began    time.Time
	finished chan time.Time
}

func (o *office) startSmall(n int) *small {
	s := &small{began: o.clk.Now(), finished: make(chan time.Time, 1)}
	name := fmt.Sprint("small", n)
	o.budget.Expect(name, 7)
	random := rand.New(rand.NewPCG(uint64(n), 0))
	go func() {
		for left := 7; left > 0; left-- {
			if !o.request(name, random) {
				return // its process has ended
			}
			o.budget.Expect(name, left-1)
		}
		s.finished <- o.clk.Now()
	}()
	return s
}

// Hours of three syncs that never run out of work, small ones that come in between, and an operator that is
// restarted every now and then with requests under way: however the instance counts, it never counts more
// than our share, nearly all of which is used, and nobody small waits long.
func TestTheAllowanceIsUsedAndNeverCrossedOverHoursOfRestarts(t *testing.T) {
	const hours, syncs = 8, 3
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	synctest.Test(t, func(t *testing.T) {
		g := NewWithT(t)
		began := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
		o := &office{
			t: t, clk: clocktesting.NewFakeClock(began), random: rand.New(rand.NewPCG(seed, 0)),
			file: filepath.Join(t.TempDir(), "ledger.db"), limit: budget.DefaultLimit,
		}
		o.start(syncs)
		restarts, smalls := 0, 0
		var waiting *small
		var slowest time.Duration
		for o.clk.Since(began) < hours*time.Hour {
			o.clk.Step(time.Duration(100+o.random.IntN(1900)) * time.Millisecond)
			synctest.Wait()
			switch {
			case waiting != nil:
				select {
				case at := <-waiting.finished:
					// In the first period the huge ones and the first small ones have had all that there is.
					if waiting.began.Sub(began) > o.limit.Per {
						slowest = max(slowest, at.Sub(waiting.began))
					}
					waiting = nil
				default:
				}
			case o.random.IntN(1200) == 0: // about every twenty minutes
				o.stop()
				restarts++
				o.clk.Step(time.Duration(o.random.IntN(5000)) * time.Millisecond)
				o.start(syncs)
			case o.random.IntN(600) == 0:
				smalls++
				waiting = o.startSmall(smalls)
			}
		}
		o.stop()
		synctest.Wait()

		share := o.limit.Share()
		used := float64(len(o.instance.came)) / float64(share) / (hours * 6) * 100
		t.Logf("%d requests, %.1f %% of the share, %d restarts, %d small syncs, the slowest took %s", len(o.instance.came), used, restarts, smalls, slowest)
		g.Expect(o.instance.sliding(o.limit.Per)).To(BeNumerically("<=", share))
		g.Expect(o.instance.fixed(o.limit.Per, 600)).To(BeNumerically("<=", share))
		g.Expect(o.instance.refused(o.limit.Per, share)).To(BeZero())
		g.Expect(used).To(BeNumerically(">=", 95))
		g.Expect(restarts).To(BeNumerically(">", 5))
		g.Expect(smalls).To(BeNumerically(">", 5))
		g.Expect(slowest).To(BeNumerically("<=", 4*time.Minute))
	})
}
