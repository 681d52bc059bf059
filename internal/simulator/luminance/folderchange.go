package luminance

import (
	"encoding/json"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
)

// patchFolder changes a folder: its state in API v1.5, its name, media type and
// type too in 1.3 and 1.4. Their text speaks of moving folders, but their schema
// has no field for it.
func (c *call) patchFolder() {
	d := c.openDivision()
	if d == nil {
		return
	}
	fields := []string{"state"}
	if c.version != v15 {
		fields = []string{"state", "name", "media_type", "type"}
	}
	object, ok := c.readObject(fields...)
	if !ok {
		return
	}
	change, problem := readFolderChange(object)
	if problem != nil {
		c.refuse(problem)
		return
	}
	c.store.mu.Lock()
	v, problem := c.changeFolder(d, change)
	c.store.mu.Unlock()
	if problem != nil {
		c.refuse(problem)
		return
	}
	c.object(http.StatusOK, "folder", v)
}

// folderChange is what a PATCH asks for; nil leaves a field as it is.
type folderChange struct {
	state, name, kind, mediaType *string
}

func readFolderChange(object map[string]json.RawMessage) (change folderChange, problem *refusal) {
	for name, into := range map[string]**string{
		"state": &change.state, "name": &change.name, "type": &change.kind, "media_type": &change.mediaType,
	} {
		if *into, problem = field[string](object, name); problem != nil {
			return change, problem
		}
	}
	allowed := func(value *string, values ...string) bool { return value == nil || slices.Contains(values, *value) }
	if !allowed(change.kind, "folder", "custodian") || !allowed(change.state, folderActive, folderDeleted) {
		return change, refuse(http.StatusUnprocessableEntity, "state or type has a value that is not allowed")
	}
	return change, nil
}

func (c *call) changeFolder(d *division, change folderChange) (folderView, *refusal) {
	f := c.shownFolder(d, c.id("folder"))
	if f == nil {
		return folderView{}, c.missing("folder")
	}
	deleted := change.state != nil && *change.state == folderDeleted
	if deleted {
		if problem := c.removable(f); problem != nil {
			return folderView{}, problem
		}
	}
	if change.name != nil {
		if problem := c.renameFolder(f, *change.name); problem != nil {
			return folderView{}, problem
		}
	}
	if change.kind != nil {
		f.kind = *change.kind
	}
	if change.mediaType != nil {
		f.mediaType = change.mediaType
	}
	switch {
	case deleted:
		c.store.removeFolder(f)
	case change.state != nil && f.state == folderDeleted:
		if problem := c.restoreFolder(f); problem != nil {
			return folderView{}, problem
		}
	}
	return c.folderView(f), nil
}

func (c *call) renameFolder(f *folder, name string) *refusal {
	if f.parent == nil {
		return refuse(http.StatusUnprocessableEntity, "the root folder keeps its name")
	}
	if problem := c.checkName(name); problem != nil {
		return problem
	}
	if problem := c.checkSiblings(f.parent, f, name); problem != nil {
		return problem
	}
	if f.entry == "" {
		f.name = name // a deleted folder has no directory
	} else if name != f.name {
		from, entry := f.dir(), c.store.folderEntry(f.parent, name, f.id)
		f.name, f.entry = name, entry
		if err := c.store.contents.moveDir(from, f.dir()); err != nil {
			return refuse(http.StatusInternalServerError, "the directory of the folder can't be renamed")
		}
		c.store.refile(f, from)
	}
	return nil
}

// refile corrects where the contents below a folder lie after its directory was
// renamed. In memory nothing moved.
func (st *store) refile(f *folder, from string) {
	if st.contents.root == "" {
		return
	}
	for _, d := range st.documents {
		if rest, ok := strings.CutPrefix(d.file, from+string(filepath.Separator)); ok {
			d.file = filepath.Join(f.dir(), rest)
		}
	}
}

func (c *call) deleteFolder() {
	d := c.openDivision()
	if d == nil {
		return
	}
	c.store.mu.Lock()
	f := c.shownFolder(d, c.id("folder"))
	problem := c.missing("folder")
	if f != nil && f.state == folderActive {
		if problem = c.removable(f); problem == nil {
			c.store.removeFolder(f)
		}
	}
	c.store.mu.Unlock()
	if problem != nil {
		c.refuse(problem)
		return
	}
	c.w.WriteHeader(http.StatusNoContent)
}

// removable refuses to delete the root, and a folder that isn't empty where the
// switch says so.
func (s *Simulator) removable(f *folder) *refusal {
	if f.parent == nil {
		return refuse(http.StatusUnprocessableEntity, "the root folder can't be deleted")
	}
	if !f.isEmpty() && s.control.Get("deleteFolderWithContent") == "422" {
		return refuse(http.StatusUnprocessableEntity, "the folder is not empty")
	}
	return nil
}

// removeFolder marks a folder and those below it as deleted. Folders have a
// state for that, their documents have none and go, as do the directories.
func (st *store) removeFolder(f *folder) {
	if f.entry == "" {
		return // deleted before
	}
	for len(f.documents) > 0 {
		st.removeDocument(f.documents[0])
	}
	for _, child := range f.children {
		st.removeFolder(child)
	}
	st.contents.removeDir(f.dir())
	f.state, f.entry = folderDeleted, ""
}

// restoreFolder makes a deleted folder active again, empty, if its place is free.
func (s *Simulator) restoreFolder(f *folder) *refusal {
	if !f.parent.isActive() {
		return refuse(http.StatusUnprocessableEntity, "the folder above it is deleted")
	}
	if problem := s.checkSiblings(f.parent, f, f.name); problem != nil {
		return problem
	}
	entry := s.store.folderEntry(f.parent, f.name, f.id)
	if err := s.store.contents.makeDir(filepath.Join(f.parent.dir(), entry)); err != nil {
		return refuse(http.StatusInternalServerError, "the directory of the folder can't be made")
	}
	f.state, f.entry = folderActive, entry
	return nil
}
