package metrics

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/connect"
)

// listTimeout bounds a scrape that comes before the cache has been filled.
const listTimeout = 5 * time.Second

// objects shows what stands in the statuses.
type objects struct {
	Sources
	documents *documentCounts
}

// Describe implements prometheus.Collector.
func (o *objects) Describe(into chan<- *prometheus.Desc) {
	describe(into, syncMetrics...)
	describe(into, integrationMetrics...)
}

// Collect implements prometheus.Collector. Where the objects can't be read, which is so before the cache has been
// filled, their series are left out, and the others are served.
func (o *objects) Collect(into chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), listTimeout)
	defer cancel()
	var syncs v1alpha1.FolderSyncList
	var integrations v1alpha1.IntralinksIntegrationList
	for _, list := range []client.ObjectList{&syncs, &integrations} {
		// Nothing is changed here, so nothing needs a copy.
		if err := o.Reader.List(ctx, list, client.UnsafeDisableDeepCopy); err != nil {
			o.Log.V(1).Info("a scrape came too early: there are no objects to show", "error", err.Error())
			return
		}
	}
	now, hosts := o.Clock.Now(), map[types.NamespacedName]string{}
	for i := range integrations.Items {
		integration := &integrations.Items[i]
		to := object{into, integration.Namespace, integration.Name}
		hosts[client.ObjectKeyFromObject(integration)] = connect.InstanceOf(integration)
		showIntegration(to, integration)
	}
	for i := range syncs.Items {
		sync := &syncs.Items[i]
		to := object{into, sync.Namespace, sync.Name}
		uses := types.NamespacedName{Namespace: sync.Namespace, Name: sync.Spec.IntegrationRef.Name}
		to.show(syncInfo, 1, uses.Name, hosts[uses])
		o.showSync(to, sync, now)
	}
	o.documents.keep(syncs.Items)
}

// object sends the metrics of one object.
type object struct {
	into            chan<- prometheus.Metric
	namespace, name string
}

func (o object) show(d *Definition, value float64, labels ...string) {
	o.into <- d.metric(value, append([]string{o.namespace, o.name}, labels...)...)
}

func (o object) showTime(d *Definition, at *metav1.Time) {
	if !at.IsZero() {
		o.show(d, seconds(at.Time))
	}
}

func (o object) showConditions(d *Definition, conditions []metav1.Condition) {
	for i := range conditions {
		c := &conditions[i]
		o.show(d, 1, c.Type, string(c.Status), c.Reason)
	}
}

// seconds since 1970.
func seconds(at time.Time) float64 { return float64(at.UnixMilli()) / 1000 }

func flag(on bool) float64 {
	if on {
		return 1
	}
	return 0
}
