package historytest

import (
	"fmt"
	"path"
	"strings"

	"dataroom.dev/intralinks-operator/internal/simulator/dataroom"
)

// fileNames and folderNames are few, so that names meet: also such as differ in case, or in the way they are encoded.
var (
	fileNames   = []string{"a.txt", "a.txt", "b.txt", "c.odd", "A.txt", "\u00e9.txt", "e\u0301.txt"}
	folderNames = []string{"S", "T", "s"}
)

// exchangeActs are what people do in the exchange.
var exchangeActs = map[string]act{
	"add a document":    {6, (*world).addDocument},
	"add a version":     {9, (*world).addVersion},
	"rename a document": {3, (*world).renameDocument},
	"move a document":   {3, (*world).moveDocument},
	"hide a document":   {2, (*world).hideDocument},
	"protect":           {1, (*world).protectDocument},
	"delete a document": {3, (*world).deleteDocument},
	"add a folder":      {1, (*world).addFolder},
	"rename a folder":   {1, (*world).renameFolder},
	"move a folder":     {1, (*world).moveFolder},
	"hide a folder":     {1, (*world).hideFolder},
	"unlist a folder":   {1, (*world).unlistFolder},
	"delete a folder":   {1, (*world).deleteFolder},
}

// addDocument to folder A, often the source folder, with name B; of C, one is a placeholder and one has no bytes.
func (w *world) addDocument(s step) {
	folder, name := pick(w.allFolders(), max(s.A-4, 0)), pick(fileNames, s.B)
	var content dataroom.Content
	switch s.C {
	case 10:
		content = w.emptyContent(0)
	case 11: // nothing yet
	default:
		content = w.newContent(s.C)
	}
	extension := path.Ext(name)
	d, err := w.room.AddDocument(folder.ID, strings.TrimSuffix(name, extension), extension, content)
	w.must(err)
	w.logf("document %d is added to %s as %q", d.ID, w.pathOf(folder.ID), name)
	w.model.learn()
}

// newContent differs from every other. Most is checked before it is sent, some on its way.
func (w *world) newContent(n int) dataroom.Content {
	w.contents++
	text := fmt.Sprintf("content %d", w.contents)
	if n%3 == 2 {
		text = strings.Repeat(text+"\n", 40)
	}
	return dataroom.Bytes(text)
}

// emptyContent has no bytes. One document of a history may have it, or nobody could tell whose it is.
func (w *world) emptyContent(id int64) dataroom.Content {
	if owner, taken := w.model.owner[emptySHA1]; taken && owner != id {
		return w.newContent(0)
	}
	return dataroom.Bytes(nil)
}

// addVersion to document A; of C, one is an earlier content, and one has no bytes.
func (w *world) addVersion(s step) {
	d := w.chooseDocument(s.A)
	if d == nil {
		return
	}
	content := w.newContent(s.C)
	known := w.model.documents[d.ID]
	switch {
	case s.C == 10:
		content = w.emptyContent(d.ID)
	case s.C == 11 && len(known.contents) > 0:
		content = pick(known.contents, s.B)
	}
	w.must(w.room.NewVersion(d.ID, content))
	w.logf("document %d has a new version", d.ID)
	w.model.learn()
}

// renameDocument A to name B.
func (w *world) renameDocument(s step) {
	name := pick(fileNames, s.B)
	w.editDocument(s.A, fmt.Sprintf("is renamed to %q", name), func(d *dataroom.Document) {
		d.Extension = path.Ext(name)
		d.Name = strings.TrimSuffix(name, d.Extension)
	})
}

// moveDocument A to folder B.
func (w *world) moveDocument(s step) {
	folder := pick(w.allFolders(), s.B)
	w.editDocument(s.A, "is moved to "+w.pathOf(folder.ID), func(d *dataroom.Document) { d.Parent = folder.ID })
}

// hideDocument A, or show it again.
func (w *world) hideDocument(s step) {
	w.editDocument(s.A, "is hidden, or shown again", func(d *dataroom.Document) { d.Hidden = !d.Hidden })
}

// protectDocument A by rights management, or lift that.
func (w *world) protectDocument(s step) {
	w.editDocument(s.A, "is protected, or not any more", func(d *dataroom.Document) { d.IRM = !d.IRM })
}

