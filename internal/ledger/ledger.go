package ledger

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"sync/atomic"
	"time"

	"github.com/pressly/goose/v3"
)

//go:embed migrations
var migrations embed.FS

// Ledger is the record of everything that was carried. It is safe for concurrent use.
type Ledger struct {
	db *sql.DB
	// readers are connections for what changes nothing; db where reading and writing share theirs.
	readers *sql.DB
	// commits groups what is written; nil where the server does that.
	commits *commits
	// statements are prepared for the connection that writes; nil where the driver does that.
	statements *statements
	// SetAside is where a damaged database lies that was found instead of this one, which began empty; "" where
	// there was none.
	SetAside string

	// passing tells whether what failed may go through when it is repeated.
	passing  func(error) bool
	patience time.Duration
	// sharedLock is what a query ends in that keeps others from changing what it has read.
	sharedLock string
	// bytewise is what follows a column that is to be compared by its bytes, whatever the database's language.
	bytewise   string
	leadership leadership

	size   func(context.Context) (int64, error)
	failed atomic.Int64
}

// Option changes how a ledger is opened.
type Option func(*options)

type options struct {
	driver   string
	fenced   bool
	patience time.Duration
}

// WithDriver opens the database through another registered database/sql driver than the one that the address
// asks for, such as one that wraps it. It is given what that one would be given.
func WithDriver(name string) Option { return func(o *options) { o.driver = name } }

// WithPatience is how long a server may be away, as it is while it restarts or another one takes its place, before what
// was asked of it fails; a minute by default.
func WithPatience(d time.Duration) Option { return func(o *options) { o.patience = d } }

// Fenced makes this process the one that leads as soon as it uses a Pair or a request budget. From then on no process
// that led before writes anything: see ErrOvertaken.
func Fenced() Option { return func(o *options) { o.fenced = true } }

// Open opens the ledger that dsn names, creates it where it is missing and brings its tables up to date.
//
// sqlite:///folder/ledger.db is a file, whose folder must exist and be writable. A damaged file is set aside, never
// overwritten: see Ledger.SetAside. postgres://user:password@host/database is a database of a PostgreSQL server, of
// version 11 or later, which must exist; parameters are those of libpq, such as sslmode=verify-full, and
// several hosts may be given. What the address leaves out comes from PGHOST, PGUSER, PGPASSWORD and their like.
func Open(ctx context.Context, dsn string, opts ...Option) (*Ledger, error) {
	o := options{patience: time.Minute}
	for _, opt := range opts {
		opt(&o)
	}
	var l *Ledger
	var err error
	switch scheme, _, _ := strings.Cut(dsn, "://"); scheme {
	case "postgres", "postgresql":
		l, err = openPostgres(ctx, dsn, o)
	default:
		l, err = openSQLite(ctx, dsn, o)
	}
	if err != nil {
		return nil, err
	}
	l.leadership.wanted = o.fenced
	return l, nil
}

// Close closes the ledger.
func (l *Ledger) Close() error {
	if l.readers == l.db {
		return l.db.Close()
	}
	return errors.Join(l.readers.Close(), l.db.Close())
}

// Ping tells whether the ledger can still be read.
func (l *Ledger) Ping(ctx context.Context) error {
	var epoch int64
	if err := l.readers.QueryRowContext(ctx, `SELECT epoch FROM leadership WHERE id = 1`).Scan(&epoch); err != nil {
		return fmt.Errorf("ledger: read it: %w", err)
	}
	return nil
}

// migrate brings the tables up to date. A migration only adds what an older process, which may still be running,
// does not have to know of.
func (l *Ledger) migrate(ctx context.Context, dialect goose.Dialect, folder string, opts ...goose.ProviderOption) error {
	files, err := fs.Sub(migrations, path.Join("migrations", folder))
	if err != nil {
		return err
	}
	provider, err := goose.NewProvider(dialect, l.db, files, opts...)
	if err != nil {
		return err
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("bring the tables up to date: %w", err)
	}
	return nil
}

// write does several changes, all or none, unless another process leads by now. They are durable when it returns. The
// context that they are given is the one to use: where they share a transaction with others, it has no end.
func (l *Ledger) write(ctx context.Context, what string, change func(context.Context, *transaction) error) error {
	err := l.again(ctx, func() error { return l.tryWrite(ctx, change) })
	if err != nil {
		return fmt.Errorf("ledger: %s: %w", what, err)
	}
	return nil
}

func (l *Ledger) tryWrite(ctx context.Context, change func(context.Context, *transaction) error) error {
	if l.commits == nil {
		return l.transactLeading(ctx, func(tx *transaction) error { return change(ctx, tx) })
	}
	unending := context.WithoutCancel(ctx)
	return l.commits.do(ctx, func(tx *transaction) error { return change(unending, tx) })
}

// transactLeading does what it is given in one transaction, unless another process leads by now.
func (l *Ledger) transactLeading(ctx context.Context, do func(*transaction) error) error {
	return l.transact(ctx, func(tx *transaction) error {
		if err := l.stillLeads(ctx, tx); err != nil {
			return err
		}
		return do(tx)
	})
}

// transact does what it is given in one transaction.
func (l *Ledger) transact(ctx context.Context, do func(*transaction) error) error {
	if err := l.statements.prepare(ctx); err != nil {
		return err
	}
	tx, err := l.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := do(&transaction{Tx: tx, statements: l.statements}); err != nil {
		return errors.Join(err, ignoreDone(tx.Rollback()))
	}
	return tx.Commit()
}

// ignoreDone leaves out what only says that a transaction ended with its context.
func ignoreDone(err error) error {
	if errors.Is(err, sql.ErrTxDone) {
		return nil
	}
	return err
}

// exec does one change.
func (l *Ledger) exec(ctx context.Context, what, statement string, args ...any) error {
	return l.write(ctx, what, func(ctx context.Context, tx *transaction) error {
		_, err := tx.ExecContext(ctx, statement, args...)
		return err
	})
}

// read gives what a query finds.
func read[T any](ctx context.Context, l *Ledger, what string, scan func(*sql.Rows) (T, error), query string, args ...any) (found []T, err error) {
	err = l.again(ctx, func() error {
		found, err = tryRead(ctx, l, scan, query, args...)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("ledger: %s: %w", what, err)
	}
	return found, nil
}

func tryRead[T any](ctx context.Context, l *Ledger, scan func(*sql.Rows) (T, error), query string, args ...any) (found []T, err error) {
	rows, err := l.readers.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		row, err := scan(rows)
		if err != nil {
			return nil, err
		}
		found = append(found, row)
	}
	return found, rows.Err()
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
