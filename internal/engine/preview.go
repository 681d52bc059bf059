package engine

import (
	"context"
	"errors"

	"golang.org/x/text/unicode/norm"

	"dataroom.dev/intralinks-operator/internal/luminance"
)

// preview finds out for a dry run what the run itself would meet in Luminance: folders that somebody has made or
// deleted, names that are taken, documents that somebody is editing, documents of our own that the ledger has lost.
// What would not be carried leaves the plan and becomes a problem, as it would in the run. It costs the list of the
// Division's folders, and one for each folder that is there.
func (r *run) preview(ctx context.Context) error {
	if len(r.plan.Actions) == 0 {
		return nil
	}
	if err := r.places.refresh(ctx); err != nil {
		return err
	}
	planned := r.plan.Actions
	r.plan.Actions, r.versionsIn = nil, map[string]int{}
	for i := range planned {
		a := planned[i]
		err := r.foresee(ctx, &a)
		var failed *documentError
		if err != nil && !errors.As(err, &failed) {
			return err
		}
		r.foreseen(&a, failed)
	}
	r.plan.Folders = foldersOf(r.plan.Actions)
	return nil
}

// foreseen books what the run would make of an action.
func (r *run) foreseen(a *Action, failed *documentError) {
	switch {
	case a.adopted:
		r.plan.Counts.stands(a)
		r.plan.Bytes -= a.Document.Size
		r.plan.StandingBytes += a.Document.Size - a.stood
		return
	case a.Kind == NewVersionAction:
		r.versionsIn[a.Folder]++
	case failed != nil:
		r.refusals++
	}
	if a.aside {
		r.aside++
	}
	if failed == nil {
		r.plan.Actions = append(r.plan.Actions, *a)
		return
	}
	r.plan.Counts.Pending--
	r.plan.Counts.Failed++
	r.plan.Bytes -= a.Document.Size
	r.plan.Problems = append(r.plan.Problems, Problem{
		DocumentID: a.Document.ID, Name: a.Document.Path, Reason: string(failed.reason), Message: failed.message})
}

// foresee decides about one action by what stands where it goes.
func (r *run) foresee(ctx context.Context, a *Action) error {
	folder, there, err := r.places.find(ctx, a.Folder)
	if err != nil || !there {
		return err
	}
	listing, err := r.listFolder(ctx, a.Folder, folder)
	if err != nil {
		return err
	}
	found := listing[norm.NFC.String(a.Name)]
	for found != nil && a.Kind == UploadAction {
		if err := r.recognise(ctx, a, found); !errors.Is(err, errAgain) {
			return err
		}
		found = listing[norm.NFC.String(a.Name)]
	}
	if a.Kind == NewVersionAction {
		_, err = r.judge(ctx, a, found)
	}
	return err
}

// listFolder lists what stands in a folder of the Division, once a run.
func (r *run) listFolder(ctx context.Context, path string, folder int64) (map[string]*luminance.Document, error) {
	unlock, err := r.listingLocks.lock(ctx, path)
	if err != nil {
		return nil, err
	}
	defer unlock()
	listing := r.listing(path)
	if listing != nil {
		return listing, nil
	}
	r.looked()
	listing = map[string]*luminance.Document{}
	for d, err := range r.job.Luminance.Documents(ctx, r.pair.DivisionID, luminance.DocumentQuery{Folder: folder}) {
		if err != nil {
			return nil, err
		}
		if !stands(&d, folder) {
			continue
		}
		if other := listing[norm.NFC.String(d.Name)]; other == nil || d.ID > other.ID {
			listing[norm.NFC.String(d.Name)] = &d
		}
	}
	r.keepListing(path, listing)
	return listing, nil
}
