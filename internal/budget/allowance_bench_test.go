package budget_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	clocktesting "k8s.io/utils/clock/testing"

	"dataroom.dev/intralinks-operator/internal/bearer"
	"dataroom.dev/intralinks-operator/internal/budget"
	"dataroom.dev/intralinks-operator/internal/ledger"
	"dataroom.dev/intralinks-operator/internal/luminance"
	luminancesim "dataroom.dev/intralinks-operator/internal/simulator/luminance"
)

const (
	benchSyncs    = 2
	benchWorkers  = 2 // of each sync
	benchRestarts = 2 // in each operation
)

// BenchmarkAllowance uploads documents to a simulated instance over HTTP, as fast as its documented allowance
// of 100 requests in 10 minutes lets it, without a reserve, so that one request too many is refused. An operation
// is 40 minutes, by a clock that moves when everybody waits; twice in it the operator crashes, each time with
// a request of each worker noted and not sent, and begins again from the ledger's file. It tells how much of
// the allowance was used while all that time work waited, and how many answers of 429 there were.
func BenchmarkAllowance(b *testing.B) {
	for _, window := range []string{"sliding", "fixed"} {
		b.Run(window, func(b *testing.B) {
			bench := newBench(b, window)
			began := bench.clk.Now()
			restarts := 0
			for b.Loop() {
				for range benchRestarts {
					bench.run(40 * time.Minute / benchRestarts)
					restarts++
				}
			}
			usage := bench.instance.Usage()
			periods := bench.clk.Since(began).Seconds() / bench.limit.Per.Seconds()
			used := float64(usage.Total) / float64(bench.limit.Share()) / periods * 100
			b.ReportMetric(used, "%used")
			b.ReportMetric(float64(usage.Refused), "429s")
			b.ReportMetric(float64(usage.Largest), "most/window")
			b.ReportMetric(float64(restarts), "restarts")
			if used < 95 || usage.Refused > 0 {
				b.Errorf("%.1f %% of the allowance was used, and %d requests were refused", used, usage.Refused)
			}
		})
	}
}

// bench is an instance and what outlives the operator's processes.
type bench struct {
	*testing.B
	clk      *clocktesting.FakeClock
	instance *luminancesim.Simulator
	url      string
	file     string
	limit    budget.Limit

	division, folder int64
	documents        atomic.Int64
}

func newBench(b *testing.B, window string) *bench {
	b.Helper()
	n := &bench{
		B: b, clk: clocktesting.NewFakeClock(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)),
		file: filepath.Join(b.TempDir(), "ledger.db"), limit: budget.Limit{Requests: 100, Per: 10 * time.Minute},
	}
	var err error
	n.instance, err = luminancesim.New(luminancesim.Options{Clock: n.clk.Now})
	n.must(err)
	n.must(n.instance.Control().Set("rateWindow", window))
	n.must(n.instance.Control().Set("store", "hashes"))
	server := httptest.NewServer(n.instance)
	b.Cleanup(server.Close)
	n.url = server.URL
	for _, f := range n.instance.Folders() {
		if f.ParentID == 0 && n.folder == 0 {
			n.folder = f.ID
		}
	}
	n.division = luminancesim.DefaultDivisions()[0].ID
	return n
}

func (n *bench) must(err error) {
	n.Helper()
	if err != nil {
		n.Fatal(err)
	}
}

// run is a process that lives for a while.
func (n *bench) run(long time.Duration) {
	n.Helper()
	records, err := ledger.Open(context.Background(), "sqlite://"+n.file)
	n.must(err)
	registry := budget.NewRegistry(records, n.clk)
	host := strings.TrimPrefix(n.url, "http://")
	registry.Configure(host, "deals/production", n.limit)
	ours, err := registry.For(context.Background(), host)
	n.must(err)
	base := &http.Transport{}
	hc := &http.Client{Transport: &budget.Transport{Base: &luminance.Watchdog{Base: base}, Budget: ours}}
	tokens := bearer.NewSourceAfter(ours.Prepay, luminance.ClientCredentials(n.url, luminancesim.DefaultClientID, luminancesim.DefaultClientSecret, hc))
	client, err := luminance.New(luminance.Options{BaseURL: n.url, HTTPClient: hc, Tokens: tokens})
	n.must(err)

	end := n.clk.Now().Add(long)
	var dying atomic.Bool
	n.pass(ours, &dying, end, 1, func(int) {
		_, err := tokens.Token(context.Background())
		if err != nil {
			n.Error(err)
		}
	})
	n.pass(ours, &dying, end, benchSyncs*benchWorkers, func(i int) {
		n.work(client, ours, fmt.Sprint("sync", i%benchSyncs), &dying)
	})
	base.CloseIdleConnections()
	n.must(records.Close())
}

