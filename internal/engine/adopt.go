package engine

import (
	"context"
	"crypto/sha1" //nolint:gosec // Intralinks lists SHA-1; it is compared, not trusted against an attacker
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"dataroom.dev/intralinks-operator/internal/ledger"
	"dataroom.dev/intralinks-operator/internal/luminance"
	"dataroom.dev/intralinks-operator/internal/naming"
)

// unchangedFor is how much older a document's last change must be than the copy in Luminance, for the copy to
// be that version for certain. It covers the way from the listing to the upload and two clocks.
const unchangedFor = time.Hour

// errAgain asks for another attempt at a document, under what has been learnt meanwhile.
var errAgain = errors.New("try again")

// standingByName is what stands in a folder, by naming.Key.
type standingByName map[string]*luminance.Document

// adopt rebuilds the records of a pair that has none from what stands in the destination: the ledger was lost, or
// this is the first run and nothing of ours is there. It costs the list of the Division's folders, which a first
// run needs anyway, and one of the documents, only where the destination folder is there already.
func (r *run) adopt(ctx context.Context) error {
	if r.pair.Searched || r.job.ServiceUser == 0 || len(r.snapshot.Documents) == 0 {
		return nil
	}
	_, there, err := r.places.find(ctx, "")
	if err != nil {
		return err
	}
	var standing map[string]standingByName
	if there && len(r.records) == 0 {
		if standing, err = r.mineBelow(ctx); err != nil {
			return err
		}
	}
	if len(standing) == 0 {
		return r.pair.MarkSearched(ctx)
	}
	matched := match(r.snapshot, newPlacement(r.snapshot.Folders, r.books), standing, r.mayBe)
	adopted := make([]ledger.Adopted, 0, len(matched))
	for i := range matched {
		m := &matched[i]
		s, err := r.identify(ctx, m.document, m.standing)
		if err != nil {
			return err
		}
		adopted = append(adopted, ledger.Adopted{DocumentID: m.document.ID, Folder: m.folder, Name: m.standing.Name, Standing: s})
	}
	if err := r.pair.Adopt(ctx, adopted); err != nil {
		return err
	}
	if err := r.pair.MarkSearched(ctx); err != nil {
		return err
	}
	r.adopted += int64(len(adopted))
	return r.loadRecords(ctx)
}

