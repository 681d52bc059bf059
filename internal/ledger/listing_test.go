package ledger_test

import (
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"dataroom.dev/intralinks-operator/internal/ledger"
)

// from is an intent for what the source has at a path.
func from(path, folder, name string, i ledger.Intent) ledger.Intent {
	i = to(folder, name, i)
	i.SourcePath = path
	return i
}

// carriedFrom is a standing document that the source had at a path.
func carriedFrom(path string, s ledger.Standing) ledger.Standing {
	s.CarriedPath = path
	return s
}

// carry records that a document was carried.
func (b *book) carry(id int64, path, folder, name string, s ledger.Standing) {
	b.t.Helper()
	b.must(b.Begin(b.t.Context(), id, from(path, folder, name, intent1)))
	b.must(b.Settle(b.t.Context(), id, carriedFrom(path, s)))
}

// both gives the pair as it is, and as a process that starts now has it.
func (b *book) both() []*ledger.Pair {
	b.t.Helper()
	return []*ledger.Pair{b.Pair, pair(b.t, open(b.t, b.folder), heron)}
}

func TestSightingsMoveAndHideAndBringBack(t *testing.T) {
	b := newBook(t)
	b.carry(1, "A/a.pdf", "", "a.pdf", standing1)
	b.carry(2, "A/b.pdf", "", "b.pdf", standing2)
	s1, s2 := carriedFrom("A/a.pdf", standing1), carriedFrom("A/b.pdf", standing2)
	first := &ledger.Record{DocumentID: 1, Name: "a.pdf", SourcePath: "A/a.pdf", Standing: &s1}
	second := &ledger.Record{DocumentID: 2, Name: "b.pdf", SourcePath: "A/b.pdf", Standing: &s2}
	shows := func() { t.Helper(); b.shows(map[int64]*ledger.Record{1: first, 2: second}) }
	shows()

	gone := start.Add(time.Hour)
	b.must(b.See(t.Context(), []ledger.Sighting{{DocumentID: 1, SourcePath: "B/z.pdf"}, {DocumentID: 2, SourcePath: "of no meaning", GoneAt: gone}}))
	first.SourcePath, second.GoneAt = "B/z.pdf", gone
	shows()

	b.must(b.See(t.Context(), []ledger.Sighting{{DocumentID: 2, SourcePath: "A/again.pdf"}}))
	second.SourcePath, second.GoneAt = "A/again.pdf", time.Time{}
	shows()

	b.must(b.See(t.Context(), nil))
	b.must(b.See(t.Context(), []ledger.Sighting{{DocumentID: 3, SourcePath: "unknown"}})) // makes no record
	shows()
}

func TestSightingsAreRecordedAllOrNone(t *testing.T) {
	b := newBook(t)
	b.carry(1, "A/a.pdf", "", "a.pdf", standing1)
	b.carry(2, "A/b.pdf", "", "b.pdf", standing2)
	refuse(t, b.folder, "UPDATE", "documents", "document_id")
	err := b.See(t.Context(), []ledger.Sighting{{DocumentID: 1, GoneAt: start}, {DocumentID: 2, GoneAt: start}})
	g := NewWithT(t)
	g.Expect(err).To(MatchError(And(HavePrefix("ledger: record a listing: "), ContainSubstring("the disk is full"))))
	for _, p := range b.both() {
		records, err := p.Documents(t.Context())
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(records[1].GoneAt).To(BeZero())
	}
}

func TestAVanishingIsKeptUntilItIsOver(t *testing.T) {
	b := newBook(t)
	g := NewWithT(t)
	elsewhere := heron
	elsewhere.Folder = "/Other"
	other := pair(t, open(t, b.folder), elsewhere)
	for _, v := range []ledger.Vanishing{{}, {At: start, Mark: "2f0c"}, {At: start.Add(time.Hour), Mark: "99aa"}, {}} {
		b.must(b.SetVanishing(t.Context(), v))
		for _, p := range b.both() {
			g.Expect(p.Vanishing(t.Context())).To(Equal(v))
		}
	}
	b.must(b.SetVanishing(t.Context(), ledger.Vanishing{At: start, Mark: "2f0c"}))
	g.Expect(other.Vanishing(t.Context())).To(BeZero(), "of another pair")
}

