package controllers

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/tools/events"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/handler"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/connect"
	"dataroom.dev/intralinks-operator/internal/engine"
	"dataroom.dev/intralinks-operator/internal/runs"
	"dataroom.dev/intralinks-operator/internal/schedule"
)

// +kubebuilder:rbac:groups=dataroom.dev,resources=foldersyncs,verbs=list;watch
// +kubebuilder:rbac:groups=dataroom.dev,resources=foldersyncs/status,verbs=patch

// FolderSyncReconciler starts, watches and stops the runs of FolderSyncs and keeps their status true.
type FolderSyncReconciler struct {
	client.Client
	Connector *connect.Connector
	Engine    *engine.Engine
	Recorder  events.EventRecorder
	Clock     clock.PassiveClock
	// MinInterval is a floor for spec.interval; none by default.
	MinInterval time.Duration
	// ProgressEvery is how often a run's progress is written to the status; 5 s by default.
	ProgressEvery time.Duration
	// SuspectIntegration has a connection checked whose run met an error that is not of the sync's own making, or
	// whose Secrets have changed.
	SuspectIntegration func(types.NamespacedName)
	// AllowanceSpent has the figures of a connection's request budget shown that a run has spent from.
	AllowanceSpent func(types.NamespacedName)
	// RunBegan, which may be nil, hears of each run; what it returns is called with what the run ended with.
	RunBegan func() (ended func(engine.Result))
	// NewQueue, which may be nil, makes the controller's queue, for a Clock that doesn't keep the machine's time.
	NewQueue NewQueue

	wake   *wake
	runs   *runs.Manager[engine.Progress, outcome]
	claims *claims
	teller *teller
	begin  sync.Once
	began  time.Time
}

// outcome is what a run ended with, and what it was started with.
type outcome struct {
	engine.Result
	id          string
	generation  int64
	integration *v1alpha1.IntralinksIntegration
	revision    string
	requested   string
}

// SetupWithManager registers the controller.
func (r *FolderSyncReconciler) SetupWithManager(mgr ctrl.Manager) error {
	if r.ProgressEvery == 0 {
		r.ProgressEvery = 5 * time.Second
	}
	if r.RunBegan == nil {
		r.RunBegan = func() func(engine.Result) { return func(engine.Result) {} }
	}
	r.wake = newWake()
	r.runs = runs.New[engine.Progress, outcome](r.wake.notify, r.ProgressEvery)
	r.claims = newClaims(r.Client)
	r.teller = newTeller(r.Recorder, r.Clock)
	if err := mgr.Add(r.runs); err != nil {
		return err
	}
	if err := errors.Join(indexIntegration(mgr), indexDestination(mgr)); err != nil {
		return err
	}
	return ctrl.NewControllerManagedBy(mgr).
		For(&v1alpha1.FolderSync{}).
		Watches(&v1alpha1.IntralinksIntegration{}, handler.EnqueueRequestsFromMapFunc(r.syncsOf), builder.WithPredicates(integrationChanged())).
		Watches(&v1alpha1.FolderSync{}, handler.EnqueueRequestsFromMapFunc(r.waitingForDestination), builder.WithPredicates(onlyDeletes())).
		WatchesRawSource(r.wake.source()).
		WithOptions(controller.Options{MaxConcurrentReconciles: 4, NewQueue: r.NewQueue}).
		Complete(r)
}

