package ledger

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/pressly/goose/v3"
	_ "modernc.org/sqlite" // the database/sql driver "sqlite", in pure Go
)

//go:embed migrations/*.sql
var migrations embed.FS

// Ledger is the record of everything that was carried. It is safe for concurrent use.
type Ledger struct {
	db *database
	// path of the file.
	path string
	// SetAside is where a damaged database lies that was found instead of this one, which began empty; "" where
	// there was none.
	SetAside string
}

// Option changes how a ledger is opened.
type Option func(*options)

type options struct{ driver string }

// WithDriver opens the database through another registered database/sql driver than the one that the address
// asks for, such as one that wraps it. It is given what that one would be given.
func WithDriver(name string) Option { return func(o *options) { o.driver = name } }

// Open opens the ledger that dsn names, sqlite:///folder/ledger.db, creates it where it is missing and
// brings its tables up to date. The folder must exist and be writable. A damaged file is set aside, never
// overwritten: see Ledger.SetAside.
func Open(ctx context.Context, dsn string, opts ...Option) (*Ledger, error) {
	o := options{driver: "sqlite"}
	for _, opt := range opts {
		opt(&o)
	}
	path, err := sqlitePath(dsn)
	if err != nil {
		return nil, err
	}
	if info, err := os.Stat(filepath.Dir(path)); err != nil || !info.IsDir() {
		return nil, fmt.Errorf("ledger: %s is not a folder: create it, or mount a volume there", filepath.Dir(path))
	}
	ledger, err := openFile(ctx, o.driver, path)
	if !isDamage(err) {
		return ledger, err
	}
	aside, asideErr := setAside(path, time.Now())
	if asideErr != nil {
		return nil, errors.Join(err, asideErr)
	}
	if ledger, err = openFile(ctx, o.driver, path); err != nil {
		return nil, err
	}
	ledger.SetAside = aside
	return ledger, nil
}

func openFile(ctx context.Context, driver, path string) (*Ledger, error) {
	db, err := sql.Open(driver, sqliteDSN(path))
	if err != nil {
		return nil, fmt.Errorf("ledger: open %s: %w", path, err)
	}
	// SQLite has one writer; a single connection makes waiting for it a matter of Go, not of busy retries.
	db.SetMaxOpenConns(1)
	ledger := &Ledger{db: &database{DB: db}, path: path}
	err = inspect(ctx, db)
	if err == nil {
		err = ledger.migrate(ctx)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("ledger: %s: %w", path, unwritable(path, err)), db.Close())
	}
	return ledger, nil
}

// Close closes the ledger.
func (l *Ledger) Close() error { return l.db.Close() }

// Ping tells whether the ledger can still be read.
func (l *Ledger) Ping(ctx context.Context) error {
	var pairs int64
	if err := l.db.QueryRowContext(ctx, `SELECT count(*) FROM pairs`).Scan(&pairs); err != nil {
		return fmt.Errorf("ledger: read it: %w", err)
	}
	return nil
}

func (l *Ledger) migrate(ctx context.Context) error {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	provider, err := goose.NewProvider(goose.DialectSQLite3, l.db.DB, files)
	if err != nil {
		return err
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("bring the tables up to date: %w", err)
	}
	return nil
}

// sqlitePath never repeats the address: one of another database may hold a password.
func sqlitePath(dsn string) (string, error) {
	u, err := url.Parse(dsn)
	if err == nil && u.Scheme == "sqlite" && u.Host == "" && u.Path != "" && !strings.HasSuffix(u.Path, "/") {
		return u.Path, nil
	}
	what := "the address"
	if scheme, _, ok := strings.Cut(dsn, "://"); ok {
		what = "the " + scheme + ":// address"
	}
	return "", fmt.Errorf("ledger: %s names no SQLite file: write sqlite:///folder/ledger.db, with three slashes", what)
}

// sqliteDSN asks for a write-ahead log that is flushed at each commit: what was committed survives a
// power cut, which is what the promise of this package rests on.
func sqliteDSN(path string) string {
	pragmas := url.Values{"_pragma": {
		"journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(ON)", "busy_timeout(10000)",
	}}
	return (&url.URL{Scheme: "file", Path: path, RawQuery: pragmas.Encode()}).String()
}

func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func fromMillis(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms)
}
