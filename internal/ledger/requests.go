package ledger

import (
	"context"
	"database/sql"
	"time"

	"dataroom.dev/intralinks-operator/internal/budget"
)

var _ budget.Store = (*Ledger)(nil)

// LoadRequests reads the requests to a host since a time, and those whose outcome a crash left open.
func (l *Ledger) LoadRequests(ctx context.Context, host string, since time.Time) ([]budget.StoredRequest, error) {
	const what = "read the requests"
	if err := l.lead(ctx, what); err != nil {
		return nil, err
	}
	return read(ctx, l, what, func(rows *sql.Rows) (r budget.StoredRequest, err error) {
		var at int64
		err = rows.Scan(&r.ID, &at, &r.Open)
		r.At = fromMillis(at)
		return r, err
	}, `SELECT id, at, open FROM requests WHERE host = $1 AND (at >= $2 OR open = 1) ORDER BY at`, host, millis(since))
}

// ReserveRequest records that a request is about to be sent.
func (l *Ledger) ReserveRequest(ctx context.Context, host string, at time.Time) (id int64, err error) {
	err = l.write(ctx, "record a request", func(ctx context.Context, tx *transaction) error {
		return tx.QueryRowContext(ctx, `INSERT INTO requests (host, at, open) VALUES ($1, $2, 1) RETURNING id`, host, millis(at)).Scan(&id)
	})
	return id, err
}

// SettleRequest records when a request was answered. The time is rounded up, so that rounding never
// frees a slot early.
func (l *Ledger) SettleRequest(ctx context.Context, id int64, at time.Time) error {
	return l.exec(ctx, "record a request", `UPDATE requests SET at = $1, open = 0 WHERE id = $2`, millis(at)+1, id)
}

// ReleaseRequest forgets a request that was never sent.
func (l *Ledger) ReleaseRequest(ctx context.Context, id int64) error {
	return l.exec(ctx, "record a request", `DELETE FROM requests WHERE id = $1`, id)
}

// PruneRequests forgets settled requests that no window reaches any more.
func (l *Ledger) PruneRequests(ctx context.Context, host string, before time.Time) error {
	return l.exec(ctx, "record a request", `DELETE FROM requests WHERE host = $1 AND open = 0 AND at < $2`, host, millis(before))
}

// LoadThrottle reads whether a host has asked for fewer requests.
func (l *Ledger) LoadThrottle(ctx context.Context, host string) (budget.StoredThrottle, error) {
	found, err := read(ctx, l, "read whether requests are throttled", func(rows *sql.Rows) (t budget.StoredThrottle, err error) {
		var at, until, recoverAt int64
		err = rows.Scan(&at, &until, &recoverAt, &t.Cuts)
		t.At, t.Until, t.RecoverAt = fromMillis(at), fromMillis(until), fromMillis(recoverAt)
		return t, err
	}, `SELECT at, until, recover_at, cuts FROM throttles WHERE host = $1`, host)
	if err != nil || len(found) == 0 {
		return budget.StoredThrottle{}, err
	}
	return found[0], nil
}

// SaveThrottle records that a host has asked for fewer requests.
func (l *Ledger) SaveThrottle(ctx context.Context, host string, t budget.StoredThrottle) error {
	return l.exec(ctx, "record a request", `INSERT INTO throttles (host, at, until, recover_at, cuts) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (host) DO UPDATE SET at = excluded.at, until = excluded.until, recover_at = excluded.recover_at, cuts = excluded.cuts`,
		host, millis(t.At), millis(t.Until)+1, millis(t.RecoverAt)+1, t.Cuts)
}
