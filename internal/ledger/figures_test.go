package ledger_test

import (
	"testing"

	. "github.com/onsi/gomega"

	"dataroom.dev/intralinks-operator/internal/ledger"
)

// Both kinds of ledger tell how large they are, and count what failed.
func TestFiguresTellSizeAndErrors(t *testing.T) {
	g := NewWithT(t)
	l, err := ledger.Open(t.Context(), address(t, t.TempDir()))
	g.Expect(err).NotTo(HaveOccurred())
	size, err := l.Size()
	g.Expect(size, err).To(BeNumerically(">", 8<<10))
	g.Expect(l.Ping(t.Context())).To(Succeed())
	g.Expect(l.Errors()).To(BeZero())

	g.Expect(l.Close()).To(Succeed())
	g.Expect(l.Ping(t.Context())).To(MatchError(ContainSubstring("ledger: read it")))
	g.Expect(l.Errors()).To(BeNumerically(">", 0))
}
