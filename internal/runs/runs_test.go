package runs_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	. "github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/types"

	"dataroom.dev/intralinks-operator/internal/runs"
)

const every = 10 * time.Second

var (
	heron  = types.NamespacedName{Namespace: "deals", Name: "heron"}
	osprey = types.NamespacedName{Namespace: "deals", Name: "osprey"}
)

// desk is a Manager with what it told, at which second.
type desk struct {
	*runs.Manager[int, string]
	began time.Time

	mu   sync.Mutex
	told map[types.NamespacedName][]time.Duration
}

// inBubble runs a test where time passes as soon as nothing else can happen. The manager is shut down at
// its end, so a run that didn't end would fail it.
func inBubble(t *testing.T, test func(t *testing.T, d *desk)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		d := &desk{began: time.Now(), told: map[types.NamespacedName][]time.Duration{}}
		d.Manager = runs.New[int, string](d.notify, every)
		defer d.shutDown(t)
		test(t, d)
	})
}

func (d *desk) notify(key types.NamespacedName) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.told[key] = append(d.told[key], time.Since(d.began))
}

// notices gives when the key was told of.
func (d *desk) notices(key types.NamespacedName) []time.Duration {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.told[key]
}

func (d *desk) shutDown(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := d.Start(ctx); err != nil {
		t.Errorf("Start: %v", err)
	}
}

func (d *desk) state(t *testing.T, key types.NamespacedName) runs.State[int, string] {
	t.Helper()
	state, ok := d.Get(key)
	if !ok {
		t.Fatalf("%s has no run", key)
	}
	return state
}

// untilStopped is a run that ends when it is told to, after what it has to clean up.
func untilStopped(cleanUp time.Duration) func(context.Context, func(int)) string {
	return func(ctx context.Context, _ func(int)) string {
		<-ctx.Done()
		time.Sleep(cleanUp)
		return "stopped"
	}
}

func nothing(context.Context, func(int)) string { return "done" }

func TestARunEndsWithItsResultAndTellsOfIt(t *testing.T) {
	inBubble(t, func(t *testing.T, d *desk) {
		g := NewWithT(t)
		ended := make(chan struct{})
		g.Expect(d.Run(heron, "generation 1", func(context.Context, func(int)) string {
			<-ended
			return "12 documents"
		})).To(BeTrue())
		g.Expect(d.state(t, heron)).To(Equal(runs.State[int, string]{ID: "generation 1"}))
		g.Expect(d.notices(heron)).To(BeEmpty())

		close(ended)
		synctest.Wait()
		g.Expect(d.state(t, heron)).To(Equal(runs.State[int, string]{ID: "generation 1", Result: new("12 documents")}))
		g.Expect(d.notices(heron)).To(HaveLen(1))
	})
}

func TestAnObjectHasOneRun(t *testing.T) {
	inBubble(t, func(t *testing.T, d *desk) {
		g := NewWithT(t)
		g.Expect(d.Run(heron, "1", untilStopped(time.Minute))).To(BeTrue())
		g.Expect(d.Run(heron, "2", nothing)).To(BeFalse(), "while one is on")
		g.Expect(d.Run(osprey, "1", nothing)).To(BeTrue(), "another object has its own")

		d.Stop(heron)
		synctest.Wait()
		g.Expect(d.state(t, heron)).To(Equal(runs.State[int, string]{ID: "1", Stopping: true}))
		g.Expect(d.Run(heron, "2", nothing)).To(BeFalse(), "while a stopped one is on its way out")
		d.Forget(heron)
		g.Expect(d.state(t, heron).Stopping).To(BeTrue(), "one that is still on can't be forgotten")

		time.Sleep(time.Minute)
		synctest.Wait()
		g.Expect(d.state(t, heron).Result).To(HaveValue(Equal("stopped")))
		g.Expect(d.Run(heron, "2", nothing)).To(BeFalse(), "while nobody has written down how it ended")

		d.Forget(heron)
		g.Expect(d.Run(heron, "2", nothing)).To(BeTrue())
	})
}

func TestAResultIsKeptUntilItIsForgotten(t *testing.T) {
	inBubble(t, func(t *testing.T, d *desk) {
		g := NewWithT(t)
		d.Run(heron, "1", nothing)
		time.Sleep(24 * time.Hour)
		g.Expect(d.state(t, heron).Result).To(HaveValue(Equal("done")))

		d.Stop(heron)
		g.Expect(d.state(t, heron).Result).To(HaveValue(Equal("done")), "a stop comes too late to change it")

		d.Forget(heron)
		_, ok := d.Get(heron)
		g.Expect(ok).To(BeFalse())
	})
}

func TestWhatHasNoRunCanBeStoppedAndForgotten(t *testing.T) {
	inBubble(t, func(t *testing.T, d *desk) {
		d.Stop(heron)
		d.Forget(heron)
		_, ok := d.Get(heron)
		NewWithT(t).Expect(ok).To(BeFalse())
	})
}

