package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"dataroom.dev/intralinks-operator/internal/budget"
)

var _ budget.Store = (*Ledger)(nil)

// LoadRequests reads the requests to a host since a time, and those whose outcome a crash left open.
func (l *Ledger) LoadRequests(ctx context.Context, host string, since time.Time) (requests []budget.StoredRequest, err error) {
	rows, err := l.db.QueryContext(ctx, `SELECT id, at, open FROM requests WHERE host = ? AND (at >= ? OR open = 1) ORDER BY at`, host, millis(since))
	if err != nil {
		return nil, fmt.Errorf("ledger: read the requests: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var r budget.StoredRequest
		var at int64
		if err := rows.Scan(&r.ID, &at, &r.Open); err != nil {
			return nil, fmt.Errorf("ledger: read a request: %w", err)
		}
		r.At = fromMillis(at)
		requests = append(requests, r)
	}
	return requests, rows.Err()
}

// ReserveRequest records that a request is about to be sent.
func (l *Ledger) ReserveRequest(ctx context.Context, host string, at time.Time) (int64, error) {
	var id int64
	err := l.db.QueryRowContext(ctx, `INSERT INTO requests (host, at, open) VALUES (?, ?, 1) RETURNING id`, host, millis(at)).Scan(&id)
	if err != nil {
		return 0, fmt.Errorf("ledger: record a request: %w", err)
	}
	return id, nil
}

// SettleRequest records when a request was answered. The time is rounded up, so that rounding never
// frees a slot early.
func (l *Ledger) SettleRequest(ctx context.Context, id int64, at time.Time) error {
	return l.execRequest(ctx, `UPDATE requests SET at = ?, open = 0 WHERE id = ?`, millis(at)+1, id)
}

// ReleaseRequest forgets a request that was never sent.
func (l *Ledger) ReleaseRequest(ctx context.Context, id int64) error {
	return l.execRequest(ctx, `DELETE FROM requests WHERE id = ?`, id)
}

// PruneRequests forgets settled requests that no window reaches any more.
func (l *Ledger) PruneRequests(ctx context.Context, host string, before time.Time) error {
	return l.execRequest(ctx, `DELETE FROM requests WHERE host = ? AND open = 0 AND at < ?`, host, millis(before))
}

// LoadThrottle reads whether a host has asked for fewer requests.
func (l *Ledger) LoadThrottle(ctx context.Context, host string) (budget.StoredThrottle, error) {
	var t budget.StoredThrottle
	var at, until, recoverAt int64
	err := l.db.QueryRowContext(ctx, `SELECT at, until, recover_at, cuts FROM throttles WHERE host = ?`, host).Scan(&at, &until, &recoverAt, &t.Cuts)
	if errors.Is(err, sql.ErrNoRows) {
		return t, nil
	}
	if err != nil {
		return t, fmt.Errorf("ledger: read whether requests are throttled: %w", err)
	}
	t.At, t.Until, t.RecoverAt = fromMillis(at), fromMillis(until), fromMillis(recoverAt)
	return t, nil
}

// SaveThrottle records that a host has asked for fewer requests.
func (l *Ledger) SaveThrottle(ctx context.Context, host string, t budget.StoredThrottle) error {
	return l.execRequest(ctx, `INSERT INTO throttles (host, at, until, recover_at, cuts) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (host) DO UPDATE SET at = excluded.at, until = excluded.until, recover_at = excluded.recover_at, cuts = excluded.cuts`,
		host, millis(t.At), millis(t.Until)+1, millis(t.RecoverAt)+1, t.Cuts)
}

func (l *Ledger) execRequest(ctx context.Context, query string, args ...any) error {
	if _, err := l.db.ExecContext(ctx, query, args...); err != nil {
		return fmt.Errorf("ledger: record a request: %w", err)
	}
	return nil
}
