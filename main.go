// The Intralinks operator carries documents from Intralinks exchanges into Luminance Divisions.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"runtime/debug"
	"time"

	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	ctrlmetrics "sigs.k8s.io/controller-runtime/pkg/metrics"

	"dataroom.dev/intralinks-operator/controllers"
	"dataroom.dev/intralinks-operator/internal/allowance"
	"dataroom.dev/intralinks-operator/internal/apiserver"
	"dataroom.dev/intralinks-operator/internal/budget"
	"dataroom.dev/intralinks-operator/internal/connect"
	"dataroom.dev/intralinks-operator/internal/console"
	"dataroom.dev/intralinks-operator/internal/crds"
	"dataroom.dev/intralinks-operator/internal/engine"
	"dataroom.dev/intralinks-operator/internal/guard"
	"dataroom.dev/intralinks-operator/internal/hosts"
	"dataroom.dev/intralinks-operator/internal/inspect"
	"dataroom.dev/intralinks-operator/internal/ledger"
	"dataroom.dev/intralinks-operator/internal/metrics"
	"dataroom.dev/intralinks-operator/internal/options"
	"dataroom.dev/intralinks-operator/internal/secretwatch"
	"dataroom.dev/intralinks-operator/internal/signin"
	"dataroom.dev/intralinks-operator/internal/tokens"
)

// Stamped by the build, from the commit.
var version, commit, date = "dev", "unknown", "unknown"

// garbage is how much the heap may grow between two collections, in percent of what is in use: half of Go's default.
// What a large exchange takes while it is listed is mostly that, and processor time is what an operator that waits for
// two services has enough of. GOGC in the environment has the last word.
const garbage = 50

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(garbage)
	}
	o, err := options.Parse(os.Args[0], os.Args[1:])
	if errors.Is(err, flag.ErrHelp) {
		return
	}
	if err == nil && o.Version {
		fmt.Printf("intralinks-operator %s, commit %s of %s\n", version, commit, date)
		return
	}
	if err == nil {
		err = run(ctrl.SetupSignalHandler(), o)
	}
	if err != nil && !errors.Is(err, context.Canceled) { // told to stop before it began
		fmt.Fprintln(os.Stderr, "intralinks-operator:", err)
		os.Exit(1)
	}
}

// run wires the parts and works until ctx ends.
func run(ctx context.Context, o *options.Options) (err error) {
	ctrl.SetLogger(o.Logger())
	ctrl.Log.WithName("start").Info("starting", "version", version, "commit", commit, "date", date)
	records, err := openLedger(ctx, o.Ledger)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, records.Close()) }()
	policy, err := hosts.NewPolicy(o.AllowedHosts)
	if err != nil {
		return fmt.Errorf("--allowed-hosts: %w", err)
	}
	mgr, claims, err := connected(ctx, o)
	if err != nil {
		return err
	}
	kept := &tokens.Secrets{Reader: mgr.GetAPIReader(), Writer: mgr.GetClient()}
	budgets := budget.NewRegistry(records, clock.RealClock{})
	measured, err := measure(mgr, o, records, budgets)
	if err != nil {
		return fmt.Errorf("register the metrics: %w", err)
	}
	connector := &connect.Connector{
		Reader: mgr.GetAPIReader(), Hosts: policy, Log: ctrl.Log.WithName("api"), Budgets: budgets, Decorate: measured.Transport,
		Claims: claims, Tokens: kept, ExternalURL: o.SignInOrigin(),
	}
	desk := &signin.Desk{Secrets: kept, Clock: clock.RealClock{}}
	integrations := &controllers.IntegrationReconciler{
		Client: mgr.GetClient(), Live: mgr.GetAPIReader(), Connector: connector, SignIns: desk, Recorder: mgr.GetEventRecorder("intralinks-operator"),
		Clock: clock.RealClock{}, SecretPoll: time.Minute, WatchSecrets: o.WatchSecrets,
	}
	if err := integrations.SetupWithManager(mgr); err != nil {
		return fmt.Errorf("set up the integrations: %w", err)
	}
	if o.SignInOrigin() != "" {
		pages := &signin.Server{
			Address: o.SignInAddress, ExternalURL: o.ExternalURL, Integrations: mgr.GetClient(), Connector: connector, Desk: desk, Tokens: kept,
			Changed: integrations.SignInChanged, Clock: clock.RealClock{}, Log: ctrl.Log.WithName("sign-in"),
		}
		if err := mgr.Add(pages); err != nil {
			return fmt.Errorf("set up the sign-in pages: %w", err)
		}
	}
	carrier := engine.New(engine.Options{Ledger: records, Transfers: o.ConcurrentTransfers, Clock: clock.RealClock{}, OnDocument: measured.Document})
	syncs := &controllers.FolderSyncReconciler{
		Client: mgr.GetClient(), Connector: connector, Recorder: mgr.GetEventRecorder("intralinks-operator"), Clock: clock.RealClock{}, Engine: carrier,
		MinInterval: o.MinInterval, SuspectIntegration: integrations.Suspect, AllowanceSpent: integrations.Spent,
		RunBegan: measured.RunBegan,
	}
	if err := syncs.SetupWithManager(mgr); err != nil {
		return fmt.Errorf("set up the syncs: %w", err)
	}
	if err := answer(mgr, o, connector, carrier, records); err != nil {
		return err
	}
	if err := o.Probes(mgr, records.Ping); err != nil {
		return err
	}
	return o.Explain(mgr.Start(ctx))
}

