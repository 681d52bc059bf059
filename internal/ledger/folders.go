package ledger

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// FolderName is the place that a folder of the source has below the destination folder.
type FolderName struct {
	// FolderID that Intralinks gave.
	FolderID int64
	// SourcePath below the source folder when the name was chosen: a rename chooses anew.
	SourcePath string
	// Path below the destination folder.
	Path string
}

// FolderNames reads the places of the source's folders.
func (p *Pair) FolderNames(ctx context.Context) (map[int64]FolderName, error) {
	found, err := read(ctx, p.ledger, "read the folders", func(rows *sql.Rows) (n FolderName, err error) {
		err = rows.Scan(&n.FolderID, &n.SourcePath, &n.Path)
		return n, err
	}, `SELECT folder_id, source_path, path FROM folder_names WHERE pair_id = $1`, p.id)
	if err != nil {
		return nil, err
	}
	names := make(map[int64]FolderName, len(found))
	for _, n := range found {
		names[n.FolderID] = n
	}
	return names, nil
}

// SaveFolderNames records the places of folders, all or none.
func (p *Pair) SaveFolderNames(ctx context.Context, names []FolderName) error {
	if len(names) == 0 {
		return nil
	}
	return p.ledger.write(ctx, "record folders", func(ctx context.Context, tx *transaction) error {
		for _, n := range names {
			if _, err := tx.ExecContext(ctx, `
				INSERT INTO folder_names (pair_id, folder_id, source_path, path) VALUES ($1, $2, $3, $4)
				ON CONFLICT (pair_id, folder_id) DO UPDATE SET source_path = excluded.source_path, path = excluded.path`,
				p.id, n.FolderID, n.SourcePath, n.Path); err != nil {
				return err
			}
		}
		return nil
	})
}

// Places reads the folders of the Division that are known to stand on the way to the pair's folder and below it: their
// path from the Division's root ("" is the root) and their id.
func (p *Pair) Places(ctx context.Context) (map[string]int64, error) {
	type place struct {
		path string
		id   int64
	}
	folder := norm.NFC.String(strings.Trim(p.Folder, "/"))
	query, args := `SELECT path, folder_id FROM places WHERE instance = $1 AND division_id = $2`, []any{p.Instance, p.DivisionID}
	if folder != "" {
		// What lies below a folder stands between its path with a slash, and with the byte that comes after a slash.
		query += fmt.Sprintf(` AND (path%[1]s >= $3 AND path%[1]s < $4 OR path IN ('', $5`, p.ledger.bytewise)
		args = append(args, folder+"/", folder+"0", folder)
		for at := range folder {
			if folder[at] == '/' {
				args = append(args, folder[:at])
				query += fmt.Sprintf(", $%d", len(args))
			}
		}
		query += "))"
	}
	found, err := read(ctx, p.ledger, "read the folders of the Division", func(rows *sql.Rows) (f place, err error) {
		err = rows.Scan(&f.path, &f.id)
		return f, err
	}, query, args...)
	if err != nil {
		return nil, err
	}
	places := make(map[string]int64, len(found))
	for _, f := range found {
		places[f.path] = f.id
	}
	return places, nil
}

// Place reads one of them by its path.
func (p *Pair) Place(ctx context.Context, path string) (folderID int64, known bool, err error) {
	found, err := read(ctx, p.ledger, "read a folder of the Division", func(rows *sql.Rows) (id int64, err error) {
		err = rows.Scan(&id)
		return id, err
	}, `SELECT folder_id FROM places WHERE instance = $1 AND division_id = $2 AND path = $3`, p.Instance, p.DivisionID, path)
	if err != nil || len(found) == 0 {
		return 0, false, err
	}
	return found[0], true, nil
}

// SavePlaces records that folders of the Division stand, by their paths; all or none.
func (p *Pair) SavePlaces(ctx context.Context, places map[string]int64) error {
	if len(places) == 0 {
		return nil
	}
	return p.ledger.write(ctx, "record a folder of the Division", func(ctx context.Context, tx *transaction) error {
		for _, path := range slices.Sorted(maps.Keys(places)) { // in one order, or two that do so could each wait for the other
			for _, statement := range []string{
				`INSERT INTO places (instance, division_id, path, folder_id) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
				`UPDATE places SET folder_id = $4 WHERE instance = $1 AND division_id = $2 AND path = $3`,
			} {
				if _, err := tx.ExecContext(ctx, statement, p.Instance, p.DivisionID, path, places[path]); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// ForgetPlace drops one folder of the Division that is gone, unless another has been recorded in its place since.
func (p *Pair) ForgetPlace(ctx context.Context, path string, folderID int64) error {
	return p.ledger.exec(ctx, "forget a folder of the Division", `
		DELETE FROM places WHERE instance = $1 AND division_id = $2 AND path = $3 AND folder_id = $4`,
		p.Instance, p.DivisionID, path, folderID)
}

// ForgetPlaces drops what is known of the Division's folders, after one of them turned out to be gone.
func (p *Pair) ForgetPlaces(ctx context.Context) error {
	return p.ledger.exec(ctx, "forget the folders of the Division", `DELETE FROM places WHERE instance = $1 AND division_id = $2`, p.Instance, p.DivisionID)
}
