package engine_test

import (
	"context"
	"encoding/hex"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/onsi/gomega"
	"k8s.io/utils/clock"
	clocktesting "k8s.io/utils/clock/testing"

	"dataroom.dev/intralinks-operator/internal/bearer"
	"dataroom.dev/intralinks-operator/internal/budget"
	"dataroom.dev/intralinks-operator/internal/engine"
	"dataroom.dev/intralinks-operator/internal/intralinks"
	"dataroom.dev/intralinks-operator/internal/ledger"
	"dataroom.dev/intralinks-operator/internal/luminance"
	"dataroom.dev/intralinks-operator/internal/simulator/control"
	"dataroom.dev/intralinks-operator/internal/simulator/dataroom"
	intralinkssim "dataroom.dev/intralinks-operator/internal/simulator/intralinks"
	luminancesim "dataroom.dev/intralinks-operator/internal/simulator/luminance"
)

// project is the exchange that a world's room lies in, corporate the Division that receives it.
const (
	project   = 7100015
	corporate = "Corporate"
)

// world is both services, simulated and spoken to over HTTP, and a ledger on disk.
type world struct {
	t          *testing.T
	room       *dataroom.Room
	source     *intralinkssim.Server
	target     *luminancesim.Simulator
	sourceURL  string
	targetURL  string
	ledgerFile string
	// clock is the engine's: it stands still until pass moves it.
	clock *clocktesting.FakeClock
	// limit is of the request budget, which goes by the real time.
	limit budget.Limit

	ledger *ledger.Ledger
	engine *engine.Engine
	// budget and clients are those of one process: restart makes new ones.
	budget     *budget.Budget
	intralinks *intralinks.Client
	luminance  *luminance.Client
	tokens     *bearer.Source
	me         int64
}

// newWorld serves a room as Project Heron, without a splash, to an operator that has never run.
func newWorld(t *testing.T, room *dataroom.Room) *world {
	t.Helper()
	return newWorldOf(t, intralinkssim.Exchange{ID: project, Name: "Project Heron", Host: "Example LLP", Room: room})
}

func newWorldOf(t *testing.T, exchanges ...intralinkssim.Exchange) *world {
	t.Helper()
	w := &world{t: t, room: exchanges[0].Room, ledgerFile: filepath.Join(t.TempDir(), "ledger.db"), clock: clocktesting.NewFakeClock(time.Now())}
	w.limit = budget.Limit{Requests: 100, Per: 10 * time.Minute, Reserve: 20}
	w.source = intralinkssim.New(intralinkssim.Options{Exchanges: exchanges})
	target, err := luminancesim.New(luminancesim.Options{})
	if err != nil {
		t.Fatal(err)
	}
	w.target = target
	w.sourceURL, w.targetURL = serve(t, w.source), serve(t, target)
	w.restart()
	return w
}

func serve(t *testing.T, handler http.Handler) string {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.URL
}

// restart is what a new process finds: the ledger's file and nothing else.
func (w *world) restart() {
	w.t.Helper()
	if w.ledger != nil {
		w.must(w.ledger.Close())
	}
	opened, err := ledger.Open(context.Background(), "sqlite://"+w.ledgerFile)
	w.must(err)
	w.t.Cleanup(func() { _ = opened.Close() })
	w.ledger = opened
	w.engine = engine.New(engine.Options{Ledger: opened, SmallFile: 64 << 10, RetryDelay: time.Millisecond, Clock: w.clock})
	w.connect()
}

func (w *world) connect() {
	w.t.Helper()
	registry := budget.NewRegistry(w.ledger, clock.RealClock{})
	host := strings.TrimPrefix(w.targetURL, "http://")
	registry.Configure(host, "test", w.limit)
	var err error
	w.budget, err = registry.For(context.Background(), host)
	w.must(err)
	w.luminance, w.tokens = w.luminanceThrough(http.DefaultTransport)
	w.intralinks = w.intralinksThrough(http.DefaultTransport)
	w.me = luminancesim.ServiceUserID
}

// luminanceThrough gives a client of the target that sends through a transport, and its tokens.
func (w *world) luminanceThrough(base http.RoundTripper) (*luminance.Client, *bearer.Source) {
	w.t.Helper()
	hc := &http.Client{Transport: &budget.Transport{Base: base, Budget: w.budget}}
	tokens := bearer.NewSource(luminance.ClientCredentials(w.targetURL, luminancesim.DefaultClientID, luminancesim.DefaultClientSecret, hc))
	c, err := luminance.New(luminance.Options{BaseURL: w.targetURL, HTTPClient: hc, Tokens: tokens, RetryDelay: time.Millisecond, Clock: w.clock})
	w.must(err)
	return c, tokens
}

// intralinksThrough gives a client of the source that sends through a transport.
func (w *world) intralinksThrough(base http.RoundTripper) *intralinks.Client {
	w.t.Helper()
	c, err := intralinks.New(intralinks.Options{
		BaseURL: w.sourceURL, HTTPClient: &http.Client{Transport: base}, RetryDelay: time.Millisecond,
		Tokens: bearer.NewSource(intralinks.ClientCredentialsV3(w.sourceURL, intralinkssim.DefaultAPIKey, intralinkssim.DefaultAPISecret, &http.Client{})),
	})
	w.must(err)
	return c
}