// pass lets some goroutines work, and time pass whenever all of them wait for the budget.
func (n *bench) pass(ours *budget.Budget, dying *atomic.Bool, end time.Time, goroutines int, work func(i int)) {
	var running sync.WaitGroup
	var left atomic.Int64
	left.Store(int64(goroutines))
	for i := range goroutines {
		running.Go(func() {
			defer left.Add(-1)
			work(i)
		})
	}
	for ; left.Load() > 0; runtime.Gosched() {
		dying.Store(!n.clk.Now().Before(end))
		waiting := int64(ours.State().Waiting)
		if waiting > 0 && waiting == left.Load() && n.clk.HasWaiters() {
			n.clk.Step(time.Second)
		}
	}
	running.Wait()
}

// work uploads until the process dies, with a ticket that nobody settles.
func (n *bench) work(client *luminance.Client, ours *budget.Budget, claimant string, dying *atomic.Bool) {
	ours.Expect(claimant, 30_000)
	ctx := budget.WithClaimant(context.Background(), claimant)
	for {
		ticket, err := ours.Acquire(ctx, claimant)
		if err != nil || dying.Load() {
			return
		}
		body := fmt.Sprint("document ", n.documents.Add(1))
		if _, err := client.Upload(budget.WithTicket(ctx, ticket), luminance.Upload{
			Division: n.division, Folder: n.folder, Name: body + ".txt", Size: int64(len(body)), Body: strings.NewReader(body),
		}); err != nil {
			n.Error(err)
		}
	}
}

// BenchmarkRequest is what the budget adds to a request: its turn, and the two notes in the ledger's file, each
// of which is flushed to the disk. Periods too short to be stored cost only the turn.
func BenchmarkRequest(b *testing.B) {
	for name, per := range map[string]time.Duration{"stored": 10 * time.Minute, "not stored": time.Second} {
		b.Run(name, func(b *testing.B) {
			records, err := ledger.Open(context.Background(), "sqlite://"+filepath.Join(b.TempDir(), "ledger.db"))
			if err != nil {
				b.Fatal(err)
			}
			defer func() { _ = records.Close() }()
			registry := budget.NewRegistry(records, nil)
			registry.Configure("acme", "deals/production", budget.Limit{Requests: 1 << 40, Per: per})
			ours, err := registry.For(context.Background(), "acme")
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				ticket, err := ours.Acquire(context.Background(), "sync")
				if err != nil {
					b.Fatal(err)
				}
				ticket.Done()
			}
		})
	}
}

// BenchmarkManyClaimants has 5,000 syncs wait with four workers each, and tells what they take of the heap, their
// goroutines aside, and what a slot costs to hand out and a forecast to make among them.
func BenchmarkManyClaimants(b *testing.B) {
	const claimants, each = 5000, 4
	clk := clocktesting.NewFakeClock(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC))
	registry := budget.NewRegistry(nil, clk)
	registry.Configure("acme", "deals/production", budget.Limit{Requests: 1, Per: time.Minute})
	ours, err := registry.For(context.Background(), "acme")
	if err != nil {
		b.Fatal(err)
	}
	heap := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	defer running.Wait()
	defer cancel()
	before := heap()
	for i := range claimants {
		name := fmt.Sprint("deals/sync-", i)
		ours.Expect(name, 1000)
		for range each {
			running.Go(func() {
				for {
					ticket, err := ours.Acquire(ctx, name)
					if err != nil {
						return
					}
					ticket.Done()
				}
			})
		}
	}
	wait := func() {
		for ours.State().Waiting < claimants*each || !clk.HasWaiters() {
			runtime.Gosched()
		}
	}
	wait()
	taken := float64(heap()-before) / claimants
	b.Run("slot", func(b *testing.B) {
		for b.Loop() {
			clk.Step(time.Minute)
			wait()
		}
		b.ReportMetric(taken, "B/claimant")
	})
	b.Run("forecast", func(b *testing.B) {
		for b.Loop() {
			ours.Estimate("deals/sync-1", 1000)
		}
	})
}
