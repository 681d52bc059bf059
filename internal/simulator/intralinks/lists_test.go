package intralinks_test

import (
	"fmt"
	"testing"

	. "github.com/onsi/gomega"

	"dataroom.dev/intralinks-operator/internal/simulator/dataroom"
	"dataroom.dev/intralinks-operator/internal/simulator/intralinks"
)

func TestListsAreWholeAndInNoOrder(t *testing.T) {
	s := start(t, intralinks.Exchange{ID: 3, Name: "Large", Room: dataroom.Generated(1, dataroom.Size{Documents: 300, Folders: 40})})
	s.enter(3, true)
	for path, key := range map[string]string{"/folders": "folder", "/documents": "document"} {
		ids := values(s.get(exchange(3, path)).rows(key), "id")
		s.g.Expect(ids).To(HaveLen(map[string]int{"folder": 40, "document": 300}[key]))
		s.g.Expect(values(s.get(exchange(3, path)).rows(key), "id")).To(Equal(ids), "but always the same")
		s.set("listOrder", "oldest")
		ordered := values(s.get(exchange(3, path)).rows(key), "id")
		s.g.Expect(ordered).NotTo(Equal(ids))
		s.g.Expect(ordered).To(ConsistOf(ids...))
		for i := 1; i < len(ordered); i++ {
			s.g.Expect(ordered[i]).To(BeNumerically(">", ordered[i-1]))
		}
		s.set("listOrder", "mixed")
		s.g.Expect(s.get(exchange(3, path)).at()).To(Not(HaveKey("pagingContext")))
	}
}

func TestEmptyLists(t *testing.T) {
	s := start(t)
	s.enter(plain, true)
	for path, key := range map[string]string{"/folders": "folder", "/documents": "document"} {
		s.set("emptyList", "absent")
		s.g.Expect(s.get(exchange(plain, path)).at()).To(And(HaveKey("status"), HaveLen(1)))
		s.set("emptyList", "empty")
		s.g.Expect(s.get(exchange(plain, path)).at(key)).To(Equal([]any{}))
	}
}

func TestPaging(t *testing.T) {
	s := start(t)
	s.enter(plain, true)
	s.set("listOrder", "oldest", "paging", "capped", "pageSize", "2")
	folder := s.folder("/Contracts")
	for i := range 5 {
		s.document(folder, fmt.Sprint("Lease ", i), ".pdf", "x")
	}
	for query, want := range map[string][]any{
		"":                             {0.0, 2.0, "Lease 0", "Lease 1"},
		"?startIndex=2":                {2.0, 2.0, "Lease 2", "Lease 3"},
		"?startIndex=4":                {4.0, 2.0, "Lease 4"},
		"?startIndex=5":                {5.0, 2.0},
		"?startIndex=1&itemsPerPage=1": {1.0, 1.0, "Lease 1"},
		"?itemsPerPage=100":            {0.0, 2.0, "Lease 0", "Lease 1"},
		"?startIndex=-1":               {0.0, 2.0, "Lease 0", "Lease 1"},
	} {
		a := s.get(exchange(plain, "/documents"+query))
		s.g.Expect(a.at("pagingContext")).To(Equal(map[string]any{"startIndex": want[0], "itemsPerPage": want[1], "totalResults": 5.0}), query)
		s.g.Expect(values(a.rows("document"), "name")).To(Equal(append([]any{}, want[2:]...)), query)
	}
	s.g.Expect(s.get("/v2/workspaces?startIndex=1").rows("workspace")).To(HaveLen(1))
	s.g.Expect(s.get(exchange(plain, "/folders")).at("pagingContext", "totalResults")).To(Equal(1.0))
}

func TestNumbersMoveAndGapsShowWhatIsHidden(t *testing.T) {
	s := start(t)
	s.enter(plain, true)
	first, second, third := s.folder("/First"), s.folder("/Second"), s.folder("/Third")
	inThird := s.document(third, "Lease", ".pdf", "x")
	index := func(id int64) any {
		return s.get(exchange(plain, fmt.Sprintf("/folders/%d", id))).at("folder", 0, "indexNumber")
	}
	s.g.Expect([]any{index(first), index(second), index(third)}).To(Equal([]any{"1", "2", "3"}))
	s.g.Expect(s.room.EditFolder(second, func(f *dataroom.Folder) { f.Hidden = true })).To(Succeed())
	s.g.Expect([]any{index(first), index(third)}).To(Equal([]any{"1", "3"}), "a gap")
	s.g.Expect(s.room.DeleteFolder(first)).To(Succeed())
	s.g.Expect(index(third)).To(Equal("2"), "renumbered")
	s.g.Expect(s.get(exchange(plain, fmt.Sprintf("/documents/%d", inThird))).at("document", 0, "indexNumber")).To(Equal("2.1"))
}

