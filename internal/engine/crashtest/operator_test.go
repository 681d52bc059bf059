package crashtest

import (
	"net/http"
	"strings"
	"time"

	"dataroom.dev/intralinks-operator/internal/bearer"
	"dataroom.dev/intralinks-operator/internal/budget"
	"dataroom.dev/intralinks-operator/internal/crashpoint"
	"dataroom.dev/intralinks-operator/internal/engine"
	"dataroom.dev/intralinks-operator/internal/intralinks"
	"dataroom.dev/intralinks-operator/internal/ledger"
	"dataroom.dev/intralinks-operator/internal/luminance"
	intralinkssim "dataroom.dev/intralinks-operator/internal/simulator/intralinks"
	luminancesim "dataroom.dev/intralinks-operator/internal/simulator/luminance"
)

// operator is one process of the operator, as far as a sync needs it. It knows what the ledger's file holds, and
// nothing else.
type operator struct {
	process *crashpoint.Process
	ledger  *ledger.Ledger
	engine  *engine.Engine
	job     engine.Job
}

// start begins a process. One that dies while it starts has no engine.
func (w *world) start(at *crashpoint.Point) *operator {
	w.t.Helper()
	o := &operator{process: crashpoint.Start(at)}
	of, address := "sqlite", "sqlite://"+w.ledger
	if w.postgres != nil {
		of, address = "pgx", w.ledger
	}
	driver, err := o.process.Driver(of)
	w.must(err)
	if o.ledger, err = ledger.Open(o.process.Context(), address, ledger.WithDriver(driver), ledger.Fenced()); err == nil {
		err = w.wire(o)
	}
	if err != nil && !o.process.Dead() {
		w.t.Fatal(err)
	}
	return o
}

// wire puts a process together as the operator's main does.
func (w *world) wire(o *operator) error {
	clock := leaping{w.time, o.process.Dead}
	host := strings.TrimPrefix(w.targetURL, "http://")
	registry := budget.NewRegistry(o.ledger, clock)
	registry.Configure(host, "test", budget.Limit{Requests: allowance, Per: 10 * time.Minute})
	requests, err := registry.For(o.process.Context(), host)
	if err != nil {
		return err
	}
	to := func(service string) http.RoundTripper {
		return &crashpoint.Transport{Process: o.process, Name: func(r *http.Request) string {
			return strings.TrimSpace(service + " " + r.Method + " " + r.URL.Path + " " + r.URL.Query().Get("name"))
		}}
	}
	hc := &http.Client{Transport: &budget.Transport{Base: &luminance.Watchdog{Base: to("Luminance")}, Budget: requests}}
	tokens := bearer.NewSourceAfter(requests.Prepay, luminance.ClientCredentials(w.targetURL, luminancesim.DefaultClientID, luminancesim.DefaultClientSecret, hc))
	target, err := luminance.New(luminance.Options{
		BaseURL: w.targetURL, Version: luminance.APIVersion(w.target.Control().Get("profile")),
		HTTPClient: hc, Tokens: tokens, RetryDelay: time.Millisecond, Clock: clock,
	})
	if err != nil {
		return err
	}
	hc = &http.Client{Transport: to("Intralinks")}
	source, err := intralinks.New(intralinks.Options{
		BaseURL: w.sourceURL, HTTPClient: hc, RetryDelay: time.Millisecond,
		Tokens: bearer.NewSource(intralinks.ClientCredentialsV3(w.sourceURL, intralinkssim.DefaultAPIKey, intralinkssim.DefaultAPISecret, hc)),
	})
	if err != nil {
		return err
	}
	o.engine = engine.New(engine.Options{
		Ledger: o.ledger, Transfers: w.transfers, SmallFile: smallFile, RetryDelay: time.Millisecond, Clock: clock,
	})
	o.job = engine.Job{
		Claimant: "deals/heron", Intralinks: source, Luminance: target, LuminanceTokens: tokens, Budget: requests,
		Instance: host, ServiceUser: luminancesim.ServiceUserID,
		Source:      engine.Source{ExchangeID: exchange, Folder: "/", AcceptSplash: true},
		Destination: engine.Destination{Division: luminance.DivisionRef{Name: division}, Folder: destination},
		Policy:      w.policy,
	}
	return nil
}

// run does a run, unless the process is dead.
func (o *operator) run() engine.Result {
	if o.engine == nil {
		return engine.Result{}
	}
	return o.engine.Run(o.process.Context(), o.job, nil)
}
