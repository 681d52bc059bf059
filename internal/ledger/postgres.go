package ledger

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

// maxConnections to a PostgreSQL server, which many clients share.
const maxConnections = 8

func openPostgres(ctx context.Context, dsn string, o options) (*Ledger, error) {
	config, err := pgx.ParseConfig(dsn)
	if err != nil {
		// The parser's own words repeat the address.
		return nil, errors.New("ledger: the postgres:// address can't be read: write postgres://user@host:5432/database, " +
			"with characters such as @ and / in the password written as %40 and %2F, and libpq's parameters after a question mark")
	}
	if config.Database == "" {
		return nil, errors.New("ledger: the postgres:// address names no database: write postgres://user@host:5432/database")
	}
	// After a failover only one of several hosts takes changes.
	if len(config.Fallbacks) > 0 && config.ValidateConnect == nil {
		config.ValidateConnect = pgconn.ValidateConnectTargetSessionAttrsReadWrite
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = 10 * time.Second
	}
	if config.RuntimeParams["application_name"] == "" {
		config.RuntimeParams["application_name"] = "intralinks-operator"
	}
	db, err := openPool(config, o)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(maxConnections)
	db.SetMaxIdleConns(maxConnections)
	db.SetConnMaxIdleTime(5 * time.Minute)
	l := &Ledger{db: db, readers: db, passing: serverPasses, patience: o.patience, sharedLock: "FOR SHARE", bytewise: ` COLLATE "C"`, size: sizeOfTables(db)}
	if err := l.preparePostgres(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("ledger: the PostgreSQL database %q on %s: %w", config.Database, config.Host, err), db.Close())
	}
	return l, nil
}

// openPool makes connections as they are needed. One that flushes no commit would break what this package promises, so
// each is told to.
func openPool(config *pgx.ConnConfig, o options) (*sql.DB, error) {
	if o.driver != "" {
		db, err := sql.Open(o.driver, stdlib.RegisterConnConfig(config))
		if err != nil {
			return nil, fmt.Errorf("ledger: %w", err)
		}
		return db, nil
	}
	return stdlib.OpenDB(*config, stdlib.OptionAfterConnect(func(ctx context.Context, c *pgx.Conn) error {
		_, err := c.Exec(ctx, `SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'`)
		return err
	})), nil
}

// preparePostgres waits for a server that is just starting, and brings the tables up to date, one process at a time.
func (l *Ledger) preparePostgres(ctx context.Context) error {
	if err := l.again(ctx, func() error { return l.db.PingContext(ctx) }); err != nil {
		return err
	}
	locker, err := lock.NewPostgresSessionLocker()
	if err != nil {
		return err
	}
	return l.migrate(ctx, goose.DialectPostgres, "postgres", goose.WithSessionLocker(locker))
}

// serverPasses tells whether a server may do later what it did not do now: it restarts, or another one takes its
// place.
func serverPasses(err error) bool {
	var refused *pgconn.PgError
	if errors.As(err, &refused) {
		switch refused.Code {
		case "57P01", "57P02", "57P03", // it shuts down, crashed, or starts
			"25006",          // it takes no changes: it is not, or not any more, the primary
			"53300",          // it has too many clients
			"40001", "40P01": // another transaction was in the way
			return true
		}
		return strings.HasPrefix(refused.Code, "08") // the connection
	}
	var broken net.Error
	var unreachable *pgconn.ConnectError
	return pgconn.SafeToRetry(err) || errors.As(err, &broken) || errors.As(err, &unreachable) || errors.Is(err, driver.ErrBadConn) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed)
}
