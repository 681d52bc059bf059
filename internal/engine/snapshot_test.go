package engine

import (
	"testing"

	. "github.com/onsi/gomega"
	"pgregory.net/rapid"
)

func TestASnapshotHoldsTheDocumentsBelowTheFolder(t *testing.T) {
	documents := []listed{
		{ID: 9, ParentID: 31, Name: "Lease", Extension: ".pdf", FileSize: 10, FileHash: "h", FileHashDownload: "d", VersionNumber: 2},
		{ID: 8, ParentID: 20, Name: "Notes", Extension: "txt", FileHash: "empty"},
		{ID: 7, ParentID: 10, Name: "elsewhere"},
		{ID: 6, Name: "at the top"},
		{ID: 5, ParentID: 20, Name: "to come"},
		{ID: 4, ParentID: 20, Name: "secret", FileSize: 1, FileHash: "h", IsIRMSecured: "T", PDFProtection: "NONE"},
		{ID: 3, ParentID: 20, Name: "restricted", FileSize: 1, FileHash: "h", IsIRMSecured: "F", PDFProtection: "NO_PRINT"},
		{ID: 2, ParentID: 20, Name: "deleted", IsDeleted: "T"},
		{ID: 1, ParentID: 69, Name: "orphan", FileSize: 1, FileHash: "h"},
	}
	below := []Document{
		{ID: 1, FolderID: 69, Name: "orphan", Path: "orphan", Size: 1, Hash: "h", Orphaned: true},
		{ID: 3, FolderID: 20, Name: "restricted", Path: "restricted", Size: 1, Hash: "h", Restricted: "NO_PRINT"},
		{ID: 4, FolderID: 20, Name: "secret", Path: "secret", Size: 1, Hash: "h", Protected: true},
		{ID: 5, FolderID: 20, Name: "to come", Path: "to come", Placeholder: true},
		{ID: 8, FolderID: 20, Name: "Notes.txt", Path: "Notes.txt", Hash: "empty"},
		{ID: 9, FolderID: 31, Name: "Lease.pdf", Path: "2023/Q1/Lease.pdf", Size: 10, Hash: "h", DownloadHash: "d", Version: 2},
	}
	for i := range below {
		if d := &below[i]; !d.Orphaned {
			d.SourcePath = "Contracts/" + d.Path
		}
	}
	g := NewWithT(t)
	exchange := newExchange(t).list(room, documents)
	g.Expect(exchange.snapshot(t, "/Contracts").Documents).To(Equal(below))

	whole := exchange.snapshot(t, "/")
	g.Expect(whole.Documents).To(HaveLen(len(documents) - 1))
	g.Expect(whole.Documents[4]).To(Equal(Document{ID: 6, Name: "at the top", Path: "at the top", SourcePath: "at the top", Placeholder: true}))
	g.Expect(whole.Documents[7].Path).To(Equal("Contracts/2023/Q1/Lease.pdf"))
}

func TestADocumentThatIsListedTwiceIsOneDocument(t *testing.T) {
	snapshot := newExchange(t).list(room, []listed{
		{ID: 2, ParentID: 20, Name: "Lease", FileSize: 1, FileHash: "h"},
		{ID: 1, ParentID: 20, Name: "Other", FileSize: 1, FileHash: "h"},
		{ID: 2, ParentID: 21, Name: "Lease", FileSize: 1, FileHash: "h"},
	}).snapshot(t, "/Contracts")
	NewWithT(t).Expect(snapshot.Documents).To(Equal([]Document{
		{ID: 1, FolderID: 20, Name: "Other", Path: "Other", SourcePath: "Contracts/Other", Size: 1, Hash: "h"},
		{ID: 2, FolderID: 20, Name: "Lease", Path: "Lease", SourcePath: "Contracts/Lease", Size: 1, Hash: "h"},
	}))
}

func TestAMissingFolderIsNoEmptySnapshot(t *testing.T) {
	e := newExchange(t).list(room, nil)
	_, err := takeSnapshot(&contents{tree: e.tree(t), documents: e.room.Documents(t.Context())}, "/Contract", nil)
	NewWithT(t).Expect(err).To(MatchError(HavePrefix("FolderNotFound: ")))
}

// TestTheOrderOfAListingMeansNothing lists any tree, with orphans and rounds, in two orders.
func TestTheOrderOfAListingMeansNothing(t *testing.T) {
	exchange := newExchange(t)
	rapid.Check(t, func(t *rapid.T) {
		items := func(what string, first int64) []listed {
			drawn := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) listed {
				return listed{ParentID: rapid.Int64Range(0, 12).Draw(t, "parent"), Name: rapid.SampledFrom([]string{"a", "b", "A"}).Draw(t, "name")}
			}), 0, 10).Draw(t, what)
			for i := range drawn {
				drawn[i].ID = first + int64(i)
			}
			return drawn
		}
		folders, documents := items("folders", 1), items("documents", 1)
		snapshot := exchange.list(folders, documents).snapshot(t, "/")
		shuffled := exchange.list(rapid.Permutation(folders).Draw(t, "folders anew"), rapid.Permutation(documents).Draw(t, "documents anew")).snapshot(t, "/")
		NewWithT(t).Expect(shuffled).To(Equal(snapshot))
		if len(snapshot.Documents) != len(documents) {
			t.Fatalf("%d documents of %d", len(snapshot.Documents), len(documents))
		}
	})
}
