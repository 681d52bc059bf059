package intralinks

import (
	"encoding/hex"
	"errors"
	"net/http"
	"path"
	"strconv"
	"time"

	"dataroom.dev/intralinks-operator/internal/simulator/control"
	"dataroom.dev/intralinks-operator/internal/simulator/dataroom"
)

// adminRoutes adds what only this simulator has to the admin API: what people do in an exchange.
func (s *Server) adminRoutes() {
	s.control.Handle("GET /_sim/exchanges", s.adminExchanges)
	s.control.Handle("POST /_sim/exchanges", s.adminAddExchange)
	s.control.Handle("PATCH /_sim/exchanges/{exchange}", s.adminEditExchange)
	s.control.Handle("GET /_sim/exchanges/{exchange}/tree", s.inRoom(s.adminTree))
	s.control.Handle("POST /_sim/exchanges/{exchange}/folders", s.inRoom(s.adminAddFolder))
	s.control.Handle("PATCH /_sim/exchanges/{exchange}/folders/{id}", s.inRoom(s.adminEditFolder))
	s.control.Handle("DELETE /_sim/exchanges/{exchange}/folders/{id}", s.inRoom(s.adminDeleteFolder))
	s.control.Handle("POST /_sim/exchanges/{exchange}/documents", s.inRoom(s.adminAddDocument))
	s.control.Handle("PUT /_sim/exchanges/{exchange}/documents/{id}/content", s.inRoom(s.adminNewVersion))
	s.control.Handle("GET /_sim/exchanges/{exchange}/documents/{id}/content", s.inRoom(s.adminContent))
	s.control.Handle("PATCH /_sim/exchanges/{exchange}/documents/{id}", s.inRoom(s.adminEditDocument))
	s.control.Handle("DELETE /_sim/exchanges/{exchange}/documents/{id}", s.inRoom(s.adminDeleteDocument))
	s.control.Handle("PATCH /_sim/apps/{key}", s.adminEditApp)
	s.control.Handle("POST /_sim/tokens/revoke", s.adminRevoke)
	s.control.Handle("POST /_sim/accounts/take-over", s.adminTakeOver)
	s.control.Handle("GET /_sim/stats", s.adminStats)
	s.control.Handle("POST /_sim/clock", s.adminClock)
}

// inRoom finds the exchange of a path, and scans its folder on disk, if it has one.
func (s *Server) inRoom(do func(http.ResponseWriter, *http.Request, *dataroom.Room)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		id, err := strconv.ParseInt(r.PathValue("exchange"), 10, 64)
		room, ok := s.Room(id)
		if err != nil || !ok {
			noExchange(w, r)
			return
		}
		if err := room.Rescan(); err != nil {
			control.WriteError(w, http.StatusInternalServerError, err)
			return
		}
		do(w, r, room)
	}
}

func (s *Server) adminStats(w http.ResponseWriter, _ *http.Request) {
	control.WriteJSON(w, http.StatusOK, s.Stats())
}

func (s *Server) adminClock(w http.ResponseWriter, r *http.Request) {
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
	control.WriteJSON(w, http.StatusOK, map[string]string{"now": s.now().UTC().Format(time.RFC3339Nano)})
}

// treeFolder and treeDocument are what lies in a room, hidden or not.
type treeFolder struct {
	ID     int64  `json:"id"`
	Parent int64  `json:"parent"`
	Path   string `json:"path"`
	Hidden bool   `json:"hidden"`
}

type treeDocument struct {
	ID          int64  `json:"id"`
	Folder      int64  `json:"folder"`
	Path        string `json:"path"`
	Size        int64  `json:"size"`
	SHA1        string `json:"sha1"` // of the content in the room; a download may be watermarked or encrypted
	Version     int    `json:"version"`
	Placeholder bool   `json:"placeholder"`
	dataroom.Flags
}

func (s *Server) adminTree(w http.ResponseWriter, _ *http.Request, room *dataroom.Room) {
	paths := map[int64]string{0: "/"}
	folders := []treeFolder{}
	for _, f := range room.Folders() {
		folders = append(folders, treeFolder{ID: f.ID, Parent: f.Parent, Path: pathOf(room, f.ID, paths, 0), Hidden: f.Hidden})
	}
	documents := []treeDocument{}
	for _, d := range room.Documents() {
		sum, err := d.SHA1()
		if err != nil {
			control.WriteError(w, http.StatusInternalServerError, err)
			return
		}
		documents = append(documents, treeDocument{
			ID: d.ID, Folder: d.Parent, Path: path.Join(pathOf(room, d.Parent, paths, 0), d.FileName()), Size: d.Size(),
			SHA1: hex.EncodeToString(sum[:]), Version: d.VersionNumber, Placeholder: d.Placeholder(), Flags: d.Flags,
		})
	}
	control.WriteJSON(w, http.StatusOK, map[string]any{"folders": folders, "documents": documents})
}

// maxDepth ends the walk up a cycle of folders.
const maxDepth = 1000

func pathOf(room *dataroom.Room, id int64, known map[int64]string, depth int) string {
	if p, ok := known[id]; ok {
		return p
	}
	f, ok := room.Folder(id)
	if !ok || depth > maxDepth {
		return "/?"
	}
	known[id] = path.Join(pathOf(room, f.Parent, known, depth+1), f.Name)
	return known[id]
}

func (s *Server) adminAddFolder(w http.ResponseWriter, r *http.Request, room *dataroom.Room) {
	var wanted struct {
		Path string `json:"path"`
	}
	if !control.ReadJSON(w, r, &wanted) {
		return
	}
	f, err := room.FolderAt(wanted.Path)
	if err != nil || f == nil {
		control.WriteError(w, http.StatusBadRequest, errors.Join(errors.New(`path is one such as "/Contracts/Leases"`), err))
		return
	}
	control.WriteJSON(w, http.StatusCreated, map[string]int64{"id": f.ID})
}

func assign[T any](to *T, from *T) {
	if from != nil {
		*to = *from
	}
}

// done does something to the thing that a path names, unless there was an error before.
func done(w http.ResponseWriter, r *http.Request, err error, do func(id int64) error) {
	id, noID := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err == nil {
		err = noID
	}
	if err == nil {
		err = do(id)
	}
	if err != nil {
		control.WriteError(w, http.StatusBadRequest, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}
