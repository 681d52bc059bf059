package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"sync/atomic"
	"time"
)

// sizeTimeout is how long a server may take to tell the size of its database.
const sizeTimeout = 5 * time.Second

// Errors is how many calls of the database have failed since it was opened, but for those that were called off.
func (l *Ledger) Errors() int64 { return l.db.failed.Load() }

// Size is how many bytes the ledger takes on its volume, with what has yet to be merged into the main file; or on its server.
func (l *Ledger) Size() (int64, error) {
	if l.path == "" {
		return l.databaseSize()
	}
	var size int64
	for _, suffix := range []string{"", "-wal"} {
		info, err := os.Stat(l.path + suffix)
		switch {
		case err == nil:
			size += info.Size()
		case suffix == "" || !errors.Is(err, os.ErrNotExist):
			return 0, fmt.Errorf("ledger: look at its size: %w", err)
		}
	}
	return size, nil
}

// databaseSize asks the server.
func (l *Ledger) databaseSize() (size int64, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), sizeTimeout)
	defer cancel()
	if err := l.db.QueryRowContext(ctx, `SELECT pg_database_size(current_database())`).Scan(&size); err != nil {
		return 0, fmt.Errorf("ledger: ask for its size: %w", err)
	}
	return size, nil
}

// database counts the calls that fail.
type database struct {
	*sql.DB
	failed atomic.Int64
}

func (d *database) count(err error) {
	if err != nil && !errors.Is(err, context.Canceled) {
		d.failed.Add(1)
	}
}

// ExecContext shadows that of sql.DB.
func (d *database) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	result, err := d.DB.ExecContext(ctx, query, args...)
	d.count(err)
	return result, err
}

// QueryContext shadows that of sql.DB.
func (d *database) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	rows, err := d.DB.QueryContext(ctx, query, args...)
	d.count(err)
	return rows, err
}

// QueryRowContext shadows that of sql.DB.
func (d *database) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	row := d.DB.QueryRowContext(ctx, query, args...)
	d.count(row.Err())
	return row
}

// BeginTx shadows that of sql.DB.
func (d *database) BeginTx(ctx context.Context, opts *sql.TxOptions) (*sql.Tx, error) {
	tx, err := d.DB.BeginTx(ctx, opts)
	d.count(err)
	return tx, err
}
