package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Record is what the ledger knows of one document of the source.
type Record struct {
	// DocumentID that Intralinks gave.
	DocumentID int64
	// Folder and Name are where it stands, or could not be carried to, below the destination folder.
	Folder, Name string
	// SourcePath is where the source had it, from the exchange's root, at the last listing that held it.
	SourcePath string
	// GoneAt is when a listing first lacked it; zero while it is listed.
	GoneAt time.Time
	// Standing is what stands in Luminance; nil where nothing is known to.
	Standing *Standing
	// Intent is an upload whose outcome is not known; nil where there is none.
	Intent *Intent
	// Failure is why it could not be carried; nil where it could.
	Failure *Failure
}

// Standing is a document that stands in Luminance.
type Standing struct {
	// Hash is the base64 SHA-1 of its content, as Intralinks lists it.
	Hash string
	// Size in bytes.
	Size int64
	// Version is Intralinks' versionNumber.
	Version int64
	// LuminanceID and LuminanceVersion are what Luminance calls it; the id is 0 where it didn't tell.
	LuminanceID      int64
	LuminanceVersion string
	// UploadedAt is when it was carried.
	UploadedAt time.Time
	// CarriedPath is where the source had it, from the exchange's root, when it was first carried to where it stands.
	CarriedPath string
	// Import is what Luminance's analysis of it came to.
	Import Import
}

// Intent is an upload that is about to begin.
type Intent struct {
	// Folder and Name are where it is to go, below the destination folder.
	Folder, Name string
	// SourcePath is where the source has it, from the exchange's root.
	SourcePath string
	Hash       string
	Size       int64
	Version    int64
	At         time.Time
}

// Failure is why a document could not be carried.
type Failure struct {
	// Hash of the version that failed: another version is tried at once.
	Hash string
	// Reason and Message for the user.
	Reason, Message string
	// At is when it failed last; Attempts counts the failures of this version.
	At       time.Time
	Attempts int64
	// RetryAt is when it is worth another try; zero: at the next run.
	RetryAt time.Time
}

const recordColumns = `document_id, folder, name, source_path, gone_at,
	hash, size, version, luminance_id, luminance_version, uploaded_at, carried_path,
	import_state, import_tags, import_looks, import_look_at,
	intent_at, intent_folder, intent_name, intent_path, intent_hash, intent_size, intent_version,
	failed_at, failed_hash, failed_reason, failed_message, retry_at, attempts`

// Documents reads every record of the pair.
func (p *Pair) Documents(ctx context.Context) (map[int64]*Record, error) {
	reader := recordReader{}
	found, err := read(ctx, p.ledger, "read the documents", reader.scan, `SELECT `+recordColumns+` FROM documents WHERE pair_id = $1`, p.id)
	if err != nil {
		return nil, err
	}
	records := make(map[int64]*Record, len(found))
	for _, record := range found {
		records[record.DocumentID] = record
	}
	return records, nil
}

// recordReader makes records of rows. There may be very many, and all of them are held: texts that are part of others, or
// the same for many, are kept once.
type recordReader struct {
	seen map[string]string
	row  struct {
		standing                                                Standing
		intent                                                  Intent
		failure                                                 Failure
		tags                                                    string
		goneAt, uploadedAt, lookAt, intentAt, failedAt, retryAt int64
	}
}

