package ledger

import (
	"context"
	"database/sql"
)

// transaction is one of the database's, with what was prepared for it.
type transaction struct {
	*sql.Tx
	statements *statements // nil: the driver keeps what it has prepared
}

// ExecContext does what the one of sql.Tx does.
func (t *transaction) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if prepared := t.statements.get(query); prepared != nil {
		return t.StmtContext(ctx, prepared).ExecContext(ctx, args...) //nolint:sqlclosecheck // it ends with the transaction
	}
	return t.Tx.ExecContext(ctx, query, args...)
}

// QueryRowContext does what the one of sql.Tx does.
func (t *transaction) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	if prepared := t.statements.get(query); prepared != nil {
		return t.StmtContext(ctx, prepared).QueryRowContext(ctx, args...) //nolint:sqlclosecheck // it ends with the transaction
	}
	return t.Tx.QueryRowContext(ctx, query, args...)
}
