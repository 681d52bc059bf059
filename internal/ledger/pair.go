package ledger

import (
	"context"
	"database/sql"
	"fmt"
)

// Ends are the two ends of a sync.
type Ends struct {
	// ExchangeID of the Intralinks exchange.
	ExchangeID int64
	// Instance is the host of the Luminance instance, with its port where it has one.
	Instance string
	// DivisionID of the Luminance Division.
	DivisionID int64
	// Folder of the Division, from its root, such as /Project Heron/Contracts.
	Folder string
}

// Pair is the part of the ledger that belongs to one pair of ends.
type Pair struct {
	Ends
	// Searched tells that the destination was searched for documents that were carried before the ledger knew of
	// any; see MarkSearched.
	Searched bool

	ledger *Ledger
	id     int64
}

// Pair gives the records of two ends, a new and empty set where there are none.
func (l *Ledger) Pair(ctx context.Context, ends Ends) (*Pair, error) {
	p := &Pair{Ends: ends, ledger: l}
	what := fmt.Sprintf("find the records of exchange %d and Division %d", ends.ExchangeID, ends.DivisionID)
	if err := l.lead(ctx, what); err != nil {
		return nil, err
	}
	err := l.write(ctx, what, func(tx *sql.Tx) error {
		args := []any{ends.ExchangeID, ends.Instance, ends.DivisionID, ends.Folder}
		if _, err := tx.ExecContext(ctx, `INSERT INTO pairs (exchange_id, instance, division_id, folder) VALUES ($1, $2, $3, $4)
			ON CONFLICT DO NOTHING`, args...); err != nil {
			return err
		}
		return tx.QueryRowContext(ctx, `SELECT id, searched FROM pairs
			WHERE exchange_id = $1 AND instance = $2 AND division_id = $3 AND folder = $4`, args...).Scan(&p.id, &p.Searched)
	})
	if err != nil {
		return nil, err
	}
	return p, nil
}

// MarkSearched records that the destination was searched, so that it is not done again.
func (p *Pair) MarkSearched(ctx context.Context) error {
	p.Searched = true
	return p.ledger.exec(ctx, "record a search", `UPDATE pairs SET searched = 1 WHERE id = $1`, p.id)
}
