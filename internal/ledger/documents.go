package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// Record is what the ledger knows of one document of the source.
type Record struct {
	// DocumentID that Intralinks gave.
	DocumentID int64
	// Folder and Name are where it stands, or was about to stand, below the destination folder.
	Folder, Name string
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
}

// Intent is an upload that is about to begin.
type Intent struct {
	Hash    string
	Size    int64
	Version int64
	At      time.Time
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

const recordColumns = `document_id, folder, name,
	hash, size, version, luminance_id, luminance_version, uploaded_at,
	intent_at, intent_hash, intent_size, intent_version,
	failed_at, failed_hash, failed_reason, failed_message, retry_at, attempts`

// Documents reads every record of the pair.
func (p *Pair) Documents(ctx context.Context) (records map[int64]*Record, err error) {
	rows, err := p.ledger.db.QueryContext(ctx, `SELECT `+recordColumns+` FROM documents WHERE pair_id = ?`, p.id)
	if err != nil {
		return nil, fmt.Errorf("ledger: read the documents: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	records = map[int64]*Record{}
	for rows.Next() {
		record, err := scanRecord(rows)
		if err != nil {
			return nil, fmt.Errorf("ledger: read a document: %w", err)
		}
		records[record.DocumentID] = record
	}
	return records, rows.Err()
}

func scanRecord(rows *sql.Rows) (*Record, error) {
	var (
		r                                       Record
		s                                       Standing
		i                                       Intent
		f                                       Failure
		uploadedAt, intentAt, failedAt, retryAt int64
	)
	if err := rows.Scan(&r.DocumentID, &r.Folder, &r.Name,
		&s.Hash, &s.Size, &s.Version, &s.LuminanceID, &s.LuminanceVersion, &uploadedAt,
		&intentAt, &i.Hash, &i.Size, &i.Version,
		&failedAt, &f.Hash, &f.Reason, &f.Message, &retryAt, &f.Attempts); err != nil {
		return nil, err
	}
	if uploadedAt != 0 {
		s.UploadedAt = fromMillis(uploadedAt)
		r.Standing = &s
	}
	if intentAt != 0 {
		i.At = fromMillis(intentAt)
		r.Intent = &i
	}
	if failedAt != 0 {
		f.At, f.RetryAt = fromMillis(failedAt), fromMillis(retryAt)
		r.Failure = &f
	}
	return &r, nil
}

// Begin records that an upload of the document to folder and name is about to begin. It is durable when
// Begin returns; only then may the upload start.
func (p *Pair) Begin(ctx context.Context, documentID int64, folder, name string, intent Intent) error {
	return p.exec(ctx, "record an intent", `
		INSERT INTO documents (pair_id, document_id, folder, name, intent_at, intent_hash, intent_size, intent_version)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (pair_id, document_id) DO UPDATE SET folder = excluded.folder, name = excluded.name,
			intent_at = excluded.intent_at, intent_hash = excluded.intent_hash,
			intent_size = excluded.intent_size, intent_version = excluded.intent_version`,
		p.id, documentID, folder, name, millis(intent.At), intent.Hash, intent.Size, intent.Version)
}

// Settle records that the document stands in Luminance; it closes the intent and forgets failures. A
// document that nothing is known of is an error: what is not written down would be sent again.
func (p *Pair) Settle(ctx context.Context, documentID int64, s Standing) error {
	changed, err := p.change(ctx, "record an upload", `
		UPDATE documents SET hash = ?, size = ?, version = ?, luminance_id = ?, luminance_version = ?, uploaded_at = ?,
			intent_at = 0, failed_at = 0, failed_hash = '', failed_reason = '', failed_message = '', retry_at = 0, attempts = 0
		WHERE pair_id = ? AND document_id = ?`,
		s.Hash, s.Size, s.Version, s.LuminanceID, s.LuminanceVersion, millis(s.UploadedAt), p.id, documentID)
	if err == nil && changed == 0 {
		return fmt.Errorf("ledger: record an upload: document %d has no record; an intent comes first", documentID)
	}
	return err
}

// Abandon closes an intent that surely had no effect.
func (p *Pair) Abandon(ctx context.Context, documentID int64) error {
	return p.exec(ctx, "close an intent", `UPDATE documents SET intent_at = 0 WHERE pair_id = ? AND document_id = ?`, p.id, documentID)
}

// Fail records why the document could not be carried to folder and name. An open intent stays open: only
// a look in Luminance, or the certainty that nothing was sent, closes it.
func (p *Pair) Fail(ctx context.Context, documentID int64, folder, name string, f Failure) error {
	return p.exec(ctx, "record a failure", `
		INSERT INTO documents (pair_id, document_id, folder, name, failed_at, failed_hash, failed_reason, failed_message, retry_at, attempts)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (pair_id, document_id) DO UPDATE SET failed_at = excluded.failed_at, failed_hash = excluded.failed_hash,
			failed_reason = excluded.failed_reason, failed_message = excluded.failed_message,
			retry_at = excluded.retry_at, attempts = excluded.attempts`,
		p.id, documentID, folder, name, millis(f.At), f.Hash, f.Reason, f.Message, millis(f.RetryAt), f.Attempts)
}

func (p *Pair) exec(ctx context.Context, what, query string, args ...any) error {
	_, err := p.change(ctx, what, query, args...)
	return err
}

// change gives the number of rows that a statement has changed.
func (p *Pair) change(ctx context.Context, what, query string, args ...any) (int64, error) {
	result, err := p.ledger.db.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, fmt.Errorf("ledger: %s: %w", what, err)
	}
	return result.RowsAffected()
}
