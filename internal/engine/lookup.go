package engine

import (
	"context"
	"time"

	"golang.org/x/text/unicode/norm"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/ledger"
	"dataroom.dev/intralinks-operator/internal/luminance"
)

// clockTolerance is how far Luminance's clock may be from ours, beyond what its answers tell, when it is told
// whether a document is older than the attempt to send it.
const clockTolerance = 15 * time.Minute

// Version states (Luminance API v1.5).
const (
	draftVersion    = "draft"    // checked out by somebody
	replacedVersion = "replaced" // an older version
)

// find gives the document that stands under a name in a folder, nil if there is none. It costs a request.
func (r *run) find(ctx context.Context, folder int64, name string) (*luminance.Document, error) {
	var found *luminance.Document
	for d, err := range r.job.Luminance.Documents(ctx, r.pair.DivisionID, luminance.DocumentQuery{Folder: folder, Name: name}) {
		if err != nil {
			return nil, err
		}
		if !stands(&d, folder) || norm.NFC.String(d.Name) != norm.NFC.String(name) {
			continue
		}
		if found == nil || d.ID > found.ID {
			found = &d
		}
	}
	return found, nil
}

// stands leaves out older versions, and parts that Luminance took out of a container: those have a parent.
func stands(d *luminance.Document, folder int64) bool {
	return d.VersionState != replacedVersion && d.ParentID == 0 && (d.FolderID == folder || d.FolderID == 0)
}

// ours tells whether a document is the outcome of an intent: put there by the service user, not before the
// attempt, not what stood there already, and not another document of the ledger.
func (r *run) ours(d *luminance.Document, intent ledger.Intent, previous *ledger.Standing) bool {
	if previous != nil && r.stoodBefore(d, previous) {
		return false
	}
	if r.known(d.ID) && (previous == nil || previous.LuminanceID != d.ID) {
		return false
	}
	return r.mine(d) && (d.CreatedAt.IsZero() || !r.made(d).Before(intent.At.Add(-clockTolerance)))
}

// stoodBefore tells whether a document is what the ledger knows to stand. What Luminance calls that is noted before a
// new version is sent.
func (r *run) stoodBefore(d *luminance.Document, previous *ledger.Standing) bool {
	return previous.LuminanceID == d.ID && previous.LuminanceVersion == d.Version
}

// mine tells whether the service user put a document there.
func (r *run) mine(d *luminance.Document) bool {
	return r.job.ServiceUser != 0 && d.CreatedBy == r.job.ServiceUser
}

// made is when a document came to Luminance, by our clock; zero where that isn't told.
func (r *run) made(d *luminance.Document) time.Time {
	if d.CreatedAt.IsZero() {
		return d.CreatedAt
	}
	return d.CreatedAt.Add(-r.job.Luminance.ClockSkew())
}

// mayReplace decides how a document is sent: a new one never replaces anything; a new version replaces only
// what the operator put there itself, and waits while somebody is editing it.
func (r *run) mayReplace(ctx context.Context, a *Action, folder int64) (replace bool, err error) {
	if a.Kind != NewVersionAction {
		return false, nil
	}
	standing, err := r.standing(ctx, a, folder)
	if err != nil {
		return false, err
	}
	if replace, err = r.judge(ctx, a, standing); err != nil || !replace {
		return false, err
	}
	return true, r.noteStanding(ctx, a, standing)
}

// noteStanding notes what the version that is about to be replaced is called, where Luminance did not tell when it
// took it: or that very version would pass for the outcome of the intent that follows.
func (r *run) noteStanding(ctx context.Context, a *Action, standing *luminance.Document) error {
	if a.Previous.LuminanceID != 0 {
		return nil
	}
	previous := *a.Previous
	previous.LuminanceID, previous.LuminanceVersion = standing.ID, standing.Version
	a.Previous = &previous
	return r.pair.Identify(ctx, a.Document.ID, standing.ID, standing.Version)
}

