package ledger

import (
	"context"
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
	// The update that changes nothing makes RETURNING answer for a row that was there before, too.
	err := l.db.QueryRowContext(ctx, `
		INSERT INTO pairs (exchange_id, instance, division_id, folder) VALUES (?, ?, ?, ?)
		ON CONFLICT (exchange_id, instance, division_id, folder) DO UPDATE SET folder = excluded.folder
		RETURNING id, searched`, ends.ExchangeID, ends.Instance, ends.DivisionID, ends.Folder).Scan(&p.id, &p.Searched)
	if err != nil {
		return nil, fmt.Errorf("ledger: find the records of exchange %d and Division %d: %w", ends.ExchangeID, ends.DivisionID, err)
	}
	return p, nil
}

// MarkSearched records that the destination was searched, so that it is not done again.
func (p *Pair) MarkSearched(ctx context.Context) error {
	p.Searched = true
	return p.exec(ctx, "record a search", `UPDATE pairs SET searched = 1 WHERE id = ?`, p.id)
}
