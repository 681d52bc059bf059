package controllers

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/tools/events"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/handler"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/allowance"
	"dataroom.dev/intralinks-operator/internal/connect"
	"dataroom.dev/intralinks-operator/internal/runs"
	"dataroom.dev/intralinks-operator/internal/schedule"
	"dataroom.dev/intralinks-operator/internal/secretwatch"
	"dataroom.dev/intralinks-operator/internal/signin"
)

// +kubebuilder:rbac:groups=dataroom.dev,resources=intralinksintegrations,verbs=get;list;watch;patch
// +kubebuilder:rbac:groups=dataroom.dev,resources=intralinksintegrations/status,verbs=patch
// +kubebuilder:rbac:groups="",resources=secrets,verbs=get
// +kubebuilder:rbac:groups=events.k8s.io,resources=events,verbs=create
// +kubebuilder:rbac:groups=coordination.k8s.io,resources=leases,verbs=list

// IntegrationReconciler keeps the status of IntralinksIntegrations true: it asks both services who the
// operator is there and what it can see.
type IntegrationReconciler struct {
	client.Client
	// Live reads past the cache.
	Live      client.Reader
	Connector *connect.Connector
	// SignIns are the sign-ins of people that are under way.
	SignIns  *signin.Desk
	Recorder events.EventRecorder
	Clock    clock.PassiveClock
	// SecretPoll is how often the named Secrets are looked at; a minute by default.
	SecretPoll time.Duration
	// WatchSecrets has labelled ones looked at as soon as they change; the cache must be made for it (secretwatch.Cached).
	WatchSecrets bool
	// NewQueue, which may be nil, makes the controller's queue, for a Clock that doesn't keep the machine's time.
	NewQueue NewQueue

	wake     *wake
	teller   *teller
	checks   *runs.Manager[struct{}, checked]
	suspects sync.Map // of types.NamespacedName
	// figuresWritten is when a status was written last, and with it the figures of the request budget: time.Time by
	// types.NamespacedName.
	figuresWritten sync.Map
}

// checked is the outcome of a check and what it was made with.
type checked struct {
	connect.Check
	generation int64
	revision   string
	requested  string
}

const (
	// checkInterval is how often both services are asked while all is well.
	checkInterval = time.Hour
	// firstCheckInterval is when product and version are asked for, which the first check leaves out to
	// spare the allowance for documents.
	firstCheckInterval = 5 * time.Minute
	// failedCheckInterval is the first interval after a failure. No sync works meanwhile, so it doubles so often and no more:
	// whoever fails now and then, and not always, is not left alone for an hour.
	failedCheckInterval = 5 * time.Minute
	maxDoublings        = 2
	// suspectInterval is how soon after a check a sync's trouble brings another.
	suspectInterval = time.Minute
)

// SetupWithManager registers the controller.
func (r *IntegrationReconciler) SetupWithManager(mgr ctrl.Manager) error {
	if r.SecretPoll == 0 {
		r.SecretPoll = time.Minute
	}
	r.wake = newWake()
	r.teller = newTeller(r.Recorder, r.Clock)
	r.checks = runs.New[struct{}, checked](r.wake.notify, time.Second)
	if err := mgr.Add(r.checks); err != nil {
		return err
	}
	builder := ctrl.NewControllerManagedBy(mgr).
		For(&v1alpha1.IntralinksIntegration{}).
		WatchesRawSource(r.wake.source()).
		WithOptions(controller.Options{MaxConcurrentReconciles: 4, NewQueue: r.NewQueue})
	if r.WatchSecrets {
		builder = builder.WatchesMetadata(&corev1.Secret{}, handler.EnqueueRequestsFromMapFunc(secretwatch.Naming(mgr.GetClient())))
	}
	return builder.Complete(r)
}

