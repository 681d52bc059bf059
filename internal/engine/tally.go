package engine

import (
	"time"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
)

// tally counts what a run does.
type tally struct {
	counts                Counts
	standing              int64
	done, total           int64
	bytesDone, bytesTotal int64
	bytesCarried          int64
	uploaded, newVersions int64
	problems              []Problem
	problemCount          int64
	problemReasons        map[string]int64
	// inARow counts failures of a service since the last success.
	inARow int
}

func newTally(p *Plan) tally {
	t := tally{
		counts: p.Counts, standing: p.StandingBytes, total: int64(len(p.Actions)), bytesTotal: p.Bytes,
		problemReasons: map[string]int64{},
	}
	for _, problem := range p.Problems {
		t.problem(problem)
	}
	return t
}

func (t *tally) problem(p Problem) {
	t.problemCount++
	t.problemReasons[p.Reason]++
	if len(t.problems) < MaxProblems {
		t.problems = append(t.problems, p)
	}
}

// carried counts a document that stands, and tells how it came to.
func (t *tally) carried(a *Action) (outcome DocumentOutcome, sent int64) {
	t.inARow = 0
	t.done++
	t.bytesDone += a.Document.Size
	t.counts.stands(a)
	t.standing += a.Document.Size - a.stood
	if a.adopted {
		return Adopted, 0
	}
	t.bytesCarried += a.Document.Size
	if a.Kind == NewVersionAction {
		t.newVersions++
		return NewVersionUploaded, a.Document.Size
	}
	t.uploaded++
	return Uploaded, a.Document.Size
}

// stands counts a document that was pending and stands now.
func (c *Counts) stands(a *Action) {
	c.Pending--
	c.Synced++
	if a.copies {
		c.Moved--
		c.Retained++
	}
}

// failed counts a document that did not cross, and tells whether that is a failure.
func (t *tally) failed(a *Action, e *documentError, service bool) DocumentOutcome {
	outcome := Failed
	if service {
		t.inARow++
	}
	t.done++
	t.counts.Pending--
	if e.reason == v1alpha1.ProtectedProblem {
		t.counts.Skipped++
		outcome = Skipped
	} else {
		t.counts.Failed++
	}
	t.problem(Problem{DocumentID: a.Document.ID, Name: a.Document.Path, Reason: string(e.reason), Message: e.message})
	return outcome
}

// reportProgress tells how far the run is.
func (r *run) reportProgress() {
	now := r.engine.clock.Now()
	r.mu.Lock()
	t := r.tally
	r.mu.Unlock()
	p := Progress{
		Exchange: r.exchange, Division: r.division, Counts: t.counts, Planned: true,
		Done: t.done, Total: t.total, BytesDone: t.bytesDone, BytesTotal: t.bytesTotal,
	}
	if left := t.total - t.done; left > 0 && !r.job.DryRun {
		p.Estimated = r.estimate(now, left)
	}
	r.report(p)
}

// estimateEvery is how often a run looks ahead: nobody reads it more often, and with thousands of syncs at
// work each forecast costs something.
const estimateEvery = time.Second

// estimate is the later of two times: when the budget has let all that is left through, and when the
// transfers are done at the speed seen so far. The wait for the budget is no part of that speed. It is zero while there is
// neither a wait nor a speed.
func (r *run) estimate(now time.Time, left int64) time.Time {
	requests := r.requestsLeft(left)
	r.job.Budget.Expect(r.job.Claimant, requests)
	r.mu.Lock()
	defer r.mu.Unlock()
	if now.Sub(r.estimatedAt) < estimateEvery {
		return r.estimated
	}
	r.estimatedAt = now
	r.estimated = r.job.Budget.Estimate(r.job.Claimant, requests)
	if r.transferred == 0 {
		if r.estimated.Sub(now) < time.Second {
			r.estimated = time.Time{}
		}
		return r.estimated
	}
	each := r.transferTime / time.Duration(r.transferred)
	bySpeed := now.Add(each * time.Duration(left) / time.Duration(min(int64(carriers(r.engine.workers)), left)))
	if bySpeed.After(r.estimated) {
		r.estimated = bySpeed
	}
	return r.estimated
}

// requestsLeft is how many requests the run has to acquire yet, with so many documents left: one for each that
// isn't on its way already, and what folders and looks cost.
func (r *run) requestsLeft(left int64) int {
	return int(max(0, left-r.onTheWay.Load())) + int(r.looksLeft.Load()) + r.places.requestsLeft()
}

// result sums the run up.
func (r *run) result() Result {
	r.mu.Lock()
	defer r.mu.Unlock()
	t := r.tally
	result := Result{
		Started: r.started, Ended: r.engine.clock.Now(), Exchange: r.exchange, Division: r.division, Splash: r.splash,
		Planned: r.plan != nil, Counts: t.counts, Bytes: t.standing,
		Uploaded: t.uploaded, NewVersions: t.newVersions, BytesCarried: t.bytesCarried,
		Adopted:  r.adopted,
		Problems: t.problems, ProblemCount: t.problemCount, ProblemReasons: t.problemReasons, Warnings: r.warnings,
	}
	if r.job.DryRun {
		result.Plan, result.PlanFolders, result.PlanRequests = r.plan, r.planFolders, r.planRequests
	}
	return result
}
