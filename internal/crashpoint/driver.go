package crashpoint

import (
	"cmp"
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync/atomic"

	_ "github.com/jackc/pgx/v5/stdlib" // the drivers that are wrapped
	_ "modernc.org/sqlite"
)

// drivers counts the names that were registered: database/sql has no way to drop one.
var drivers atomic.Int64

// Driver registers a database/sql driver of this process, and gives its name. It is the one of the given name, each
// write a step.
//
// SQLite's commits are not flushed to the disk: a process that dies leaves what it wrote with the kernel, and hundreds
// of tries would spend their time on flushing.
func (p *Process) Driver(of string) (string, error) {
	db, err := sql.Open(of, "")
	if err != nil {
		return "", err
	}
	name := fmt.Sprintf("crashpoint-%d", drivers.Add(1))
	sql.Register(name, &wrapped{Driver: db.Driver(), process: p})
	return name, db.Close()
}

type wrapped struct {
	driver.Driver
	process *Process
}

// Open implements driver.Driver.
func (d *wrapped) Open(dsn string) (driver.Conn, error) {
	a, err := d.process.pass()
	if err != nil {
		return nil, err
	}
	defer a.end()
	opened, err := d.Driver.Open(strings.Replace(dsn, "synchronous%28FULL%29", "synchronous%28OFF%29", 1))
	if err != nil {
		return nil, err
	}
	whole, ok := opened.(realConn)
	if !ok {
		return nil, errors.Join(errors.New("crashpoint: the driver's connections can't do all that is counted"), opened.Close())
	}
	c := &conn{real: whole, process: d.process}
	d.process.mu.Lock()
	d.process.databases = append(d.process.databases, c)
	d.process.mu.Unlock()
	return c, nil
}

// realConn is what database/sql uses of a connection.
type realConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.SessionResetter
}

// conn is one connection of a process.
type conn struct {
	real    realConn
	process *Process
	// database/sql uses a connection from one goroutine at a time.
	inTx    bool
	changes string // the first change of a transaction
}

// write does a step. Within a transaction nothing is durable yet, so its commit is the step, named after the first
// change in it.
func (c *conn) write(query string, do func() error) error {
	if c.inTx {
		c.changes = cmp.Or(c.changes, headline(query))
		return c.read(do)
	}
	a, err := c.process.begin("ledger "+headline(query), Before, After)
	if err != nil {
		return err
	}
	defer a.end()
	return a.learn(do())
}

// read lets through what leaves nothing behind.
func (c *conn) read(do func() error) error {
	a, err := c.process.pass()
	if err != nil {
		return err
	}
	defer a.end()
	return do()
}

// ExecContext implements driver.ExecerContext.
func (c *conn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	return c.exec(query, func() (driver.Result, error) { return c.real.ExecContext(ctx, query, args) })
}

func (c *conn) exec(query string, ask func() (driver.Result, error)) (result driver.Result, err error) {
	do := func() (err error) {
		result, err = ask()
		return err
	}
	if !writes(query) {
		err = c.read(do)
	} else {
		err = c.write(query, do)
	}
	return result, err
}

// QueryContext implements driver.QueryerContext.
func (c *conn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	return c.query(query, func() (driver.Rows, error) { return c.real.QueryContext(ctx, query, args) })
}

// query asks. A write that answers is read to its end at once, because it is durable only then.
func (c *conn) query(query string, ask func() (driver.Rows, error)) (rows driver.Rows, err error) {
	if !writes(query) {
		err = c.read(func() (err error) {
			rows, err = ask()
			return err
		})
		return rows, err
	}
	err = c.write(query, func() error {
		open, err := ask()
		if err != nil {
			return err
		}
		rows, err = readAll(open)
		return err
	})
	return rows, err
}

// BeginTx implements driver.ConnBeginTx.
func (c *conn) BeginTx(ctx context.Context, opts driver.TxOptions) (driver.Tx, error) {
	var begun driver.Tx
	err := c.read(func() (err error) {
		begun, err = c.real.BeginTx(ctx, opts)
		return err
	})
	if err != nil {
		return nil, err
	}
	c.inTx, c.changes = true, ""
	return &tx{real: begun, conn: c}, nil
}

