package ledger_test

import (
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"dataroom.dev/intralinks-operator/internal/ledger"
)

// leader opens a ledger as a process does that leads as soon as it begins to work.
func leader(t *testing.T, folder string) *ledger.Ledger {
	t.Helper()
	l, err := ledger.Open(t.Context(), address(t, folder), ledger.Fenced())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return l
}

// A process that was frozen while another one took over wakes up believing that it leads.
func TestWhoIsOvertakenWritesNothingAnyMore(t *testing.T) {
	g := NewWithT(t)
	folder := t.TempDir()
	frozen := leader(t, folder)
	before := pair(t, frozen, heron)
	g.Expect(before.Begin(t.Context(), document, to("", "a.pdf", intent1))).To(Succeed())
	id := reserve(t, frozen, host, start)

	next := leader(t, folder)
	g.Expect(before.Begin(t.Context(), document+1, to("", "b.pdf", intent1))).To(Succeed(), "who has only started has taken over nothing")
	after := pair(t, next, heron)

	g.Expect(before.Settle(t.Context(), document, standing1)).To(MatchError(ledger.ErrOvertaken))
	g.Expect(before.Begin(t.Context(), document+2, to("", "c.pdf", intent1))).To(MatchError(ledger.ErrOvertaken))
	g.Expect(before.MarkSearched(t.Context())).To(MatchError(ledger.ErrOvertaken))
	g.Expect(frozen.SettleRequest(t.Context(), id, start)).To(MatchError(ledger.ErrOvertaken))
	_, err := frozen.ReserveRequest(t.Context(), host, start)
	g.Expect(err).To(MatchError(ledger.ErrOvertaken))
	_, err = frozen.Pair(t.Context(), heron)
	g.Expect(err).To(MatchError(ledger.ErrOvertaken))

	records, err := after.Documents(t.Context())
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(records).To(HaveLen(2))
	g.Expect(records[document].Intent).NotTo(BeNil(), "the one that leads settles it")
	g.Expect(after.Settle(t.Context(), document, standing1)).To(Succeed())
}

func TestWhoNeverLedWritesNothing(t *testing.T) {
	g := NewWithT(t)
	folder := t.TempDir()
	leading := leader(t, folder)
	p := pair(t, leading, heron)
	waiting := leader(t, folder)
	_, err := waiting.ReserveRequest(t.Context(), host, start)
	g.Expect(err).To(MatchError(ledger.ErrOvertaken))
	g.Expect(p.Begin(t.Context(), document, to("", "a.pdf", intent1))).To(Succeed())
	g.Expect(load(t, waiting, host, start)).To(BeEmpty())
	g.Expect(p.Abandon(t.Context(), document)).To(MatchError(ledger.ErrOvertaken), "a budget that is loaded counts what is sent from then on")
}

// Folders may lie as deep as names are long.
func TestPathsMayBeLong(t *testing.T) {
	g := NewWithT(t)
	folder := t.TempDir()
	ends := heron
	ends.Folder = "/" + strings.Repeat("a folder of many words/", 500)
	p := pair(t, open(t, folder), ends)
	deep, name := strings.Repeat("Договоры аренды/", 500), strings.Repeat("n", 255)
	place := strings.Trim(ends.Folder, "/") + "/" + deep
	g.Expect(p.SavePlaces(t.Context(), map[string]int64{place: 7})).To(Succeed())
	g.Expect(p.SavePlaces(t.Context(), map[string]int64{place: 8})).To(Succeed())
	g.Expect(p.Places(t.Context())).To(Equal(map[string]int64{place: 8}))
	g.Expect(p.SaveFolderNames(t.Context(), []ledger.FolderName{{FolderID: 1, SourcePath: deep, Path: deep}})).To(Succeed())
	g.Expect(p.Begin(t.Context(), document, to(deep, name, intent1))).To(Succeed())
	g.Expect(p.Settle(t.Context(), document, standing1)).To(Succeed())
	g.Expect(p.Begin(t.Context(), document, to(deep, "other", intent2))).To(Succeed())
	g.Expect(p.Settle(t.Context(), document, standing2)).To(Succeed())
	g.Expect(p.FormerPlaces(t.Context())).To(Equal([]ledger.FormerPlace{{Folder: deep, Name: name, DocumentID: document, LuminanceID: standing1.LuminanceID}}))
	g.Expect(pair(t, open(t, folder), ends).Documents(t.Context())).To(HaveLen(1))
}
