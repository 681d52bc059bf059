package inspect

import (
	"cmp"
	"context"
	"slices"

	"k8s.io/apimachinery/pkg/types"

	"dataroom.dev/intralinks-operator/internal/engine"
	"dataroom.dev/intralinks-operator/internal/findings"
)

// TreeQuery says what to show of an exchange.
type TreeQuery struct {
	// Exchange by id or by name.
	Exchange string
	// Path of the folder to begin with, from the exchange's root; "/" or nothing is all of it.
	Path string
	// Depth is how many levels below it are listed; less than 0: all. What is deeper counts all the same.
	Depth int
	// Files asks for a page of the documents right in that folder, too: at most so many, from Offset on, whose name
	// holds Search.
	Files, Offset int
	Search        string
}

// Tree gives the folders of an exchange with counts and sizes. It costs the requests to Intralinks of one listing, unless the
// exchange was listed in the last minute.
func (i *Inspector) Tree(ctx context.Context, integration types.NamespacedName, q TreeQuery) (*findings.Tree, error) {
	l, err := i.link(ctx, integration, intralinksSide)
	if err != nil {
		return nil, err
	}
	exchange, err := resolveExchange(ctx, l.Intralinks, q.Exchange)
	if err != nil {
		return nil, asError(err, i.Clock.Now())
	}
	syncs, err := i.syncsOf(ctx, l.integration)
	if err != nil {
		return nil, err
	}
	contents, err := i.Engine.Contents(ctx, l.Intralinks.Room(exchange.ID, consent(syncs, exchange.ID)))
	if err != nil {
		return nil, asError(err, i.Clock.Now())
	}
	tree, err := treeOf(contents, q)
	if err != nil {
		return nil, asError(err, i.Clock.Now())
	}
	tree.Exchange = findings.Reference{ID: exchange.ID, Name: exchange.Name}
	return tree, nil
}

func treeOf(contents *engine.Contents, q TreeQuery) (*findings.Tree, error) {
	below, err := contents.Below(q.Path)
	if err != nil {
		return nil, err
	}
	t := &tree{at: map[int64]*findings.Folder{}, children: map[int64][]*findings.Folder{}}
	top := "/" + contents.Path(below[0].ID)
	below[0].Name = contents.Name(below[0].ID)
	for _, f := range below {
		t.add(f, top)
	}
	found := &findings.Tree{Orphaned: t.count(contents)}
	t.sum(below)
	found.Folders = t.list(below[0].ID, q.Depth)
	if q.Files > 0 {
		files := filesIn(contents, below[0].ID, q.Search)
		found.FileCount = len(files)
		found.Files = files[min(max(q.Offset, 0), len(files)):min(max(q.Offset, 0)+q.Files, len(files))]
	}
	return found, nil
}

// tree of folders that are being counted.
type tree struct {
	at       map[int64]*findings.Folder
	children map[int64][]*findings.Folder
}

func (t *tree) add(f engine.Folder, top string) {
	folder := &findings.Folder{ID: f.ID, ParentID: f.ParentID, Name: f.Name, Path: top}
	if f.Path != "" {
		folder.Path = join(top, f.Path)
	}
	if parent := t.at[f.ParentID]; parent != nil && f.Path != "" {
		folder.Depth = parent.Depth + 1
		parent.Folders++
		t.children[f.ParentID] = append(t.children[f.ParentID], folder)
	}
	t.at[f.ID] = folder
}

// count books each document with its folder, and gives how many have none.
func (t *tree) count(contents *engine.Contents) (orphaned int) {
	for i := range contents.Documents {
		d := &contents.Documents[i]
		if folder := t.at[d.ParentID]; folder != nil {
			folder.Documents++
			folder.Bytes += d.Size
		} else if !contents.Reachable(d.ParentID) {
			orphaned++
		}
	}
	return orphaned
}

// sum adds up from the leaves: children stand behind their parents.
func (t *tree) sum(below []engine.Folder) {
	for _, f := range slices.Backward(below) {
		folder := t.at[f.ID]
		folder.AllFolders += folder.Folders
		folder.AllDocuments += folder.Documents
		folder.AllBytes += folder.Bytes
		if parent := t.at[f.ParentID]; parent != nil && f.Path != "" {
			parent.AllFolders += folder.AllFolders
			parent.AllDocuments += folder.AllDocuments
			parent.AllBytes += folder.AllBytes
		}
	}
}

// list walks down to a depth, siblings by name.
func (t *tree) list(id int64, depth int) []findings.Folder {
	var all []findings.Folder
	for stack := []*findings.Folder{t.at[id]}; len(stack) > 0; {
		folder := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		all = append(all, *folder)
		if depth >= 0 && folder.Depth >= depth {
			continue
		}
		children := t.children[folder.ID]
		slices.SortFunc(children, func(a, b *findings.Folder) int { return cmp.Or(cmp.Compare(b.Name, a.Name), cmp.Compare(b.ID, a.ID)) })
		stack = append(stack, children...) // the last one is next
	}
	return all
}

func filesIn(contents *engine.Contents, folder int64, search string) []findings.File {
	var files []findings.File
	for i := range contents.Documents {
		d := &contents.Documents[i]
		if d.ParentID != folder || !holds(search, d.FileName()) {
			continue
		}
		files = append(files, findings.File{
			ID: d.ID, Name: d.FileName(), Size: d.Size, Version: int64(d.VersionNumber), Protected: d.Protected(), Placeholder: d.Placeholder(),
		})
	}
	slices.SortFunc(files, func(a, b findings.File) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
	return slices.CompactFunc(files, func(a, b findings.File) bool { return a.ID == b.ID })
}