// scan reads the row that rows stand at.
func (r *recordReader) scan(rows *sql.Rows) (*Record, error) {
	record, row := &Record{}, &r.row
	row.standing, row.intent, row.failure = Standing{}, Intent{}, Failure{}
	s, i, f := &row.standing, &row.intent, &row.failure
	if err := rows.Scan(&record.DocumentID, &record.Folder, &record.Name, &record.SourcePath, &row.goneAt,
		&s.Hash, &s.Size, &s.Version, &s.LuminanceID, &s.LuminanceVersion, &row.uploadedAt, &s.CarriedPath,
		&s.Import.State, &row.tags, &s.Import.Looks, &row.lookAt,
		&row.intentAt, &i.Folder, &i.Name, &i.SourcePath, &i.Hash, &i.Size, &i.Version,
		&row.failedAt, &f.Hash, &f.Reason, &f.Message, &row.retryAt, &f.Attempts); err != nil {
		return nil, err
	}
	record.GoneAt = fromMillis(row.goneAt)
	record.Folder, record.Name = r.once(record.Folder), partOf(record.SourcePath, record.Name)
	if row.uploadedAt != 0 {
		s.UploadedAt, s.Import.LookAt, s.Import.Tags = fromMillis(row.uploadedAt), fromMillis(row.lookAt), fields(row.tags)
		s.LuminanceVersion, s.Import.State = r.once(s.LuminanceVersion), r.once(s.Import.State)
		s.CarriedPath = partOf(record.SourcePath, s.CarriedPath)
		record.Standing = new(*s)
	}
	if row.intentAt != 0 {
		i.At = fromMillis(row.intentAt)
		record.Intent = new(*i)
	}
	if row.failedAt != 0 {
		f.At, f.RetryAt = fromMillis(row.failedAt), fromMillis(row.retryAt)
		record.Failure = new(*f)
	}
	return record, nil
}

// once gives the same text for all that are equal.
func (r *recordReader) once(text string) string {
	if kept, ok := r.seen[text]; ok {
		return kept
	}
	if r.seen == nil {
		r.seen = map[string]string{}
	}
	r.seen[text] = text
	return text
}

// partOf gives a text as the end of a longer one, if it is that.
func partOf(longer, text string) string {
	if strings.HasSuffix(longer, text) {
		return longer[len(longer)-len(text):]
	}
	return text
}

// Begin records that an upload of the document is about to begin. It is durable when Begin returns; only then
// may the upload start. What stands already stays on record until the upload is settled.
func (p *Pair) Begin(ctx context.Context, documentID int64, intent Intent) error {
	return p.ledger.exec(ctx, "record an intent", `
		INSERT INTO documents (pair_id, document_id, folder, name, source_path,
			intent_at, intent_folder, intent_name, intent_path, intent_hash, intent_size, intent_version)
		VALUES ($1, $2, $3, $4, $5, $6, $3, $4, $5, $7, $8, $9)
		ON CONFLICT (pair_id, document_id) DO UPDATE SET
			folder = CASE documents.uploaded_at WHEN 0 THEN excluded.folder ELSE documents.folder END,
			name = CASE documents.uploaded_at WHEN 0 THEN excluded.name ELSE documents.name END,
			source_path = excluded.source_path,
			intent_at = excluded.intent_at, intent_folder = excluded.intent_folder, intent_name = excluded.intent_name,
			intent_path = excluded.intent_path, intent_hash = excluded.intent_hash,
			intent_size = excluded.intent_size, intent_version = excluded.intent_version`,
		p.id, documentID, intent.Folder, intent.Name, intent.SourcePath,
		millis(intent.At), intent.Hash, intent.Size, intent.Version)
}

// Settle records that the document stands in Luminance where the open intent was to bring it; it closes the
// intent and forgets failures. What stood elsewhere before becomes a former place; what stays in its place keeps
// its CarriedPath. A document without an open intent is an error: what is not written down would be sent again.
func (p *Pair) Settle(ctx context.Context, documentID int64, s Standing) error {
	tried := false
	return p.ledger.write(ctx, "record an upload", func(ctx context.Context, tx *transaction) error {
		// Most documents are new: nothing stands elsewhere, and one statement will do.
		if n, err := p.settleWhere(ctx, tx, documentID, s, 0); err != nil || n > 0 {
			tried = true
			return err
		}
		var folder, name string
		err := tx.QueryRowContext(ctx, `SELECT intent_folder, intent_name FROM documents
			WHERE pair_id = $1 AND document_id = $2 AND intent_at <> 0`, p.id, documentID).Scan(&folder, &name)
		if errors.Is(err, sql.ErrNoRows) && tried {
			return nil // it was recorded, and the answer was lost
		}
		if errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("document %d has no open intent; one comes first", documentID)
		}
		if err != nil {
			return err
		}
		tried = true
		if err := p.leave(ctx, tx, documentID, folder, name); err != nil {
			return err
		}
		_, err = p.settleWhere(ctx, tx, documentID, s, 1)
		return err
	})
}