// mineBelow lists what the service user put into the destination folder and below it, and the ledger knows
// nothing of, by folder. One list of the Division serves all folders; where it may not be whole, each folder
// that was found is listed for itself.
func (r *run) mineBelow(ctx context.Context) (map[string]standingByName, error) {
	folders := r.places.below()
	queries := []luminance.DocumentQuery{{}}
	if len(folders) == 1 {
		queries = oneEach(folders)
	}
	found, err := r.mine(ctx, folders, queries)
	if luminance.ClassOf(err) == luminance.Truncated && len(folders) > 1 {
		return r.mine(ctx, folders, oneEach(folders))
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

func (r *run) mine(ctx context.Context, folders map[int64]string, queries []luminance.DocumentQuery) (map[string]standingByName, error) {
	found := map[string]standingByName{}
	for _, query := range queries {
		for d, err := range r.job.Luminance.Documents(ctx, r.pair.DivisionID, query) {
			if err != nil {
				return nil, err
			}
			folder, inside := folders[d.FolderID]
			if !inside || !stands(&d, d.FolderID) || d.CreatedBy != r.job.ServiceUser || r.known(d.ID) {
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

// matched is a document of the source and what is taken for it.
type matched struct {
	document *Document
	folder   string
	standing *luminance.Document
}

// match finds the documents of a snapshot among what stands. A name that holds the document's id is certain, so
// those come first; what is left of the plain names goes to the lowest id, as when they were given.
func match(s *Snapshot, p *placement, standing map[string]standingByName, mayBe func(*Document, *luminance.Document) bool) []matched {
	var found []matched
	done := map[int64]bool{}
	for _, nameOf := range []func(*Document) string{
		func(d *Document) string { return naming.WithID(d.Name, d.ID) },
		func(d *Document) string { return naming.Document(d.Name) },
	} {
		for i := range s.Documents {
			d := &s.Documents[i]
			if done[d.ID] || d.Orphaned || d.Placeholder {
				continue
			}
			folder, key := p.path[d.FolderID], naming.Key(nameOf(d))
			candidate := standing[folder][key]
			if candidate == nil || !mayBe(d, candidate) {
				continue
			}
			found, done[d.ID] = append(found, matched{d, folder, candidate}), true
			delete(standing[folder], key)
		}
	}
	return found
}

// mayBe tells whether what stands can be a document that was carried before the ledger was lost: the service user
// put it there, no other record claims it, and it isn't older than the document itself.
func (r *run) mayBe(d *Document, found *luminance.Document) bool {
	if r.job.ServiceUser == 0 || found.CreatedBy != r.job.ServiceUser || r.known(found.ID) {
		return false
	}
	return d.Created.IsZero() || found.CreatedAt.IsZero() || !d.Created.After(found.CreatedAt.Add(clockTolerance))
}

// identify makes the record of a document that was found standing. Whether it is the version that the source has
// now follows from the times where they are far enough apart, else from the bytes, at the cost of a request. Where
// neither tells, it counts as an older version, and the one of now is sent after it.
func (r *run) identify(ctx context.Context, d *Document, found *luminance.Document) (ledger.Standing, error) {
	now := r.engine.clock.Now()
	s := ledger.Standing{
		Version: -1, LuminanceID: found.ID, LuminanceVersion: found.Version, UploadedAt: found.CreatedAt,
		CarriedPath: d.SourcePath, Import: ledger.Import{LookAt: now},
	}
	if s.UploadedAt.IsZero() {
		s.UploadedAt = now
	}
	current := !d.Modified.IsZero() && found.CreatedAt.After(d.Modified.Add(unchangedFor))
	if !current {
		var err error
		if current, err = r.sameBytes(ctx, d, found.ID); err != nil {
			return s, err
		}
	}
	if current {
		s.Hash, s.Size, s.Version = d.Hash, d.Size, d.Version
	}
	return s, nil
}

// sameBytes holds what stands in Luminance against the listing's SHA-1. A service user that may not download
// leaves it open, which counts as a difference.
func (r *run) sameBytes(ctx context.Context, d *Document, luminanceID int64) (bool, error) {
	if d.Hash == "" && d.DownloadHash == "" {
		return false, nil
	}
	body, err := r.job.Luminance.Download(ctx, r.pair.DivisionID, luminanceID)
	switch luminance.ClassOf(err) {
	case luminance.Forbidden, luminance.NotFound, luminance.Invalid:
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("compare what stands in Luminance with the exchange: %w", err)
	}
	defer body.Close()
	sum := sha1.New() //nolint:gosec // see the import
	if _, err := io.Copy(sum, body); err != nil {
		return false, fmt.Errorf("compare what stands in Luminance with the exchange: %w", err)
	}
	got := base64.StdEncoding.EncodeToString(sum.Sum(nil))
	return got == d.Hash || got == d.DownloadHash, nil
}

// recognise decides about a document that stands where a new one was to go. What the service user put there
// before the ledger lost its record is taken for the document; anything else is somebody else's.
func (r *run) recognise(ctx context.Context, a *Action, found *luminance.Document) error {
	if a.Kind != UploadAction || a.Previous != nil || !r.mayBe(a.Document, found) {
		return nameConflict(found)
	}
	s, err := r.identify(ctx, a.Document, found)
	if err != nil {
		return err
	}
	if err := r.pair.Adopt(ctx, []ledger.Adopted{{DocumentID: a.Document.ID, Folder: a.Folder, Name: a.Name, Standing: s}}); err != nil {
		return err
	}
	r.remember(found.ID)
	if sameContent(a.Document, &s) {
		a.adopted = true
		return nil
	}
	a.Kind, a.Previous = NewVersionAction, &s
	return errAgain
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
