package ledger

import (
	"context"
	"database/sql"
)

// Adopted is a document that was found standing in Luminance, and that the ledger did not know.
type Adopted struct {
	DocumentID int64
	// Folder and Name below the destination folder.
	Folder, Name string
	Standing     Standing
}

// Adopt records documents that were found standing, all or none. What the ledger knows to stand keeps its
// record.
func (p *Pair) Adopt(ctx context.Context, documents []Adopted) error {
	if len(documents) == 0 {
		return nil
	}
	return p.ledger.atomically(ctx, "record what was found standing", func(tx *sql.Tx) error {
		for _, d := range documents {
			if _, err := tx.ExecContext(ctx, `
				INSERT INTO documents (pair_id, document_id, folder, name, source_path, carried_path,
					hash, size, version, luminance_id, luminance_version, uploaded_at, import_look_at)
				VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
				ON CONFLICT (pair_id, document_id) DO UPDATE SET folder = excluded.folder, name = excluded.name,
					source_path = excluded.source_path, carried_path = excluded.carried_path,
					hash = excluded.hash, size = excluded.size, version = excluded.version,
					luminance_id = excluded.luminance_id, luminance_version = excluded.luminance_version,
					uploaded_at = excluded.uploaded_at, import_look_at = excluded.import_look_at,
					intent_at = 0, failed_at = 0, failed_hash = '', failed_reason = '', failed_message = '', retry_at = 0, attempts = 0
				WHERE uploaded_at = 0`,
				p.id, d.DocumentID, d.Folder, d.Name, d.Standing.CarriedPath,
				d.Standing.Hash, d.Standing.Size, d.Standing.Version, d.Standing.LuminanceID, d.Standing.LuminanceVersion,
				millis(d.Standing.UploadedAt), millis(d.Standing.Import.LookAt)); err != nil {
				return err
			}
		}
		return nil
	})
}
