package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"time"
)

// sizeTimeout bounds the question how large a server's tables are.
const sizeTimeout = 5 * time.Second

// Errors is how many reads and writes have failed for good since the ledger was opened, but for those that were called
// off.
func (l *Ledger) Errors() int64 { return l.failed.Load() }

func (l *Ledger) count(err error) {
	if err != nil && !errors.Is(err, context.Canceled) {
		l.failed.Add(1)
	}
}

// Size is how many bytes the ledger takes: on its volume, with what has yet to be merged into the main file, or in its
// server's tables.
func (l *Ledger) Size() (int64, error) {
	ctx, cancel := context.WithTimeout(context.Background(), sizeTimeout)
	defer cancel()
	size, err := l.size(ctx)
	if err != nil {
		return 0, fmt.Errorf("ledger: look at its size: %w", err)
	}
	return size, nil
}

func sizeOfFile(path string) func(context.Context) (int64, error) {
	return func(context.Context) (size int64, err error) {
		for _, suffix := range []string{"", "-wal"} {
			info, err := os.Stat(path + suffix)
			switch {
			case err == nil:
				size += info.Size()
			case suffix == "" || !errors.Is(err, os.ErrNotExist):
				return 0, err
			}
		}
		return size, nil
	}
}

func sizeOfTables(db *sql.DB) func(context.Context) (int64, error) {
	return func(ctx context.Context) (size int64, err error) {
		err = db.QueryRowContext(ctx, `
			SELECT COALESCE(SUM(pg_total_relation_size(oid)), 0)::bigint FROM pg_class
			WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'`).Scan(&size)
		return size, err
	}
}
