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
	ledger *Ledger
	id     int64
}

// Pair gives the records of two ends, a new and empty set where there are none.
func (l *Ledger) Pair(ctx context.Context, ends Ends) (*Pair, error) {
	var id int64
	// The update that changes nothing makes RETURNING answer for a row that was there before, too.
	err := l.db.QueryRowContext(ctx, `
		INSERT INTO pairs (exchange_id, instance, division_id, folder) VALUES (?, ?, ?, ?)
		ON CONFLICT (exchange_id, instance, division_id, folder) DO UPDATE SET folder = excluded.folder
		RETURNING id`, ends.ExchangeID, ends.Instance, ends.DivisionID, ends.Folder).Scan(&id)
	if err != nil {
		return nil, fmt.Errorf("ledger: find the records of exchange %d and Division %d: %w", ends.ExchangeID, ends.DivisionID, err)
	}
	return &Pair{Ends: ends, ledger: l, id: id}, nil
}
