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
	// What is there is found without a write: that is so at each poll.
	there, err := p.find(ctx, what)
	if err != nil {
		return nil, err
	}
	if !there {
		if err := l.exec(ctx, what, `INSERT INTO pairs (exchange_id, instance, division_id, folder) VALUES ($1, $2, $3, $4)
			ON CONFLICT DO NOTHING`, p.key()...); err != nil {
			return nil, err
		}
		if _, err := p.find(ctx, what); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// find reads what is known of the pair itself, unless another process leads by now.
func (p *Pair) find(ctx context.Context, what string) (there bool, err error) {
	var epoch int64
	found, err := read(ctx, p.ledger, what, func(rows *sql.Rows) (struct{}, error) {
		return struct{}{}, rows.Scan(&p.id, &p.Searched, &epoch)
	}, `SELECT p.id, p.searched, l.epoch FROM pairs p, leadership l
		WHERE p.exchange_id = $1 AND p.instance = $2 AND p.division_id = $3 AND p.folder = $4 AND l.id = 1`, p.key()...)
	if err != nil || len(found) == 0 {
		return false, err
	}
	if !p.ledger.leads(epoch) {
		return false, fmt.Errorf("ledger: %s: %w", what, ErrOvertaken)
	}
	return true, nil
}

func (p *Pair) key() []any { return []any{p.ExchangeID, p.Instance, p.DivisionID, p.Folder} }

// MarkSearched records that the destination was searched, so that it is not done again.
func (p *Pair) MarkSearched(ctx context.Context) error {
	p.Searched = true
	return p.ledger.exec(ctx, "record a search", `UPDATE pairs SET searched = 1 WHERE id = $1`, p.id)
}
