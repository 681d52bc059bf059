package engine

import (
	"context"
	"sync/atomic"
	"time"

	"golang.org/x/sync/semaphore"
	"k8s.io/utils/clock"

	"dataroom.dev/intralinks-operator/internal/budget"
	"dataroom.dev/intralinks-operator/internal/ledger"
)

// Options of an Engine.
type Options struct {
	Ledger *ledger.Ledger
	// Transfers is how many documents move at once, over all runs; 4 by default.
	Transfers int
	// SmallFile is the size in bytes up to which a document is held in memory and checked before its first
	// byte leaves; 8 MiB by default.
	SmallFile int64
	// RetryDelay is the wait before a failed call is repeated, doubled and jittered from there; a second by
	// default.
	RetryDelay time.Duration
	// StillFor is how long a transfer may stand still before another one gets its slot; 10 seconds by default.
	StillFor time.Duration
	Clock    clock.Clock
	// OnDocument, which may be nil, hears of each document when a run has dealt with it, with the bytes that crossed.
	// It must not block.
	OnDocument func(claimant string, outcome DocumentOutcome, bytes int64)
}

// Engine runs jobs. It is safe for concurrent use.
type Engine struct {
	ledger      *ledger.Ledger
	workers     int
	transfers   *semaphore.Weighted
	smallFile   int64
	retryDelay  time.Duration
	stillFor    time.Duration
	clock       clock.Clock
	folders     keyLock
	listings    listings
	folderLists folderLists
	onDocument  func(claimant string, outcome DocumentOutcome, bytes int64)
}

// New makes an Engine.
func New(o Options) *Engine {
	e := &Engine{
		ledger: o.Ledger, workers: o.Transfers, smallFile: o.SmallFile,
		retryDelay: o.RetryDelay, stillFor: o.StillFor, clock: o.Clock, onDocument: o.OnDocument,
	}
	if e.workers <= 0 {
		e.workers = 4
	}
	if e.smallFile <= 0 {
		e.smallFile = 8 << 20
	}
	if e.retryDelay <= 0 {
		e.retryDelay = time.Second
	}
	if e.onDocument == nil {
		e.onDocument = func(string, DocumentOutcome, int64) {}
	}
	if e.stillFor <= 0 {
		e.stillFor = 10 * time.Second
	}
	if e.clock == nil {
		e.clock = clock.RealClock{}
	}
	e.listings.clock = e.clock
	e.transfers = semaphore.NewWeighted(int64(e.workers))
	return e
}

// Run does one job from its beginning to its end. report, which may be nil, hears of progress; it must not
// block. The end of ctx stops the run between two documents or inside one, and nothing is lost by it.
func (e *Engine) Run(ctx context.Context, job Job, report func(Progress)) Result {
	var requests atomic.Int64
	ctx = budget.WithCounter(budget.WithClaimant(ctx, job.Claimant), &requests)
	if report == nil {
		report = func(Progress) {}
	}
	r := &run{engine: e, job: &job, report: report, started: e.clock.Now()}
	defer job.Budget.Expect(job.Claimant, 0)
	err := r.do(ctx)
	result := r.result()
	result.Requests = requests.Load()
	result.Failure = asFailure(err, e.clock.Now())
	return result
}
