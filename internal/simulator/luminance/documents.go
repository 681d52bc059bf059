package luminance

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
)

// documentView is a document as the API shows it: no size, no hash, no time of
// change.
type documentView struct {
	ID           int64  `json:"id"`
	CreatedAt    string `json:"created_at"`
	CreatedBy    int64  `json:"created_by"`
	FolderID     *int64 `json:"folder_id"`
	ParentID     *int64 `json:"parent_id"`
	ProjectID    int64  `json:"project_id"`
	Name         string `json:"name"`
	MediaType    string `json:"media_type"`
	State        string `json:"state"`
	VersionGroup int64  `json:"version_group"`
	Version      any    `json:"version"`
	VersionState string `json:"version_state"`
}

// documentView shows a document; the store is locked.
func (s *Simulator) documentView(d *document) documentView {
	v := documentView{
		ID: d.id, CreatedAt: stamp(d.createdAt), CreatedBy: d.createdBy,
		ProjectID: d.division.ID, Name: d.name, MediaType: d.mediaType, State: s.state(d),
		VersionGroup: d.group, Version: d.version, VersionState: d.versionState,
	}
	if s.control.Get("versionType") == "text" {
		v.Version = strconv.FormatInt(d.version, 10)
	}
	if !s.hidden(d.folder) {
		v.FolderID = &d.folder.id
	}
	if d.parent != 0 {
		v.ParentID = &d.parent
	}
	return v
}

// state tells how far the import of a document is; the store is locked. It goes
// by the clock, or by how often the document was listed.
func (s *Simulator) state(d *document) string {
	if d.pinned != "" {
		return d.pinned
	}
	if !d.done {
		if n := s.control.Int("importListings"); n > 0 {
			d.done = d.shown >= n
		} else {
			d.done = s.now().Sub(d.arrived) >= s.control.Duration("importDelay")
		}
	}
	if !d.done {
		return stPending
	}
	return d.outcome
}

func (c *call) listDocuments() {
	d := c.openDivision()
	if d == nil {
		return
	}
	inFolder, scoped := c.ids["folder"]
	c.store.mu.Lock()
	among := c.store.documents
	if scoped {
		f := c.shownFolder(d, inFolder)
		if f == nil {
			c.store.mu.Unlock()
			c.refuse(c.missing("folder"))
			return
		}
		among = f.documents
	}
	same := c.sameName()
	hideReplaced := !c.control.Bool("listReplaced") && !c.query.Has("version_state")
	var found []*document
	for _, doc := range among {
		if doc.division == d && !(doc.versionState == vsReplaced && hideReplaced) && c.wantsDocument(doc, same) {
			found = append(found, doc)
		}
	}
	c.store.mu.Unlock()
	slices.SortFunc(found, func(a, b *document) int { return int(a.id - b.id) })
	c.list("document", len(found), func(i int) any {
		c.store.mu.Lock()
		defer c.store.mu.Unlock()
		v := c.documentView(found[i])
		if v.State == stPending {
			found[i].shown++
		}
		return v
	})
}

func (c *call) wantsDocument(d *document, same func(a, b string) bool) bool {
	folder, parent := int64(-1), int64(-1)
	if !c.hidden(d.folder) {
		folder = d.folder.id
	}
	if d.parent != 0 {
		parent = d.parent
	}
	return c.filterID("id", d.id) && c.filterID("folder_id", folder) && c.filterID("parent_id", parent) &&
		c.filterID("created_by", d.createdBy) && c.filterTime("created_at", d.createdAt) &&
		(!c.query.Has("name") || same(d.name, c.query.Get("name"))) && c.filter("media_type", d.mediaType) &&
		(!c.query.Has("state") || c.query.Get("state") == c.state(d)) &&
		c.filterID("version_group", d.group) && c.filterID("version", d.version) && c.filter("version_state", d.versionState)
}

// withDocument looks up the document of the path and runs f with the store
// locked; without one it answers 404 and returns false.
func (c *call) withDocument(f func(d *document)) bool {
	division := c.openDivision()
	if division == nil {
		return false
	}
	c.store.mu.Lock()
	d := c.store.document(division.ID, c.id("document"))
	if inFolder, scoped := c.ids["folder"]; d != nil && scoped && d.folder.id != inFolder {
		d = nil
	}
	if d != nil {
		f(d)
	}
	c.store.mu.Unlock()
	if d == nil {
		c.refuse(c.missing("document"))
	}
	return d != nil
}

func (c *call) getDocument() {
	var v documentView
	if c.withDocument(func(d *document) {
		v = c.documentView(d)
		if v.State == stPending {
			d.shown++
		}
	}) {
		c.object(http.StatusOK, "document", v)
	}
}

func (c *call) deleteDocument() {
	if c.withDocument(c.store.removeDocument) {
		c.w.WriteHeader(http.StatusNoContent)
	}
}

// describe names a document for a message: by its id, never by its name.
func (d *document) describe() string { return fmt.Sprintf("document %d", d.id) }