// Reconcile takes the next step of one FolderSync and writes down what there is to see.
func (r *FolderSyncReconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	var sync v1alpha1.FolderSync
	if err := r.Get(ctx, req.NamespacedName, &sync); err != nil {
		if apierrors.IsNotFound(err) {
			r.gone(req.NamespacedName)
		}
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if left, err := r.leftToAnother(ctx, &sync); err != nil {
		return ctrl.Result{}, err
	} else if left {
		return ctrl.Result{RequeueAfter: leftInterval}, nil
	}
	before := sync.DeepCopy()
	after, err := r.advance(ctx, &sync)
	if err != nil {
		return ctrl.Result{}, err
	}
	if !equality.Semantic.DeepEqual(before.Status, sync.Status) {
		if written, result, err := writeStatus(ctx, r.Client, &sync, before); !written {
			return result, err
		}
		r.teller.synced(&sync, &before.Status)
	}
	return ctrl.Result{RequeueAfter: after}, nil
}

// leftInterval is how often a FolderSync is looked at that another deployment of the operator looks after, too.
const leftInterval = time.Minute

// leftToAnother tells whether a FolderSync is left alone, because another deployment looks after it, too, and is the one
// that may spend the allowance.
func (r *FolderSyncReconciler) leftToAnother(ctx context.Context, sync *v1alpha1.FolderSync) (bool, error) {
	integration, err := r.integration(ctx, sync)
	if err != nil || integration == nil {
		return false, err
	}
	other, err := r.Connector.LeftTo(ctx, integration, sync)
	if other != nil {
		r.stop(client.ObjectKeyFromObject(sync))
	}
	return other != nil, err
}

// gone stops the run of a FolderSync that was deleted. Nothing else is deleted: what arrived stays, and the
// ledger knows it.
func (r *FolderSyncReconciler) gone(key types.NamespacedName) {
	r.stop(key)
	r.claims.release(key)
	r.teller.forget(key)
}

// advance takes the next step and tells when to look again.
func (r *FolderSyncReconciler) advance(ctx context.Context, sync *v1alpha1.FolderSync) (time.Duration, error) {
	key := client.ObjectKeyFromObject(sync)
	view := newSyncView(sync)
	sync.Status.ObservedGeneration = sync.Generation
	view.withdrawn()
	defer view.finished(slices.Clone(sync.Status.Conditions))

	if sync.Spec.Suspend {
		r.stop(key)
		view.suspended()
		return 0, nil
	}
	integration, err := r.integration(ctx, sync)
	if err != nil {
		return 0, err
	}
	if !view.integrationReady(integration) {
		r.interrupt(view, key)
		return 0, nil
	}
	if state, ok := r.runs.Get(key); ok {
		r.follow(view, integration, key, state)
		return 0, nil
	}
	decision := schedule.Decide(r.scheduleState(sync, integration), r.Clock.Now())
	if decision.Trigger == "" {
		view.takenUp()
		return max(time.Second, decision.At.Sub(r.Clock.Now())), nil
	}
	return 0, r.start(ctx, view, integration, decision.Trigger)
}

// stop ends a run, if there is one, and drops what it ends with.
func (r *FolderSyncReconciler) stop(key types.NamespacedName) {
	r.runs.Stop(key)
	r.runs.Forget(key)
}

// interrupt ends a run, if there is one, that goes on at once when the connection is back. It is forgotten only
// when the status that is read says so.
func (r *FolderSyncReconciler) interrupt(view *syncView, key types.NamespacedName) {
	if _, running := r.runs.Get(key); !running {
		return
	}
	r.runs.Stop(key)
	if view.sync.Status.NextSyncTime == nil {
		r.runs.Forget(key)
	}
	view.sync.Status.NextSyncTime = nil
}

// follow watches a run. A result is written first and forgotten once the status that is read shows it, so
// that a stale cache never starts the same run twice.
func (r *FolderSyncReconciler) follow(view *syncView, integration *v1alpha1.IntralinksIntegration, key types.NamespacedName, state runs.State[engine.Progress, outcome]) {
	view.takenUp() // also while a run that was stopped, by a suspension that is over, is still on its way out
	switch {
	case state.Result == nil:
		if state.Stopping || state.ID != runID(view.sync, integration) {
			r.runs.Stop(key)
			return
		}
		if state.Progress != nil {
			view.progressed(state.Progress, integration)
			r.spent(integration)
		}
	case state.Stopping || view.shows(state.Result):
		r.runs.Forget(key)
		r.wake.notify(key)
	default:
		view.concluded(state.Result, r.intervalOf(view.sync))
		if state.Result.Requests > 0 {
			r.spent(integration)
		}
		if f := state.Result.Failure; f != nil && f.Integration {
			r.suspect(integration)
		}
	}
}

func (r *FolderSyncReconciler) spent(integration *v1alpha1.IntralinksIntegration) {
	if r.AllowanceSpent != nil {
		r.AllowanceSpent(client.ObjectKeyFromObject(integration))
	}
}

// suspect has a connection checked.
func (r *FolderSyncReconciler) suspect(integration *v1alpha1.IntralinksIntegration) {
	if r.SuspectIntegration != nil {
		r.SuspectIntegration(client.ObjectKeyFromObject(integration))
	}
}

func (r *FolderSyncReconciler) scheduleState(sync *v1alpha1.FolderSync, integration *v1alpha1.IntralinksIntegration) schedule.State {
	status := &sync.Status
	state := schedule.State{
		Generation: sync.Generation, SyncedGeneration: status.SyncedGeneration,
		Requested: sync.Annotations[v1alpha1.ReconcileRequestAnnotation], Handled: status.LastHandledReconcileAt,
		Credentials: connectionOf(integration), SyncedCredentials: status.CredentialsRevision,
		Interval: r.intervalOf(sync), Resumed: r.resumed(),
		Underway: status.Progress != nil,
	}
	if status.LastSync != nil && status.LastSync.CompletionTime != nil {
		state.Completed = status.LastSync.CompletionTime.Time
	}
	if status.NextSyncTime != nil {
		state.Next = status.NextSyncTime.Time
	}
	view := newSyncView(sync)
	switch ready := view.ready(); {
	case view.readyFor(v1alpha1.DestinationInUseReason) && r.claims.free(sync),
		view.readyFor(v1alpha1.SourceVanishedReason) && confirms(sync, ready.Message),
		view.putAside() && status.FailedRuns > 0: // what failed may have failed for what is mended by now
		state.Next = time.Time{}
	}
	return state
}

// resumed is when this reconciler began to work.
func (r *FolderSyncReconciler) resumed() time.Time {
	r.begin.Do(func() { r.began = r.Clock.Now() })
	return r.began
}

// confirms tells whether a person has confirmed what the message of SourceVanished asks about.
func confirms(sync *v1alpha1.FolderSync, message string) bool {
	mark := sync.Annotations[v1alpha1.ConfirmVanishedAnnotation]
	return mark != "" && strings.HasSuffix(message, v1alpha1.ConfirmVanishedAnnotation+"="+mark)
}

func (r *FolderSyncReconciler) intervalOf(sync *v1alpha1.FolderSync) time.Duration {
	return schedule.Interval(sync.Spec.Interval, r.MinInterval)
}

// integration gives the FolderSync's integration, nil if there is none.
func (r *FolderSyncReconciler) integration(ctx context.Context, sync *v1alpha1.FolderSync) (*v1alpha1.IntralinksIntegration, error) {
	var integration v1alpha1.IntralinksIntegration
	// It is only read, and holds up to 200 exchanges.
	err := r.Get(ctx, types.NamespacedName{Namespace: sync.Namespace, Name: sync.Spec.IntegrationRef.Name}, &integration, client.UnsafeDisableDeepCopy)
	if apierrors.IsNotFound(err) {
		return nil, nil
	}
	return &integration, err
}

// ended gives a time for the status, whose times have a resolution of a second.
func ended(t time.Time) *metav1.Time {
	at := metav1.NewTime(t.Truncate(time.Second))
	return &at
}
