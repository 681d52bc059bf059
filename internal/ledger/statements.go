package ledger

import (
	"context"
	"database/sql"
	"sync"
)

// statements keeps what SQLite made of the texts of those that write. To read such a text takes it longer than to do what
// it says, and everybody who writes waits meanwhile.
type statements struct {
	db *sql.DB

	mu       sync.Mutex
	prepared map[string]*sql.Stmt
	// wanted came up in a transaction, which has the only connection: they are prepared before the next one.
	wanted []string
}

// get gives a statement; nil where it is not prepared yet.
func (s *statements) get(query string) *sql.Stmt {
	if s == nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.prepared[query] == nil {
		s.wanted = append(s.wanted, query)
	}
	return s.prepared[query]
}

// prepare prepares what was wanted. No transaction may be open.
func (s *statements) prepare(ctx context.Context) error {
	if s == nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, query := range s.wanted {
		if s.prepared[query] != nil {
			continue
		}
		prepared, err := s.db.PrepareContext(ctx, query) //nolint:sqlclosecheck // it is closed with the database
		if err != nil {
			return err
		}
		s.prepared[query] = prepared
	}
	s.wanted = nil
	return nil
}
