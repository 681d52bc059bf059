package ledger

import (
	"path/filepath"
	"testing"

	. "github.com/onsi/gomega"
)

// TestEveryCommitIsFlushed looks from inside: that a commit survives a power cut can't be shown without one,
// that SQLite was told to flush can.
func TestEveryCommitIsFlushed(t *testing.T) {
	g := NewWithT(t)
	l, err := Open(t.Context(), "sqlite://"+filepath.Join(t.TempDir(), "ledger.db"))
	g.Expect(err).NotTo(HaveOccurred())
	defer l.Close()
	for pragma, want := range map[string]string{"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "busy_timeout": "10000"} {
		var got string
		g.Expect(l.db.QueryRowContext(t.Context(), "PRAGMA "+pragma).Scan(&got)).To(Succeed())
		g.Expect(got).To(Equal(want), pragma)
	}
}

// TestAReaderDoesNotWaitForAWriter, nor change anything.
func TestAReaderDoesNotWaitForAWriter(t *testing.T) {
	g := NewWithT(t)
	h := newHeld(t)
	g.Expect(h.hosts()).To(BeEmpty())
	_, err := h.readers.ExecContext(t.Context(), `DELETE FROM requests`)
	g.Expect(err).To(MatchError(ContainSubstring("readonly")))
	h.letGo(0)
}