func TestProgressIsToldOnceAPeriodAndTheLastIsAlwaysTold(t *testing.T) {
	inBubble(t, func(t *testing.T, d *desk) {
		g := NewWithT(t)
		d.Run(heron, "1", func(ctx context.Context, report func(int)) string {
			for n := range 25 { // 0 to 24 seconds
				report(n)
				time.Sleep(time.Second)
			}
			<-ctx.Done()
			return ""
		})
		time.Sleep(time.Hour)
		g.Expect(d.notices(heron)).To(Equal([]time.Duration{0, every, 2 * every, 3 * every}))
		g.Expect(d.state(t, heron).Progress).To(HaveValue(Equal(24)))
	})
}

func TestTheNewestProgressIsSeenAtOnce(t *testing.T) {
	inBubble(t, func(t *testing.T, d *desk) {
		g := NewWithT(t)
		reports := make(chan int)
		d.Run(heron, "1", func(_ context.Context, report func(int)) string {
			for n := range reports {
				report(n)
			}
			return ""
		})
		defer close(reports)
		for n := range 3 {
			reports <- n
			synctest.Wait()
			g.Expect(d.state(t, heron).Progress).To(HaveValue(Equal(n)), "whoever looks for another reason sees it")
		}
		g.Expect(d.notices(heron)).To(HaveLen(1))
	})
}

func TestAnEndIsToldWithoutDelay(t *testing.T) {
	inBubble(t, func(t *testing.T, d *desk) {
		d.Run(heron, "1", func(_ context.Context, report func(int)) string {
			report(1)
			time.Sleep(time.Second)
			report(2)
			return "done"
		})
		time.Sleep(2 * time.Second)
		NewWithT(t).Expect(d.notices(heron)).To(Equal([]time.Duration{0, time.Second}))
		time.Sleep(every) // what was about to be told is harmless
	})
}

func TestAShutdownStopsEveryRunAndWaitsForIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := NewWithT(t)
		m := runs.New[int, string](func(types.NamespacedName) {}, every)
		m.Run(heron, "1", untilStopped(time.Minute))
		m.Run(osprey, "1", untilStopped(time.Second))

		ctx, cancel := context.WithCancel(t.Context())
		var down atomic.Bool
		go func() {
			_ = m.Start(ctx) // it knows no error
			down.Store(true)
		}()
		time.Sleep(time.Hour)
		g.Expect(down.Load()).To(BeFalse(), "nobody has asked for it")

		cancel()
		time.Sleep(30 * time.Second)
		g.Expect(down.Load()).To(BeFalse(), "one run is still cleaning up")
		time.Sleep(31 * time.Second)
		g.Expect(down.Load()).To(BeTrue())
		g.Expect(m.Run(types.NamespacedName{Name: "late"}, "1", nothing)).To(BeFalse())
	})
}

// TestNothingIsOnAfterAShutdown has runs begun from all sides while the manager is shut down.
func TestNothingIsOnAfterAShutdown(t *testing.T) {
	for range 200 {
		m := runs.New[int, string](func(types.NamespacedName) {}, every)
		var on atomic.Int64
		ctx, cancel := context.WithCancel(t.Context())
		var starters sync.WaitGroup
		for _, key := range []types.NamespacedName{heron, osprey, {Name: "kite"}, {Name: "harrier"}} {
			starters.Go(func() {
				m.Run(key, "1", func(ctx context.Context, _ func(int)) string {
					on.Add(1)
					defer on.Add(-1)
					<-ctx.Done()
					return ""
				})
			})
		}
		cancel()
		_ = m.Start(ctx) // it knows no error
		left := on.Load()
		starters.Wait()
		if left += on.Load(); left != 0 {
			t.Fatalf("%d runs were on after the shutdown", left)
		}
	}
}

// TestManyHandsOnOneObject is for the race detector, and counts what runs at once.
func TestManyHandsOnOneObject(t *testing.T) {
	var told atomic.Int64
	m := runs.New[int, string](func(types.NamespacedName) { told.Add(1) }, time.Nanosecond)
	var on, most, ran atomic.Int64
	var hands sync.WaitGroup
	for range 8 {
		hands.Go(func() {
			for ran.Load() < 100 {
				m.Run(heron, "1", func(_ context.Context, report func(int)) string {
					if n := on.Add(1); n > most.Load() {
						most.Store(n)
					}
					report(1)
					ran.Add(1)
					on.Add(-1)
					return ""
				})
				m.Get(heron)
				m.Stop(heron)
				m.Forget(heron)
			}
		})
	}
	hands.Wait()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	g := NewWithT(t)
	g.Expect(m.Start(ctx)).To(Succeed())
	g.Expect(most.Load()).To(Equal(int64(1)))
	g.Expect(told.Load()).To(BeNumerically(">=", ran.Load()), "each end is told")
}
