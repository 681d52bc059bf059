package controllers

import (
	"context"
	"errors"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/rand"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/connect"
	"dataroom.dev/intralinks-operator/internal/engine"
	"dataroom.dev/intralinks-operator/internal/jobs"
	"dataroom.dev/intralinks-operator/internal/schedule"
)

// runID tells runs apart by what they were started with: a change of either stops the run.
func runID(sync *v1alpha1.FolderSync, integration *v1alpha1.IntralinksIntegration) string {
	return fmt.Sprintf("%s/%d/%s", sync.UID, sync.Generation, connectionOf(integration))
}

// connectionOf tells connections apart by the integration, its spec and its Secrets.
func connectionOf(integration *v1alpha1.IntralinksIntegration) string {
	return fmt.Sprintf("%s/%d/%s", integration.UID, integration.Generation, integration.Status.CredentialsRevision)
}

// start begins a run.
func (r *FolderSyncReconciler) start(ctx context.Context, view *syncView, integration *v1alpha1.IntralinksIntegration, trigger schedule.Trigger) error {
	connection, err := r.connection(ctx, integration)
	if problem := (*connect.Problem)(nil); errors.As(err, &problem) {
		view.waiting(metav1.ConditionFalse, problem.Reason, problem.Message)
		return nil // the integration meets the same problem and wakes this sync once it is mended
	}
	if err != nil {
		return err
	}
	if connection.Revision != integration.Status.CredentialsRevision {
		// The Secrets have just changed. The integration tries them first: if every sync did, accounts would lock.
		r.suspect(integration)
		return nil
	}
	made := outcome{
		id: rand.String(8), generation: view.sync.Generation, revision: connectionOf(integration),
		integration: integration, requested: view.sync.Annotations[v1alpha1.ReconcileRequestAnnotation],
	}
	job, failure := r.job(view.sync, integration, connection, trigger)
	if failure != nil {
		made.Result = engine.Result{Started: r.Clock.Now(), Ended: r.Clock.Now(), Failure: failure}
		view.concluded(&made, r.intervalOf(view.sync))
		return nil //nolint:nilerr // the status tells of it
	}
	log := ctrl.LoggerFrom(ctx).WithValues("run", made.id, "trigger", trigger)
	r.runs.Run(client.ObjectKeyFromObject(view.sync), runID(view.sync, integration), func(ctx context.Context, report func(engine.Progress)) outcome {
		log.V(1).Info("run started")
		ended := r.RunBegan()
		made.Result = r.Engine.Run(ctrl.LoggerInto(ctx, log), job, report)
		ended(made.Result)
		logResult(log, made.Result)
		return made
	})
	view.underway(trigger)
	return nil
}

// connection of an integration; the Secrets are read only where they have not been yet.
func (r *FolderSyncReconciler) connection(ctx context.Context, integration *v1alpha1.IntralinksIntegration) (*connect.Connection, error) {
	if kept := r.Connector.Kept(integration); kept != nil {
		return kept, nil
	}
	return r.Connector.Connect(ctx, integration)
}

// job is what the engine has to know of a FolderSync.
func (r *FolderSyncReconciler) job(sync *v1alpha1.FolderSync, integration *v1alpha1.IntralinksIntegration, connection *connect.Connection, trigger schedule.Trigger) (engine.Job, *engine.Failure) {
	job, failure := jobs.Of(sync, jobs.Circumstances{
		Integration: integration, Connection: connection, Interval: r.intervalOf(sync), WaitedFor: waitedFor(trigger),
	})
	if failure != nil {
		return engine.Job{}, failure
	}
	owner := sync.DeepCopy()
	job.ClaimDestination = func(ctx context.Context, division int64) error {
		return r.claims.claim(ctx, owner, connection.Instance, division)
	}
	return job, nil
}

// waitedFor tells whether a person waits for a run, who has changed something.
func waitedFor(trigger schedule.Trigger) bool {
	return trigger != schedule.Due && trigger != schedule.Interrupted
}
