package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
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
func (p *Pair) FolderNames(ctx context.Context) (names map[int64]FolderName, err error) {
	rows, err := p.ledger.db.QueryContext(ctx, `SELECT folder_id, source_path, path FROM folder_names WHERE pair_id = ?`, p.id)
	if err != nil {
		return nil, fmt.Errorf("ledger: read the folders: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	names = map[int64]FolderName{}
	for rows.Next() {
		var n FolderName
		if err := rows.Scan(&n.FolderID, &n.SourcePath, &n.Path); err != nil {
			return nil, fmt.Errorf("ledger: read a folder: %w", err)
		}
		names[n.FolderID] = n
	}
	return names, rows.Err()
}

// SaveFolderNames records the places of folders, all or none.
func (p *Pair) SaveFolderNames(ctx context.Context, names []FolderName) error {
	if len(names) == 0 {
		return nil
	}
	return p.ledger.atomically(ctx, "record folders", func(tx *sql.Tx) error {
		for _, n := range names {
			if _, err := tx.ExecContext(ctx, `
				INSERT INTO folder_names (pair_id, folder_id, source_path, path) VALUES (?, ?, ?, ?)
				ON CONFLICT (pair_id, folder_id) DO UPDATE SET source_path = excluded.source_path, path = excluded.path`,
				p.id, n.FolderID, n.SourcePath, n.Path); err != nil {
				return err
			}
		}
		return nil
	})
}

// Places reads the folders of the Division that are known to stand: their path from the Division's root
// ("" is the root) and their id.
func (p *Pair) Places(ctx context.Context) (places map[string]int64, err error) {
	rows, err := p.ledger.db.QueryContext(ctx, `SELECT path, folder_id FROM places WHERE instance = ? AND division_id = ?`, p.Instance, p.DivisionID)
	if err != nil {
		return nil, fmt.Errorf("ledger: read the folders of the Division: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	places = map[string]int64{}
	for rows.Next() {
		var path string
		var id int64
		if err := rows.Scan(&path, &id); err != nil {
			return nil, fmt.Errorf("ledger: read a folder of the Division: %w", err)
		}
		places[path] = id
	}
	return places, rows.Err()
}

// SavePlace records that a folder of the Division stands.
func (p *Pair) SavePlace(ctx context.Context, path string, folderID int64) error {
	return p.exec(ctx, "record a folder of the Division", `
		INSERT INTO places (instance, division_id, path, folder_id) VALUES (?, ?, ?, ?)
		ON CONFLICT (instance, division_id, path) DO UPDATE SET folder_id = excluded.folder_id`,
		p.Instance, p.DivisionID, path, folderID)
}

// ForgetPlace drops one folder of the Division that is gone, unless another has been recorded in its place since.
func (p *Pair) ForgetPlace(ctx context.Context, path string, folderID int64) error {
	return p.exec(ctx, "forget a folder of the Division", `
		DELETE FROM places WHERE instance = ? AND division_id = ? AND path = ? AND folder_id = ?`,
		p.Instance, p.DivisionID, path, folderID)
}

// ForgetPlaces drops what is known of the Division's folders, after one of them turned out to be gone.
func (p *Pair) ForgetPlaces(ctx context.Context) error {
	return p.exec(ctx, "forget the folders of the Division", `DELETE FROM places WHERE instance = ? AND division_id = ?`, p.Instance, p.DivisionID)
}
