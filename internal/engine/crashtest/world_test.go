package crashtest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"pgregory.net/rapid"

	"dataroom.dev/intralinks-operator/internal/crashpoint"
	"dataroom.dev/intralinks-operator/internal/engine"
	"dataroom.dev/intralinks-operator/internal/simulator/dataroom"
	intralinkssim "dataroom.dev/intralinks-operator/internal/simulator/intralinks"
	luminancesim "dataroom.dev/intralinks-operator/internal/simulator/luminance"
	"dataroom.dev/intralinks-operator/internal/testenv/postgres"
)

const (
	exchange    = 7100015
	division    = "Corporate"
	divisionID  = 11
	destination = "/Deal"
	// allowance is what the instance allows in ten minutes: so few that each try crosses several periods, and a
	// request that a process forgot to count makes the next process cross the allowance.
	allowance = 8
	// smallFile is the size in bytes up to which the engine checks a document in memory.
	smallFile = 16 << 10
	// convergesWithin is how many runs may pass after a crash until all is as it should be.
	convergesWithin = 3
)

// world is both services, simulated and spoken to over HTTP, and what processes leave on the disk.
type world struct {
	t                    testingT
	time                 *worldTime
	room                 *dataroom.Room
	source               *intralinkssim.Server
	target               *luminancesim.Simulator
	connections          *connections
	sourceURL, targetURL string
	// postgres is where ledgers lie; nil: in files.
	postgres *postgres.Server
	// ledger is the file or the database that the next process opens; dialed, how many connections the dead ones made.
	ledger string
	dialed int
	// transfers of each process at once; policy of the sync.
	transfers int
	policy    engine.Policy
	// foreign is what persons put into Luminance: the content by path.
	foreign map[string]string
	// want is what has to stand of the exchange, by path; conflicts, the documents whose names are taken.
	want      map[string]wanted
	conflicts map[int64]bool
	// gone are documents that stand as far as the ledger can know, and that a person has deleted or put another
	// version on since; goneSynced of them are in their newest version.
	gone, goneSynced int
}

// testingT is what *testing.T and *rapid.T have in common.
type testingT interface {
	rapid.TB
	Cleanup(func())
}

// wanted is a document of the operator's in Luminance.
type wanted struct {
	content dataroom.Content
	// versions that there are of it, all sent by the operator.
	versions int64
}

func newWorld(t testingT, server *postgres.Server) *world {
	t.Helper()
	w := &world{
		postgres: server,
		t:        t, room: dataroom.New(1), time: &worldTime{now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)},
		connections: newConnections(), transfers: 1,
		foreign: map[string]string{}, want: map[string]wanted{}, conflicts: map[int64]bool{},
	}
	w.ledger = w.newLedger()
	w.source = intralinkssim.New(intralinkssim.Options{Clock: w.time.Now, Exchanges: []intralinkssim.Exchange{
		{ID: exchange, Name: "Project Heron", Host: "Example LLP", Room: w.room, Splash: true},
	}})
	var err error
	w.target, err = luminancesim.New(luminancesim.Options{Clock: w.time.Now})
	w.must(err)
	w.set("budgetRequests", fmt.Sprint(allowance))
	// Records have to tell what happened, where comparing what stands with what was sent would make up for them.
	w.set("permissions", "preview")
	// A token's life is counted by the machine's clock in the operator, and this world's time leaps.
	w.set("tokenTTL", "10000h")
	w.sourceURL, w.targetURL = w.connections.serve(t, w.source), w.connections.serve(t, w.target)
	return w
}

// newLedger gives a path in a folder of its own, or an empty database.
func (w *world) newLedger() string {
	w.t.Helper()
	if w.postgres != nil {
		return w.postgres.Database(w.t)
	}
	folder, err := os.MkdirTemp("", "crashtest-")
	w.must(err)
	w.t.Cleanup(func() { w.must(os.RemoveAll(folder)) })
	return filepath.Join(folder, "ledger.db")
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// set sets a switch of the Luminance simulator.
func (w *world) set(name, value string) {
	w.t.Helper()
	w.must(w.target.Control().Set(name, value))
}

// add puts a document into the exchange, which has to arrive under its own name.
func (w *world) add(path string, content dataroom.Content) *dataroom.Document {
	w.t.Helper()
	slash := strings.LastIndexByte(path, '/')
	folder, err := w.room.FolderAt(path[:slash])
	w.must(err)
	name := path[slash+1:]
	extension := filepath.Ext(name)
	d, err := w.room.AddDocument(folder.ID, strings.TrimSuffix(name, extension), extension, content)
	w.must(err)
	w.want[destination+path] = wanted{content, 1}
	return d
}

// personUploads puts a foreign document into Luminance.
func (w *world) personUploads(path, content string) {
	w.t.Helper()
	_, err := w.target.PersonUploads(division, path, []byte(content))
	w.must(err)
	w.foreign[path] = content
}

// bury ends a process, waits until both services are done with it, and leaves to the next one what was on the disk
// at the moment of the death.
func (w *world) bury(o *operator) {
	w.t.Helper()
	left, copied := w.ledger, func() error { return nil } // a server rolls back what was not committed
	if w.postgres == nil {
		left = w.newLedger()
		copied = func() error { return crashpoint.CopyDatabase(w.ledger, left) }
	}
	w.must(o.process.Bury(copied))
	if o.ledger != nil {
		_ = o.ledger.Close() // refused, as all that a dead process does
	}
	w.ledger = left
	w.dialed += o.process.Dialed()
	w.connections.settle(w.dialed)
}

// live has a process do one run, unless it dies before its end, and gives its steps.
func (w *world) live(at *crashpoint.Point) (steps []crashpoint.Step, died bool) {
	w.t.Helper()
	o := w.start(at)
	result := o.run()
	died = o.process.Dead()
	w.bury(o)
	if result.Failure != nil && !died {
		w.t.Fatalf("the run ended early: %v (%v)", result.Failure, result.Failure.Err)
	}
	return o.process.Steps(), died
}

// crash has a process die at a point.
func (w *world) crash(at crashpoint.Point) {
	w.t.Helper()
	if _, died := w.live(&at); !died {
		w.t.Fatalf("the process has not come to step %d", at.Step)
	}
}

// recover starts a process and lets it run until all is as it should be, and then once more, which has to cost
// nothing.
func (w *world) recover() engine.Result {
	w.t.Helper()
	o := w.start(nil)
	defer w.bury(o)
	result := o.run()
	for runs := 1; len(w.complaints(o, result)) > 0 && runs < convergesWithin; runs++ {
		result = o.run()
	}
	for _, complaint := range w.complaints(o, result) {
		w.t.Error(complaint)
	}
	// What Luminance's analysis came to is looked up once, after a while.
	w.time.leap(time.Hour)
	o.job.Source.Known, o.job.Destination.Known = result.Exchange, result.Division
	result = o.run()
	for _, complaint := range w.complaints(o, result) {
		w.t.Errorf("an hour later: %s", complaint)
	}
	w.target.Control().ResetRequests()
	poll := o.run()
	if poll.Failure != nil || poll.Counts != result.Counts {
		w.t.Errorf("the poll ended with %+v (%v), the run before it with %+v", poll.Counts, poll.Failure, result.Counts)
	}
	for _, r := range w.target.Control().Requests() {
		w.t.Errorf("a poll without news sent %s %s", r.Method, r.Path)
	}
	return result
}
