package engine_test

import (
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"dataroom.dev/intralinks-operator/internal/engine"
	"dataroom.dev/intralinks-operator/internal/ledger"
)

func TestNamesOfNewDocuments(t *testing.T) {
	long := strings.Repeat("n", 300)
	for _, tt := range []struct {
		name  string
		names []string // of documents 1, 2, …
		want  []string
	}{
		{"safe names stay as they are", []string{"Report.pdf", "Договор.docx", "契約書.pdf", ".gitignore~"}, []string{"Report.pdf", "Договор.docx", "契約書.pdf", "_.gitignore~"}},
		{"a second document of a name carries its id", []string{"Report.pdf", "Report.pdf", "Report.pdf"}, []string{"Report.pdf", "Report (2).pdf", "Report (3).pdf"}},
		{"so does one that differs in case only", []string{"Report.pdf", "REPORT.PDF"}, []string{"Report.pdf", "REPORT (2).PDF"}},
		{"or in composition only", []string{"Miet\u00eb", "Miete\u0308"}, []string{"Miet\u00eb", "Miet\u00eb (2)"}},
		{"or becomes the same by being made safe", []string{"a/b.pdf", "a:b.pdf"}, []string{"a_b.pdf", "a_b (2).pdf"}},
		{"a name that looks like one with an id", []string{"R.pdf", "R (3).pdf", "R.pdf"}, []string{"R.pdf", "R (3).pdf", "R (3-2).pdf"}},
		{"no way out of the folder", []string{"../../etc/passwd", "..", ".", "/", `..\x`}, []string{".._.._etc_passwd", "_", "_ (3)", "_ (4)", "_.._x"}},
		{"nothing that can't be seen", []string{"\u202efdp.exe", "a\u200fb.pdf", "line\nfeed\x00.pdf"}, []string{"fdp.exe", "ab.pdf", "line_feed_.pdf"}},
		{"no dots and spaces at the end", []string{"a.pdf. .", " b "}, []string{"a.pdf", "b"}},
		{"only an extension", []string{".pdf", ""}, []string{"_.pdf", "_"}},
		{"not too long, with the extension", []string{long + ".pdf", long + ".pdf"}, []string{long[:196] + ".pdf", long[:192] + " (2).pdf"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			want := map[int64]string{}
			var documents []engine.Document
			for i, name := range tt.names {
				documents = append(documents, doc(int64(i+1), name))
				want[int64(i+1)] = tt.want[i]
			}
			NewWithT(t).Expect(places(emptyBooks().plan(inFolders(nil, documents...), engine.Policy{}))).To(Equal(want))
		})
	}
}

func TestNamesAreUniqueInAFolderOnly(t *testing.T) {
	p := emptyBooks().plan(inFolders([]string{"A", "B"}, docIn(101, 1, "a.pdf"), docIn(102, 2, "a.pdf"), doc(3, "a.pdf")), engine.Policy{})
	NewWithT(t).Expect(places(p)).To(Equal(map[int64]string{1: "A/a.pdf", 2: "B/a.pdf", 3: "a.pdf"}))
}

func TestANewDocumentNeverTakesANameThatStands(t *testing.T) {
	for _, tt := range []struct {
		name   string
		stands *ledger.Record
		want   string
	}{
		{"of a document in the source", standing(5, "", "a.pdf"), "a (1).pdf"},
		{"of one in another case", standing(5, "", "A.PDF"), "a (1).pdf"},
		{"of one that is gone from the source", standing(77, "", "a.pdf"), "a (1).pdf"},
		{"of the name with its id, too", standing(77, "", "a (1).pdf"), "a.pdf"},
		{"but one in another folder", standing(77, "Other", "a.pdf"), "a.pdf"},
		{"and one that never stood", &ledger.Record{DocumentID: 77, Name: "a.pdf"}, "a.pdf"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := emptyBooks()
			b.records[tt.stands.DocumentID] = tt.stands
			p := b.plan(inFolders(nil, doc(1, "a.pdf"), doc(5, "a.pdf")), engine.Policy{})
			NewWithT(t).Expect(places(p)).To(HaveKeyWithValue(int64(1), tt.want))
		})
	}
}

func TestADocumentThatIsSkippedTakesNoName(t *testing.T) {
	p := emptyBooks().plan(inFolders(nil, with(doc(1, "a.pdf"), func(d *engine.Document) { d.Placeholder = true }), doc(2, "a.pdf")), engine.Policy{})
	NewWithT(t).Expect(places(p)).To(Equal(map[int64]string{2: "a.pdf"}))
}

// folderPlaces tells where a plan's folders are, by id: those that are known, and those that it names.
func folderPlaces(b *books, p *engine.Plan) map[int64]string {
	places := map[int64]string{}
	for id, n := range b.names {
		places[id] = n.Path
	}
	for _, n := range p.FolderNames {
		places[n.FolderID] = n.Path
	}
	return places
}

