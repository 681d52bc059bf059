package luminance

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"strconv"
	"time"

	"dataroom.dev/intralinks-operator/internal/simulator/control"
)

// addAdminRoutes adds what only this simulator has to the admin API.
func (s *Simulator) addAdminRoutes() {
	s.control.Handle("GET /_sim/tree", s.adminTree)
	s.control.Handle("GET /_sim/documents/{id}/content", s.adminContent)
	s.control.Handle("POST /_sim/documents", s.adminUpload)
	s.control.Handle("PATCH /_sim/documents/{id}", s.adminChange)
	s.control.Handle("DELETE /_sim/documents/{id}", s.adminDelete)
	s.control.Handle("POST /_sim/folders", s.adminFolder)
	s.control.Handle("DELETE /_sim/folders/{id}", s.adminDeleteFolder)
	s.control.Handle("GET /_sim/usage", s.adminUsage)
	s.control.Handle("DELETE /_sim/usage", s.adminResetUsage)
	s.control.Handle("GET /_sim/collection-requests", s.adminCollectionRequests)
	s.control.Handle("POST /_sim/tokens/revoke", s.adminRevoke)
	s.control.Handle("POST /_sim/clock", s.adminClock)
}

// adminError answers with the status that an error carries, 400 without one.
func adminError(w http.ResponseWriter, err error) {
	status := http.StatusBadRequest
	var refused *refusal
	switch {
	case errors.As(err, &refused):
		status = refused.status
	case errors.Is(err, errNotKept), errors.Is(err, fs.ErrNotExist):
		status = http.StatusNotFound
	}
	control.WriteError(w, status, err)
}

// pathID reads the id of a path; without one it answers and returns false.
func pathID(w http.ResponseWriter, r *http.Request) (int64, bool) {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		control.WriteError(w, http.StatusBadRequest, fmt.Errorf("%q is no id", r.PathValue("id")))
	}
	return id, err == nil
}

func (s *Simulator) adminTree(w http.ResponseWriter, r *http.Request) {
	control.WriteJSON(w, http.StatusOK, map[string]any{
		"documents": s.Documents(r.URL.Query().Get("versions") == "all"),
		"folders":   s.Folders(),
	})
}

func (s *Simulator) adminContent(w http.ResponseWriter, r *http.Request) {
	id, ok := pathID(w, r)
	if !ok {
		return
	}
	file, err := s.Open(id)
	if err != nil {
		adminError(w, err)
		return
	}
	defer file.Close()
	w.Header().Set("Content-Type", unknownType)
	if _, err := io.Copy(w, file); err != nil {
		panic(http.ErrAbortHandler) // cut off rather than short
	}
}

func (s *Simulator) adminUpload(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	data, err := io.ReadAll(r.Body)
	if err != nil {
		adminError(w, err)
		return
	}
	id, err := s.PersonUploads(query.Get("division"), query.Get("path"), data)
	if err != nil {
		adminError(w, err)
		return
	}
	control.WriteJSON(w, http.StatusCreated, map[string]int64{"id": id})
}

func (s *Simulator) adminChange(w http.ResponseWriter, r *http.Request) {
	id, ok := pathID(w, r)
	var change DocumentChange
	if !ok || !control.ReadJSON(w, r, &change) {
		return
	}
	if err := s.ChangeDocument(id, change); err != nil {
		adminError(w, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func (s *Simulator) adminDelete(w http.ResponseWriter, r *http.Request) {
	id, ok := pathID(w, r)
	if !ok {
		return
	}
	if err := s.PersonDeletes(id); err != nil {
		adminError(w, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func (s *Simulator) adminFolder(w http.ResponseWriter, r *http.Request) {
	var wanted struct {
		Division string `json:"division"`
		Path     string `json:"path"`
	}
	if !control.ReadJSON(w, r, &wanted) {
		return
	}
	id, err := s.PersonCreatesFolder(wanted.Division, wanted.Path)
	if err != nil {
		adminError(w, err)
		return
	}
	control.WriteJSON(w, http.StatusCreated, map[string]int64{"id": id})
}

func (s *Simulator) adminDeleteFolder(w http.ResponseWriter, r *http.Request) {
	id, ok := pathID(w, r)
	if !ok {
		return
	}
	if err := s.PersonDeletesFolder(id); err != nil {
		adminError(w, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func (s *Simulator) adminUsage(w http.ResponseWriter, _ *http.Request) {
	control.WriteJSON(w, http.StatusOK, s.Usage())
}

func (s *Simulator) adminResetUsage(w http.ResponseWriter, _ *http.Request) {
	s.ResetUsage()
	w.WriteHeader(http.StatusNoContent)
}

func (s *Simulator) adminCollectionRequests(w http.ResponseWriter, _ *http.Request) {
	list := s.CollectionRequests()
	if list == nil {
		list = []Refused{}
	}
	control.WriteJSON(w, http.StatusOK, list)
}

func (s *Simulator) adminRevoke(w http.ResponseWriter, _ *http.Request) {
	s.RevokeTokens()
	w.WriteHeader(http.StatusNoContent)
}

func (s *Simulator) adminClock(w http.ResponseWriter, r *http.Request) {
	var wanted struct {
		Advance string `json:"advance"`
	}
	if !control.ReadJSON(w, r, &wanted) {
		return
	}
	d, err := time.ParseDuration(wanted.Advance)
	if err != nil || d < 0 {
		control.WriteError(w, http.StatusBadRequest, errors.New(`advance is a duration such as "10m"`))
		return
	}
	s.Advance(d)
	control.WriteJSON(w, http.StatusOK, map[string]string{"now": stamp(s.now())})
}
