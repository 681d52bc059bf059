package engine

import (
	"context"
	"fmt"
	"strings"
	"time"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/budget"
	"dataroom.dev/intralinks-operator/internal/intralinks"
	"dataroom.dev/intralinks-operator/internal/ledger"
)

// Forecast is what the next run would do, as far as the listing and the ledger tell. Of Luminance it asks nothing but an
// unknown Division's id, so what others have put there shows only in the run, or in a dry run.
type Forecast struct {
	Time               time.Time
	Exchange, Division Reference
	Snapshot           *Snapshot
	Books              Books
	Plan               *Plan
	// PlanFolders would be created, from the Division's root, parents first and without a slash in front.
	PlanFolders []string
	// PlanRequests is what it costs in Luminance requests, about; Through is when they have left if the run began now.
	PlanRequests int64
	Through      time.Time
	// Problems are all documents that wouldn't cross, and those that failed last time and are tried again.
	Problems []Problem
	// Warnings are for a person to know.
	Warnings []string
}

// Forecast says what a run of the job would do. It writes nothing, not even to the ledger, and so may be made while a run
// of the same job is on. It fails with a *Failure, like a run.
func (e *Engine) Forecast(ctx context.Context, job Job) (*Forecast, error) {
	r, err := e.look(ctx, job)
	if err != nil {
		return nil, asFailure(err, e.clock.Now())
	}
	return r.forecast(), nil
}

// look takes a run's steps up to its plan, and leaves out those that write.
func (e *Engine) look(ctx context.Context, job Job) (*run, error) {
	job.DryRun, job.ClaimDestination = false, nil
	if budget.ClaimantOf(ctx) == "" {
		ctx = budget.WithClaimant(ctx, job.Claimant)
	}
	r := &run{engine: e, job: &job, report: func(Progress) {}, started: e.clock.Now()}
	for _, step := range []func(context.Context) error{r.resolveExchange, r.resolveDivision, r.peekLedger, r.glance} {
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// peekLedger reads the records, and makes none.
func (r *run) peekLedger(ctx context.Context) error { return r.readLedger(ctx, r.engine.ledger.Peek) }

// glance takes a snapshot of a listing that somebody else may have taken.
func (r *run) glance(ctx context.Context) error {
	r.room = r.job.Intralinks.Room(r.exchange.ID, intralinks.Entry{AcceptSplash: r.job.Source.AcceptSplash, TextHash: r.job.Source.SplashTextHash})
	listed, _, err := r.engine.listings.glance(ctx, r.room)
	if err != nil {
		return err
	}
	r.snapshot, err = takeSnapshot(listed, r.job.Source.Folder, r.records)
	return err
}

func (r *run) forecast() *Forecast {
	now := r.engine.clock.Now()
	r.plan = MakePlan(r.snapshot, r.books, r.job.Policy, now)
	r.countVersions()
	for i := range r.plan.Actions {
		a := &r.plan.Actions[i]
		a.Target = r.target(a)
	}
	r.planFolders = r.places.missing(r.plan.Folders)
	r.planRequests = r.estimateRequests()
	return &Forecast{
		Time: now, Exchange: *r.exchange, Division: *r.division, Snapshot: r.snapshot, Books: r.books, Plan: r.plan,
		PlanFolders: r.planFolders, PlanRequests: r.planRequests, Through: r.job.Budget.Estimate(r.job.Claimant, int(r.planRequests)),
		Problems: r.foreseenProblems(), Warnings: r.foreseenWarnings(),
	}
}

// foreseenProblems are those of the plan, and what failed last time and the run would try again.
func (r *run) foreseenProblems() []Problem {
	problems := r.plan.Problems
	for i := range r.plan.Actions {
		if a := &r.plan.Actions[i]; a.Failed != nil {
			problems = append(problems, Problem{DocumentID: a.Document.ID, Name: a.Document.Path, Reason: a.Failed.Reason, Message: a.Failed.Message})
		}
	}
	return problems
}

func (r *run) foreseenWarnings() []string {
	warnings := r.warnings
	if missing, known := r.missing(); 2*len(missing) > known && r.job.ConfirmVanished != markOf(missing) {
		warnings = append(warnings, fmt.Sprintf("%d of the %d documents that were listed before are in no folder that this account can see: "+
			"a run would stop with SourceVanished before it carries anything, until that has stayed so for an interval or is confirmed", len(missing), known))
	}
	if !r.pair.Searched && len(r.plan.Actions) > 0 {
		warnings = append(warnings, "nobody has looked yet what stands in the destination folder: the first run does, and carries nothing that is there already")
	}
	return warnings
}

// RecordedProblems are those that the ledger tells without a listing: what failed when it was tried, and what Luminance could
// not analyse. What a listing alone tells, such as that a document is protected, is missing. Names are paths below the
// source folder.
func RecordedProblems(records map[int64]*ledger.Record, sourceFolder string) []Problem {
	var problems []Problem
	for id, r := range records {
		if !r.GoneAt.IsZero() {
			continue
		}
		name, inside := strings.CutPrefix(r.SourcePath, strings.Trim(sourceFolder, "/"))
		if !inside || r.SourcePath == "" {
			name = join(r.Folder, r.Name)
		}
		p := Problem{DocumentID: id, Name: strings.TrimPrefix(name, "/")}
		switch {
		case r.Failure != nil:
			p.Reason, p.Message = r.Failure.Reason, r.Failure.Message
		case r.Standing != nil && r.Standing.Import.State == ledger.ImportFailed:
			p.Reason, p.Message = string(v1alpha1.ImportFailedProblem), importFailed(r.Standing.Import.Tags)
		default:
			continue
		}
		problems = append(problems, p)
	}
	return problems
}
