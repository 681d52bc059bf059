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
	if err == nil {
		err = r.recordImports(ctx, due, states)
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	r.unsettled = true
	if err == nil {
		return nil
	}
	r.warn("the results of Luminance's analysis could not be looked up: " + err.Error())
	// Later, as for those that are not decided: an instance whose lists can't be read must not cost a request a poll.
	return r.recordImports(ctx, due, &importStates{others: luminance.StateImportPending})
}

// importStates is what listings say of documents.
type importStates struct {
	byID   map[int64]string
	byName map[string]string // by folder and name, for a document whose id Luminance didn't tell
	// others is the state of a document that no listing has: analysed, where the listings are of all that aren't.
	others string
}

const gone = "" // the state of a document that is not there any more

func (s *importStates) of(d *ledger.DueImport) string {
	if state, ok := s.byID[d.LuminanceID]; ok {
		return state
	}
	if d.LuminanceID == 0 && s.others != luminance.StateImportPending {
		return s.byName[join(d.Folder, norm.NFC.String(d.Name))]
	}
	return s.others
}

// importStates lists the folders of the documents, or, where that is cheaper, all documents of the Division that
// are not analysed. A state filter that an instance ignores changes nothing but the answer's length: the client
// filters again.
func (r *run) importStates(ctx context.Context, due []ledger.DueImport) (*importStates, error) {
	folders := map[int64]string{}
	known := true
	for i := range due {
		id, ok := r.places.lookup(r.places.absolute(due[i].Folder))
		known = known && ok
		folders[id] = due[i].Folder
	}
	states := &importStates{byID: map[int64]string{}, byName: map[string]string{}}
	unfinished := append([]string{luminance.StateImportPending}, failedStates[:2]...)
	if known && len(folders) <= len(unfinished) {
		for id, folder := range folders {
			if err := r.collectStates(ctx, states, luminance.DocumentQuery{Folder: id}, folder); err != nil {
				return nil, err
			}
		}
		return states, nil
	}
	for _, state := range unfinished {
		if err := r.collectStates(ctx, states, luminance.DocumentQuery{State: state}, ""); err != nil {
			return nil, err
		}
	}
	states.others = luminance.StateImportComplete
	return states, nil
}

func (r *run) collectStates(ctx context.Context, states *importStates, query luminance.DocumentQuery, folder string) error {
	for d, err := range r.job.Luminance.Documents(ctx, r.pair.DivisionID, query) {
		if err != nil {
			return err
		}
		states.byID[d.ID] = d.State
		if query.Folder != 0 && stands(&d, query.Folder) {
			states.byName[join(folder, norm.NFC.String(d.Name))] = d.State
		}
	}
	return nil
}

func (r *run) recordImports(ctx context.Context, due []ledger.DueImport, states *importStates) error {
	tagged := 0
	for i := range due {
		d := &due[i]
		result := d.Import
		switch state := states.of(d); state {
		case luminance.StateImportPending:
			if result.State == ledger.ImportFailed {
				continue // what was known stays
			}
			result = looked(result, r.engine.clock.Now())
		case luminance.StateImportFailure, luminance.StateUploadFailure, luminance.StateUploadCancelled:
			if tagged++; tagged > maxTagged {
				continue
			}
			tags, err := r.tags(ctx, d, state)
			if err != nil {
				return err
			}
			result = ledger.Import{State: ledger.ImportFailed, Tags: tags}
		case gone: // somebody has removed or replaced it, or it can't be told from others
			result = ledger.Import{State: ledger.ImportUnknown}
		default: // also states that the API doesn't name
			result = ledger.Import{State: ledger.ImportComplete}
		}
		if err := r.pair.SetImport(ctx, d.DocumentID, result); err != nil {
			return err
		}
	}
	return nil
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
func (r *run) tags(ctx context.Context, d *ledger.DueImport, state string) ([]string, error) {
	if d.LuminanceID == 0 || state != luminance.StateImportFailure {
		return []string{state}, nil
	}
	tags, err := r.job.Luminance.QATags(ctx, r.pair.DivisionID, d.LuminanceID)
	var refused *luminance.Error
	if errors.As(err, &refused) && (refused.Class == luminance.Forbidden || refused.Class == luminance.NotFound || refused.Class == luminance.Invalid) || err == nil && len(tags) == 0 {
		return []string{state}, nil
	}
	return tags, err
}

func importFailed(tags []string) string {
	return "Luminance has it and could not analyse it (" + strings.Join(tags, ", ") + "); replace it in Intralinks by a file that can be read, " +
		"such as one without a password, or mend it in Luminance; it is not sent again until it changes"
}
