package ledger_test

import (
	"context"
	"testing"

	. "github.com/onsi/gomega"
)

func TestTheLedgerTellsItsSizeAndWhatFailed(t *testing.T) {
	g := NewWithT(t)
	l := open(t, t.TempDir())
	p := pair(t, l, heron)
	g.Expect(p.Begin(t.Context(), document, to("", "a.pdf", intent1))).To(Succeed())
	g.Expect(l.Size()).To(BeNumerically(">", 4096))
	g.Expect(l.Errors()).To(BeZero())
	g.Expect(l.Ping(t.Context())).To(Succeed())

	over, cancel := context.WithCancel(t.Context())
	cancel()
	g.Expect(p.Settle(over, document, standing1)).To(MatchError(context.Canceled))
	g.Expect(l.Errors()).To(BeZero(), "it was called off")

	g.Expect(l.Close()).To(Succeed())
	g.Expect(p.Settle(t.Context(), document, standing1)).NotTo(Succeed())
	_, err := p.Documents(t.Context())
	g.Expect(err).To(HaveOccurred())
	g.Expect(l.Errors()).To(BeEquivalentTo(2), "a write and a read")
	g.Expect(l.Ping(t.Context())).NotTo(Succeed())
}
