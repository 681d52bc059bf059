package options

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"k8s.io/apimachinery/pkg/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/healthz"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/lead"
	"dataroom.dev/intralinks-operator/internal/secretwatch"
)

// renewWithin is how long the API server may be away before a leader stops.
const renewWithin = 30 * time.Second

// Manager makes the manager, for the cluster of the kubeconfig or the one that the process runs in, and tells of the lease
// that it has to hold; nil: none.
func (o *Options) Manager() (ctrl.Manager, *lead.Lease, error) {
	config, err := ctrl.GetConfig()
	if err != nil {
		return nil, nil, fmt.Errorf("find the API server: %w; set KUBECONFIG, or run in a cluster", err)
	}
	// The API server has a fairness of its own; a limit in the client would only make the operator slow.
	config.QPS = -1
	scheme := runtime.NewScheme()
	if err := errors.Join(clientgoscheme.AddToScheme(scheme), v1alpha1.AddToScheme(scheme)); err != nil {
		return nil, nil, err
	}
	leaseDuration, renewDeadline, retryPeriod := 35*time.Second, renewWithin, 5*time.Second
	var lease *lead.Lease
	if o.LeaderElect {
		lease = &lead.Lease{Duration: leaseDuration, Clock: clock.RealClock{}}
	}
	stop := 30 * time.Second
	mgr, err := ctrl.NewManager(config, ctrl.Options{
		Scheme:                 scheme,
		NewClient:              lease.NewClient,
		Cache:                  o.cache(),
		Metrics:                o.serving(),
		HealthProbeBindAddress: o.ProbeAddress,
		LeaderElection:         o.LeaderElect, LeaderElectionID: o.LeaseName, LeaderElectionReleaseOnCancel: true,
		LeaderElectionNamespace: o.LeaseNamespace, LeaderElectionConfig: watched(config, lease),
		LeaseDuration: &leaseDuration, RenewDeadline: &renewDeadline, RetryPeriod: &retryPeriod,
		GracefulShutdownTimeout: &stop,
	})
	if err != nil {
		return nil, nil, fmt.Errorf("set up: %w", err)
	}
	if lease != nil {
		err = mgr.Add(lease)
	}
	return mgr, lease, err
}

// watched is a config for the requests about a lease.
func watched(config *rest.Config, lease *lead.Lease) *rest.Config {
	watched := rest.CopyConfig(config)
	if lease != nil {
		watched.Wrap(lease.Transport)
	}
	return watched
}

// Explain says what to make of the error that a manager ended with: it is the last that is read of a pod.
func (o *Options) Explain(err error) error {
	// controller-runtime has no value for it, but the same words.
	if err != nil && err.Error() == lead.ErrLost.Error() {
		return fmt.Errorf("%w: the lease %s could not be renewed for %s, because the API server didn't answer, or another replica holds it now; "+
			"this one starts over, and goes on where it was", err, o.LeaseName, renewWithin)
	}
	return err
}

func (o *Options) cache() cache.Options {
	// Who has set which field is of no use here, and as large as the rest.
	options := cache.Options{DefaultLabelSelector: o.Selector, DefaultTransform: cache.TransformStripManagedFields()}
	if o.WatchSecrets {
		options.ByObject = secretwatch.Cached()
	}
	for _, namespace := range o.Namespaces {
		if options.DefaultNamespaces == nil {
			options.DefaultNamespaces = map[string]cache.Config{}
		}
		options.DefaultNamespaces[namespace] = cache.Config{}
	}
	return options
}

// Probes serves /healthz and /readyz; the latter fails while the ledger can't be read or both kinds have not been
// read from the API server: on a replica that waits for the lease as well, so that it can take over at once.
func (o *Options) Probes(mgr ctrl.Manager, ledger func(context.Context) error) error {
	if err := mgr.AddHealthzCheck("ping", healthz.Ping); err != nil {
		return err
	}
	if err := mgr.AddReadyzCheck("ledger", func(r *http.Request) error { return ledger(r.Context()) }); err != nil {
		return err
	}
	return mgr.AddReadyzCheck("cache", func(r *http.Request) error { return cacheFilled(r.Context(), mgr.GetCache()) })
}

func cacheFilled(ctx context.Context, objects cache.Cache) error {
	for kind, object := range map[string]client.Object{
		"FolderSyncs": &v1alpha1.FolderSync{}, "IntralinksIntegrations": &v1alpha1.IntralinksIntegration{},
	} {
		informer, err := objects.GetInformer(ctx, object, cache.BlockUntilSynced(false))
		if err != nil {
			return fmt.Errorf("read the %s: %w", kind, err)
		}
		if !informer.HasSynced() {
			return fmt.Errorf("the %s have not been read yet", kind)
		}
	}
	return nil
}