// judge decides about a new version by what stands under its name.
func (r *run) judge(ctx context.Context, a *Action, standing *luminance.Document) (replace bool, err error) {
	if err := r.needClaims(ctx); err != nil {
		return false, err
	}
	switch {
	case standing == nil:
		// A person removed it. The new version is sent as a new document.
		return false, nil
	case r.job.ServiceUser != 0 && !r.mine(standing):
		return false, nameConflict(standing)
	case r.unrecorded(a.Previous, standing):
		if !r.mayBe(a.Document, a.Folder, standing) {
			return false, nameConflict(standing)
		}
		if err := r.takeFor(ctx, a, standing, true); err != nil {
			return false, err
		}
	}
	if standing.VersionState == draftVersion && !a.adopted {
		return false, &documentError{reason: v1alpha1.BeingEditedProblem,
			message: "somebody has it checked out in Luminance; the new version is sent once it is checked in"}
	}
	return true, nil
}

// unrecorded tells whether what stands isn't what the ledger knows to stand there: it may be a later version of our
// own, which a ledger that was restored from an older copy has no record of.
func (r *run) unrecorded(previous *ledger.Standing, standing *luminance.Document) bool {
	switch {
	case previous.LuminanceID == 0: // Luminance didn't tell
		return false
	case previous.LuminanceID != standing.ID:
		return true
	}
	return previous.LuminanceVersion != "" && previous.LuminanceVersion != standing.Version
}

// standing looks up what a new version would replace. Several in one folder share one listing.
func (r *run) standing(ctx context.Context, a *Action, folder int64) (*luminance.Document, error) {
	if r.versionsIn[a.Folder] < 2 {
		r.looked()
		return r.find(ctx, folder, a.Name)
	}
	listing, err := r.listFolder(ctx, a.Folder, folder)
	if err != nil {
		return nil, err
	}
	return listing[norm.NFC.String(a.Name)], nil
}

// looked counts down the looks that the plan foresaw; a repeated one was not foreseen.
func (r *run) looked() {
	if r.looksLeft.Add(-1) < 0 {
		r.looksLeft.Store(0)
	}
}

// settleIntents closes what an earlier run left open, by looking in Luminance.
func (r *run) settleIntents(ctx context.Context) error {
	inFolder := map[string]int{}
	for _, record := range r.records {
		if record.Intent != nil {
			inFolder[record.Intent.Folder]++
		}
	}
	for id, record := range r.records {
		if record.Intent == nil {
			continue
		}
		found, err := r.outcome(ctx, record, inFolder)
		if err != nil {
			return err
		}
		if found != nil {
			err = r.settle(ctx, id, *record.Intent, *found)
		} else {
			err = r.pair.Abandon(ctx, id)
		}
		if err != nil {
			return err
		}
		r.unsettled = true
	}
	r.forgetListings() // what needs one later needs one of then
	return nil
}

// outcome gives what an open intent has brought to Luminance; nil: nothing. Where its folder is not there, or not
// any more, nothing is. What only its age speaks against, as an attempt of before may have brought it, the bytes decide.
func (r *run) outcome(ctx context.Context, record *ledger.Record, inFolder map[string]int) (*luminance.Document, error) {
	folder, there, err := r.places.find(ctx, record.Intent.Folder)
	if err != nil || !there {
		return nil, err
	}
	if err := r.needClaims(ctx); err != nil {
		return nil, err
	}
	found, err := r.findIntended(ctx, folder, record.Intent, inFolder)
	switch {
	case luminance.ClassOf(err) == luminance.NotFound:
		return nil, r.places.forget(ctx, record.Intent.Folder, folder)
	case err != nil || found == nil || r.ours(found, *record.Intent, record.Standing):
		return found, err
	case r.known(found.ID) || !r.mine(found) || record.Standing != nil && r.stoodBefore(found, record.Standing):
		return nil, nil
	}
	same, _, err := r.withTheBytesOf(ctx, found.ID, []*Document{{Hash: record.Intent.Hash}})
	if err != nil || same == nil {
		return nil, err
	}
	return found, nil
}

// severalIntents is how many intents of one folder are looked up by one listing of it, where that shows all of it.
const severalIntents = 3

// findIntended looks up what stands where an intent was to bring a document.
func (r *run) findIntended(ctx context.Context, folder int64, intent *ledger.Intent, inFolder map[string]int) (*luminance.Document, error) {
	if inFolder[intent.Folder] >= severalIntents {
		listing, err := r.listFolder(ctx, intent.Folder, folder)
		if luminance.ClassOf(err) != luminance.Truncated {
			return listing[norm.NFC.String(intent.Name)], err
		}
		inFolder[intent.Folder] = 0
	}
	return r.find(ctx, folder, intent.Name)
}
