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
	"dataroom.dev/intralinks-operator/internal/luminance"
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
	spec := &sync.Spec
	filter, err := engine.NewFilter(spec.Source.Include, spec.Source.Exclude)
	if err != nil {
		return engine.Job{}, invalidSpec(err.Error())
	}
	if len(spec.Destination.TaskIDs) > 0 && integration.Spec.Luminance.APIVersion != v1alpha1.LuminanceAPIVersion15 {
		return engine.Job{}, invalidSpec(fmt.Sprintf("spec.destination.taskIDs needs Luminance API v1.5, and the integration says %s: "+
			"remove taskIDs, or set spec.luminance.apiVersion of the integration to v1.5", integration.Spec.Luminance.APIVersion))
	}
	job := engine.Job{
		Claimant:   client.ObjectKeyFromObject(sync).String(),
		Intralinks: connection.Intralinks, Luminance: connection.Luminance, LuminanceTokens: connection.LuminanceTokens,
		Budget: connection.Budget, Instance: connection.Instance,
		Source: engine.Source{
			ExchangeName: spec.Source.Exchange.Name, Known: known(sync.Status.Exchange, connect.SourceOf(integration)),
			Folder: spec.Source.Folder, Fresh: waitedFor(trigger), AcceptSplash: spec.Source.Splash.Accept, SplashTextHash: splashTextHash(sync),
		},
		Destination: engine.Destination{
			Division: luminance.DivisionRef{Name: spec.Destination.Division.Name, Moniker: spec.Destination.Division.Moniker},
			Known:    known(sync.Status.Division, connection.Instance), Folder: spec.Destination.Folder, TaskIDs: spec.Destination.TaskIDs,
		},
		Policy: engine.Policy{
			Filter: filter, IgnoreNewVersions: spec.NewVersions == v1alpha1.IgnoreNewVersions,
			UploadProtected:   spec.ProtectedDocuments == v1alpha1.UploadProtected,
			UploadWatermarked: spec.WatermarkedDocuments == v1alpha1.UploadWatermarked,
			CopyRenamed:       spec.RenamedDocuments == v1alpha1.UploadCopyOfRenamed,
			RetryNow:          waitedFor(trigger),
		},
		DryRun: spec.DryRun, ConfirmVanished: sync.Annotations[v1alpha1.ConfirmVanishedAnnotation], Interval: r.intervalOf(sync),
	}
	if id := spec.Source.Exchange.ID; id != nil {
		job.Source.ExchangeID = *id
	}
	if id := spec.Destination.Division.ID; id != nil {
		job.Destination.Division.ID = *id
	}
	if size := spec.Source.MaxFileSize; size != nil {
		job.Policy.MaxFileSize = size.Value()
	}
	if user := integration.Status.Luminance.ServiceUser; user != nil {
		job.ServiceUser = user.ID
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

// splashTextHash is that of the only splash text that may be accepted: the one that the spec names, else the one that
// was accepted before.
func splashTextHash(sync *v1alpha1.FolderSync) string {
	if hash := sync.Spec.Source.Splash.AcceptedTextHash; hash != "" {
		return hash
	}
	if accepted := sync.Status.Splash; accepted != nil {
		return accepted.TextHash
	}
	return ""
}

func invalidSpec(message string) *engine.Failure {
	return &engine.Failure{Reason: v1alpha1.InvalidSpecReason, Message: message, Stalled: true}
}

// known is what an earlier run resolved, if the same service did: an id means nothing to another.
func known(resolved *v1alpha1.ResolvedReference, service string) *engine.Reference {
	if resolved == nil || resolved.Service != service {
		return nil
	}
	return &engine.Reference{ID: resolved.ID, Name: resolved.Name}
}
