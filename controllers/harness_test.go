package controllers_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/onsi/gomega"
	"k8s.io/client-go/rest"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/config"
	"sigs.k8s.io/controller-runtime/pkg/manager"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"

	"dataroom.dev/intralinks-operator/controllers"
	"dataroom.dev/intralinks-operator/internal/budget"
	"dataroom.dev/intralinks-operator/internal/connect"
	"dataroom.dev/intralinks-operator/internal/engine"
	"dataroom.dev/intralinks-operator/internal/hosts"
	"dataroom.dev/intralinks-operator/internal/ledger"
	"dataroom.dev/intralinks-operator/internal/secretwatch"
	"dataroom.dev/intralinks-operator/internal/signin"
	"dataroom.dev/intralinks-operator/internal/simulator/dataroom"
	intralinkssim "dataroom.dev/intralinks-operator/internal/simulator/intralinks"
	luminancesim "dataroom.dev/intralinks-operator/internal/simulator/luminance"
	"dataroom.dev/intralinks-operator/internal/testenv"
	"dataroom.dev/intralinks-operator/internal/tokens"
)

// Credentials of both ends. Each is a word of its own, so that it is found wherever it leaks to.
const (
	apiKey       = "key-5d41402abc4b2a76"
	apiSecret    = "hush-intralinks-9f86d081"
	email        = "svc-heron@firm.example"
	password     = "hush-password-a591a6d4"
	otherEmail   = "other-heron@firm.example"
	clientID     = "client-e3b0c442"
	clientSecret = "hush-luminance-98fc1c14"
)

// patience is how long anything is waited for: far above what it takes, because the machine may be busy.
const patience = time.Minute

// setup is what a test may want otherwise than newWorld makes it.
type setup struct {
	exchanges []intralinkssim.Exchange // default: Project Heron with the room
	apps      []intralinkssim.App
	divisions []luminancesim.Division
	client    func(client.Client) client.Client // between the operator and its cache
	// secretPoll is how often an integration looks at its Secrets by itself; 100 ms by default.
	secretPoll time.Duration
	// watchSecrets has labelled ones watched.
	watchSecrets bool
	// second has the operator look after a second namespace.
	second bool
}

// world is both services, simulated and spoken to over HTTP, a namespace of a real API server, and an operator
// that looks after that namespace, wired as main does it.
type world struct {
	*gomega.WithT

	t         *testing.T
	env       *testenv.Env
	client    client.Client
	namespace string
	second    string // another namespace, where a test wants one

	room   *dataroom.Room
	source *intralinkssim.Server
	target *luminancesim.Simulator
	// sourceURL leads to source, or to what has taken its place since.
	sourceURL, targetURL string
	sourceHandler        atomic.Value // of handler
	// pagesURL leads to the sign-in pages of the operator that runs.
	pagesURL     string
	pages        *httptest.Server
	pagesHandler atomic.Value // of handler
	// clock is that of integrations and sign-ins.
	clock *movedClock

	ledgerFile   string
	wrap         func(client.Client) client.Client
	secretPoll   time.Duration
	watchSecrets bool
	witness      *witness
	hush         *hush

	stopOperator func()
}

// handler lets an atomic.Value hold handlers of several types.
type handler struct{ http.Handler }

// newWorld starts both services with an exchange, Project Heron, that holds the room, and an operator that
// has nothing to do yet.
func newWorld(t *testing.T, change ...func(*setup)) *world {
	t.Helper()
	t.Parallel()
	env := testenv.Start(t)
	w := &world{
		WithT: gomega.NewWithT(t), t: t, env: env, client: env.Client, namespace: env.Namespace(t),
		clock: &movedClock{}, room: dataroom.New(1), ledgerFile: filepath.Join(t.TempDir(), "ledger.db"), hush: newHush(),
	}
	w.SetDefaultEventuallyTimeout(patience)
	w.SetDefaultEventuallyPollingInterval(10 * time.Millisecond)
	s := setup{
		exchanges: []intralinkssim.Exchange{{ID: heron, Name: "Project Heron", Host: "Example LLP", Room: w.room}},
		apps:      []intralinkssim.App{{Key: apiKey, Secret: apiSecret}},
		client:    func(c client.Client) client.Client { return c },

		secretPoll: 100 * time.Millisecond,
	}
	for _, f := range change {
		f(&s)
	}
	w.wrap, w.secretPoll, w.watchSecrets = s.client, s.secretPoll, s.watchSecrets
	if s.second {
		w.second = env.Namespace(t)
	}
	w.serve(s)
	t.Cleanup(w.checkSecrecy)
	w.witness = newWitness(w)
	w.startOperator()
	t.Cleanup(func() { w.stopOperator() })
	return w
}

func (w *world) serve(s setup) {
	w.t.Helper()
	w.source = intralinkssim.New(intralinkssim.Options{
		Exchanges: s.exchanges, Apps: s.apps, Accounts: []intralinkssim.Account{{Email: email, Password: password}, {Email: otherEmail, Password: password}},
		Clock: w.clock.Now,
	})
	target, err := luminancesim.New(luminancesim.Options{ClientID: clientID, ClientSecret: clientSecret, Divisions: s.divisions})
	w.must(err)
	w.target = target
	w.must(target.Control().Set("budgetRequests", "0"))
	w.sourceHandler.Store(handler{w.source})
	w.sourceURL = w.listen(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		w.sourceHandler.Load().(handler).ServeHTTP(rw, r)
	}))
	w.targetURL = w.listen(target)
	w.pages = httptest.NewTLSServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		w.pagesHandler.Load().(handler).ServeHTTP(rw, r)
	}))
	w.t.Cleanup(w.pages.Close)
	w.pagesURL = w.pages.URL
	w.source.SetSignInURL(w.listen(w.source.SignInPages()))
	for _, app := range s.apps {
		w.must(w.source.RegisterCallback(app.Key, w.pagesURL+connect.CallbackPath))
	}
}

