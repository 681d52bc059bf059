package engine_test

import (
	"net/http"
	"os"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"dataroom.dev/intralinks-operator/internal/engine"
	"dataroom.dev/intralinks-operator/internal/ledger"
	"dataroom.dev/intralinks-operator/internal/simulator/control"
	"dataroom.dev/intralinks-operator/internal/simulator/dataroom"
)

// anyDocuments is the list of a Division's documents, by which an upload is looked for.
const anyDocuments = "/api2/projects/*/documents"

// rename gives a document another name, with its extension left as it is.
func (w *world) rename(d *dataroom.Document, name string) {
	w.t.Helper()
	w.must(w.room.EditDocument(d.ID, func(d *dataroom.Document) { d.Name = name }))
}

// move puts a document into another folder, which is made where it is missing.
func (w *world) move(d *dataroom.Document, folder string) {
	w.t.Helper()
	at, err := w.room.FolderAt(folder)
	w.must(err)
	w.must(w.room.EditDocument(d.ID, func(d *dataroom.Document) { d.Parent = at.ID }))
}

// renameFolder gives a folder another name.
func (w *world) renameFolder(path, name string) {
	w.t.Helper()
	at, err := w.room.FolderAt(path)
	w.must(err)
	w.must(w.room.EditFolder(at.ID, func(f *dataroom.Folder) { f.Name = name }))
}

// pair is the part of the ledger that belongs to a job whose ends are known, from an earlier run or from this one.
func (w *world) pair(job engine.Job) *ledger.Pair {
	w.t.Helper()
	pair, err := w.ledger.Pair(w.t.Context(), ledger.Ends{
		ExchangeID: job.Source.Known.ID, Instance: job.Instance, DivisionID: job.Destination.Known.ID, Folder: job.Destination.Folder})
	w.must(err)
	return pair
}

// record is what the ledger knows of a document that a job carries.
func (w *world) record(job engine.Job, d *dataroom.Document) ledger.Record {
	w.t.Helper()
	records, err := w.pair(job).Documents(w.t.Context())
	w.must(err)
	if records[d.ID] == nil {
		w.t.Fatalf("the ledger has no record of document %d", d.ID)
	}
	return *records[d.ID]
}

// sends fails unless a run carried so many new documents and versions, and counted so.
func (w *world) sends(r engine.Result, uploaded, versions int64, want engine.Counts) {
	w.t.Helper()
	if r.Uploaded != uploaded || r.NewVersions != versions {
		w.t.Errorf("carried %d documents and %d versions, not %d and %d", r.Uploaded, r.NewVersions, uploaded, versions)
	}
	if r.Counts != want {
		w.t.Errorf("counts %+v, want %+v (problems %v)", r.Counts, want, problems(r))
	}
}

// loses has Luminance carry an upload out and lose its answer.
func (w *world) loses() {
	w.t.Helper()
	w.breaks(w.target, control.FaultRule{Fault: "drop-after-commit", Path: anyUpload})
}

// once fails unless every document stands in its first version.
func (w *world) once() {
	w.t.Helper()
	for _, d := range w.target.Documents(true) {
		if d.Version != 1 {
			w.t.Errorf("%s was sent %d times", d.Path, d.Version)
		}
	}
}

// loseLedger is what a process finds whose volume is gone.
func (w *world) loseLedger() {
	w.t.Helper()
	w.must(w.ledger.Close())
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(w.ledgerFile + suffix); err != nil && !os.IsNotExist(err) {
			w.t.Fatal(err)
		}
	}
	w.restart()
}

// Paths of Luminance that cost a request.
const (
	anyDownload = "/api2/projects/*/documents/*/download"
	anyFolders  = "/api2/projects/*/folders"
)

// asked counts the requests to Luminance of a path, such as anyDocuments, since the last call of requests.
func (w *world) asked(path string) int { return countOf(w.target, path) }

// countOf counts a simulator's requests of a path.
func countOf(simulator interface{ Control() *control.Control }, path string) int {
	n := 0
	for _, r := range simulator.Control().Requests() {
		if doublestar.MatchUnvalidated(path, r.Path) {
			n++
		}
	}
	return n
}

// written counts the requests to Luminance that may have changed something, since the last call of requests.
func (w *world) written() int {
	w.t.Helper()
	n := 0
	for _, r := range w.target.Control().Requests() {
		if r.Method != http.MethodGet && strings.HasPrefix(r.Path, "/api2/") {
			n++
		}
	}
	return n
}

// fills puts documents into the room, each with its path for its content, and gives what has to stand of them.
func (w *world) fills(paths ...string) map[string]string {
	w.t.Helper()
	stands := map[string]string{}
	for _, path := range paths {
		w.add(path, path)
		stands["/Deal"+strings.TrimPrefix(path, "/A")] = path
	}
	return stands
}

// saveLedger copies the ledger's file, as a backup does, and gives what puts the copy back.
func (w *world) saveLedger() (restore func()) {
	w.t.Helper()
	w.restart() // closes the file, so that all of it is in it
	content, err := os.ReadFile(w.ledgerFile)
	w.must(err)
	return func() {
		w.t.Helper()
		w.loseLedger()
		w.must(w.ledger.Close())
		for _, suffix := range []string{"-wal", "-shm"} {
			if err := os.Remove(w.ledgerFile + suffix); err != nil && !os.IsNotExist(err) {
				w.t.Fatal(err)
			}
		}
		w.must(os.WriteFile(w.ledgerFile, content, 0o600))
		w.restart()
	}
}
