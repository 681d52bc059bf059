package ledger

import (
	"context"
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
	return p.ledger.write(ctx, "record what was found standing", func(ctx context.Context, tx *transaction) error {
		for i := range documents {
			if err := p.adopt(ctx, tx, &documents[i], `WHERE documents.uploaded_at = 0`); err != nil {
				return err
			}
		}
		return nil
	})
}

// Recognise records that a document stands where it was found, whatever the ledger knew: it was an older copy, say.
// What the ledger knew to stand elsewhere becomes a former place.
func (p *Pair) Recognise(ctx context.Context, d Adopted) error {
	return p.ledger.write(ctx, "record what was found standing", func(ctx context.Context, tx *transaction) error {
		if err := p.leave(ctx, tx, d.DocumentID, d.Folder, d.Name); err != nil {
			return err
		}
		return p.adopt(ctx, tx, &d, ``)
	})
}

// adopt writes a record; condition keeps one that is there already.
func (p *Pair) adopt(ctx context.Context, tx *transaction, d *Adopted, condition string) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO documents (pair_id, document_id, folder, name, source_path, carried_path,
			hash, size, version, luminance_id, luminance_version, uploaded_at, import_look_at)
		VALUES ($1, $2, $3, $4, $5, $5, $6, $7, $8, $9, $10, $11, $12)
		ON CONFLICT (pair_id, document_id) DO UPDATE SET folder = excluded.folder, name = excluded.name,
			source_path = excluded.source_path, carried_path = excluded.carried_path,
			hash = excluded.hash, size = excluded.size, version = excluded.version,
			luminance_id = excluded.luminance_id, luminance_version = excluded.luminance_version,
			uploaded_at = excluded.uploaded_at,
			import_state = '', import_tags = '', import_looks = 0, import_look_at = excluded.import_look_at,
			intent_at = 0, failed_at = 0, failed_hash = '', failed_reason = '', failed_message = '', retry_at = 0, attempts = 0
		`+condition,
		p.id, d.DocumentID, d.Folder, d.Name, d.Standing.CarriedPath,
		d.Standing.Hash, d.Standing.Size, d.Standing.Version, d.Standing.LuminanceID, d.Standing.LuminanceVersion,
		millis(d.Standing.UploadedAt), millis(d.Standing.Import.LookAt))
	return err
}
