package ledger_test

import (
	"testing"

	. "github.com/onsi/gomega"

	"dataroom.dev/intralinks-operator/internal/ledger"
)

func TestFolderNamesAreKeptAndChosenAnew(t *testing.T) {
	g := NewWithT(t)
	folder := t.TempDir()
	p := pair(t, open(t, folder), heron)
	leases := ledger.FolderName{FolderID: 12400000018, SourcePath: "Leases:", Path: "Leases_"}
	old := ledger.FolderName{FolderID: 12400000028, SourcePath: "Old", Path: "Old"}
	g.Expect(p.SaveFolderNames(t.Context(), nil)).To(Succeed())
	g.Expect(p.SaveFolderNames(t.Context(), []ledger.FolderName{leases, old})).To(Succeed())

	old.SourcePath, old.Path = "New", "New"
	g.Expect(p.SaveFolderNames(t.Context(), []ledger.FolderName{old})).To(Succeed())

	again := open(t, folder)
	g.Expect(pair(t, again, heron).FolderNames(t.Context())).To(Equal(map[int64]ledger.FolderName{leases.FolderID: leases, old.FolderID: old}))

	other := heron
	other.Folder = "/elsewhere"
	g.Expect(pair(t, again, other).FolderNames(t.Context())).To(BeEmpty(), "another pair names its folders itself")
}

func TestFolderNamesAreSavedAllOrNone(t *testing.T) {
	g := NewWithT(t)
	folder := t.TempDir()
	p := pair(t, open(t, folder), heron)
	refuse(t, folder, "INSERT", "folder_names", "folder_id")
	g.Expect(p.SaveFolderNames(t.Context(), []ledger.FolderName{{FolderID: 1, Path: "a"}, {FolderID: 2, Path: "b"}})).
		To(MatchError(And(HavePrefix("ledger: record folders: "), ContainSubstring("the disk is full"))))
	g.Expect(p.FolderNames(t.Context())).To(BeEmpty())
}

// TestOnlyThePlacesOnTheWayAndBelowAreRead: thousands of syncs may feed one Division.
func TestOnlyThePlacesOnTheWayAndBelowAreRead(t *testing.T) {
	g := NewWithT(t)
	l := open(t, t.TempDir())
	p := pair(t, l, ledger.Ends{Instance: heron.Instance, DivisionID: heron.DivisionID, Folder: "/Deals/Zürich/Leases"})
	for i, path := range []string{
		"", "Deals", "Deals/Zürich", "Deals/Zürich/Leases", "Deals/Zürich/Leases/Old", "Deals/Zürich/Leases/Ärger/x",
		"Deals/Zürich/Leases 2", "Deals/Zürich/Leases-2", "Deals/Zürich/Leases0", "Deals/zürich/Leases/Old", "Deals/Zürich/Lease", "Dea", "Other",
	} {
		g.Expect(p.SavePlaces(t.Context(), map[string]int64{path: int64(i)})).To(Succeed())
	}
	g.Expect(p.Places(t.Context())).To(Equal(map[string]int64{
		"": 0, "Deals": 1, "Deals/Zürich": 2, "Deals/Zürich/Leases": 3, "Deals/Zürich/Leases/Old": 4, "Deals/Zürich/Leases/Ärger/x": 5,
	}))
	whole := ledger.Ends{Instance: heron.Instance, DivisionID: heron.DivisionID, Folder: "/"}
	g.Expect(pair(t, l, whole).Places(t.Context())).To(HaveLen(13))
	decomposed := ledger.Ends{Instance: heron.Instance, DivisionID: heron.DivisionID, Folder: "/Deals/Zu\u0308rich"}
	g.Expect(pair(t, l, decomposed).Places(t.Context())).To(HaveLen(10))
}

// TestPlacesBelongToTheDivision: whatever syncs feed it, its folders are the same.
func TestPlacesBelongToTheDivision(t *testing.T) {
	g := NewWithT(t)
	folder := t.TempDir()
	p := pair(t, open(t, folder), heron)
	g.Expect(p.SavePlaces(t.Context(), map[string]int64{"": 1})).To(Succeed())
	g.Expect(p.SavePlaces(t.Context(), map[string]int64{"Project Heron": 2})).To(Succeed())
	g.Expect(p.SavePlaces(t.Context(), map[string]int64{"Project Heron": 3})).To(Succeed(), "somebody removed it and it was made again")

	l := open(t, folder)
	sibling := ledger.Ends{ExchangeID: 1, Instance: heron.Instance, DivisionID: heron.DivisionID, Folder: "/Project Heron/Other"}
	g.Expect(pair(t, l, sibling).Places(t.Context())).To(Equal(map[string]int64{"": 1, "Project Heron": 3}))

	id, known, err := pair(t, l, sibling).Place(t.Context(), "Project Heron")
	g.Expect([]any{id, known, err}).To(Equal([]any{int64(3), true, nil}))
	_, known, err = p.Place(t.Context(), "Project")
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(known).To(BeFalse())

	for _, elsewhere := range []ledger.Ends{
		{Instance: heron.Instance, DivisionID: heron.DivisionID + 1},
		{Instance: "beta.app.luminance.com", DivisionID: heron.DivisionID},
	} {
		other := pair(t, l, elsewhere)
		g.Expect(other.Places(t.Context())).To(BeEmpty())
		g.Expect(other.SavePlaces(t.Context(), map[string]int64{"Project Heron": 9})).To(Succeed())
	}
	g.Expect(p.ForgetPlace(t.Context(), "Project Heron", 2)).To(Succeed(), "that one was replaced long ago")
	g.Expect(p.Places(t.Context())).To(Equal(map[string]int64{"": 1, "Project Heron": 3}))
	g.Expect(p.ForgetPlace(t.Context(), "Project Heron", 3)).To(Succeed())
	g.Expect(p.Places(t.Context())).To(Equal(map[string]int64{"": 1}))
	g.Expect(p.ForgetPlaces(t.Context())).To(Succeed())
	g.Expect(p.Places(t.Context())).To(BeEmpty())
	g.Expect(pair(t, l, ledger.Ends{Instance: heron.Instance, DivisionID: heron.DivisionID + 1}).Places(t.Context())).
		To(Equal(map[string]int64{"Project Heron": 9}), "another Division is not forgotten")
}