// Reconcile looks at the Secrets, checks the connection when that is due, and writes down what came of it.
func (r *IntegrationReconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	var integration v1alpha1.IntralinksIntegration
	if err := r.Get(ctx, req.NamespacedName, &integration); err != nil {
		if client.IgnoreNotFound(err) == nil {
			r.checks.Stop(req.NamespacedName)
			r.checks.Forget(req.NamespacedName)
			r.Connector.Forget(req.NamespacedName)
			r.teller.forget(req.NamespacedName)
			r.figuresWritten.Delete(req.NamespacedName)
		}
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if other, err := r.Connector.LeftTo(ctx, &integration, &integration); err != nil {
		return ctrl.Result{}, err
	} else if other != nil {
		return r.leave(ctx, &integration, other), nil
	}
	if !integration.DeletionTimestamp.IsZero() {
		return ctrl.Result{}, r.signOut(ctx, &integration)
	}
	before := integration.DeepCopy()
	after, err := r.advance(ctx, &integration)
	if err != nil {
		return ctrl.Result{}, err
	}
	if !equality.Semantic.DeepEqual(before.Status, integration.Status) {
		if wait := r.figuresWait(before, &integration); wait > 0 {
			return ctrl.Result{RequeueAfter: min(after, wait)}, nil
		}
		if written, result, err := writeStatus(ctx, r.Client, &integration, before); !written {
			return result, err
		}
		r.figuresWritten.Store(req.NamespacedName, r.Clock.Now())
		r.teller.turned(&integration, before.Status.Conditions, integration.Status.Conditions)
	}
	return ctrl.Result{RequeueAfter: after}, nil
}

// leave does nothing to an integration that another deployment looks after, too.
func (r *IntegrationReconciler) leave(ctx context.Context, integration *v1alpha1.IntralinksIntegration, other *allowance.TakenError) ctrl.Result {
	r.disconnected(integration)
	ctrl.LoggerFrom(ctx).Info("another deployment of the operator looks after this integration, too, and spends from its instance's allowance; "+
		"it is left alone: give both deployments other label selectors or namespaces", "otherNamespace", other.Namespace, "otherLease", other.Lease)
	return ctrl.Result{RequeueAfter: r.SecretPoll}
}

// Suspect asks for a check, because a sync met trouble that may be the connection's.
func (r *IntegrationReconciler) Suspect(key types.NamespacedName) {
	r.suspects.Store(key, true)
	r.wake.notify(key)
}

// SignInChanged has a sign-in looked at; on a replica that doesn't lead nobody looks.
func (r *IntegrationReconciler) SignInChanged(key types.NamespacedName) { r.wake.offer(key) }

// Spent has the figures of the request budget shown as they are now.
func (r *IntegrationReconciler) Spent(key types.NamespacedName) { r.wake.notify(key) }

// advance takes the next step and tells when to look again.
func (r *IntegrationReconciler) advance(ctx context.Context, integration *v1alpha1.IntralinksIntegration) (time.Duration, error) {
	if leaving, err := r.signOutAsked(ctx, integration); leaving || err != nil {
		return r.SecretPoll, err
	}
	var state *signInState
	var err error
	if integration.Spec.Intralinks.Grant == v1alpha1.AuthorizationCodeGrant {
		state, err = r.signIn(ctx, integration)
	} else {
		var leaving bool
		if leaving, err = r.withoutSignIn(ctx, integration); leaving && err == nil {
			return r.SecretPoll, nil
		}
	}
	switch problem := isForeign(err); {
	case problem != nil:
		r.disconnected(integration)
		r.notConnected(integration, problem)
		return r.SecretPoll, nil
	case err != nil:
		return 0, err
	case state != nil && state.again:
		return conflictDelay, nil
	}
	after, err := r.connect(ctx, integration, state)
	if err != nil {
		return 0, err
	}
	r.announceExpiry(integration, state)
	return state.lookSooner(after), nil
}

// connect checks the connection when that is due.
func (r *IntegrationReconciler) connect(ctx context.Context, integration *v1alpha1.IntralinksIntegration, in *signInState) (time.Duration, error) {
	key := client.ObjectKeyFromObject(integration)
	connection, err := r.Connector.Connect(ctx, integration)
	var problem *connect.Problem
	switch {
	case errors.As(err, &problem) && problem.Reason == v1alpha1.SignInRequiredReason:
		r.disconnected(integration)
		r.signInRequired(integration, in, problem)
		return r.SecretPoll, nil
	case errors.As(err, &problem):
		r.disconnected(integration)
		r.notConnected(integration, problem)
		return r.SecretPoll, nil
	case err != nil:
		return 0, err
	}
	r.showBudget(integration, connection)
	if state, ok := r.checks.Get(key); ok {
		r.follow(integration, key, state, connection)
		return r.SecretPoll, nil
	}
	decision := schedule.Decide(r.checkState(integration, connection), r.Clock.Now())
	if decision.Trigger == "" {
		return min(r.SecretPoll, max(time.Second, decision.At.Sub(r.Clock.Now()))), nil
	}
	r.start(integration, connection, decision.Trigger)
	return r.SecretPoll, nil
}

// disconnected ends a check, if there is one, and drops what it ends with.
func (r *IntegrationReconciler) disconnected(integration *v1alpha1.IntralinksIntegration) {
	key := client.ObjectKeyFromObject(integration)
	r.checks.Stop(key)
	r.checks.Forget(key)
}

// follow watches a check. Its result is written first and forgotten once the status that is read shows it.
func (r *IntegrationReconciler) follow(integration *v1alpha1.IntralinksIntegration, key types.NamespacedName, state runs.State[struct{}, checked], connection *connect.Connection) {
	switch {
	case state.Result == nil:
		if state.ID != checkID(integration, connection) {
			r.checks.Stop(key)
		}
	case state.Stopping || state.ID != checkID(integration, connection) || reflects(integration, state.Result):
		r.checks.Forget(key)
		r.wake.notify(key)
	default:
		r.conclude(integration, state.Result)
	}
}

func checkID(integration *v1alpha1.IntralinksIntegration, connection *connect.Connection) string {
	return fmt.Sprintf("%d/%s", integration.Generation, connection.Revision)
}

// reflects tells whether a status holds the outcome of a check already.
func reflects(integration *v1alpha1.IntralinksIntegration, result *checked) bool {
	last := integration.Status.LastCheckTime
	return last != nil && last.Time.Equal(result.Ended.Truncate(time.Microsecond))
}

func (r *IntegrationReconciler) checkState(integration *v1alpha1.IntralinksIntegration, connection *connect.Connection) schedule.State {
	status := &integration.Status
	state := schedule.State{
		Generation: integration.Generation, SyncedGeneration: status.ObservedGeneration,
		Requested: integration.Annotations[v1alpha1.ReconcileRequestAnnotation], Handled: status.LastHandledReconcileAt,
		Credentials: connection.Revision, SyncedCredentials: status.CredentialsRevision,
	}
	if status.LastCheckTime != nil {
		state.Completed = status.LastCheckTime.Time
	}
	// Without a next time only a change is worth a check.
	state.Next = r.Clock.Now().Add(checkInterval)
	if status.NextCheckTime != nil {
		state.Next = status.NextCheckTime.Time
	}
	// Trouble of syncs is no reason for a check where one has found trouble already. That one says when the next is due: never
	// after refused credentials, and not before a session that is somebody else's may be over.
	if r.suspected(integration) && isReady(integration) {
		if soon := state.Completed.Add(suspectInterval); soon.Before(state.Next) {
			state.Next = soon
		}
	}
	return state
}

// suspected tells whether a sync met trouble since the last check.
func (r *IntegrationReconciler) suspected(integration *v1alpha1.IntralinksIntegration) bool {
	_, suspected := r.suspects.Load(client.ObjectKeyFromObject(integration))
	return suspected
}

func isReady(integration *v1alpha1.IntralinksIntegration) bool {
	return conditions{list: &integration.Status.Conditions}.is(v1alpha1.ReadyCondition)
}

// start begins a check. Only one that a person waits for shows: an hourly one must not look like a change.
func (r *IntegrationReconciler) start(integration *v1alpha1.IntralinksIntegration, connection *connect.Connection, trigger schedule.Trigger) {
	known := connect.Known{Trouble: trigger == schedule.Due && (r.suspected(integration) || !isReady(integration))}
	made := checked{
		generation: integration.Generation, revision: connection.Revision,
		requested: integration.Annotations[v1alpha1.ReconcileRequestAnnotation],
	}
	r.suspects.Delete(client.ObjectKeyFromObject(integration))
	if status := &integration.Status; status.ObservedGeneration == integration.Generation && status.CredentialsRevision == connection.Revision {
		known.ServiceUser = integration.Status.Luminance.ServiceUser
	}
	r.checks.Run(client.ObjectKeyFromObject(integration), checkID(integration, connection), func(ctx context.Context, _ func(struct{})) checked {
		made.Check = connection.Check(ctx, known)
		return made
	})
	if trigger == schedule.Due || trigger == schedule.Requested {
		return
	}
	c := conditions{&integration.Status.Conditions, integration.Generation}
	c.reconciling(v1alpha1.ProgressingReason, "asking both services")
	if c.ready() == nil {
		c.set(v1alpha1.ReadyCondition, metav1.ConditionUnknown, v1alpha1.ProgressingReason, "asking both services")
	}
}
