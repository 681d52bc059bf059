package engine_test

import (
	"slices"
	"strings"
	"time"

	"dataroom.dev/intralinks-operator/internal/engine"
	"dataroom.dev/intralinks-operator/internal/ledger"
)

var planTime = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// books is what a ledger holds of one pair.
type books struct {
	records map[int64]*ledger.Record
	names   map[int64]ledger.FolderName
}

func emptyBooks() *books {
	return &books{records: map[int64]*ledger.Record{}, names: map[int64]ledger.FolderName{}}
}

// plan makes a plan at planTime.
func (b *books) plan(s *engine.Snapshot, policy engine.Policy) *engine.Plan {
	return engine.MakePlan(s, engine.Books{Records: b.records, Names: b.names}, policy, planTime)
}

// book writes down a plan's folders and those of its actions that were carried.
func (b *books) book(p *engine.Plan, carried func(*engine.Action) bool) {
	for _, n := range p.FolderNames {
		b.names[n.FolderID] = n
	}
	for i := range p.Actions {
		if a := &p.Actions[i]; carried == nil || carried(a) {
			b.records[a.Document.ID] = &ledger.Record{
				DocumentID: a.Document.ID, Folder: a.Folder, Name: a.Name,
				Standing: &ledger.Standing{Hash: a.Document.Hash, Size: a.Document.Size, Version: a.Document.Version, UploadedAt: planTime},
			}
		}
	}
}

// inFolders makes a snapshot of folders, such as "Leases" or "Leases/2024", with ids from 101 on in the order
// given, and of documents.
func inFolders(paths []string, documents ...engine.Document) *engine.Snapshot {
	s := &engine.Snapshot{Folders: []engine.Folder{{ID: 100}}, Documents: documents}
	known := map[string]int64{"": 100}
	for i, path := range paths {
		parent, name := "", path
		if at := strings.LastIndex(path, "/"); at >= 0 {
			parent, name = path[:at], path[at+1:]
		}
		f := engine.Folder{ID: int64(101 + i), ParentID: known[parent], Name: name, Path: path}
		s.Folders = append(s.Folders, f)
		known[path] = f.ID
	}
	return s
}

// doc is a document with content, in the source folder itself.
func doc(id int64, name string) engine.Document { return docIn(100, id, name) }

func docIn(folder, id int64, name string) engine.Document {
	return engine.Document{ID: id, FolderID: folder, Name: name, Path: name, Size: 10, Hash: "h1", Version: 1}
}

// standing is a record of a document that was carried as doc gives it.
func standing(id int64, folder, name string) *ledger.Record {
	return &ledger.Record{DocumentID: id, Folder: folder, Name: name, Standing: &ledger.Standing{Hash: "h1", Size: 10, Version: 1, LuminanceID: id * 10, UploadedAt: planTime}}
}

// places tells where a plan puts its documents, by id.
func places(p *engine.Plan) map[int64]string {
	places := map[int64]string{}
	for _, a := range p.Actions {
		places[a.Document.ID] = strings.TrimPrefix(a.Folder+"/"+a.Name, "/")
	}
	return places
}

// with changes a document.
func with(d engine.Document, change func(*engine.Document)) engine.Document {
	change(&d)
	return d
}

// sorted are documents as a snapshot has them.
func sorted(documents []engine.Document) []engine.Document {
	slices.SortFunc(documents, func(a, b engine.Document) int { return int(a.ID - b.ID) })
	return documents
}