// settleWhere closes the open intent of a document of which nothing (0) or something (1) stands already, and tells how
// many there were.
func (p *Pair) settleWhere(ctx context.Context, tx *transaction, documentID int64, s Standing, stands int64) (closed int64, err error) {
	result, err := tx.ExecContext(ctx, `
		UPDATE documents SET folder = intent_folder, name = intent_name,
			carried_path = CASE WHEN carried_path <> '' AND folder = intent_folder AND name = intent_name
				THEN carried_path ELSE $1 END,
			hash = $2, size = $3, version = $4, luminance_id = $5, luminance_version = $6, uploaded_at = $7,
			import_state = $8, import_tags = $9, import_looks = $10, import_look_at = $11,
			intent_at = 0, failed_at = 0, failed_hash = '', failed_reason = '', failed_message = '', retry_at = 0, attempts = 0
		WHERE pair_id = $12 AND document_id = $13 AND intent_at <> 0
			AND CASE uploaded_at WHEN 0 THEN 0 ELSE 1 END = $14`,
		s.CarriedPath, s.Hash, s.Size, s.Version, s.LuminanceID, s.LuminanceVersion, millis(s.UploadedAt),
		s.Import.State, strings.Join(s.Import.Tags, " "), s.Import.Looks, millis(s.Import.LookAt), p.id, documentID, stands)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// leave makes a former place of where a document stands, unless it stays in that folder and under that name.
func (p *Pair) leave(ctx context.Context, tx *transaction, documentID int64, folder, name string) error {
	const moves = `WHERE pair_id = $1 AND document_id = $2 AND uploaded_at <> 0 AND (folder <> $3 OR name <> $4)`
	for _, statement := range []string{
		`DELETE FROM former_places WHERE pair_id = $1 AND (folder, name) IN (SELECT folder, name FROM documents ` + moves + `)`,
		`INSERT INTO former_places (pair_id, folder, name, document_id, luminance_id)
			SELECT pair_id, folder, name, document_id, luminance_id FROM documents ` + moves,
	} {
		if _, err := tx.ExecContext(ctx, statement, p.id, documentID, folder, name); err != nil {
			return err
		}
	}
	return nil
}

// Identify records by what Luminance calls a document that stands there, where it did not tell when it took it.
func (p *Pair) Identify(ctx context.Context, documentID, luminanceID int64, luminanceVersion string) error {
	return p.ledger.exec(ctx, "record an id", `UPDATE documents SET luminance_id = $1, luminance_version = $2 WHERE pair_id = $3 AND document_id = $4`,
		luminanceID, luminanceVersion, p.id, documentID)
}

// Abandon closes an intent that surely had no effect.
func (p *Pair) Abandon(ctx context.Context, documentID int64) error {
	return p.ledger.exec(ctx, "close an intent", `UPDATE documents SET intent_at = 0 WHERE pair_id = $1 AND document_id = $2`, p.id, documentID)
}

// Fail records why the document could not be carried to folder and name. An open intent stays open: only
// a look in Luminance, or the certainty that nothing was sent, closes it.
func (p *Pair) Fail(ctx context.Context, documentID int64, folder, name string, f Failure) error {
	return p.ledger.exec(ctx, "record a failure", `
		INSERT INTO documents (pair_id, document_id, folder, name, failed_at, failed_hash, failed_reason, failed_message, retry_at, attempts)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		ON CONFLICT (pair_id, document_id) DO UPDATE SET failed_at = excluded.failed_at, failed_hash = excluded.failed_hash,
			failed_reason = excluded.failed_reason, failed_message = excluded.failed_message,
			retry_at = excluded.retry_at, attempts = excluded.attempts`,
		p.id, documentID, folder, name, millis(f.At), f.Hash, f.Reason, f.Message, millis(f.RetryAt), f.Attempts)
}

// fields parts what is separated by spaces; nothing gives none.
func fields(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Fields(text)
}