// Begin implements driver.Conn; database/sql prefers BeginTx.
func (c *conn) Begin() (driver.Tx, error) { return c.BeginTx(context.Background(), driver.TxOptions{}) }

// PrepareContext implements driver.ConnPrepareContext.
func (c *conn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	s := &stmt{conn: c, query: query}
	err := c.read(func() error {
		prepared, err := c.real.PrepareContext(ctx, query)
		if err != nil {
			return err
		}
		whole, ok := prepared.(realStmt)
		if !ok {
			return errors.Join(errors.New("crashpoint: the driver's statements can't do all that is counted"), prepared.Close())
		}
		s.real = whole
		return nil
	})
	if err != nil {
		return nil, err
	}
	return s, nil
}

// Prepare implements driver.Conn; database/sql prefers PrepareContext.
func (c *conn) Prepare(query string) (driver.Stmt, error) {
	return c.PrepareContext(context.Background(), query)
}

// Ping implements driver.Pinger.
func (c *conn) Ping(ctx context.Context) error {
	return c.read(func() error { return c.real.Ping(ctx) })
}

// ResetSession implements driver.SessionResetter.
func (c *conn) ResetSession(ctx context.Context) error {
	return c.read(func() error { return c.real.ResetSession(ctx) })
}

// IsValid implements driver.Validator. Nothing of a dead process is.
func (c *conn) IsValid() bool {
	valid := true
	err := c.read(func() error {
		if v, ok := c.real.(driver.Validator); ok {
			valid = v.IsValid()
		}
		return nil
	})
	return err == nil && valid
}

// CheckNamedValue implements driver.NamedValueChecker.
func (c *conn) CheckNamedValue(value *driver.NamedValue) error {
	if checker, ok := c.real.(driver.NamedValueChecker); ok {
		return checker.CheckNamedValue(value)
	}
	return driver.ErrSkip
}

// Close closes the connection of a living process. A dead one closes nothing in order: see Bury.
func (c *conn) Close() error {
	return c.read(func() error {
		c.process.mu.Lock()
		c.process.databases = slices.DeleteFunc(c.process.databases, func(other *conn) bool { return other == c })
		c.process.mu.Unlock()
		return c.real.Close()
	})
}

// tx is a transaction; its commit is the step that counts, if it changes anything.
type tx struct {
	real driver.Tx
	conn *conn
}

// Commit implements driver.Tx.
func (t *tx) Commit() error {
	t.conn.inTx = false
	if t.conn.changes == "" {
		return t.conn.read(t.real.Commit)
	}
	return t.conn.write(t.conn.changes, t.real.Commit)
}

// Rollback implements driver.Tx.
func (t *tx) Rollback() error {
	t.conn.inTx = false
	return t.conn.read(t.real.Rollback)
}

// writes tells a statement that changes the database.
func writes(query string) bool {
	word, _, _ := strings.Cut(headline(query), " ")
	switch strings.ToUpper(word) {
	case "SELECT", "PRAGMA", "EXPLAIN",
		"SAVEPOINT", "RELEASE", "ROLLBACK": // within a transaction, whose commit is the step
		return false
	}
	return true
}

// headline is the beginning of a statement, in one line and without comments.
func headline(query string) string {
	var words []string
	for line := range strings.Lines(query) {
		line, _, _ = strings.Cut(line, "--")
		words = append(words, strings.Fields(line)...)
	}
	return strings.Join(words[:min(4, len(words))], " ")
}

// buffered are rows that were read already.
type buffered struct {
	columns []string
	rows    [][]driver.Value
}

func readAll(open driver.Rows) (driver.Rows, error) {
	b := &buffered{columns: open.Columns()}
	for {
		row := make([]driver.Value, len(b.columns))
		err := open.Next(row)
		if errors.Is(err, io.EOF) {
			return b, open.Close()
		}
		if err != nil {
			return nil, errors.Join(err, open.Close())
		}
		b.rows = append(b.rows, row)
	}
}

// Columns implements driver.Rows.
func (b *buffered) Columns() []string { return b.columns }

// Close implements driver.Rows.
func (b *buffered) Close() error { return nil }

// Next implements driver.Rows.
func (b *buffered) Next(into []driver.Value) error {
	if len(b.rows) == 0 {
		return io.EOF
	}
	copy(into, b.rows[0])
	b.rows = b.rows[1:]
	return nil
}
