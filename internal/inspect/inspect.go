package inspect

import (
	"context"
	"net/http"
	"slices"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/budget"
	"dataroom.dev/intralinks-operator/internal/connect"
	"dataroom.dev/intralinks-operator/internal/engine"
	"dataroom.dev/intralinks-operator/internal/findings"
	"dataroom.dev/intralinks-operator/internal/jobs"
	"dataroom.dev/intralinks-operator/internal/ledger"
	"dataroom.dev/intralinks-operator/internal/schedule"
)

// Inspector answers. All of its methods may be called from many goroutines; their errors are *findings.Error, or of an ended
// context. It must be asked only where the leader works: see ledger.Fenced.
type Inspector struct {
	// Objects reads integrations and syncs; a cache will do.
	Objects client.Reader
	// Namespaces that the operator looks after; none: all.
	Namespaces []string
	Connector  *connect.Connector
	Engine     *engine.Engine
	Ledger     *ledger.Ledger
	// MinInterval is the floor for the interval of a sync.
	MinInterval time.Duration
	Clock       clock.PassiveClock
}

// link is an integration with its connection.
type link struct {
	integration *v1alpha1.IntralinksIntegration
	*connect.Connection
}

// side of a connection that a question needs.
type side string

const (
	intralinksSide side = v1alpha1.AuthorizedCondition
	luminanceSide  side = v1alpha1.LuminanceReachableCondition
)

// link connects an integration whose sides are known to work: one whose credentials were refused, or have just changed, is
// left to the integration's own check, because accounts lock.
func (i *Inspector) link(ctx context.Context, name types.NamespacedName, sides ...side) (*link, error) {
	integration := &v1alpha1.IntralinksIntegration{}
	if err := i.get(ctx, "IntralinksIntegration", name, integration); err != nil {
		return nil, err
	}
	for _, s := range sides {
		if c := meta.FindStatusCondition(integration.Status.Conditions, string(s)); c == nil || c.Status != metav1.ConditionTrue {
			return nil, notReady(c)
		}
	}
	connection, err := i.Connector.Connect(ctx, integration)
	if err != nil {
		return nil, asError(err, i.Clock.Now())
	}
	if connection.Revision != integration.Status.CredentialsRevision {
		return nil, &findings.Error{Code: http.StatusServiceUnavailable, Reason: findings.NotReadyReason,
			Message: "the Secrets of the integration have just changed and are being tried; ask again in a moment"}
	}
	return &link{integration: integration, Connection: connection}, nil
}

// notReady repeats what a condition says.
func notReady(c *metav1.Condition) *findings.Error {
	if c == nil || c.Status == metav1.ConditionUnknown {
		return &findings.Error{Code: http.StatusServiceUnavailable, Reason: findings.NotReadyReason,
			Message: "the integration has not been checked yet; ask again in a moment, or look at its status"}
	}
	return &findings.Error{Code: http.StatusConflict, Reason: c.Reason, Message: c.Message}
}

// get reads an object. One that the operator doesn't look after is none.
func (i *Inspector) get(ctx context.Context, kind string, name types.NamespacedName, into client.Object) error {
	if len(i.Namespaces) > 0 && !slices.Contains(i.Namespaces, name.Namespace) {
		return findings.NotFound(kind, name.Namespace, name.Name)
	}
	err := i.Objects.Get(ctx, name, into)
	if err == nil || ctx.Err() != nil {
		return err
	}
	if !apierrors.IsNotFound(err) {
		return &findings.Error{Code: http.StatusServiceUnavailable, Reason: findings.UnavailableReason, Message: "the object can't be read now; ask again in a moment"}
	}
	return findings.NotFound(kind, name.Namespace, name.Name)
}

// sync reads a FolderSync.
func (i *Inspector) sync(ctx context.Context, name types.NamespacedName) (*v1alpha1.FolderSync, error) {
	sync := &v1alpha1.FolderSync{}
	return sync, i.get(ctx, "FolderSync", name, sync)
}

// linkOf connects the integration of a sync.
func (i *Inspector) linkOf(ctx context.Context, sync *v1alpha1.FolderSync, sides ...side) (*link, error) {
	return i.link(ctx, types.NamespacedName{Namespace: sync.Namespace, Name: sync.Spec.IntegrationRef.Name}, sides...)
}

// job is what the engine would be given for the next run that is due.
func (i *Inspector) job(sync *v1alpha1.FolderSync, l *link) (engine.Job, error) {
	job, failure := jobs.Of(sync, jobs.Circumstances{
		Integration: l.integration, Connection: l.Connection, Interval: schedule.Interval(sync.Spec.Interval, i.MinInterval),
	})
	if failure != nil {
		return engine.Job{}, asError(failure, i.Clock.Now())
	}
	return job, nil
}

// asking names who the requests of a question are for: all questions of a namespace are one claimant, which takes turns
// with the syncs.
func asking(ctx context.Context, namespace string) context.Context {
	return budget.WithClaimant(ctx, claimant(namespace))
}

func claimant(namespace string) string { return "questions of " + namespace }
