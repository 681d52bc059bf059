package historytest

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"pgregory.net/rapid"

	"dataroom.dev/intralinks-operator/internal/bearer"
	"dataroom.dev/intralinks-operator/internal/budget"
	"dataroom.dev/intralinks-operator/internal/engine"
	"dataroom.dev/intralinks-operator/internal/intralinks"
	"dataroom.dev/intralinks-operator/internal/ledger"
	"dataroom.dev/intralinks-operator/internal/luminance"
	"dataroom.dev/intralinks-operator/internal/simulator/dataroom"
	intralinkssim "dataroom.dev/intralinks-operator/internal/simulator/intralinks"
	luminancesim "dataroom.dev/intralinks-operator/internal/simulator/luminance"
)

const (
	exchangeID = 7100015
	division   = "Corporate"
	// source is the folder that is synced to the folder destination of the Division.
	source, destination = "/A", "/Deal"
	interval            = 15 * time.Minute
	// smallFile in bytes; some documents are larger, so that they are checked on their way.
	smallFile = 64
)

// world is both services and an operator between them, all on one clock.
type world struct {
	t        *rapid.T
	settings settings
	clock    jumpingClock
	traffic  *traffic

	room   *dataroom.Room
	scope  int64 // the folder source
	source *intralinkssim.Server
	target *luminancesim.Simulator
	// sourceServer and targetServer serve them.
	sourceServer, targetServer *httptest.Server

	ledgerFile string
	ledger     *ledger.Ledger
	engine     *engine.Engine
	// What one process of the operator has; restart makes it anew.
	transports []*http.Transport
	budget     *budget.Budget
	intralinks *intralinks.Client
	luminance  *luminance.Client
	tokens     *bearer.Source
	// The two ends as an earlier run resolved them, as a status keeps them.
	exchangeRef, divisionRef *engine.Reference

	model *model
	// contents counts the contents that were made, so that no two documents ever share one.
	contents int
}

// newWorld makes an exchange with folders in the source folder and outside of it, and an operator that has never run.
func newWorld(t *rapid.T, dir string, s settings) *world {
	w := &world{t: t, settings: s, clock: newClock(), traffic: newTraffic(), room: dataroom.New(1)}
	w.source = intralinkssim.New(intralinkssim.Options{
		Clock:     w.clock.Now,
		Exchanges: []intralinkssim.Exchange{{ID: exchangeID, Name: "Project Heron", Host: "Example LLP", Room: w.room}},
	})
	var err error
	w.target, err = luminancesim.New(luminancesim.Options{Clock: w.clock.Now})
	w.must(err)
	s.apply(w)
	w.sourceServer = w.serve(w.traffic.counted(w.source))
	w.targetServer = w.serve(w.traffic.watched(w.target))
	for _, path := range []string{source + "/S", source + "/T", "/B/U"} {
		_, err := w.room.FolderAt(path)
		w.must(err)
	}
	scope, err := w.room.FolderAt(source)
	w.must(err)
	w.scope = scope.ID
	w.ledgerFile = w.newFile(dir)
	w.start()
	t.Cleanup(w.end)
	w.model = newModel(w)
	return w
}

func (w *world) serve(handler http.Handler) *httptest.Server {
	server := w.traffic.serve(handler)
	w.t.Cleanup(server.Close)
	return server
}

// newFile gives the ledger a folder of its own.
func (w *world) newFile(dir string) string {
	folder, err := os.MkdirTemp(dir, "history-")
	w.must(err)
	w.t.Cleanup(func() { _ = os.RemoveAll(folder) })
	return filepath.Join(folder, "ledger.db")
}

// emptyLedger is a ledger file as a first start makes it. Making one takes far longer than copying it.
var emptyLedger = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "ledger-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	file := filepath.Join(dir, "ledger.db")
	opened, err := ledger.Open(context.Background(), "sqlite://"+file)
	if err != nil {
		return nil, err
	}
	if err := opened.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(file)
})

// start is a new process: it finds the ledger's file and nothing else.
func (w *world) start() {
	if _, err := os.Stat(w.ledgerFile); err != nil {
		empty, err := emptyLedger()
		w.must(err)
		w.must(os.WriteFile(w.ledgerFile, empty, 0o600))
	}
	var err error
	w.ledger, err = ledger.Open(context.Background(), "sqlite://"+w.ledgerFile)
	w.must(err)
	w.engine = engine.New(engine.Options{
		Ledger: w.ledger, Transfers: w.settings.Workers, SmallFile: smallFile, RetryDelay: time.Microsecond, Clock: w.clock,
	})
	w.connect()
}

// end is the end of a process.
func (w *world) end() {
	w.must(w.ledger.Close())
	for _, transport := range w.transports {
		transport.CloseIdleConnections()
	}
	w.transports = nil
}

func (w *world) transport() *http.Transport {
	transport := &http.Transport{DisableKeepAlives: true, DialContext: w.traffic.dial}
	w.transports = append(w.transports, transport)
	return transport
}

// instance is the host that keys the ledger.
func (w *world) instance() string { return strings.TrimPrefix(w.targetServer.URL, "http://") }

func (w *world) connect() {
	registry := budget.NewRegistry(w.ledger, w.clock)
	registry.Configure(w.instance(), "test", budget.Limit{Requests: 100, Per: 10 * time.Minute, Reserve: 20})
	var err error
	w.budget, err = registry.For(context.Background(), w.instance())
	w.must(err)
	hc := &http.Client{Transport: &budget.Transport{Base: w.transport(), Budget: w.budget}}
	w.tokens = bearer.NewSource(luminance.ClientCredentials(w.targetServer.URL, luminancesim.DefaultClientID, luminancesim.DefaultClientSecret, hc))
	w.luminance, err = luminance.New(luminance.Options{
		BaseURL: w.targetServer.URL, HTTPClient: hc, Tokens: w.tokens, RetryDelay: time.Microsecond, Clock: w.clock,
	})
	w.must(err)
	hc = &http.Client{Transport: w.transport()}
	w.intralinks, err = intralinks.New(intralinks.Options{
		BaseURL: w.sourceServer.URL, RetryDelay: time.Microsecond, HTTPClient: hc,
		Tokens: bearer.NewSource(intralinks.ClientCredentialsV3(w.sourceServer.URL, intralinkssim.DefaultAPIKey, intralinkssim.DefaultAPISecret, hc)),
	})
	w.must(err)
}

func (w *world) job() engine.Job {
	return engine.Job{
		Claimant: "deals/heron", Intralinks: w.intralinks, Luminance: w.luminance, LuminanceTokens: w.tokens, Budget: w.budget,
		Instance: w.instance(), ServiceUser: luminancesim.ServiceUserID, Interval: interval,
		Source:      engine.Source{ExchangeID: exchangeID, Known: w.exchangeRef, Folder: source},
		Destination: engine.Destination{Division: luminance.DivisionRef{Name: division}, Known: w.divisionRef, Folder: destination},
		Policy:      engine.Policy{CopyRenamed: w.settings.CopyRenamed, IgnoreNewVersions: w.settings.IgnoreNewVersions},
	}
}

// must ends a history that can't go on.
func (w *world) must(err error) {
	if err != nil {
		w.t.Fatalf("%v", err)
	}
}