// TestWhatIsCarriedElsewhereLeavesAFormerPlace, and what stays in its place, or never stood, doesn't.
func TestWhatIsCarriedElsewhereLeavesAFormerPlace(t *testing.T) {
	b := newBook(t)
	g := NewWithT(t)
	former := func(want ...ledger.FormerPlace) {
		t.Helper()
		for _, p := range b.both() {
			g.Expect(p.FormerPlaces(t.Context())).To(Equal(want))
		}
	}
	b.must(b.Begin(t.Context(), 1, to("A", "tried.pdf", intent1)))
	b.must(b.Abandon(t.Context(), 1))
	b.carry(1, "A/a.pdf", "A", "a.pdf", standing1)
	b.carry(1, "A/a.pdf", "A", "a.pdf", standing2)
	former()

	b.must(b.Begin(t.Context(), 1, from("A/b.pdf", "A", "b.pdf", intent2)))
	former()
	b.must(b.Settle(t.Context(), 1, carriedFrom("A/b.pdf", ledger.Standing{LuminanceID: 66, UploadedAt: start})))
	first := ledger.FormerPlace{Folder: "A", Name: "a.pdf", DocumentID: 1, LuminanceID: 55}
	former(first)

	b.carry(1, "B/b.pdf", "B", "b.pdf", ledger.Standing{UploadedAt: start}) // an id that Luminance didn't tell
	second := ledger.FormerPlace{Folder: "A", Name: "b.pdf", DocumentID: 1, LuminanceID: 66}
	former(first, second)
	b.carry(1, "C/b.pdf", "C", "b.pdf", ledger.Standing{LuminanceID: 88, UploadedAt: start})
	former(first, second, ledger.FormerPlace{Folder: "B", Name: "b.pdf", DocumentID: 1})

	other := heron
	other.Folder = "/Other"
	g.Expect(pair(t, open(t, b.folder), other).FormerPlaces(t.Context())).To(BeEmpty(), "of another pair")
}

// TestWhatStaysInItsPlaceKeepsThePathItWasCarriedFrom: it has been moved since, and a new version doesn't mend that.
func TestWhatStaysInItsPlaceKeepsThePathItWasCarriedFrom(t *testing.T) {
	b := newBook(t)
	b.carry(1, "A/a.pdf", "A", "a.pdf", standing1)
	b.carry(1, "A/z.pdf", "A", "a.pdf", standing2)
	kept := carriedFrom("A/a.pdf", standing2)
	b.shows(map[int64]*ledger.Record{1: {DocumentID: 1, Folder: "A", Name: "a.pdf", SourcePath: "A/z.pdf", Standing: &kept}})

	b.carry(1, "A/z.pdf", "A", "z.pdf", standing1)
	moved := carriedFrom("A/z.pdf", standing1)
	b.shows(map[int64]*ledger.Record{1: {DocumentID: 1, Folder: "A", Name: "z.pdf", SourcePath: "A/z.pdf", Standing: &moved}})
}

// TestClaimsAreOfTheWholeDivision, whatever sync carried them and whether they stand or stood.
func TestClaimsAreOfTheWholeDivision(t *testing.T) {
	b := newBook(t)
	g := NewWithT(t)
	elsewhere := func(change func(*ledger.Ends)) *book {
		ends := heron
		change(&ends)
		return &book{Pair: pair(t, open(t, b.folder), ends), t: t, folder: b.folder}
	}
	id := func(id int64) ledger.Standing { return ledger.Standing{LuminanceID: id, UploadedAt: start} }
	b.carry(1, "", "A", "a.pdf", id(11))
	b.carry(1, "", "A", "b.pdf", id(12))
	b.carry(2, "", "", "own without an id.pdf", id(0))
	b.must(b.Begin(t.Context(), 3, to("A", "c.pdf", intent1))) // stands nowhere yet
	sibling := elsewhere(func(e *ledger.Ends) { e.ExchangeID++; e.Folder = "/Project Merlin/All" })
	sibling.carry(1, "", "B", "moved.pdf", id(0))
	sibling.carry(1, "", "B", "a.pdf", id(21))
	sibling.carry(2, "", "", "b.pdf", id(0))
	elsewhere(func(e *ledger.Ends) { e.DivisionID++ }).carry(1, "", "", "a.pdf", id(31))
	elsewhere(func(e *ledger.Ends) { e.Instance = "beta.app.luminance.com" }).carry(1, "", "", "a.pdf", id(0))

	for _, p := range b.both() {
		claims, err := p.Claims(t.Context())
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(claims.IDs).To(Equal(map[int64]bool{11: true, 12: true, 21: true}))
		g.Expect(claims.Paths).To(Equal(map[string]bool{"Project Merlin/All/B/moved.pdf": true, "Project Merlin/All/b.pdf": true}))
	}
	claims, err := sibling.Claims(t.Context())
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(claims.Paths).To(Equal(map[string]bool{"Project Heron/own without an id.pdf": true}))
}
