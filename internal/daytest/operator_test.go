package daytest

import (
	"context"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/config"
	"sigs.k8s.io/controller-runtime/pkg/manager"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"

	"dataroom.dev/intralinks-operator/controllers"
	"dataroom.dev/intralinks-operator/internal/budget"
	"dataroom.dev/intralinks-operator/internal/connect"
	"dataroom.dev/intralinks-operator/internal/engine"
	"dataroom.dev/intralinks-operator/internal/hosts"
	"dataroom.dev/intralinks-operator/internal/ledger"
)

// start begins a process of the operator: it finds the API server, the ledger's file, and nothing else.
func (d *day) start() {
	d.t.Helper()
	records, err := ledger.Open(context.Background(), "sqlite://"+d.ledger, ledger.Fenced())
	d.must(err)
	several, grace := true, time.Minute
	mgr, err := manager.New(d.env.Config, manager.Options{
		Scheme: d.env.Scheme, Metrics: metricsserver.Options{BindAddress: "0"}, GracefulShutdownTimeout: &grace,
		Cache:      cache.Options{DefaultNamespaces: map[string]cache.Config{d.namespace: {}}},
		Controller: config.Controller{SkipNameValidation: &several},
	})
	d.must(err)
	d.must(d.wire(mgr, records))
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- mgr.Start(ctx) }()
	d.stop = func() {
		cancel()
		d.must(<-ended)
		d.must(records.Close())
		d.stop = func() {}
	}
	d.t.Cleanup(func() { d.stop() })
}

// wire has the parts go by the fast clock; else as main does it.
func (d *day) wire(mgr manager.Manager, records *ledger.Ledger) error {
	policy, err := hosts.NewPolicy([]string{"127.0.0.1"})
	if err != nil {
		return err
	}
	recorder := mgr.GetEventRecorder("intralinks-operator")
	integrations := &controllers.IntegrationReconciler{
		Client: mgr.GetClient(), Recorder: recorder, Clock: d.clock, NewQueue: d.clock.newQueue,
		Connector: &connect.Connector{Reader: mgr.GetAPIReader(), Hosts: policy, Budgets: budget.NewRegistry(records, d.clock), Clock: d.clock},
	}
	syncs := &controllers.FolderSyncReconciler{
		Client: mgr.GetClient(), Recorder: recorder, Clock: d.clock, NewQueue: d.clock.newQueue, Connector: integrations.Connector,
		Engine:             engine.New(engine.Options{Ledger: records, Clock: d.clock, RetryDelay: time.Millisecond}),
		SuspectIntegration: integrations.Suspect, AllowanceSpent: integrations.Spent,
	}
	if err := integrations.SetupWithManager(mgr); err != nil {
		return err
	}
	return syncs.SetupWithManager(mgr)
}

func (d *day) restart() {
	d.t.Helper()
	d.restarts++
	d.stop()
	d.start()
}