func (w *world) listen(h http.Handler) string {
	server := httptest.NewServer(w.hush.learn(h))
	w.t.Cleanup(server.Close)
	return server.URL
}

// startOperator is what a new process does: it finds the ledger's file, the API server, and nothing else.
func (w *world) startOperator() {
	w.t.Helper()
	records, err := ledger.Open(context.Background(), "sqlite://"+w.ledgerFile)
	w.must(err)
	mgr := w.manager()
	w.must(w.addControllers(mgr, records))
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- mgr.Start(ctx) }()
	w.stopOperator = func() {
		cancel()
		w.must(<-ended)
		w.must(records.Close())
		w.stopOperator = func() {}
	}
}

// restart ends the process and begins another.
func (w *world) restart() {
	w.t.Helper()
	w.stopOperator()
	w.startOperator()
}

func (w *world) manager() ctrl.Manager {
	w.t.Helper()
	c := rest.CopyConfig(w.env.Config)
	c.QPS = -1
	every := true
	namespaces := map[string]cache.Config{w.namespace: {}}
	if w.second != "" {
		namespaces[w.second] = cache.Config{}
	}
	kept := cache.Options{DefaultNamespaces: namespaces}
	if w.watchSecrets {
		kept.ByObject = secretwatch.Cached()
	}
	mgr, err := ctrl.NewManager(c, ctrl.Options{
		Scheme: w.env.Scheme, Logger: w.hush.logger(),
		Cache:                  kept,
		Metrics:                metricsserver.Options{BindAddress: "0"},
		HealthProbeBindAddress: "0",
		// Every test has controllers of the same names.
		Controller: config.Controller{SkipNameValidation: &every},
	})
	w.must(err)
	return mgr
}

// addControllers wires the parts as main does, but for what would make a test wait.
func (w *world) addControllers(mgr ctrl.Manager, records *ledger.Ledger) error {
	policy, err := hosts.NewPolicy([]string{"127.0.0.1"})
	if err != nil {
		return err
	}
	kept := &tokens.Secrets{Reader: mgr.GetAPIReader(), Writer: mgr.GetClient()}
	connector := &connect.Connector{
		Reader: mgr.GetAPIReader(), Hosts: policy, Log: mgr.GetLogger().WithName("api"),
		Budgets: budget.NewRegistry(records, clock.RealClock{}), Tokens: kept, ExternalURL: w.pagesURL,
		Clock: w.clock,
	}
	desk := &signin.Desk{Secrets: kept, Clock: w.clock}
	integrations := &controllers.IntegrationReconciler{
		Client: w.wrap(mgr.GetClient()), Live: mgr.GetAPIReader(), Connector: connector, SignIns: desk, Recorder: mgr.GetEventRecorder("intralinks-operator"),
		Clock: w.clock, SecretPoll: w.secretPoll, WatchSecrets: w.watchSecrets,
	}
	if err := integrations.SetupWithManager(mgr); err != nil {
		return fmt.Errorf("set up the integrations: %w", err)
	}
	pages := &signin.Server{
		ExternalURL: w.pagesURL, Integrations: mgr.GetClient(), Connector: connector, Desk: desk, Tokens: kept,
		Changed: integrations.SignInChanged, Clock: w.clock, Log: mgr.GetLogger().WithName("sign-in"),
	}
	// As in main, the pages are there once the cache is, and those of a process before are gone.
	w.pagesHandler.Store(handler{http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
		rw.WriteHeader(http.StatusServiceUnavailable)
	})})
	if err := mgr.Add(manager.RunnableFunc(func(context.Context) error {
		w.pagesHandler.Store(handler{w.hush.learnQueries(pages.Handler())})
		return nil
	})); err != nil {
		return fmt.Errorf("set up the sign-in pages: %w", err)
	}
	syncs := &controllers.FolderSyncReconciler{
		Client: w.wrap(mgr.GetClient()), Connector: connector, Recorder: mgr.GetEventRecorder("intralinks-operator"), Clock: clock.RealClock{},
		Engine:      engine.New(engine.Options{Ledger: records, RetryDelay: time.Millisecond}),
		MinInterval: time.Minute, ProgressEvery: 20 * time.Millisecond, SuspectIntegration: integrations.Suspect, AllowanceSpent: integrations.Spent,
	}
	if err := syncs.SetupWithManager(mgr); err != nil {
		return fmt.Errorf("set up the syncs: %w", err)
	}
	return nil
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// eventually waits for what an assertion finds.
func (w *world) eventually(assert func(g gomega.Gomega)) {
	w.t.Helper()
	w.Eventually(assert).Should(gomega.Succeed())
}

// movedClock is the machine's clock, set ahead by what a test says.
type movedClock struct {
	clock.RealClock
	ahead atomic.Int64
}

func (c *movedClock) move(d time.Duration)            { c.ahead.Add(int64(d)) }
func (c *movedClock) Now() time.Time                  { return time.Now().Add(time.Duration(c.ahead.Load())) }
func (c *movedClock) Since(t time.Time) time.Duration { return c.Now().Sub(t) }
