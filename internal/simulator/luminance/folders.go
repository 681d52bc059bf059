package luminance

import (
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// folderView is a folder as the API shows it.
type folderView struct {
	ID        int64  `json:"id"`
	CreatedAt string `json:"created_at"`
	CreatedBy int64  `json:"created_by"`
	ParentID  *int64 `json:"parent_id"`
	Name      string `json:"name"`
	// MediaType is missing from the schema of API v1.5.
	MediaType json.RawMessage `json:"media_type,omitempty"`
	ProjectID int64           `json:"project_id"`
	State     string          `json:"state"`
	Type      string          `json:"type"`
}

func (c *call) folderView(f *folder) folderView {
	v := folderView{
		ID: f.id, CreatedAt: stamp(f.createdAt), CreatedBy: f.createdBy, Name: f.name,
		ProjectID: f.division.ID, State: f.state, Type: f.kind,
	}
	if above := c.above(f); above != nil {
		v.ParentID = &above.id
	}
	if c.version != v15 {
		v.MediaType, _ = json.Marshal(f.mediaType) // text or null can't fail
	}
	return v
}

// hidden tells whether a folder is one that the API doesn't show: the root, where
// the switch says that Divisions have none.
func (s *Simulator) hidden(f *folder) bool { return f.parent == nil && !s.control.Bool("rootFolder") }

// shownFolder returns a folder that the API shows, deleted or not, or nil; the
// store is locked.
func (c *call) shownFolder(d *division, id int64) *folder {
	f := c.store.folder(d.ID, id)
	if f == nil || c.hidden(f) {
		return nil
	}
	return f
}

// above returns the folder that the API shows as the parent of another, or nil.
func (s *Simulator) above(f *folder) *folder {
	if f.parent == nil || f.top || s.hidden(f.parent) {
		return nil
	}
	return f.parent
}

func (c *call) listFolders() {
	d := c.openDivision()
	if d == nil {
		return
	}
	same := c.sameName()
	var found []folderView
	c.store.mu.Lock()
	for _, f := range c.store.folders {
		if f.division == d && !c.hidden(f) && c.wantsFolder(f, same) {
			found = append(found, c.folderView(f))
		}
	}
	c.store.mu.Unlock()
	c.list("folder", len(found), func(i int) any { return found[i] })
}

func (c *call) wantsFolder(f *folder, same func(a, b string) bool) bool {
	switch {
	case f.state == folderDeleted && !c.control.Bool("listDeletedFolders") && !c.query.Has("state"),
		f.kind == "custodian" && !c.control.Bool("listCustodianFolders") && !c.query.Has("type"):
		return false
	}
	parent := int64(-1)
	if above := c.above(f); above != nil {
		parent = above.id
	}
	return c.filterID("id", f.id) && c.filterID("parent_id", parent) && c.filter("state", f.state) && c.filter("type", f.kind) &&
		(!c.query.Has("name") || same(f.name, c.query.Get("name")))
}

func (c *call) getFolder() {
	d := c.openDivision()
	if d == nil {
		return
	}
	c.store.mu.Lock()
	f := c.shownFolder(d, c.id("folder"))
	var v folderView
	if f != nil {
		v = c.folderView(f)
	}
	c.store.mu.Unlock()
	if f == nil {
		c.refuse(c.missing("folder"))
		return
	}
	c.object(http.StatusOK, "folder", v)
}

// readObject reads a JSON body with no fields but those named; 400 if it is not
// an object in JSON, 422 for a field that isn't declared.
func (c *call) readObject(fields ...string) (map[string]json.RawMessage, bool) {
	mediaType, _, err := mime.ParseMediaType(c.r.Header.Get("Content-Type"))
	if err != nil || mediaType != "application/json" {
		c.fail(c.w, http.StatusBadRequest, "the body is not declared as application/json")
		return nil, false
	}
	body, err := io.ReadAll(http.MaxBytesReader(c.w, c.r.Body, 1<<20))
	object := map[string]json.RawMessage{}
	if err != nil || json.Unmarshal(body, &object) != nil || object == nil {
		c.fail(c.w, http.StatusBadRequest, "the body is not an object in JSON")
		return nil, false
	}
	for name := range object {
		if !slices.Contains(fields, name) && c.control.Bool("strict") {
			c.fail(c.w, http.StatusUnprocessableEntity, fmt.Sprintf("API %s takes no field %q here", c.version, name))
			return nil, false
		}
	}
	return object, true
}

// field reads a field that may be absent; it is refused if it is of another type.
func field[T any](object map[string]json.RawMessage, name string) (value *T, problem *refusal) {
	raw, ok := object[name]
	if !ok {
		return nil, nil
	}
	if err := json.Unmarshal(raw, &value); err != nil {
		return nil, refuse(http.StatusUnprocessableEntity, "the field %q is of another type", name)
	}
	return value, nil
}

func (c *call) createFolder() {
	d := c.openDivision()
	if d == nil {
		return
	}
	object, ok := c.readObject("parent_id", "name", "type")
	if !ok {
		return
	}
	name, problem := field[string](object, "name")
	parent, problem2 := field[int64](object, "parent_id")
	kind, problem3 := field[string](object, "type")
	for _, p := range []*refusal{problem, problem2, problem3} {
		if p != nil {
			c.refuse(p)
			return
		}
	}
	if name == nil || c.version != v15 && parent == nil {
		c.fail(c.w, http.StatusUnprocessableEntity, "a folder needs a name and, before API v1.5, a parent_id")
		return
	}
	if parent == nil && c.control.Get("nullParent") == "422" {
		c.fail(c.w, http.StatusUnprocessableEntity, "a folder needs a parent_id")
		return
	}
	v, problem := c.makeFolder(d, parent, *name, kind)
	if problem != nil {
		c.refuse(problem)
		return
	}
	c.object(http.StatusCreated, "folder", v)
}

func (c *call) makeFolder(d *division, parent *int64, name string, kind *string) (folderView, *refusal) {
	if kind == nil {
		kind = new("folder")
	}
	if *kind != "folder" && *kind != "custodian" {
		return folderView{}, refuse(http.StatusUnprocessableEntity, "a folder is of type folder or custodian")
	}
	c.store.mu.Lock()
	defer c.store.mu.Unlock()
	above := d.root
	if parent != nil {
		above = c.shownFolder(d, *parent)
	}
	if above == nil || !above.isActive() {
		return folderView{}, refuse(http.StatusUnprocessableEntity, "there is no folder with this parent_id")
	}
	f, problem := c.newFolder(above, name, *kind, ServiceUserID)
	if problem != nil {
		return folderView{}, problem
	}
	f.top = parent == nil && c.control.Get("nullParent") == "top"
	return c.folderView(f), nil
}

// newFolder creates a folder; the store is locked.
func (s *Simulator) newFolder(parent *folder, name, kind string, by int64) (*folder, *refusal) {
	if problem := s.checkName(name); problem != nil {
		return nil, problem
	}
	if problem := s.checkSiblings(parent, nil, name); problem != nil {
		return nil, problem
	}
	f := &folder{
		division: parent.division, parent: parent, name: name, kind: kind,
		createdAt: s.told().Truncate(time.Millisecond), createdBy: by,
	}
	f.entry = s.store.folderEntry(parent, name, s.store.nextFolder)
	if err := s.store.contents.makeDir(filepath.Join(parent.dir(), f.entry)); err != nil {
		return nil, refuse(http.StatusInternalServerError, "the directory of the folder can't be made")
	}
	return s.store.addFolder(f), nil
}

// checkSiblings refuses a name that another folder beside it has, where the
// switch says so.
func (s *Simulator) checkSiblings(parent, self *folder, name string) *refusal {
	if s.control.Get("folderDuplicateNames") == "allow" {
		return nil
	}
	same := s.sameName()
	for _, f := range parent.children {
		if f != self && f.state == folderActive && same(f.name, name) {
			return refuse(http.StatusUnprocessableEntity, "a folder of this name is there already")
		}
	}
	return nil
}

// folderEntry names the directory of a folder, unlike all that lies beside it.
func (st *store) folderEntry(parent *folder, name string, id int64) string {
	return st.contents.free(parent.dir(), name, id, func(entry string) bool {
		return slices.ContainsFunc(parent.children, func(f *folder) bool { return strings.EqualFold(f.entry, entry) })
	})
}

// dir is where a folder lies below the folder for received documents. The root
// folder of a Division is the Division's directory.
func (f *folder) dir() string {
	if f.parent == nil {
		return f.division.dir
	}
	return filepath.Join(f.parent.dir(), f.entry)
}
