package engine

import (
	"context"
	"strings"

	"golang.org/x/text/unicode/norm"

	"dataroom.dev/intralinks-operator/internal/ledger"
	"dataroom.dev/intralinks-operator/internal/luminance"
	"dataroom.dev/intralinks-operator/internal/naming"
)

// standingByName is what stands in a folder, by naming.Key.
type standingByName map[string]*luminance.Document

// adopt rebuilds the records of a pair that has none from what stands in the destination: the ledger was lost, or
// this is the first run and nothing of ours is there. It costs the list of the Division's folders, which a first
// run needs anyway, and one of the documents, only where the destination folder is there already.
func (r *run) adopt(ctx context.Context) error {
	if r.pair.Searched || r.job.ServiceUser == 0 || len(r.snapshot.Documents) == 0 {
		return nil
	}
	standing, err := r.search(ctx)
	if err != nil {
		return err
	}
	if len(standing) == 0 {
		return r.pair.MarkSearched(ctx)
	}
	matched := match(r.snapshot, newPlacement(r.snapshot.Folders, r.books), standing, r.mayBe)
	adopted := make([]ledger.Adopted, 0, len(matched))
	for i := range matched {
		m := &matched[i]
		exact := names(norm.NFC.String(m.standing.Name), m.documents[0])
		document, s, err := r.identify(ctx, m.standing, exact && len(m.documents) == 1, m.documents...)
		if err != nil {
			return err
		}
		// A name that differs in case is another document's, unless the bytes say otherwise.
		if document == nil || !exact && !sameContent(document, &s) {
			continue
		}
		adopted = append(adopted, ledger.Adopted{DocumentID: document.ID, Folder: m.folder, Name: m.standing.Name, Standing: s})
	}
	if err := r.pair.Adopt(ctx, adopted); err != nil {
		return err
	}
	if err := r.pair.MarkSearched(ctx); err != nil {
		return err
	}
	r.countAdopted(len(adopted))
	return r.loadRecords(ctx)
}

// search gives what of ours stands in the destination folder and below it, by folder; nothing where the ledger
// has records, and so is not lost. The folders are listed even if the ledger knows the destination: from another
// sync, it need not know what is below it.
func (r *run) search(ctx context.Context) (map[string]standingByName, error) {
	if len(r.records) > 0 {
		return nil, nil
	}
	if err := r.places.refresh(ctx); err != nil {
		return nil, err
	}
	if _, there, err := r.places.find(ctx, ""); err != nil || !there {
		return nil, err
	}
	if r.places.isCut() { // else all that is below is known
		for _, folder := range newPlacement(r.snapshot.Folders, r.books).path {
			if _, _, err := r.places.find(ctx, folder); err != nil {
				return nil, err
			}
		}
	}
	return r.mineBelow(ctx)
}

// mineBelow lists what the service user put into the destination folder and below it, and the ledger knows
// nothing of, by folder. One list of the Division serves all folders; where it may not be whole, each folder
// that was found is listed for itself.
func (r *run) mineBelow(ctx context.Context) (map[string]standingByName, error) {
	if err := r.needClaims(ctx); err != nil {
		return nil, err
	}
	folders := r.places.below()
	queries := []luminance.DocumentQuery{{}}
	if len(folders) == 1 {
		queries = oneEach(folders)
	}
	found, err := r.mineIn(ctx, folders, queries)
	if luminance.ClassOf(err) == luminance.Truncated && len(folders) > 1 {
		return r.mineIn(ctx, folders, oneEach(folders))
	}
	return found, err
}

func oneEach(folders map[int64]string) []luminance.DocumentQuery {
	queries := make([]luminance.DocumentQuery, 0, len(folders))
	for id := range folders {
		queries = append(queries, luminance.DocumentQuery{Folder: id})
	}
	return queries
}

func (r *run) mineIn(ctx context.Context, folders map[int64]string, queries []luminance.DocumentQuery) (map[string]standingByName, error) {
	found := map[string]standingByName{}
	for _, query := range queries {
		for d, err := range r.job.Luminance.Documents(ctx, r.pair.DivisionID, query) {
			if err != nil {
				return nil, err
			}
			folder, inside := folders[d.FolderID]
			if !inside || !stands(&d, d.FolderID) || !r.mine(&d) || r.known(d.ID) {
				continue
			}
			if found[folder] == nil {
				found[folder] = standingByName{}
			}
			if other := found[folder][naming.Key(d.Name)]; other == nil || d.ID > other.ID {
				found[folder][naming.Key(d.Name)] = &d
			}
		}
	}
	return found, nil
}

// matched is what stands and the documents of the source that it may be; most often one.
type matched struct {
	documents []*Document
	folder    string
	standing  *luminance.Document
}

// match finds the documents of a snapshot among what stands. A name that holds the document's id is certain, so
// those come first. What is left of the plain names was given to the lowest id at the time, but may since have
// been left by that document: all that are named so may be it.
func match(s *Snapshot, p *placement, standing map[string]standingByName, mayBe func(*Document, string, *luminance.Document) bool) []matched {
	var found []matched
	done := map[int64]bool{}
	for _, nameOf := range []func(*Document) string{
		func(d *Document) string { return naming.WithID(d.Name, d.ID) },
		func(d *Document) string { return naming.Document(d.Name) },
	} {
		at := map[*luminance.Document]int{}
		for i := range s.Documents {
			d := &s.Documents[i]
			if done[d.ID] || d.Orphaned || d.Placeholder {
				continue
			}
			folder := p.path[d.FolderID]
			candidate := standing[folder][naming.Key(nameOf(d))]
			if candidate == nil || !mayBe(d, folder, candidate) {
				continue
			}
			if n, more := at[candidate]; more {
				found[n].documents = append(found[n].documents, d)
				continue
			}
			at[candidate] = len(found)
			found, done[d.ID] = append(found, matched{[]*Document{d}, folder, candidate}), true
		}
		for candidate, n := range at {
			delete(standing[found[n].folder], naming.Key(candidate.Name))
		}
	}
	return found
}

// below gives the folders of the Division that are the destination folder or below it: their id, and their path
// below the destination.
func (p *places) below() map[int64]string {
	p.mu.Lock()
	defer p.mu.Unlock()
	destination := p.absolute("")
	folders := map[int64]string{}
	for path, id := range p.known {
		if rest, ok := strings.CutPrefix(path, destination); ok && (destination == "" || rest == "" || rest[0] == '/') {
			folders[id] = strings.TrimPrefix(rest, "/")
		}
	}
	return folders
}
