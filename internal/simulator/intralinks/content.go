package intralinks

import (
	"cmp"
	"net/http"
	"slices"

	"dataroom.dev/intralinks-operator/internal/simulator/dataroom"
)

// listFolders is GET /v2/workspaces/{w}/folders: flat, and all of them.
func (s *Server) listFolders(c *call) {
	v, ok := s.viewFor(c)
	if !ok {
		return
	}
	writeList(s, c, "folder", v.folders, func(f *dataroom.Folder) any { return s.folderRow(v, f) }, false)
}

// listDocuments is GET /v2/workspaces/{w}/documents: all that the account sees.
func (s *Server) listDocuments(c *call) {
	v, ok := s.viewFor(c)
	if !ok {
		return
	}
	writeList(s, c, "document", v.documents, func(d *dataroom.Document) any {
		return s.documentRow(c, v, d)
	}, false)
}

// getFolder is GET /v2/workspaces/{w}/folders/{f}.
func (s *Server) getFolder(c *call) {
	if v, f, ok := s.folderFor(c); ok {
		s.writeOne(c, "folder", s.folderRow(v, f))
	}
}

// getDocument is GET /v2/workspaces/{w}/documents/{d}.
func (s *Server) getDocument(c *call) {
	if v, d, ok := s.documentFor(c); ok {
		s.writeOne(c, "document", s.documentRow(c, v, d))
	}
}

// listContents is GET /v2/workspaces/{w}/folders/{f}/contents: what lies directly
// in a folder, in the order of the folder.
func (s *Server) listContents(c *call) {
	v, parent, ok := s.folderFor(c)
	if !ok {
		return
	}
	type row struct {
		order int
		value any
	}
	var rows []row
	for _, f := range v.folders {
		if f.Parent == parent.ID {
			shown := s.folderRow(v, f)
			if word := s.control.Get("folderEntityType"); word != "absent" {
				shown.EntityType = word // inferred; only the word for documents was seen
			}
			rows = append(rows, row{shown.OrderNumber, shown})
		}
	}
	for _, d := range v.documents {
		if d.Parent == parent.ID {
			shown := s.documentRow(c, v, d)
			rows = append(rows, row{shown.OrderNumber, shown})
		}
	}
	slices.SortFunc(rows, func(a, b row) int { return cmp.Compare(a.order, b.order) })
	list := make([]any, 0, len(rows))
	for _, r := range mangleRows(c.r, rows) {
		list = append(list, r.value)
	}
	writeJSON(c.w, http.StatusOK, object{"status": fine(http.StatusOK), "contentList": s.listUnder("docFolderList", list)})
}

// viewFor takes the view of the exchange that a call names.
func (s *Server) viewFor(c *call) (*view, bool) {
	v, err := s.look(c.exchange.Room)
	if err != nil {
		s.fail(c.w, errUnexpected)
		return nil, false
	}
	return v, true
}

// folderFor finds the folder that a call names.
func (s *Server) folderFor(c *call) (*view, *dataroom.Folder, bool) {
	v, ok := s.viewFor(c)
	if !ok {
		return nil, nil, false
	}
	f, ok := v.byID[pathID(c.r, "f")]
	if !ok || v.isHidden(f.ID) {
		s.fail(c.w, errNotFound)
		return nil, nil, false
	}
	return v, f, true
}

// documentFor finds the document that a call names.
func (s *Server) documentFor(c *call) (*view, *dataroom.Document, bool) {
	v, ok := s.viewFor(c)
	if !ok {
		return nil, nil, false
	}
	id := pathID(c.r, "d")
	i := slices.IndexFunc(v.documents, func(d *dataroom.Document) bool { return d.ID == id })
	if i < 0 {
		s.fail(c.w, errNotFound)
		return nil, nil, false
	}
	return v, v.documents[i], true
}
