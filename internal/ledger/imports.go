package ledger

import (
	"context"
	"database/sql"
	"strings"
	"time"
)

// Outcomes of Luminance's analysis of a document.
const (
	// ImportComplete: Luminance has analysed it.
	ImportComplete = "complete"
	// ImportFailed: Luminance could not analyse it.
	ImportFailed = "failed"
	// ImportUnknown: it was looked up as often as is worth while, and Luminance had not decided.
	ImportUnknown = "unknown"
)

// Import is what Luminance's analysis of a document came to.
type Import struct {
	// State is one of the outcomes; empty while it is not known.
	State string
	// Tags are the kinds of trouble that Luminance noted, such as qa:encrypted.
	Tags []string
	// Looks is how often it was looked up without an outcome.
	Looks int64
	// LookAt is when the next look is due; zero: none is.
	LookAt time.Time
}

// SetImports records what is known of the analysis of documents that stand, by their ids, all or none.
func (p *Pair) SetImports(ctx context.Context, imports map[int64]Import) error {
	if len(imports) == 0 {
		return nil
	}
	return p.ledger.write(ctx, "record the results of imports", func(ctx context.Context, tx *transaction) error {
		for documentID, i := range imports {
			if _, err := tx.ExecContext(ctx, `
				UPDATE documents SET import_state = $1, import_tags = $2, import_looks = $3, import_look_at = $4
				WHERE pair_id = $5 AND document_id = $6 AND uploaded_at <> 0`,
				i.State, strings.Join(i.Tags, " "), i.Looks, millis(i.LookAt), p.id, documentID); err != nil {
				return err
			}
		}
		return nil
	})
}

// DueImport is a document that stands and whose analysis is worth a look.
type DueImport struct {
	DocumentID   int64
	Folder, Name string
	LuminanceID  int64
	Import       Import
}

// DueImports reads the documents whose analysis is not known and worth a look by now; with failed also those
// that could not be analysed, as somebody may have mended that in Luminance.
func (p *Pair) DueImports(ctx context.Context, now time.Time, failed bool) ([]DueImport, error) {
	return read(ctx, p.ledger, "read the imports to look up", func(rows *sql.Rows) (d DueImport, err error) {
		var tags string
		err = rows.Scan(&d.DocumentID, &d.Folder, &d.Name, &d.LuminanceID, &d.Import.State, &tags, &d.Import.Looks)
		d.Import.Tags = fields(tags)
		return d, err
	}, `
		SELECT document_id, folder, name, luminance_id, import_state, import_tags, import_looks FROM documents
		WHERE pair_id = $1 AND uploaded_at <> 0
			AND (import_state = '' AND import_look_at <> 0 AND import_look_at <= $2 OR $3 AND import_state = $4)
		ORDER BY folder, document_id`, p.id, millis(now), failed, ImportFailed)
}
