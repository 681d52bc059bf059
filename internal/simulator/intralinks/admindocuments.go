package intralinks

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"path"
	"strconv"

	"dataroom.dev/intralinks-operator/internal/simulator/control"
	"dataroom.dev/intralinks-operator/internal/simulator/dataroom"
)

// adminAddDocument adds a document at ?path= with the body as its content; with ?size= one of so many made-up
// bytes, and with ?placeholder=true one without a file.
func (s *Server) adminAddDocument(w http.ResponseWriter, r *http.Request, room *dataroom.Room) {
	query := r.URL.Query()
	dir, file := path.Split(query.Get("path"))
	content, err := s.wantedContent(r)
	if err != nil || file == "" {
		control.WriteError(w, http.StatusBadRequest, errors.Join(errors.New("the query needs path, such as /Contracts/Lease.pdf, and the body is the content"), err))
		return
	}
	parent := int64(0)
	if dir != "" && dir != "/" {
		f, err := room.FolderAt(path.Clean(dir))
		if err != nil {
			control.WriteError(w, http.StatusBadRequest, err)
			return
		}
		parent = f.ID
	}
	name, extension := dataroom.SplitName(file)
	d, err := room.AddDocument(parent, name, extension, content)
	if err != nil {
		control.WriteError(w, http.StatusBadRequest, err)
		return
	}
	control.WriteJSON(w, http.StatusCreated, map[string]int64{"id": d.ID})
}

// wantedContent is nil for a placeholder.
func (s *Server) wantedContent(r *http.Request) (dataroom.Content, error) {
	query := r.URL.Query()
	if query.Get("placeholder") == "true" {
		return nil, nil //nolint:nilnil // a document without content
	}
	if !query.Has("size") {
		return contentOf(r)
	}
	size, err := strconv.ParseInt(query.Get("size"), 10, 64)
	if err != nil || size < 0 {
		return nil, errors.New("size is a number of bytes")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return dataroom.Noise(s.rng.Int64(), size), nil
}

func contentOf(r *http.Request) (dataroom.Content, error) {
	data, err := io.ReadAll(r.Body)
	return dataroom.Bytes(data), err
}

func (s *Server) adminNewVersion(w http.ResponseWriter, r *http.Request, room *dataroom.Room) {
	content, err := contentOf(r)
	done(w, r, err, func(id int64) error { return room.NewVersion(id, content) })
}

func (s *Server) adminContent(w http.ResponseWriter, r *http.Request, room *dataroom.Room) {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	d, ok := room.Document(id)
	if err != nil || !ok || d.Placeholder() {
		control.WriteError(w, http.StatusNotFound, fmt.Errorf("there is no document %q with a file", r.PathValue("id")))
		return
	}
	file, err := d.Content().Open()
	if err != nil {
		control.WriteError(w, http.StatusInternalServerError, err)
		return
	}
	defer file.Close()
	w.Header().Set("Content-Type", "application/octet-stream")
	if _, err := io.Copy(w, file); err != nil {
		panic(http.ErrAbortHandler) // cut off rather than short
	}
}

// documentEdit changes what it names; a folder is named by its id, 0 for the root.
type documentEdit struct {
	Name        *string `json:"name"`
	Extension   *string `json:"extension"`
	Folder      *int64  `json:"folder"`
	Hidden      *bool   `json:"hidden"`
	ViewerOnly  *bool   `json:"viewerOnly"`
	IRM         *bool   `json:"irm"`
	Watermarked *bool   `json:"watermarked"`
	Deleted     *bool   `json:"deleted"`
}

func (s *Server) adminEditDocument(w http.ResponseWriter, r *http.Request, room *dataroom.Room) {
	var e documentEdit
	if !control.ReadJSON(w, r, &e) {
		return
	}
	done(w, r, nil, func(id int64) error {
		return room.EditDocument(id, func(d *dataroom.Document) {
			assign(&d.Name, e.Name)
			assign(&d.Extension, e.Extension)
			assign(&d.Parent, e.Folder)
			assign(&d.Hidden, e.Hidden)
			assign(&d.ViewerOnly, e.ViewerOnly)
			assign(&d.IRM, e.IRM)
			assign(&d.Watermarked, e.Watermarked)
			assign(&d.Deleted, e.Deleted)
		})
	})
}

func (s *Server) adminEditFolder(w http.ResponseWriter, r *http.Request, room *dataroom.Room) {
	var e struct {
		Name     *string `json:"name"`
		Folder   *int64  `json:"folder"`
		Hidden   *bool   `json:"hidden"`
		Unlisted *bool   `json:"unlisted"`
	}
	if !control.ReadJSON(w, r, &e) {
		return
	}
	done(w, r, nil, func(id int64) error {
		return room.EditFolder(id, func(f *dataroom.Folder) {
			assign(&f.Name, e.Name)
			assign(&f.Parent, e.Folder)
			assign(&f.Hidden, e.Hidden)
			assign(&f.Unlisted, e.Unlisted)
		})
	})
}

func (s *Server) adminDeleteDocument(w http.ResponseWriter, r *http.Request, room *dataroom.Room) {
	keep := r.URL.Query().Get("keep") == "true"
	done(w, r, nil, func(id int64) error { return room.DeleteDocument(id, keep) })
}

func (s *Server) adminDeleteFolder(w http.ResponseWriter, r *http.Request, room *dataroom.Room) {
	done(w, r, nil, room.DeleteFolder)
}
