package crashtest

import (
	"fmt"
	"strings"
	"testing"

	"dataroom.dev/intralinks-operator/internal/crashpoint"
	"dataroom.dev/intralinks-operator/internal/simulator/dataroom"
	"dataroom.dev/intralinks-operator/internal/testenv/postgres"
)

// inFlight is the document that a process was carrying when it died.
type inFlight struct {
	id   int64
	path string // in Luminance
	// landed: it has arrived; settled: the ledger knows that.
	landed, settled bool
	// before is what stood there before; versions is 0 where nothing did.
	before wanted
}

// flight is a point at which a document is on its way.
type flight struct {
	crashpoint.Point
	name    string
	id      int64
	settled bool
}

// flights are those of a scenario. A document is on its way from the request for it until the ledger has it, which
// is the first commit after its upload that is about documents: it sees to former places before anything else.
func (s scenario) flights(t *testing.T, server *postgres.Server) (flights []flight) {
	t.Helper()
	points, names := s.points(t, server)
	var id int64
	sent := false
	for i, name := range names {
		if at := strings.Index(name, "/documents/"); at >= 0 && strings.Contains(name, "/file") {
			if _, err := fmt.Sscanf(name[at:], "/documents/%d/file", &id); err != nil {
				t.Fatal(err)
			}
			sent = false
		}
		if id == 0 {
			continue
		}
		sent = sent || strings.Contains(name, "/upload ")
		settled := sent && strings.Contains(name, "UPDATE documents SET folder") && points[i].Flavour == crashpoint.After
		flights = append(flights, flight{points[i], name, id, settled})
		if settled {
			id = 0
		}
	}
	return flights
}

// look finds out what became of the document that was in flight.
func (w *world) look(id int64, settled bool) inFlight {
	w.t.Helper()
	d, ok := w.room.Document(id)
	if !ok {
		w.t.Fatalf("the exchange has no document %d", id)
	}
	folder, _ := w.room.Folder(d.Parent)
	path := destination + "/Contracts/" + d.Name + d.Extension
	if folder.Name != "Contracts" {
		path = destination + "/Contracts/" + folder.Name + "/" + d.Name + d.Extension
	}
	f := inFlight{id: id, path: path, settled: settled}
	if w.want[path].versions == 2 {
		f.before = wanted{dataroom.Bytes("the first version"), 1}
	}
	for _, stands := range w.target.Documents(false) {
		f.landed = f.landed || stands.Path == path && stands.SHA1 == w.sha1(w.want[path].content)
	}
	return f
}

// change is something that happens between a crash and the restart.
type change func(w *world, f inFlight)

var changes = map[string]change{
	"a new version": func(w *world, f inFlight) {
		content := dataroom.Noise(5, 12<<10)
		w.must(w.room.NewVersion(f.id, content))
		versions := f.before.versions + 1
		if f.landed {
			versions++
		}
		w.want[f.path] = wanted{content, versions}
	},
	"another name": func(w *world, f inFlight) {
		w.must(w.room.EditDocument(f.id, func(d *dataroom.Document) { d.Name = "another name" }))
		if !f.landed && f.before.versions == 0 {
			slash, dot := strings.LastIndexByte(f.path, '/'), strings.LastIndexByte(f.path, '.')
			w.want[f.path[:slash]+"/another name"+f.path[dot:]] = w.want[f.path]
			delete(w.want, f.path)
		}
	},
	"another folder": func(w *world, f inFlight) {
		folder, err := w.room.FolderAt("/Board")
		w.must(err)
		w.must(w.room.EditDocument(f.id, func(d *dataroom.Document) { d.Parent = folder.ID }))
		if !f.landed && f.before.versions == 0 {
			w.want[destination+"/Board"+f.path[strings.LastIndexByte(f.path, '/'):]] = w.want[f.path]
			delete(w.want, f.path)
		}
	},
	"another name, and a copy under it": func(w *world, f inFlight) {
		w.policy.CopyRenamed = true
		w.must(w.room.EditDocument(f.id, func(d *dataroom.Document) { d.Name = "another name" }))
		slash, dot := strings.LastIndexByte(f.path, '/'), strings.LastIndexByte(f.path, '.')
		w.want[f.path[:slash]+"/another name"+f.path[dot:]] = wanted{w.want[f.path].content, 1}
		switch {
		case f.landed:
		case f.before.versions > 0:
			w.want[f.path] = f.before
		default:
			delete(w.want, f.path)
		}
	},
	"deleted": func(w *world, f inFlight) {
		w.must(w.room.DeleteDocument(f.id, false))
		switch {
		case f.landed:
		case f.before.versions > 0:
			w.want[f.path] = f.before
		default:
			delete(w.want, f.path)
		}
	},
	"a person uses the name": func(w *world, f inFlight) {
		w.personUploads(f.path, "by a person")
		delete(w.want, f.path)
		switch {
		case f.settled:
			// The ledger can't know that a person has put another version on it since.
			w.gone++
			w.goneSynced++
			return
		case f.before.versions > 0:
			w.gone++
		}
		w.conflicts[f.id] = true
	},
	"a person deletes the folder": func(w *world, f inFlight) {
		folder := f.path[:strings.LastIndexByte(f.path, '/')]
		for _, d := range w.target.Documents(false) {
			_, ours := w.want[d.Path]
			switch {
			case !strings.HasPrefix(d.Path, folder+"/"):
			case !ours:
				delete(w.foreign, d.Path)
			case d.Path != f.path || f.settled:
				// What a person deleted is not sent again.
				delete(w.want, d.Path)
				w.gone++
				w.goneSynced++
			}
		}
		if !f.settled {
			w.want[f.path] = wanted{w.want[f.path].content, 1}
		}
		for _, at := range w.target.Folders() {
			if at.Path == folder {
				w.must(w.target.PersonDeletesFolder(at.ID))
			}
		}
	},
}

func TestAChangeBetweenCrashAndRestartIsSeen(t *testing.T) {
	for kind, start := range ledgers {
		for name, change := range changes {
			t.Run(kind+"/"+name, func(t *testing.T) {
				t.Parallel()
				server := start(t)
				for i, at := range scenario(trio).flights(t, server) {
					if skipped(i, server) {
						continue
					}
					t.Run(at.name, func(t *testing.T) {
						w := newWorld(t, server)
						trio(w)
						w.crash(at.Point)
						change(w, w.look(at.id, at.settled))
						w.recover()
					})
				}
			})
		}
	}
}