// answer serves the API, unless it is switched off, and the console beside it where it is wanted.
func answer(mgr ctrl.Manager, o *options.Options, connector *connect.Connector, carrier *engine.Engine, records *ledger.Ledger) error {
	if o.APIAddress == "0" {
		return nil
	}
	door, err := guard.New(mgr.GetConfig(), mgr.GetHTTPClient())
	if err != nil {
		return fmt.Errorf("set up the API: %w", err)
	}
	inspector := &inspect.Inspector{
		Objects: mgr.GetClient(), Namespaces: o.Namespaces, Connector: connector, Engine: carrier, Ledger: records,
		MinInterval: o.MinInterval, Clock: clock.RealClock{},
	}
	server := &apiserver.Server{
		Address: o.APIAddress, Hosts: o.APIHosts, Inspector: inspector, Guard: door, Elected: mgr.Elected(),
		Leader: o.Leader(mgr.GetAPIReader()), Log: ctrl.Log.WithName("api-server"),
	}
	if o.Console {
		pages := &console.Console{
			Config: mgr.GetConfig(), Scheme: mgr.GetScheme(), Mapper: mgr.GetRESTMapper(), Objects: mgr.GetClient(), Live: inspector,
			Budgets: connector.Budgets.States, Leads: server.Leads, Clock: clock.RealClock{}, Log: ctrl.Log.WithName("console"),
		}
		server.Handle(console.Path, pages.Handler())
		if err := mgr.Add(pages); err != nil {
			return fmt.Errorf("set up the console: %w", err)
		}
	}
	return mgr.Add(server)
}

// measure shows the objects, the ledger and the budgets to Prometheus, and what is counted of them.
func measure(mgr ctrl.Manager, o *options.Options, records *ledger.Ledger, budgets *budget.Registry) (*metrics.Metrics, error) {
	measured := metrics.New()
	budgets.OnWait = measured.Waited
	return measured, measured.Register(ctrlmetrics.Registry, metrics.Sources{
		Reader: mgr.GetClient(), Budgets: budgets, Ledger: records, MinInterval: o.MinInterval, Clock: clock.RealClock{},
		Build: metrics.Build{Version: version, Commit: commit}, Log: ctrl.Log.WithName("metrics"),
	})
}

// openLedger opens the ledger, and tells where a damaged one was set aside.
func openLedger(ctx context.Context, address string) (*ledger.Ledger, error) {
	records, err := ledger.Open(ctx, address, ledger.Fenced())
	if err == nil && records.SetAside != "" {
		ctrl.Log.WithName("ledger").Info("the ledger was damaged and has been set aside; a new one is rebuilt from what stands in Luminance",
			"file", records.SetAside)
	}
	return records, err
}

// connected makes the manager, once the API server is there, has all that the operator writes, and lets it watch what it
// was told to; and what tells other deployments of this one.
func connected(ctx context.Context, o *options.Options) (ctrl.Manager, *allowance.Claims, error) {
	mgr, lease, err := o.Manager()
	if err != nil {
		return nil, nil, err
	}
	if err := crds.Wait(ctx, mgr.GetConfig(), ctrl.Log.WithName("start"), clock.RealClock{}); err != nil {
		return nil, nil, err
	}
	if o.WatchSecrets {
		if err := secretwatch.Allowed(ctx, mgr.GetAPIReader(), o.Namespaces); err != nil {
			return nil, nil, err
		}
	}
	claims, err := o.Claims(mgr, lease)
	return mgr, claims, err
}
