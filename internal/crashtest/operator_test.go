package crashtest

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/onsi/gomega"
	"k8s.io/client-go/rest"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/config"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"

	"dataroom.dev/intralinks-operator/controllers"
	"dataroom.dev/intralinks-operator/internal/budget"
	"dataroom.dev/intralinks-operator/internal/connect"
	"dataroom.dev/intralinks-operator/internal/crashpoint"
	"dataroom.dev/intralinks-operator/internal/engine"
	"dataroom.dev/intralinks-operator/internal/hosts"
	"dataroom.dev/intralinks-operator/internal/ledger"
)

// statusWrite begins the name of each step that writes a status.
const statusWrite = "status of "

// operator is one process of the operator, with all that main wires.
type operator struct {
	process *crashpoint.Process
	ledger  *ledger.Ledger
	ended   chan error
	// cut is closed once the death has cut the connections to both services.
	cut chan struct{}
}

// start begins a process.
func (w *world) start(at *crashpoint.Point) *operator {
	w.t.Helper()
	o := &operator{process: crashpoint.Start(at), ended: make(chan error, 1), cut: make(chan struct{})}
	w.uploads.Store(0)
	context.AfterFunc(o.process.Context(), func() {
		w.source.door.slam()
		w.target.door.slam()
		close(o.cut)
	})
	driver, err := o.process.Driver("sqlite")
	w.must(err)
	o.ledger, err = ledger.Open(o.process.Context(), "sqlite://"+w.ledger, ledger.WithDriver(driver))
	w.must(err)
	mgr := w.manager(o.process)
	w.must(w.addControllers(mgr, o.ledger))
	go func() { o.ended <- mgr.Start(o.process.Context()) }()
	return o
}

// manager is one whose requests end with the process, and whose writes of statuses are steps of it.
func (w *world) manager(process *crashpoint.Process) ctrl.Manager {
	w.t.Helper()
	kube := rest.CopyConfig(w.env.Config)
	kube.Wrap(func(base http.RoundTripper) http.RoundTripper {
		return &crashpoint.Transport{
			Process: process, Base: base,
			Counts: func(r *http.Request) bool { return strings.HasSuffix(r.URL.Path, "/status") },
			Name: func(r *http.Request) string {
				parts := strings.Split(r.URL.Path, "/")
				return statusWrite + parts[len(parts)-3]
			},
		}
	})
	stop, again := 2*patience, true
	mgr, err := ctrl.NewManager(kube, ctrl.Options{
		Scheme: w.env.Scheme, Cache: cache.Options{DefaultNamespaces: map[string]cache.Config{w.namespace: {}}},
		Metrics: metricsserver.Options{BindAddress: "0"}, GracefulShutdownTimeout: &stop,
		Controller: config.Controller{SkipNameValidation: &again}, // several processes live in this one
	})
	w.must(err)
	return mgr
}

func (w *world) addControllers(mgr ctrl.Manager, records *ledger.Ledger) error {
	policy, err := hosts.NewPolicy([]string{"127.0.0.1"})
	if err != nil {
		return err
	}
	connector := &connect.Connector{
		Reader: mgr.GetAPIReader(), Hosts: policy, Budgets: budget.NewRegistry(records, clock.RealClock{}),
	}
	integrations := &controllers.IntegrationReconciler{
		Client: mgr.GetClient(), Connector: connector, Recorder: mgr.GetEventRecorder("intralinks-operator"),
		Clock: clock.RealClock{}, SecretPoll: time.Minute,
	}
	if err := integrations.SetupWithManager(mgr); err != nil {
		return err
	}
	syncs := &controllers.FolderSyncReconciler{
		Client: mgr.GetClient(), Connector: connector, Recorder: mgr.GetEventRecorder("intralinks-operator"), Clock: clock.RealClock{},
		Engine:             engine.New(engine.Options{Ledger: records, Transfers: 1, RetryDelay: time.Millisecond}),
		ProgressEvery:      time.Millisecond, // so that a death can come at any document
		SuspectIntegration: integrations.Suspect,
	}
	return syncs.SetupWithManager(mgr)
}

// bury ends a process, waits until nothing of it is under way, and leaves to the next one what was on the disk at the
// moment of the death.
func (w *world) bury(o *operator) {
	w.t.Helper()
	o.process.Kill()
	// The error is about what a dead process could not do any more.
	w.Eventually(o.ended).WithTimeout(2 * patience).Should(gomega.Receive())
	left := w.newLedger()
	w.must(o.process.Bury(func() error { return crashpoint.CopyDatabase(w.ledger, left) }))
	_ = o.ledger.Close() // refused, as all that a dead process does
	w.ledger = left
	<-o.cut
	w.source.door.open()
	w.target.door.open()
}