// pass lets time pass for everybody but the request budget, which must not wait in a test.
func (w *world) pass(d time.Duration) {
	w.clock.Step(d)
	w.source.Advance(d)
	w.target.Advance(d)
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// job is a sync of a folder of the exchange to /Deal of the Division.
func (w *world) job(folder string) engine.Job {
	return engine.Job{
		Claimant: "deals/heron", Intralinks: w.intralinks, Luminance: w.luminance, LuminanceTokens: w.tokens, Budget: w.budget,
		Instance: strings.TrimPrefix(w.targetURL, "http://"), ServiceUser: w.me,
		Source:      engine.Source{ExchangeID: project, Folder: folder},
		Destination: engine.Destination{Division: luminance.DivisionRef{Name: corporate}, Folder: "/Deal"},
	}
}

// run does a job that has to go through.
func (w *world) run(job engine.Job) engine.Result {
	w.t.Helper()
	result := w.engine.Run(context.Background(), job, nil)
	if result.Failure != nil {
		w.t.Fatalf("the run ended early: %v (%v)", result.Failure, result.Failure.Err)
	}
	return result
}

// fail does a job that has to end early, for a reason.
func (w *world) fail(job engine.Job, reason string) *engine.Failure {
	w.t.Helper()
	result := w.engine.Run(context.Background(), job, nil)
	if result.Failure == nil || result.Failure.Reason != reason {
		w.t.Fatalf("the run should end early with %s, and ended with %v", reason, result.Failure)
	}
	return result.Failure
}

// again is a job as the next poll does it, with both ends resolved.
func again(job engine.Job, last engine.Result) engine.Job {
	job.Source.Known, job.Destination.Known = last.Exchange, last.Division
	return job
}

// add puts a document into the room.
func (w *world) add(path string, content string) *dataroom.Document {
	w.t.Helper()
	return w.addContent(path, dataroom.Bytes(content))
}

func (w *world) addContent(path string, content dataroom.Content) *dataroom.Document {
	w.t.Helper()
	folder, name := "", path[1:]
	if i := strings.LastIndexByte(path, '/'); i > 0 {
		folder, name = path[:i], path[i+1:]
	}
	parent := int64(0)
	if folder != "" {
		at, err := w.room.FolderAt(folder)
		w.must(err)
		parent = at.ID
	}
	extension := filepath.Ext(name)
	document, err := w.room.AddDocument(parent, strings.TrimSuffix(name, extension), extension, content)
	w.must(err)
	return document
}

func (w *world) change(document *dataroom.Document, content string) {
	w.t.Helper()
	w.must(w.room.NewVersion(document.ID, dataroom.Bytes(content)))
}

// standing maps each path in Luminance to the SHA-1 of what stands there.
func (w *world) standing() map[string]string {
	w.t.Helper()
	standing := map[string]string{}
	for _, d := range w.target.Documents(false) {
		if _, twice := standing[d.Path]; twice {
			w.t.Fatalf("two documents stand at %s", d.Path)
		}
		standing[d.Path] = d.SHA1
	}
	return standing
}

// stands fails unless exactly these documents stand in Luminance, path and content.
func (w *world) stands(want map[string]string) {
	w.t.Helper()
	got := w.standing()
	for path, content := range want {
		if got[path] != sha1Of(w.t, dataroom.Bytes(content)) {
			w.t.Errorf("%s: want the SHA-1 of %.40q, got %q", path, content, got[path])
		}
		delete(got, path)
	}
	for path := range got {
		w.t.Errorf("%s stands in Luminance and should not", path)
	}
}

func sha1Of(t *testing.T, content dataroom.Content) string {
	t.Helper()
	sum, err := dataroom.SHA1(content)
	if err != nil {
		t.Fatal(err)
	}
	return hex.EncodeToString(sum[:])
}

// breaks asks a simulator for a fault.
func (w *world) breaks(simulator interface{ Control() *control.Control }, rule control.FaultRule) {
	w.t.Helper()
	w.must(simulator.Control().AddFault(rule))
}

func (w *world) set(simulator interface{ Control() *control.Control }, name, value string) {
	w.t.Helper()
	w.must(simulator.Control().Set(name, value))
}

// requests counts what a simulator was sent since the last call.
func (w *world) requests(simulator interface{ Control() *control.Control }) int {
	w.t.Helper()
	n := len(simulator.Control().Requests())
	simulator.Control().ResetRequests()
	return n
}

// problems gives the reasons by path.
func problems(r engine.Result) map[string]string {
	reasons := map[string]string{}
	for _, p := range r.Problems {
		reasons[p.Name] = p.Reason
	}
	return reasons
}

func id(n int64) string { return strconv.FormatInt(n, 10) }

// waitFor waits for a condition that the simulators tell.
func waitFor(t *testing.T, holds func() bool) {
	t.Helper()
	gomega.NewWithT(t).Eventually(holds).WithTimeout(30 * time.Second).WithPolling(time.Millisecond).Should(gomega.BeTrue())
}
