package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// Peek gives the records of two ends to read, without taking the lead and without making any: where there are none, the
// pair is empty, and must not be written to.
func (l *Ledger) Peek(ctx context.Context, ends Ends) (*Pair, error) {
	p := &Pair{Ends: ends, ledger: l}
	err := l.again(ctx, func() error {
		err := l.readers.QueryRowContext(ctx, `SELECT id, searched FROM pairs
			WHERE exchange_id = $1 AND instance = $2 AND division_id = $3 AND folder = $4`,
			ends.ExchangeID, ends.Instance, ends.DivisionID, ends.Folder).Scan(&p.id, &p.Searched)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("ledger: look for the records of exchange %d and Division %d: %w", ends.ExchangeID, ends.DivisionID, err)
	}
	return p, nil
}

// Carried reads a page of what was carried and stands in Luminance as far as the ledger knows: at most limit records, in
// ascending order of the documents' ids, behind one of them.
//
// Nothing is held between two pages: a reader who takes their time would keep a connection, and the log of what is written from
// being cut.
func (p *Pair) Carried(ctx context.Context, after int64, limit int) ([]*Record, error) {
	return read(ctx, p.ledger, "read what was carried", (&recordReader{}).scan, `SELECT `+recordColumns+` FROM documents
		WHERE pair_id = $1 AND uploaded_at <> 0 AND document_id > $2 ORDER BY document_id LIMIT $3`, p.id, after, limit)
}

// CountCarried counts what Carried gives on all pages.
func (p *Pair) CountCarried(ctx context.Context) (count int64, err error) {
	err = p.ledger.again(ctx, func() error {
		return p.ledger.readers.QueryRowContext(ctx, `SELECT COUNT(*) FROM documents WHERE pair_id = $1 AND uploaded_at <> 0`, p.id).Scan(&count)
	})
	if err != nil {
		return 0, fmt.Errorf("ledger: count what was carried: %w", err)
	}
	return count, nil
}
