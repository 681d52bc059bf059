package ledger_test

import (
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"dataroom.dev/intralinks-operator/internal/ledger"
)

// found is what was found standing, as the source has it.
var found = ledger.Adopted{DocumentID: document, Folder: "Leases", Name: "a.pdf", Standing: ledger.Standing{
	Hash: intent1.Hash, Size: intent1.Size, Version: 1, LuminanceID: 77, LuminanceVersion: "3", UploadedAt: start,
	CarriedPath: "Contracts/Leases/a.pdf", Import: ledger.Import{LookAt: start.Add(time.Minute)},
}}

// recorded is the record of it.
func recorded(a ledger.Adopted) *ledger.Record {
	return &ledger.Record{DocumentID: a.DocumentID, Folder: a.Folder, Name: a.Name, SourcePath: a.Standing.CarriedPath, Standing: &a.Standing}
}

func TestWhatIsAdoptedIsRecordedAsCarried(t *testing.T) {
	b := newBook(t)
	b.must(b.Adopt(t.Context(), nil))
	b.shows(map[int64]*ledger.Record{})
	unknown := ledger.Adopted{DocumentID: 2, Name: "b.pdf", Standing: ledger.Standing{Version: -1, UploadedAt: start}}
	b.must(b.Adopt(t.Context(), []ledger.Adopted{found, unknown}))
	b.shows(map[int64]*ledger.Record{document: recorded(found), 2: recorded(unknown)})
}

// TestAdoptionEndsWhatWasOpen: an intent and a failure of what turns out to stand.
func TestAdoptionEndsWhatWasOpen(t *testing.T) {
	b := newBook(t)
	b.must(b.Begin(t.Context(), document, to("Other", "b.pdf", intent2)))
	b.must(b.Fail(t.Context(), document, "Other", "b.pdf", failure1))
	b.must(b.Adopt(t.Context(), []ledger.Adopted{found}))
	b.shows(map[int64]*ledger.Record{document: recorded(found)})
}

func TestAdoptionLeavesWhatIsKnownToStand(t *testing.T) {
	b := newBook(t)
	b.carry(document, "Contracts/a.pdf", "", "a.pdf", standing2)
	b.must(b.Adopt(t.Context(), []ledger.Adopted{found}))
	s := carriedFrom("Contracts/a.pdf", standing2)
	b.shows(map[int64]*ledger.Record{document: {DocumentID: document, Name: "a.pdf", SourcePath: "Contracts/a.pdf", Standing: &s}})
}

func TestDocumentsAreAdoptedAllOrNone(t *testing.T) {
	b := newBook(t)
	refuse(t, b.folder, "INSERT", "documents", "document_id")
	NewWithT(t).Expect(b.Adopt(t.Context(), []ledger.Adopted{found, {DocumentID: 2}})).
		To(MatchError(And(HavePrefix("ledger: record what was found standing: "), ContainSubstring("the disk is full"))))
	b.shows(map[int64]*ledger.Record{})
}

// TestWhatIsRecognisedReplacesTheRecord, and what stood elsewhere is a former place.
func TestWhatIsRecognisedReplacesTheRecord(t *testing.T) {
	b := newBook(t)
	g := NewWithT(t)
	b.must(b.Recognise(t.Context(), found)) // of what there is no record
	b.shows(map[int64]*ledger.Record{document: recorded(found)})

	b.must(b.SetImports(t.Context(), map[int64]ledger.Import{document: {State: ledger.ImportFailed, Tags: []string{"qa:encrypted"}, Looks: 3}}))
	newer := found
	newer.Standing.Hash, newer.Standing.LuminanceID, newer.Standing.LuminanceVersion = intent2.Hash, 78, "4"
	b.must(b.Recognise(t.Context(), newer))
	b.shows(map[int64]*ledger.Record{document: recorded(newer)})
	g.Expect(b.FormerPlaces(t.Context())).To(BeEmpty())

	moved := newer
	moved.Folder, moved.Standing.LuminanceID = "Elsewhere", 79
	b.must(b.Recognise(t.Context(), moved))
	b.shows(map[int64]*ledger.Record{document: recorded(moved)})
	for _, p := range b.both() {
		g.Expect(p.FormerPlaces(t.Context())).To(Equal([]ledger.FormerPlace{{Folder: "Leases", Name: "a.pdf", DocumentID: document, LuminanceID: 78}}))
	}
}

func TestADestinationIsMarkedAsSearchedOnce(t *testing.T) {
	b := newBook(t)
	g := NewWithT(t)
	other := heron
	other.Folder = "/Other"
	g.Expect(b.Searched).To(BeFalse())
	for _, ends := range []ledger.Ends{heron, other} {
		g.Expect(pair(t, open(t, b.folder), ends).Searched).To(BeFalse())
	}
	b.must(b.MarkSearched(t.Context()))
	g.Expect(b.Searched).To(BeTrue())
	l := open(t, b.folder)
	g.Expect(pair(t, l, heron).Searched).To(BeTrue())
	g.Expect(pair(t, l, other).Searched).To(BeFalse(), "of another pair")
}

func TestOneFolderOfTheDivisionIsForgotten(t *testing.T) {
	b := newBook(t)
	g := NewWithT(t)
	other := heron
	other.DivisionID++
	for _, p := range []*ledger.Pair{b.Pair, pair(t, open(t, b.folder), other)} {
		b.must(p.SavePlaces(t.Context(), map[string]int64{"Project Heron": 1}))
		b.must(p.SavePlaces(t.Context(), map[string]int64{"Project Heron/A": 2}))
	}
	b.must(b.ForgetPlace(t.Context(), "Project Heron/A", 2))
	for _, p := range b.both() {
		g.Expect(p.Places(t.Context())).To(Equal(map[string]int64{"Project Heron": 1}))
	}
	g.Expect(pair(t, open(t, b.folder), other).Places(t.Context())).To(HaveLen(2), "of another Division")
}
