package engine

import (
	"context"
	"crypto/sha1" //nolint:gosec // Intralinks lists SHA-1; it is compared, not trusted against an attacker
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"golang.org/x/text/unicode/norm"

	"dataroom.dev/intralinks-operator/internal/ledger"
	"dataroom.dev/intralinks-operator/internal/luminance"
	"dataroom.dev/intralinks-operator/internal/naming"
)

// unchangedFor is how much older a document's last change must be than the copy in Luminance, for the copy to
// be that version for certain. It covers the way from the listing to the upload and two clocks.
const unchangedFor = time.Hour

// errAgain asks for another attempt at a document, under what has been learnt meanwhile.
var errAgain = errors.New("try again")

// mayBe tells whether what stands can be a document that was carried before the ledger lost its record: the service
// user put it there, no other record claims it, and it isn't older than the document itself.
func (r *run) mayBe(d *Document, folder string, found *luminance.Document) bool {
	record := r.records[d.ID]
	own := record != nil && record.Standing != nil && record.Standing.LuminanceID == found.ID
	if !r.mine(found) || r.known(found.ID) && !own || r.claims.Paths[join(r.places.absolute(folder), norm.NFC.String(found.Name))] {
		return false
	}
	return d.Created.IsZero() || found.CreatedAt.IsZero() || !d.Created.After(r.made(found).Add(clockTolerance))
}

// identify makes the record of a document that was found standing. Whether it is the version that the source has
// now follows from the times where they are far enough apart, else from the bytes, at the cost of a request. Where
// neither tells, it counts as an older version, and the one of now is sent after it. Where it may be another
// document, or is not alone in question, the bytes decide; where they don't, it is the first. It gives no document
// where the bytes say that it is none of them.
func (r *run) identify(ctx context.Context, found *luminance.Document, certain bool, documents ...*Document) (*Document, ledger.Standing, error) {
	d := documents[0]
	current := certain && !d.Modified.IsZero() && r.made(found).After(d.Modified.Add(unchangedFor))
	if !current {
		same, told, err := r.withTheBytesOf(ctx, found.ID, documents)
		if err != nil {
			return nil, ledger.Standing{}, err
		}
		if current = same != nil; current {
			d = same
		} else if told && len(documents) == 1 && d.Version == onlyVersion && !r.stood(d) {
			return nil, ledger.Standing{}, nil
		}
	}
	now := r.engine.clock.Now()
	s := ledger.Standing{
		Version: -1, LuminanceID: found.ID, LuminanceVersion: found.Version, UploadedAt: r.made(found),
		CarriedPath: d.SourcePath, Import: ledger.Import{LookAt: now.Add(firstLook)},
	}
	if s.UploadedAt.IsZero() {
		s.UploadedAt = now
	}
	if current {
		s.Hash, s.Size, s.Version = d.Hash, d.Size, d.Version
	}
	return d, s, nil
}

// stood tells whether the ledger knows that a document stands.
func (r *run) stood(d *Document) bool {
	record := r.records[d.ID]
	return record != nil && record.Standing != nil
}

// onlyVersion is the number of a document's first version (inferred): what differs from it is no older one.
const onlyVersion = 1

// withTheBytesOf gives the document whose SHA-1, as listed, is that of what stands in Luminance; nil where none is.
// It is told only where there is something to compare, and not to a service user that may not download.
func (r *run) withTheBytesOf(ctx context.Context, luminanceID int64, documents []*Document) (same *Document, told bool, err error) {
	hashes := map[string]*Document{}
	told = true
	for _, d := range slices.Backward(documents) {
		hashes[d.Hash], hashes[d.DownloadHash] = d, d
		told = told && (d.Hash != "" || d.DownloadHash != "")
	}
	delete(hashes, "")
	if len(hashes) == 0 {
		return nil, false, nil
	}
	body, err := r.job.Luminance.Download(ctx, r.pair.DivisionID, luminanceID)
	switch luminance.ClassOf(err) {
	case luminance.Forbidden, luminance.NotFound, luminance.Invalid:
		return nil, false, nil
	}
	if err != nil {
		return nil, false, fmt.Errorf("compare what stands in Luminance with the exchange: %w", err)
	}
	defer body.Close()
	sum := sha1.New() //nolint:gosec // see the import
	if _, err := io.Copy(sum, body); err != nil {
		return nil, false, fmt.Errorf("compare what stands in Luminance with the exchange: %w", err)
	}
	return hashes[base64.StdEncoding.EncodeToString(sum.Sum(nil))], told, nil
}

// recognise decides about a document that stands where a new one was to go. What the service user put there
// before the ledger lost its record is taken for the document; anything else is somebody else's.
func (r *run) recognise(ctx context.Context, a *Action, found *luminance.Document) error {
	if err := r.needClaims(ctx); err != nil {
		return err
	}
	if a.Kind != UploadAction || !r.mayBe(a.Document, a.Folder, found) {
		return nameConflict(found)
	}
	if err := r.takeFor(ctx, a, found, r.alone(a)); err != nil || a.adopted {
		return err // errAgain where it goes to another place
	}
	a.Kind = NewVersionAction
	return errAgain
}

// takeFor records that what was found is an action's document. The action is done where that is the version of
// now; else it has that to replace.
func (r *run) takeFor(ctx context.Context, a *Action, found *luminance.Document, certain bool) error {
	d, s, err := r.identify(ctx, found, certain, a.Document)
	switch {
	case err != nil:
		return err
	case d == nil:
		return r.sendAside(a, found)
	}
	if a.Kind == NewVersionAction { // it stays where it is
		s.CarriedPath = a.Previous.CarriedPath
	}
	if err := r.pair.Recognise(ctx, ledger.Adopted{DocumentID: a.Document.ID, Folder: a.Folder, Name: a.Name, Standing: s}); err != nil {
		return err
	}
	r.remember(found.ID)
	r.countAdopted(1)
	a.adopted, a.Previous = sameContent(a.Document, &s), &s
	return nil
}

// sendAside has a document sent under the name that holds its id, because another one that was carried before the ledger
// lost its record stands under the plain one.
func (r *run) sendAside(a *Action, found *luminance.Document) error {
	name := naming.WithID(a.Document.Name, a.Document.ID)
	if a.Kind != UploadAction || naming.Key(a.Name) == naming.Key(name) {
		return nameConflict(found)
	}
	a.Name, a.aside = name, true
	a.Target = r.target(a)
	return errAgain
}

// alone tells whether an action's name can have been no other document's: it holds the id, or no other document
// that nothing is known to stand of would have got it.
func (r *run) alone(a *Action) bool {
	key := naming.Key(a.Name)
	if key == naming.Key(naming.WithID(a.Document.Name, a.Document.ID)) {
		return true
	}
	for i := range r.snapshot.Documents {
		other := &r.snapshot.Documents[i]
		if other.ID == a.Document.ID || other.FolderID != a.Document.FolderID || naming.Key(naming.Document(other.Name)) != key {
			continue
		}
		if !r.stood(other) {
			return false
		}
	}
	return true
}