// deleteDocument A, for good or as exchanges do that keep what was deleted.
func (w *world) deleteDocument(s step) {
	if d := w.chooseDocument(s.A); d != nil {
		w.must(w.room.DeleteDocument(d.ID, s.B%2 == 1))
		w.logf("document %d is deleted", d.ID)
		w.model.learn()
	}
}

func (w *world) editDocument(n int, what string, edit func(*dataroom.Document)) {
	if d := w.chooseDocument(n); d != nil {
		w.must(w.room.EditDocument(d.ID, edit))
		w.logf("document %d %s", d.ID, what)
		w.model.learn()
	}
}

// chooseDocument gives nil where there is none.
func (w *world) chooseDocument(n int) *dataroom.Document {
	if all := w.room.Documents(); len(all) > 0 {
		return pick(all, n)
	}
	return nil
}

// allFolders of the exchange, inside of the source folder and outside.
func (w *world) allFolders() []*dataroom.Folder { return w.room.Folders() }

// addFolder B to folder A.
func (w *world) addFolder(s step) {
	parent := pick(w.allFolders(), s.A)
	f, err := w.room.AddFolder(parent.ID, pick(folderNames, s.B))
	w.must(err)
	w.logf("folder %d is added as %s", f.ID, w.pathOf(f.ID))
	w.model.learn()
}

// renameFolder A to name B.
func (w *world) renameFolder(s step) {
	name := pick(folderNames, s.B)
	w.editFolder(s.A, "is renamed to "+name, func(f *dataroom.Folder) { f.Name = name })
}

// moveFolder A into folder B, unless that lies below it.
func (w *world) moveFolder(s step) {
	f, parent := w.chooseFolder(s.A), pick(w.allFolders(), s.B)
	if f == nil || w.lies(parent.ID, f.ID) {
		return
	}
	w.must(w.room.EditFolder(f.ID, func(f *dataroom.Folder) { f.Parent = parent.ID }))
	w.logf("folder %d is moved to %s", f.ID, w.pathOf(parent.ID))
	w.model.learn()
}

// hideFolder A with all below it, or show it again.
func (w *world) hideFolder(s step) {
	w.editFolder(s.A, "is hidden, or shown again", func(f *dataroom.Folder) { f.Hidden = !f.Hidden })
}

// unlistFolder A: it is missing from listings, and what lies in it is not; or list it again.
func (w *world) unlistFolder(s step) {
	w.editFolder(s.A, "is unlisted, or listed again", func(f *dataroom.Folder) { f.Unlisted = !f.Unlisted })
}

// deleteFolder A with all below it.
func (w *world) deleteFolder(s step) {
	if f := w.chooseFolder(s.A); f != nil {
		w.logf("folder %d, %s, is deleted", f.ID, w.pathOf(f.ID))
		w.must(w.room.DeleteFolder(f.ID))
		w.model.learn()
	}
}

func (w *world) editFolder(n int, what string, edit func(*dataroom.Folder)) {
	if f := w.chooseFolder(n); f != nil {
		w.must(w.room.EditFolder(f.ID, edit))
		w.logf("folder %d %s", f.ID, what)
		w.model.learn()
	}
}

// chooseFolder never gives the source folder itself: without it there is nothing to sync. nil where there is no other.
func (w *world) chooseFolder(n int) *dataroom.Folder {
	var others []*dataroom.Folder
	for _, f := range w.allFolders() {
		if f.ID != w.scope {
			others = append(others, f)
		}
	}
	if len(others) == 0 {
		return nil
	}
	return pick(others, n)
}

// lies tells whether a folder is another one, or lies below it.
func (w *world) lies(id, below int64) bool {
	for id != 0 {
		if id == below {
			return true
		}
		f, ok := w.room.Folder(id)
		if !ok {
			return false
		}
		id = f.Parent
	}
	return false
}

// pathOf a folder from the exchange's root.
func (w *world) pathOf(id int64) string {
	f, ok := w.room.Folder(id)
	if !ok {
		return ""
	}
	return w.pathOf(f.Parent) + "/" + f.Name
}
