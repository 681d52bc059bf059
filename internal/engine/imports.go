package engine

import (
	"context"
	"errors"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"dataroom.dev/intralinks-operator/internal/ledger"
	"dataroom.dev/intralinks-operator/internal/luminance"
)

const (
	// firstLook is how long after an upload the result of its analysis is looked up. How long Luminance takes
	// is not documented.
	firstLook = 5 * time.Minute
	// maxLooks is how often that is repeated, after twice the time each, while Luminance has not decided: for
	// about a day.
	maxLooks = 8
	// maxTagged is how many documents that could not be analysed are asked why in one run: each costs a request.
	maxTagged = 20
)

// failedStates are the states of a document that Luminance has and can't show (Luminance API v1.4).
var failedStates = []string{luminance.StateImportFailure, luminance.StateUploadFailure, luminance.StateUploadCancelled}

// lookAtImports looks up what Luminance's analysis of earlier uploads came to. It is of use and not of need, so its
// failure ends no run: it is made up for at the next.
func (r *run) lookAtImports(ctx context.Context) error {
	due, err := r.pair.DueImports(ctx, r.engine.clock.Now(), r.job.Policy.RetryNow)
	if err != nil || len(due) == 0 {
		return err
	}
	states, err := r.importStates(ctx, due)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		r.warn(notLookedUp + err.Error())
		if !refused(err) {
			return nil
		}
		// It would be refused the next time, too: better later, and then no more.
		states = &importStates{others: luminance.StateImportPending}
	}
	r.unsettled = true
	if err := r.recordImports(ctx, due, states); err != nil && ctx.Err() == nil {
		r.warn(notLookedUp + err.Error())
	}
	return ctx.Err()
}

const notLookedUp = "the results of Luminance's analysis could not be looked up: "

// refused tells whether an instance doesn't answer a question that it understands.
func refused(err error) bool {
	switch luminance.ClassOf(err) {
	case luminance.Forbidden, luminance.NotFound, luminance.Invalid:
		return true
	}
	return false
}

// importStates is what listings say of documents.
type importStates struct {
	byID map[int64]imported
	// byPlace is for a document whose id Luminance didn't tell.
	byPlace map[documentPlace]imported
	// others is the state of a document that no listing has: analysed, where the listings are of all that aren't.
	others string
	// cut: a listing may not be whole, so that what it lacks is not known.
	cut bool
}

// imported is what a listing says of one document.
type imported struct {
	luminanceID int64
	state       string
}

// documentPlace is a folder of the Division and a name in it.
type documentPlace struct {
	folder int64
	name   string
}

// importStates lists the folders of the documents, or, where that is cheaper, all documents of the Division that
// are not analysed. A state filter that an instance ignores changes nothing but the answer's length: the client
// filters again.
func (r *run) importStates(ctx context.Context, due []ledger.DueImport) (*importStates, error) {
	folders := map[int64]bool{}
	known := true
	for i := range due {
		id, ok := r.places.lookup(r.places.absolute(due[i].Folder))
		known = known && ok
		folders[id] = true
	}
	states := &importStates{byID: map[int64]imported{}, byPlace: map[documentPlace]imported{}}
	unfinished := append([]string{luminance.StateImportPending}, failedStates[:2]...)
	if known && len(folders) <= len(unfinished) {
		for id := range folders {
			if err := r.collectStates(ctx, states, luminance.DocumentQuery{Folder: id}); err != nil {
				return nil, err
			}
		}
		return states, nil
	}
	for _, state := range unfinished {
		if err := r.collectStates(ctx, states, luminance.DocumentQuery{State: state}); err != nil {
			return nil, err
		}
	}
	if !states.cut {
		states.others = luminance.StateImportComplete
	}
	return states, nil
}

// collectStates reads a listing. Versions that were replaced are of no interest any more.
func (r *run) collectStates(ctx context.Context, states *importStates, query luminance.DocumentQuery) error {
	for d, err := range r.job.Luminance.Documents(ctx, r.pair.DivisionID, query) {
		if luminance.ClassOf(err) == luminance.Truncated {
			states.cut, states.others = true, luminance.StateImportPending
			return nil
		}
		if err != nil {
			return err
		}
		if d.VersionState == replacedVersion {
			continue
		}
		states.byID[d.ID] = imported{d.ID, d.State}
		if d.ParentID == 0 {
			states.byPlace[documentPlace{d.FolderID, norm.NFC.String(d.Name)}] = imported{d.ID, d.State}
		}
	}
	return nil
}

// importOf gives what the listings say of a document; the zero value where they have none of it.
func (r *run) importOf(states *importStates, d *ledger.DueImport) imported {
	found, ok := states.byID[d.LuminanceID]
	if d.LuminanceID == 0 {
		folder, there := r.places.lookup(r.places.absolute(d.Folder))
		if !there {
			return imported{}
		}
		found, ok = states.byPlace[documentPlace{folder, norm.NFC.String(d.Name)}]
	}
	if !ok {
		return imported{d.LuminanceID, states.others}
	}
	return found
}

// recordImports writes down what the listings say. What was learnt before an error is not asked for again.
func (r *run) recordImports(ctx context.Context, due []ledger.DueImport, states *importStates) error {
	results, err := r.importResults(ctx, due, states)
	return errors.Join(err, r.pair.SetImports(ctx, results))
}

func (r *run) importResults(ctx context.Context, due []ledger.DueImport, states *importStates) (map[int64]ledger.Import, error) {
	results := make(map[int64]ledger.Import, len(due))
	tagged := 0
	for i := range due {
		d := &due[i]
		switch found := r.importOf(states, d); found.state {
		case luminance.StateImportPending:
			if d.Import.State != ledger.ImportFailed { // else what was known stays
				results[d.DocumentID] = looked(d.Import, r.engine.clock.Now())
			}
		case luminance.StateImportFailure, luminance.StateUploadFailure, luminance.StateUploadCancelled:
			if tagged++; tagged > maxTagged {
				continue
			}
			tags, err := r.tags(ctx, found)
			if err != nil {
				return results, err
			}
			results[d.DocumentID] = ledger.Import{State: ledger.ImportFailed, Tags: tags}
		case "": // not there any more: somebody has removed or replaced it
			results[d.DocumentID] = ledger.Import{State: ledger.ImportUnknown}
		default: // also states that the API doesn't name
			results[d.DocumentID] = ledger.Import{State: ledger.ImportComplete}
		}
	}
	return results, nil
}

// looked books a look that brought no outcome.
func looked(i ledger.Import, now time.Time) ledger.Import {
	i.State, i.Tags = "", nil
	if i.Looks++; i.Looks >= maxLooks {
		return ledger.Import{State: ledger.ImportUnknown, Looks: i.Looks}
	}
	i.LookAt = now.Add(firstLook << i.Looks)
	return i
}

// tags asks why a document could not be analysed; where that is not told, its state has to do.
func (r *run) tags(ctx context.Context, d imported) ([]string, error) {
	if d.state != luminance.StateImportFailure {
		return []string{d.state}, nil
	}
	tags, err := r.job.Luminance.QATags(ctx, r.pair.DivisionID, d.luminanceID)
	if refused(err) || err == nil && len(tags) == 0 {
		return []string{d.state}, nil
	}
	return tags, err
}

func importFailed(tags []string) string {
	return "Luminance has it and could not analyse it (" + strings.Join(tags, ", ") + "); replace it in Intralinks by a file that can be read, " +
		"such as one without a password, or mend it in Luminance; it is not sent again until it changes"
}
