package ledger

import (
	"context"
	"database/sql"
	"path"
	"strings"
	"time"
)

// Sighting is where a listing has a document, or that it has none.
type Sighting struct {
	DocumentID int64
	// SourcePath from the exchange's root; of no meaning where GoneAt is set.
	SourcePath string
	// GoneAt is when a listing first lacked the document; zero: it is listed.
	GoneAt time.Time
}

// See records where a listing has documents that the ledger knows, all or none.
func (p *Pair) See(ctx context.Context, sightings []Sighting) error {
	if len(sightings) == 0 {
		return nil
	}
	return p.ledger.write(ctx, "record a listing", func(ctx context.Context, tx *transaction) error {
		for _, s := range sightings {
			if _, err := tx.ExecContext(ctx, `
				UPDATE documents SET gone_at = $1, source_path = CASE CAST($1 AS BIGINT) WHEN 0 THEN $2 ELSE source_path END
				WHERE pair_id = $3 AND document_id = $4`, millis(s.GoneAt), s.SourcePath, p.id, s.DocumentID); err != nil {
				return err
			}
		}
		return nil
	})
}

// Vanishing is a listing that lacked most of what was there, and that nobody has confirmed yet. The zero
// Vanishing says that there is none.
type Vanishing struct {
	// At is when it was first seen.
	At time.Time
	// Mark tells what was missing.
	Mark string
}

// Vanishing reads the unconfirmed listing of the pair.
func (p *Pair) Vanishing(ctx context.Context) (Vanishing, error) {
	found, err := read(ctx, p.ledger, "read an unconfirmed listing", func(rows *sql.Rows) (v Vanishing, err error) {
		var at int64
		err = rows.Scan(&at, &v.Mark)
		v.At = fromMillis(at)
		return v, err
	}, `SELECT vanished_at, vanished_mark FROM pairs WHERE id = $1`, p.id)
	if err != nil || len(found) == 0 {
		return Vanishing{}, err
	}
	return found[0], nil
}

// SetVanishing records an unconfirmed listing, or with the zero Vanishing that there is none.
func (p *Pair) SetVanishing(ctx context.Context, v Vanishing) error {
	return p.ledger.exec(ctx, "record an unconfirmed listing", `UPDATE pairs SET vanished_at = $1, vanished_mark = $2 WHERE id = $3`, millis(v.At), v.Mark, p.id)
}

// FormerPlace is where a document still stands that was carried again under another name or into another
// folder.
type FormerPlace struct {
	// Folder and Name below the destination folder.
	Folder, Name string
	// DocumentID that Intralinks gave, LuminanceID what Luminance calls it; 0 where it didn't tell.
	DocumentID, LuminanceID int64
}

// FormerPlaces reads the former places of the pair.
func (p *Pair) FormerPlaces(ctx context.Context) ([]FormerPlace, error) {
	return read(ctx, p.ledger, "read the former places", func(rows *sql.Rows) (f FormerPlace, err error) {
		err = rows.Scan(&f.Folder, &f.Name, &f.DocumentID, &f.LuminanceID)
		return f, err
	}, `SELECT folder, name, document_id, luminance_id FROM former_places WHERE pair_id = $1 ORDER BY folder, name`, p.id)
}

// Claims is what the ledger knows to stand in a Division, of all pairs and former places included, so that nothing
// is taken for somebody else's that another sync has carried.
type Claims struct {
	// IDs that Luminance gave.
	IDs map[int64]bool
	// Paths from the Division's root, without a slash in front, of what other pairs have there and Luminance told no
	// id of.
	Paths map[string]bool
}

// Claims reads what stands in the pair's Division.
func (p *Pair) Claims(ctx context.Context) (Claims, error) {
	type claim struct {
		pair, id                  int64
		destination, folder, name string
	}
	found, err := read(ctx, p.ledger, "read what stands in the Division", func(rows *sql.Rows) (c claim, err error) {
		err = rows.Scan(&c.pair, &c.destination, &c.folder, &c.name, &c.id)
		return c, err
	}, `
		SELECT p.id, p.folder, d.folder, d.name, d.luminance_id FROM documents d JOIN pairs p ON p.id = d.pair_id
		WHERE p.instance = $1 AND p.division_id = $2 AND d.uploaded_at <> 0
		UNION SELECT p.id, p.folder, f.folder, f.name, f.luminance_id FROM former_places f JOIN pairs p ON p.id = f.pair_id
		WHERE p.instance = $1 AND p.division_id = $2`, p.Instance, p.DivisionID)
	if err != nil {
		return Claims{}, err
	}
	c := Claims{IDs: map[int64]bool{}, Paths: map[string]bool{}}
	for _, f := range found {
		switch {
		case f.id != 0:
			c.IDs[f.id] = true
		case f.pair != p.id:
			c.Paths[strings.TrimPrefix(path.Join(f.destination, f.folder, f.name), "/")] = true
		}
	}
	return c, nil
}
