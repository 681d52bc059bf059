package historytest

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"time"

	"dataroom.dev/intralinks-operator/internal/engine"
)

// operatorActs are what becomes of the operator.
var operatorActs = map[string]act{
	"run":             {16, func(w *world, s step) { w.run(runOptions{retryNow: s.A == 0}) }},
	"run, stopped":    {6, (*world).runStopped},
	"restart":         {2, func(w *world, _ step) { w.restart() }},
	"lose the ledger": {2, (*world).loseLedger},
	"dry run, run":    {5, (*world).dryRunThenRun},
}

// tooLong is when a run has surely got stuck, in this machine's time.
const tooLong = 2 * time.Minute

// runOptions are how a run differs from a due one.
type runOptions struct {
	// retryNow: somebody asked for it.
	retryNow, dryRun bool
	// stopAt is the number of the request at whose arrival it is stopped, stopAfter that of the upload that is stored
	// and whose answer is lost with the run; 0: it isn't.
	stopAt, stopAfter int
}

func (o runOptions) stopped() bool { return o.stopAt+o.stopAfter > 0 }

// ran is what became of a run.
type ran struct {
	engine.Result
	options runOptions
	uploads []upload
	// requests that Luminance was sent, without those for a token, and those that were refused for want of a good one.
	requests int
	// folders that were made, by their paths.
	folders []string
}

// run lets the operator do a run, and holds what it did against the model.
func (w *world) run(o runOptions) *ran {
	ctx, cancel := context.WithTimeout(context.Background(), tooLong)
	defer cancel()
	job := w.job()
	job.DryRun, job.Policy.RetryNow = o.dryRun, o.retryNow
	w.target.Control().ResetRequests()
	w.traffic.begin(o, cancel)
	r := &ran{options: o, Result: w.engine.Run(ctx, job, nil)}
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		w.t.Fatalf("a run did not end")
	}
	r.uploads = w.traffic.settle()
	r.requests = w.countRequests()
	if r.Exchange != nil {
		w.exchangeRef = r.Exchange
	}
	if r.Division != nil {
		w.divisionRef = r.Division
	}
	w.logf("run %+v: %s", o, describe(r))
	w.model.operatorRan(r)
	w.model.lingers = o.stopped()
	return r
}

func (w *world) countRequests() int {
	n := 0
	for _, r := range w.target.Control().Requests() {
		if r.Path != "/auth/oauth2/token" && r.Status != 401 {
			n++
		}
	}
	return n
}

// runStopped at the arrival of one of the first requests, or after one of the first uploads; then, where C says so, a
// new process begins.
func (w *world) runStopped(s step) {
	if s.C < 6 {
		w.run(runOptions{stopAfter: 1 + s.A%3})
	} else {
		w.run(runOptions{stopAt: 1 + s.A + s.B})
	}
	if s.C%2 == 1 {
		w.restart()
	}
}

func (w *world) restart() {
	w.end()
	w.start()
}

// loseLedger as when a volume is lost. The requests of the running period are lost with it, which may cross the
// allowance, so the period ends first.
func (w *world) loseLedger(step) {
	w.clock.Step(11 * time.Minute)
	w.end()
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(w.ledgerFile + suffix); !errors.Is(err, fs.ErrNotExist) {
			w.must(err)
		}
	}
	w.start()
	w.model.lostLedger()
}
