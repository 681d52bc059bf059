package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/pressly/goose/v3"
	_ "modernc.org/sqlite" // the database/sql driver "sqlite", in pure Go
)

func openSQLite(ctx context.Context, dsn string, o options) (*Ledger, error) {
	path, err := sqlitePath(dsn)
	if err != nil {
		return nil, err
	}
	if o.driver == "" {
		o.driver = "sqlite"
	}
	if info, err := os.Stat(filepath.Dir(path)); err != nil || !info.IsDir() {
		return nil, fmt.Errorf("ledger: %s is not a folder: create it, or mount a volume there", filepath.Dir(path))
	}
	l, err := openFile(ctx, o.driver, path)
	if !isDamage(err) {
		return l, err
	}
	aside, asideErr := setAside(path, time.Now())
	if asideErr != nil {
		return nil, errors.Join(err, asideErr)
	}
	if l, err = openFile(ctx, o.driver, path); err != nil {
		return nil, err
	}
	l.SetAside = aside
	return l, nil
}

func openFile(ctx context.Context, driver, path string) (*Ledger, error) {
	db, err := sql.Open(driver, sqliteDSN(path))
	if err != nil {
		return nil, fmt.Errorf("ledger: open %s: %w", path, err)
	}
	// SQLite has one writer; a single connection makes waiting for it a matter of Go, not of busy retries.
	db.SetMaxOpenConns(1)
	l := &Ledger{db: db, statements: &statements{db: db, prepared: map[string]*sql.Stmt{}}, size: sizeOfFile(path)}
	l.commits = &commits{transact: l.transactLeading}
	err = inspect(ctx, db)
	if err == nil {
		err = l.migrate(ctx, goose.DialectSQLite3, "sqlite")
	}
	if err == nil {
		l.readers, err = openReaders(driver, path)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("ledger: %s: %w", path, unwritable(path, err)), db.Close())
	}
	return l, nil
}

// maxReaders is how many queries SQLite answers at once. Each connection has a cache of some two megabytes, and more of
// them than processors would only wait.
const maxReaders = 2

// openReaders makes connections that see what is committed, and don't wait for who writes: a write-ahead log lets them.
func openReaders(driver, path string) (*sql.DB, error) {
	db, err := sql.Open(driver, sqliteDSN(path)+"&_pragma=query_only(ON)")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(maxReaders)
	db.SetMaxIdleConns(maxReaders)
	return db, nil
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
	return "", fmt.Errorf("ledger: %s names no database: write sqlite:///folder/ledger.db, with three slashes, for a file, "+
		"or postgres://user@host/database for a PostgreSQL server", what)
}

// sqliteDSN asks for a write-ahead log that is flushed at each commit: what was committed survives a
// power cut, which is what the promise of this package rests on. A transaction takes the lock at its first statement,
// because one that has read cannot always wait for it.
func sqliteDSN(path string) string {
	query := url.Values{
		"_pragma": {"journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(ON)", "busy_timeout(10000)"},
		"_txlock": {"immediate"},
	}
	return (&url.URL{Scheme: "file", Path: path, RawQuery: query.Encode()}).String()
}
