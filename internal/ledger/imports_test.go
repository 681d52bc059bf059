package ledger_test

import (
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"dataroom.dev/intralinks-operator/internal/ledger"
)

// due gives the documents whose import is worth a look, the same for a process that starts now.
func (b *book) due(now time.Time, failed bool) []int64 {
	b.t.Helper()
	var ids []int64
	for i, p := range b.both() {
		due, err := p.DueImports(b.t.Context(), now, failed)
		b.must(err)
		var these []int64
		for _, d := range due {
			these = append(these, d.DocumentID)
		}
		if i > 0 {
			NewWithT(b.t).Expect(these).To(Equal(ids))
		}
		ids = these
	}
	return ids
}

func looksAt(at time.Time) ledger.Standing {
	return ledger.Standing{LuminanceID: 55, UploadedAt: start, Import: ledger.Import{LookAt: at}}
}

func TestALookIsDueFromItsTimeOnUntilItHasAnOutcome(t *testing.T) {
	b := newBook(t)
	g := NewWithT(t)
	b.carry(1, "a.pdf", "", "a.pdf", looksAt(start.Add(time.Minute)))
	b.carry(2, "b.pdf", "", "b.pdf", looksAt(start.Add(time.Hour)))
	b.carry(3, "c.pdf", "", "c.pdf", looksAt(time.Time{}))                         // none is due
	b.must(b.Begin(t.Context(), 4, to("", "d.pdf", intent1)))                      // doesn't stand yet
	b.must(b.SetImports(t.Context(), map[int64]ledger.Import{4: {LookAt: start}})) // so there is nothing to set
	g.Expect(b.due(start, false)).To(BeEmpty())
	g.Expect(b.due(start.Add(time.Minute), false)).To(Equal([]int64{1}))
	g.Expect(b.due(start.Add(time.Hour), false)).To(Equal([]int64{1, 2}))

	b.must(b.SetImports(t.Context(), map[int64]ledger.Import{1: {Looks: 1, LookAt: start.Add(2 * time.Hour)}}))
	g.Expect(b.due(start.Add(time.Hour), false)).To(Equal([]int64{2}))
	for _, state := range []string{ledger.ImportComplete, ledger.ImportFailed, ledger.ImportUnknown} {
		b.must(b.SetImports(t.Context(), map[int64]ledger.Import{1: {State: state}}))
		g.Expect(b.due(start.Add(100*time.Hour), false)).To(Equal([]int64{2}), state)
	}
}

func TestWhatFailedIsLookedAtWhenSomebodyAsks(t *testing.T) {
	b := newBook(t)
	g := NewWithT(t)
	tags := []string{"qa:contentextraction", "qa:encrypted"}
	b.carry(1, "B/a.pdf", "B", "a.pdf", looksAt(start))
	b.carry(2, "A/b.pdf", "A", "b.pdf", looksAt(start.Add(time.Hour)))
	b.carry(3, "A/c.pdf", "A", "c.pdf", looksAt(start))
	b.must(b.SetImports(t.Context(), map[int64]ledger.Import{1: {State: ledger.ImportFailed, Tags: tags, Looks: 2}}))
	b.must(b.SetImports(t.Context(), map[int64]ledger.Import{3: {State: ledger.ImportComplete}}))
	g.Expect(b.due(start, false)).To(BeEmpty())
	for _, p := range b.both() {
		g.Expect(p.DueImports(t.Context(), start.Add(time.Hour), true)).To(Equal([]ledger.DueImport{
			{DocumentID: 2, Folder: "A", Name: "b.pdf", LuminanceID: 55},
			{DocumentID: 1, Folder: "B", Name: "a.pdf", LuminanceID: 55, Import: ledger.Import{State: ledger.ImportFailed, Tags: tags, Looks: 2}},
		}))
	}
	other := heron
	other.Folder = "/Other"
	g.Expect(pair(t, open(t, b.folder), other).DueImports(t.Context(), start.Add(time.Hour), true)).To(BeEmpty(), "of another pair")
}

// TestTheOutcomeOfAnImportIsPartOfWhatStands, until another version does.
func TestTheOutcomeOfAnImportIsPartOfWhatStands(t *testing.T) {
	b := newBook(t)
	b.carry(1, "a.pdf", "", "a.pdf", looksAt(start))
	outcome := ledger.Import{State: ledger.ImportFailed, Tags: []string{"qa:encrypted"}, Looks: 1, LookAt: start.Add(time.Hour)}
	b.must(b.SetImports(t.Context(), map[int64]ledger.Import{1: outcome}))
	s := carriedFrom("a.pdf", looksAt(start))
	s.Import = outcome
	record := &ledger.Record{DocumentID: 1, Name: "a.pdf", SourcePath: "a.pdf", Standing: &s}
	b.shows(map[int64]*ledger.Record{1: record})

	b.carry(1, "a.pdf", "", "a.pdf", looksAt(start.Add(2*time.Hour)))
	s.Import = ledger.Import{LookAt: start.Add(2 * time.Hour)}
	b.shows(map[int64]*ledger.Record{1: record})
	NewWithT(t).Expect(b.due(start.Add(2*time.Hour), false)).To(Equal([]int64{1}))
}
