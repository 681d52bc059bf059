package ledger

import (
	"path/filepath"
	"testing"
	"time"

	. "github.com/onsi/gomega"
)

// TestWhatIsWrittenAgainIsPreparedOnce, and written as the first time.
func TestWhatIsWrittenAgainIsPreparedOnce(t *testing.T) {
	g := NewWithT(t)
	l, err := Open(t.Context(), "sqlite://"+filepath.Join(t.TempDir(), "ledger.db"))
	g.Expect(err).NotTo(HaveOccurred())
	t.Cleanup(func() { _ = l.Close() })
	counts := make([]int, 0, 3)
	for i := range 3 {
		_, err := l.ReserveRequest(t.Context(), "host", time.UnixMilli(int64(1000+i)))
		g.Expect(err).NotTo(HaveOccurred())
		counts = append(counts, len(l.statements.prepared))
	}
	g.Expect(counts[1]).To(BeNumerically(">", counts[0]), "the first time it is not known yet that it comes again")
	g.Expect(counts[2]).To(Equal(counts[1]))
	requests, err := l.LoadRequests(t.Context(), "host", time.Time{})
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(requests).To(HaveLen(3))
}
