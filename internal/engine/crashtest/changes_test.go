package crashtest

import (
	"fmt"
	"strings"
	"testing"

	"dataroom.dev/intralinks-operator/internal/crashpoint"
	"dataroom.dev/intralinks-operator/internal/simulator/dataroom"
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

// trio is a data room with a small document, a large one, and a new version of one that stands.
func trio(w *world) {
	w.personUploads(destination+"/Contracts/theirs.txt", "theirs")
	lease := w.add("/Contracts/lease.txt", dataroom.Bytes("the first version"))
	w.live(nil)
	w.must(w.room.NewVersion(lease.ID, dataroom.Noise(2, 9<<10)))
	w.want[destination+"/Contracts/lease.txt"] = wanted{dataroom.Noise(2, 9<<10), 2}
	w.add("/Contracts/2026/annex.bin", dataroom.Noise(3, 90<<10))
	w.add("/Contracts/2026/NDA.pdf", dataroom.Noise(4, 9<<10))
}

// flights are the points of a scenario at which a document is on its way, with its id.
func (s scenario) flights(t *testing.T) (points []crashpoint.Point, names []string, ids []int64) {
	t.Helper()
	all, allNames := s.points(t)
	var id int64
	for i, name := range allNames {
		if at := strings.Index(name, "/documents/"); at >= 0 && strings.Contains(name, "/file") {
			if _, err := fmt.Sscanf(name[at:], "/documents/%d/file", &id); err != nil {
				t.Fatal(err)
			}
		}
		if id == 0 {
			continue
		}
		points, names, ids = append(points, all[i]), append(names, name), append(ids, id)
		if strings.Contains(name, "UPDATE documents SET hash") && all[i].Flavour == crashpoint.After {
			id = 0
		}
	}
	return points, names, ids
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
	points, names, ids := scenario(trio).flights(t)
	for name, change := range changes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for i, at := range points {
				t.Run(names[i], func(t *testing.T) {
					w := newWorld(t)
					trio(w)
					w.crash(at)
					settled := at.Flavour == crashpoint.After && strings.Contains(names[i], "UPDATE documents SET hash")
					change(w, w.look(ids[i], settled))
					w.recover()
				})
			}
		})
	}
}