func TestTwoOfOneName(t *testing.T) {
	s := start(t)
	s.enter(plain, true)
	folder := s.folder("/Contracts")
	s.document(folder, "Lease", ".pdf", "x")
	s.document(folder, "Lease", ".pdf", "x")
	rows := s.get(exchange(plain, "/documents")).rows("document")
	s.g.Expect(values(rows, "name")).To(Equal([]any{"Lease", "Lease"}))
	s.g.Expect(rows[0]["id"]).NotTo(Equal(rows[1]["id"]))
}

func TestAnOrphanAndACycle(t *testing.T) {
	s := start(t)
	s.enter(plain, true)
	moving, upper, lower := s.folder("/Moving"), s.folder("/Upper"), s.folder("/Upper/Lower")
	orphan, circling := s.document(moving, "Orphan", ".pdf", "o"), s.document(lower, "Circling", ".pdf", "c")
	s.g.Expect(s.room.EditFolder(moving, func(f *dataroom.Folder) { f.Unlisted = true })).To(Succeed())
	s.g.Expect(s.room.EditFolder(upper, func(f *dataroom.Folder) { f.Parent = lower })).To(Succeed())
	for _, role := range []string{"publisher", "reviewer", "manager"} {
		s.set("role", role)
		folders, documents := s.what()
		s.g.Expect(folders).To(ConsistOf("Upper", "Lower"))
		s.g.Expect(documents).To(ConsistOf("Orphan", "Circling"))
		s.g.Expect([]string{s.file(orphan).body, s.file(circling).body}).To(Equal([]string{"o", "c"}))
	}
	s.edit(orphan, func(d *dataroom.Document) { d.Parent = 77 })
	s.g.Expect(s.get(exchange(plain, fmt.Sprintf("/documents/%d", orphan))).at("document", 0)).To(And(
		HaveKeyWithValue("parentId", 77.0), Not(HaveKey("parentName"))))
}

func TestContentsOfAFolder(t *testing.T) {
	s := start(t)
	s.enter(plain, true)
	folder := s.folder("/Contracts")
	path := exchange(plain, fmt.Sprintf("/folders/%d/contents", folder))
	s.g.Expect(s.get(path).at("contentList")).To(Equal(map[string]any{}))
	s.document(folder, "Lease", ".pdf", "x")
	s.folder("/Contracts/Leases")
	s.document(s.folder("/Contracts/Leases"), "Deeper", ".pdf", "x")
	s.document(folder, "Side letter", ".pdf", "x")
	rows := s.get(path).rows("contentList", "docFolderList")
	s.g.Expect(values(rows, "name")).To(Equal([]any{"Lease", "Leases", "Side letter"}), "direct children, in their order")
	s.g.Expect(values(rows, "entityType")).To(Equal([]any{"DOCUMENT", "FOLDER", "DOCUMENT"}))
	s.g.Expect(rows[0]).To(HaveKey("fileHash"))
	s.set("folderEntityType", "absent")
	s.g.Expect(values(s.get(path).rows("contentList", "docFolderList"), "entityType")).To(Equal([]any{"DOCUMENT", nil, "DOCUMENT"}))
	s.g.Expect(s.room.EditFolder(folder, func(f *dataroom.Folder) { f.Hidden = true })).To(Succeed())
	s.expectE1(s.get(path), 400, 400, "3-1")
}

// TestScale holds what a large exchange costs the simulator: a list of it has to
// stay an everyday thing.
func TestScale(t *testing.T) {
	s := start(t, intralinks.Exchange{ID: 3, Name: "Huge", Room: dataroom.Generated(1, dataroom.Size{
		Documents: 5_000, Folders: 1_000, Depth: 12, FileSize: 2_000, Oddities: true,
	})})
	s.enter(3, true)
	s.g.Expect(s.get(exchange(3, "/documents")).rows("document")).To(HaveLen(5_000))
	folders := s.get(exchange(3, "/folders")).rows("folder")
	s.g.Expect(folders).To(HaveLen(1_000))
	parents := map[any]any{}
	for _, f := range folders {
		parents[f["id"]] = f["parentId"]
	}
	deepest := 0
	for id := range parents {
		depth := 1
		for at := parents[id]; at != nil; at = parents[at] {
			depth++
		}
		deepest = max(deepest, depth)
	}
	s.g.Expect(deepest).To(Equal(12))
}