func TestNamesOfNewFolders(t *testing.T) {
	for _, tt := range []struct {
		name    string
		folders []engine.Folder
		want    map[int64]string
	}{
		{"nested", []engine.Folder{{ID: 2, ParentID: 1, Name: "A", Path: "A"}, {ID: 3, ParentID: 2, Name: "x", Path: "A/x"}, {ID: 4, ParentID: 3, Name: "y", Path: "A/x/y"}},
			map[int64]string{2: "A", 3: "A/x", 4: "A/x/y"}},
		{"twins, each with a child", []engine.Folder{{ID: 2, ParentID: 1, Name: "A", Path: "A"}, {ID: 3, ParentID: 1, Name: "a", Path: "a"},
			{ID: 4, ParentID: 2, Name: "x", Path: "A/x"}, {ID: 5, ParentID: 3, Name: "x", Path: "a/x"}},
			map[int64]string{2: "A", 3: "a (3)", 4: "A/x", 5: "a (3)/x"}},
		{"what stands behind a dot is no extension", []engine.Folder{{ID: 2, ParentID: 1, Name: "Phase 1.2", Path: "Phase 1.2"}, {ID: 3, ParentID: 1, Name: "Phase 1.2", Path: "Phase 1.2"}},
			map[int64]string{2: "Phase 1.2", 3: "Phase 1.2 (3)"}},
		{"and a dot in front is nothing to mend", []engine.Folder{{ID: 2, ParentID: 1, Name: ".git", Path: ".git"}}, map[int64]string{2: ".git"}},
		{"hostile", []engine.Folder{{ID: 2, ParentID: 1, Name: "..", Path: ".."}, {ID: 3, ParentID: 1, Name: "a/b", Path: "a/b"}, {ID: 4, ParentID: 1, Name: "../up", Path: "../up"},
			{ID: 5, ParentID: 1, Name: "", Path: ""}, {ID: 6, ParentID: 2, Name: "\u202ex", Path: "../\u202ex"}},
			map[int64]string{2: "_", 3: "a_b", 4: ".._up", 5: "_ (5)", 6: "_/x"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := emptyBooks()
			p := b.plan(&engine.Snapshot{Folders: append([]engine.Folder{{ID: 1}}, tt.folders...)}, engine.Policy{})
			NewWithT(t).Expect(folderPlaces(b, p)).To(Equal(tt.want))
		})
	}
}

func TestFoldersOfTheWholeExchangeHangUnderItsRoot(t *testing.T) {
	b := emptyBooks()
	s := &engine.Snapshot{
		Folders:   []engine.Folder{{}, {ID: 7, Name: "A", Path: "A"}, {ID: 8, ParentID: 7, Name: "x", Path: "A/x"}},
		Documents: []engine.Document{{ID: 1, Name: "top", Hash: "h"}, {ID: 2, FolderID: 8, Name: "deep", Hash: "h"}},
	}
	NewWithT(t).Expect(places(b.plan(s, engine.Policy{}))).To(Equal(map[int64]string{1: "top", 2: "A/x/deep"}))
}

func TestAFolderKeepsItsPlaceUntilItIsRenamedOrMoved(t *testing.T) {
	g := NewWithT(t)
	b := emptyBooks()
	at := func(folders ...engine.Folder) (changed []ledger.FolderName, all map[int64]string) {
		p := b.plan(&engine.Snapshot{Folders: append([]engine.Folder{{ID: 1}}, folders...)}, engine.Policy{})
		b.book(p, nil)
		return p.FolderNames, folderPlaces(b, p)
	}
	a, x, twin := engine.Folder{ID: 5, ParentID: 1, Name: "A", Path: "A"}, engine.Folder{ID: 6, ParentID: 5, Name: "x", Path: "A/x"}, engine.Folder{ID: 4, ParentID: 1, Name: "A", Path: "A"}

	changed, all := at(a, x)
	g.Expect(changed).To(Equal([]ledger.FolderName{{FolderID: 5, SourcePath: "A", Path: "A"}, {FolderID: 6, SourcePath: "A/x", Path: "A/x"}}))
	g.Expect(all).To(Equal(map[int64]string{5: "A", 6: "A/x"}))

	changed, _ = at(a, x)
	g.Expect(changed).To(BeEmpty(), "nothing is written where nothing changed")

	_, all = at(twin, a, x)
	g.Expect(all).To(Equal(map[int64]string{5: "A", 6: "A/x", 4: "A (4)"}), "a twin with a lower id does not push it aside")

	a.Name, a.Path, x.Path = "B", "B", "B/x"
	changed, all = at(twin, a, x)
	g.Expect(all).To(Equal(map[int64]string{5: "B", 6: "B/x", 4: "A (4)"}), "what is renamed takes its children along")
	g.Expect(changed).To(HaveLen(2))

	x.ParentID, x.Path = 4, "A/x"
	_, all = at(twin, a, x)
	g.Expect(all).To(Equal(map[int64]string{5: "B", 6: "A (4)/x", 4: "A (4)"}), "what is moved follows its parent's name there")
}

func TestAFolderThatIsMovedFromOneTwinToTheOtherFollows(t *testing.T) {
	b := emptyBooks()
	folders := []engine.Folder{{ID: 1}, {ID: 2, ParentID: 1, Name: "A", Path: "A"}, {ID: 3, ParentID: 1, Name: "A", Path: "A"}, {ID: 4, ParentID: 3, Name: "x", Path: "A/x"}}
	b.book(b.plan(&engine.Snapshot{Folders: folders}, engine.Policy{}), nil)
	NewWithT(t).Expect(b.names[4].Path).To(Equal("A (3)/x"))

	folders[3].ParentID = 2 // its path in the source is what it was
	b.book(b.plan(&engine.Snapshot{Folders: folders}, engine.Policy{}), nil)
	NewWithT(t).Expect(b.names[4].Path).To(Equal("A/x"))
}

func TestAChangeOfAFoldersNameMovesNothingThatStands(t *testing.T) {
	g := NewWithT(t)
	b := emptyBooks()
	b.book(b.plan(inFolders([]string{"Old"}, docIn(101, 1, "a.pdf")), engine.Policy{}), nil)

	p := b.plan(inFolders([]string{"New"}, docIn(101, 1, "a.pdf"), docIn(101, 2, "a.pdf")), engine.Policy{})
	g.Expect(places(p)).To(Equal(map[int64]string{2: "New/a.pdf"}))
	g.Expect(p.Counts).To(Equal(engine.Counts{Listed: 2, Synced: 1, Pending: 1}))
}
