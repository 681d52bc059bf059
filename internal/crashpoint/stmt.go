package crashpoint

import (
	"context"
	"database/sql/driver"
)

// realStmt is what database/sql uses of a prepared statement.
type realStmt interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

// stmt is a prepared statement of a process; one that writes is as much of a step as its text is.
type stmt struct {
	real  realStmt
	conn  *conn
	query string
}

// ExecContext implements driver.StmtExecContext.
func (s *stmt) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	return s.conn.exec(s.query, func() (driver.Result, error) { return s.real.ExecContext(ctx, args) })
}

// QueryContext implements driver.StmtQueryContext.
func (s *stmt) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	return s.conn.query(s.query, func() (driver.Rows, error) { return s.real.QueryContext(ctx, args) })
}

// Exec implements driver.Stmt; database/sql prefers ExecContext.
func (s *stmt) Exec(values []driver.Value) (driver.Result, error) {
	return s.ExecContext(context.Background(), named(values))
}

// Query implements driver.Stmt; database/sql prefers QueryContext.
func (s *stmt) Query(values []driver.Value) (driver.Rows, error) {
	return s.QueryContext(context.Background(), named(values))
}

func named(values []driver.Value) []driver.NamedValue {
	args := make([]driver.NamedValue, len(values))
	for i, value := range values {
		args[i] = driver.NamedValue{Ordinal: i + 1, Value: value}
	}
	return args
}

// NumInput implements driver.Stmt.
func (s *stmt) NumInput() int { return s.real.NumInput() }

// Close implements driver.Stmt.
func (s *stmt) Close() error { return s.conn.read(s.real.Close) }
