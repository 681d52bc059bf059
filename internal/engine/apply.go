package engine

import (
	"context"
	"errors"
	"time"

	"golang.org/x/sync/errgroup"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/ledger"
	"dataroom.dev/intralinks-operator/internal/luminance"
)

// maxFailuresInARow of one service's making end a run: it is down, and every further document would only
// spend requests to find that out again.
const maxFailuresInARow = 5

// retryLasting is when a document that failed for good is tried again without its having changed.
const retryLasting = 24 * time.Hour

// apply carries the plan's documents, several at once. A document's failure is recorded and the others go
// on; an error of the services or the ledger ends the run.
func (r *run) apply(ctx context.Context) error {
	if err := r.recordListing(ctx); err != nil || len(r.plan.Actions) == 0 {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	queue := make(chan *Action)
	group.Go(func() error {
		defer close(queue)
		ahead := r.foldersAhead(ctx)
		defer ahead.wait()
		for i := range r.plan.Actions {
			ahead.begin(i)
			select {
			case queue <- &r.plan.Actions[i]:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		return nil
	})
	for range min(carriers(r.engine.workers), len(r.plan.Actions)) {
		group.Go(func() error {
			for action := range queue {
				if err := r.conclude(ctx, action, r.carry(ctx, action)); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return group.Wait()
}

// carriers is how many documents a run has in hand at once. Those beyond the transfer slots are for the time in which a
// document has left its slot and is being booked: the more are booked at once, the fewer commits of the ledger that takes.
// Who wants one transfer at a time gets one document at a time.
func carriers(workers int) int {
	if workers == 1 {
		return 1
	}
	return 4 * workers
}

// recordListing writes down what the listing brought, before anything is sent.
func (r *run) recordListing(ctx context.Context) error {
	if err := r.pair.SaveFolderNames(ctx, r.plan.FolderNames); err != nil {
		return err
	}
	if err := r.pair.See(ctx, r.plan.Sightings); err != nil {
		return err
	}
	seen, err := r.pair.Vanishing(ctx)
	if err != nil || seen == (ledger.Vanishing{}) {
		return err
	}
	return r.pair.SetVanishing(ctx, ledger.Vanishing{}) // it was believed, or is over
}

// conclude books what became of an action. It gives an error where the run has to end.
func (r *run) conclude(ctx context.Context, a *Action, err error) error {
	var failed *documentError
	switch {
	case err == nil:
		r.carried(a)
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.As(err, &failed):
		return r.failed(ctx, a, failed, false)
	case luminance.ClassOf(err) == luminance.Transient:
		return r.transient(ctx, a, err)
	}
	return err
}

// transient books a failure of Luminance as one of the document, until there are too many in a row.
func (r *run) transient(ctx context.Context, a *Action, err error) error {
	failed := &documentError{reason: v1alpha1.UploadRejectedProblem, err: err, message: "Luminance failed while it was sent: " + err.Error() + "; it is tried again at the next run"}
	if bookErr := r.failed(ctx, a, failed, true); bookErr != nil {
		return bookErr
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.tally.inARow >= maxFailuresInARow {
		return err
	}
	return nil
}

func (r *run) failed(ctx context.Context, a *Action, e *documentError, service bool) error {
	failure := ledger.Failure{Hash: a.Document.Hash, Reason: string(e.reason), Message: e.message, At: r.engine.clock.Now(), Attempts: 1}
	if a.Failed != nil {
		failure.Attempts += a.Failed.Attempts
	}
	switch {
	case e.lasting:
		failure.RetryAt = failure.At.Add(retryLasting)
	case e.costly && failure.Attempts > 1:
		failure.RetryAt = failure.At.Add(costlyWait(failure.Attempts))
	}
	if err := r.pair.Fail(ctx, a.Document.ID, a.Folder, a.Name, failure); err != nil {
		return err
	}
	r.mu.Lock()
	outcome := r.tally.failed(a, e, service)
	r.mu.Unlock()
	r.engine.onDocument(r.job.Claimant, outcome, 0)
	r.reportProgress()
	return nil
}

// costlyWait is how long a document that failed so often waits for another try: none after the first failure, which may
// be a passing one, then half an hour, doubled up to a day.
func costlyWait(attempts int64) time.Duration {
	wait := 30 * time.Minute
	for n := int64(2); n < attempts && wait < retryLasting; n++ {
		wait *= 2
	}
	return min(wait, retryLasting)
}

func (r *run) carried(a *Action) {
	r.mu.Lock()
	outcome, sent := r.tally.carried(a)
	r.mu.Unlock()
	r.engine.onDocument(r.job.Claimant, outcome, sent)
	r.reportProgress()
}
