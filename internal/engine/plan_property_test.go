package engine_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"
	"pgregory.net/rapid"

	"dataroom.dev/intralinks-operator/internal/engine"
	"dataroom.dev/intralinks-operator/internal/ledger"
	"dataroom.dev/intralinks-operator/internal/naming"
)

// anyName is one of few names, so that they meet, among them what one with an id looks like.
var anyName = rapid.OneOf(
	rapid.SampledFrom([]string{"a.pdf", "A.PDF", "b", "B", "a (3).pdf", "a (5).pdf", "..", "a/b", "a:b", "", ".pdf", "\u202ea.pdf", "é", "e\u0301", strings.Repeat("n", 300)}),
	rapid.String(),
)

// drawSnapshot draws a source of nested folders and documents.
func drawSnapshot(t *rapid.T) *engine.Snapshot {
	s := &engine.Snapshot{Folders: []engine.Folder{{ID: 100}}}
	for i := range rapid.IntRange(0, 6).Draw(t, "folders") {
		// Breadth first, as a listing of what is below a folder has them.
		lowest := 0
		for n, f := range s.Folders {
			if f.ID == s.Folders[len(s.Folders)-1].ParentID {
				lowest = n
			}
		}
		parent := s.Folders[rapid.IntRange(lowest, len(s.Folders)-1).Draw(t, "parent")]
		name := anyName.Draw(t, "folder")
		s.Folders = append(s.Folders, engine.Folder{ID: int64(101 + i), ParentID: parent.ID, Name: name, Path: strings.TrimPrefix(parent.Path+"/"+name, "/")})
	}
	s.Documents = drawDocuments(t, s, 1, 8)
	return s
}

// drawDocuments draws documents with ids from first on.
func drawDocuments(t *rapid.T, s *engine.Snapshot, first int64, most int) []engine.Document {
	var documents []engine.Document
	for i := range rapid.IntRange(0, most).Draw(t, "documents") {
		folder := rapid.SampledFrom(s.Folders).Draw(t, "in folder")
		name := anyName.Draw(t, "document")
		documents = append(documents, engine.Document{
			ID: first + int64(i), FolderID: folder.ID, Name: name, Path: strings.TrimPrefix(folder.Path+"/"+name, "/"),
			Size: rapid.Int64Range(0, 3).Draw(t, "size"), Hash: rapid.SampledFrom([]string{"", "h1", "h2"}).Draw(t, "hash"), Version: 1,
			Placeholder: rapid.IntRange(0, 9).Draw(t, "placeholder") == 0, Protected: rapid.IntRange(0, 9).Draw(t, "protected") == 0,
			Orphaned: rapid.IntRange(0, 9).Draw(t, "orphaned") == 0,
		})
	}
	return documents
}

func TestAPlanIsTheSameEachTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, b := drawSnapshot(t), emptyBooks()
		NewWithT(t).Expect(b.plan(s, engine.Policy{})).To(Equal(b.plan(s, engine.Policy{})))
	})
}

func TestWhatWasCarriedIsNotPlannedAgain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g, s, b := NewWithT(t), drawSnapshot(t), emptyBooks()
		first := b.plan(s, engine.Policy{})
		b.book(first, nil)
		second := b.plan(s, engine.Policy{})
		g.Expect(second.Actions).To(BeEmpty())
		g.Expect(second.FolderNames).To(BeEmpty())
		g.Expect(second.Counts.Synced).To(Equal(first.Counts.Pending))
		g.Expect(second.StandingBytes).To(Equal(first.Bytes))
	})
}

// TestARunThatWasBrokenOffGoesOnWithTheSameNames carries any part of a plan: what the next one plans for the
// rest is what the first one did. So is the plan of somebody who lost the ledger.
func TestARunThatWasBrokenOffGoesOnWithTheSameNames(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g, s, b := NewWithT(t), drawSnapshot(t), emptyBooks()
		whole := b.plan(s, engine.Policy{})
		b.book(whole, func(*engine.Action) bool { return rapid.Bool().Draw(t, "carried") })
		want := places(whole)
		for id := range b.records {
			delete(want, id)
		}
		g.Expect(places(b.plan(s, engine.Policy{}))).To(Equal(want))
		g.Expect(places(emptyBooks().plan(s, engine.Policy{}))).To(Equal(places(whole)))
	})
}

func TestNewcomersRenameNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g, s, b := NewWithT(t), drawSnapshot(t), emptyBooks()
		first := b.plan(s, engine.Policy{})
		documents, folders := places(first), folderPlaces(b, first)
		b.book(first, nil)

		// Every document has a new version, and others come with lower and higher ids.
		later := append(drawDocuments(t, s, -20, 5), drawDocuments(t, s, 50, 5)...)
		for _, d := range s.Documents {
			d.Hash, d.Size = d.Hash+"-changed", d.Size+1
			later = append(later, d)
		}
		second := b.plan(&engine.Snapshot{Folders: s.Folders, Documents: sorted(later)}, engine.Policy{})
		for id, place := range documents {
			g.Expect(places(second)).To(HaveKeyWithValue(id, place))
		}
		g.Expect(folderPlaces(b, second)).To(Equal(folders))
	})
}

// TestNoTwoDocumentsShareAPlace holds a plan, and the one after newcomers, against the names' rules.
func TestNoTwoDocumentsShareAPlace(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, b := drawSnapshot(t), emptyBooks()
		taken := map[string]int64{}
		for range 2 {
			p := b.plan(s, engine.Policy{})
			for _, a := range p.Actions {
				key := a.Folder + "/" + naming.Key(a.Name)
				if other, twice := taken[key]; twice && other != a.Document.ID {
					t.Fatalf("documents %d and %d both go to %q", other, a.Document.ID, a.Folder+"/"+a.Name)
				}
				taken[key] = a.Document.ID
				if naming.Document(a.Name) != a.Name || strings.Contains(a.Name, "/") {
					t.Fatalf("document %d goes to the unsafe name %q", a.Document.ID, a.Name)
				}
			}
			checkFolders(t, folderPlaces(b, p))
			b.book(p, nil)
			s.Documents = append(s.Documents, drawDocuments(t, s, 50, 5)...)
		}
	})
}

func checkFolders(t *rapid.T, folders map[int64]string) {
	taken := map[string]int64{}
	for id, path := range folders {
		at := strings.LastIndex(path, "/")
		parent, name := path[:max(at, 0)], path[at+1:]
		key := parent + "/" + naming.Key(name)
		if other, twice := taken[key]; twice {
			t.Fatalf("folders %d and %d are both at %q", other, id, path)
		}
		taken[key] = id
		if naming.Folder(name) != name {
			t.Fatalf("folder %d has the unsafe name %q", id, name)
		}
	}
}

// TestEveryListedDocumentIsCountedOnce has a ledger of any content.
func TestEveryListedDocumentIsCountedOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, b := drawSnapshot(t), emptyBooks()
		for id := range int64(12) {
			record := &ledger.Record{DocumentID: id, Folder: "f", Name: fmt.Sprint(id)}
			if rapid.Bool().Draw(t, "stands") {
				record.Standing = &ledger.Standing{Hash: rapid.SampledFrom([]string{"", "h1"}).Draw(t, "standing hash"), Size: 1}
			}
			if rapid.Bool().Draw(t, "failed") {
				record.Failure = &ledger.Failure{Hash: "h1", RetryAt: planTime.Add(time.Duration(rapid.Int64Range(-1, 1).Draw(t, "retry")))}
			}
			b.records[id] = record
		}
		policy := engine.Policy{
			MaxFileSize: rapid.Int64Range(0, 2).Draw(t, "max"), IgnoreNewVersions: rapid.Bool().Draw(t, "ignore"),
			UploadProtected: rapid.Bool().Draw(t, "protected too"), RetryNow: rapid.Bool().Draw(t, "retry now"),
		}
		p := b.plan(s, policy)
		c := p.Counts
		if c.Listed != int64(len(s.Documents)) || c.Synced+c.Pending+c.Failed+c.Skipped != c.Listed || c.Pending != int64(len(p.Actions)) {
			t.Fatalf("%d documents, %d actions: %+v", len(s.Documents), len(p.Actions), c)
		}
		if int64(len(p.Problems)) != c.Failed+c.Skipped { // nothing is excluded here
			t.Fatalf("%d problems: %+v", len(p.Problems), c)
		}
		if c.Retained < 0 {
			t.Fatalf("%+v", c)
		}
	})
}
