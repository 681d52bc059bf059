package controllers

import (
	"fmt"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/connect"
	"dataroom.dev/intralinks-operator/internal/engine"
	"dataroom.dev/intralinks-operator/internal/intralinks"
	"dataroom.dev/intralinks-operator/internal/schedule"
)

// syncView writes the status of one FolderSync.
type syncView struct {
	sync *v1alpha1.FolderSync
	conditions
}

func newSyncView(sync *v1alpha1.FolderSync) *syncView {
	return &syncView{sync: sync, conditions: conditions{&sync.Status.Conditions, sync.Generation}}
}

// progressed shows how far a run is. A poll that finds nothing to carry shows nothing, nor does one that only tries
// again what failed before: it would look like news at each interval.
func (v *syncView) progressed(p *engine.Progress, integration *v1alpha1.IntralinksIntegration) {
	status := &v.sync.Status
	v.resolved(p.Exchange, p.Division, integration)
	if p.Total == 0 || v.everSynced() && !v.is(v1alpha1.ReconcilingCondition) && p.Total <= status.Documents.Failed {
		return
	}
	status.Documents = documentCounts(p.Counts)
	status.Progress = &v1alpha1.Progress{Done: p.Done, Total: p.Total, BytesDone: p.BytesDone, BytesTotal: p.BytesTotal}
	if !p.Estimated.IsZero() {
		at := metav1.NewTime(p.Estimated.Truncate(time.Second))
		status.Progress.EstimatedCompletionTime = &at
	}
	if p.Counts.Pending > 0 {
		v.pending()
	}
	if v.sync.Spec.DryRun {
		return
	}
	message := fmt.Sprintf("carrying documents: %d of %d", p.Done, p.Total)
	v.reconciling(v1alpha1.SyncingReason, message)
	if !v.everSynced() {
		v.set(v1alpha1.ReadyCondition, metav1.ConditionUnknown, v1alpha1.SyncingReason, message)
	}
}

func (v *syncView) resolved(exchange, division *engine.Reference, integration *v1alpha1.IntralinksIntegration) {
	if exchange != nil {
		v.sync.Status.Exchange = &v1alpha1.ResolvedReference{ID: exchange.ID, Name: exchange.Name, Service: connect.SourceOf(integration)}
	}
	if division != nil {
		v.sync.Status.Division = &v1alpha1.ResolvedReference{ID: division.ID, Name: division.Name, Service: connect.InstanceOf(integration)}
	}
}

// accepted writes down which splash text was accepted, and when first.
func (v *syncView) accepted(splash intralinks.Acceptance) {
	status := &v.sync.Status
	if splash.TextHash == "" || !v.sync.Spec.Source.Splash.Accept || status.Splash != nil && status.Splash.TextHash == splash.TextHash {
		return
	}
	status.Splash = &v1alpha1.AcceptedSplash{TextHash: splash.TextHash, AcceptedAt: *ended(splash.At)}
}

// withdrawn forgets what was accepted once nobody consents any more: who consents anew, consents to what is shown then.
func (v *syncView) withdrawn() {
	if !v.sync.Spec.Source.Splash.Accept {
		v.sync.Status.Splash = nil
	}
}

// shows tells whether the status holds a run's outcome already.
func (v *syncView) shows(o *outcome) bool {
	return v.sync.Status.LastSync != nil && v.sync.Status.LastSync.RunID == o.id
}

// concluded writes down what a run ended with.
func (v *syncView) concluded(o *outcome, interval time.Duration) {
	status := &v.sync.Status
	status.SyncedGeneration, status.CredentialsRevision, status.LastHandledReconcileAt = o.generation, o.revision, o.requested
	status.Progress = nil
	v.resolved(o.Exchange, o.Division, o.integration)
	v.accepted(o.Splash)
	if o.Planned {
		v.planned(o)
	}
	status.LastSync = &v1alpha1.SyncSummary{
		RunID: o.id, StartTime: *ended(o.Started), CompletionTime: ended(o.Ended),
		Uploaded: o.Uploaded, NewVersions: o.NewVersions, Adopted: o.Adopted, Bytes: o.BytesCarried, Requests: o.Requests, Message: summary(o),
	}
	next := schedule.Outcome{}
	if o.Failure != nil {
		status.FailedRuns++
		next = schedule.Outcome{Failures: int(status.FailedRuns), Stalled: o.Failure.Stalled, Until: o.Failure.Until}
		v.failed(o.Failure)
	} else {
		status.FailedRuns = 0
		status.LastSuccessTime = ended(o.Ended)
		v.settled(false, "", "")
		v.succeeded()
	}
	at := metav1.NewTime(schedule.Next(o.Ended, interval, next, v.group()).Truncate(time.Second))
	status.NextSyncTime = &at
}

// group is of the syncs that read one exchange with one account: they are polled together, so that one listing does for
// all of them.
func (v *syncView) group() string {
	exchange := v.sync.Status.Exchange
	if exchange == nil {
		return string(v.sync.UID)
	}
	return fmt.Sprint(v.sync.Namespace, "/", v.sync.Spec.IntegrationRef.Name, "/", exchange.ID)
}

// planned writes down what the listing showed.
func (v *syncView) planned(o *outcome) {
	status := &v.sync.Status
	status.Documents, status.Bytes = documentCounts(o.Counts), o.Bytes
	status.ProblemCount, status.ProblemReasons, status.Problems = o.ProblemCount, problemReasons(o.ProblemReasons), nil
	for _, p := range o.Problems {
		status.Problems = append(status.Problems, v1alpha1.Problem{
			DocumentID: p.DocumentID, Name: p.Name, Reason: v1alpha1.ProblemReason(p.Reason), Message: p.Message,
		})
	}
	status.Plan = planSummary(o)
	v.inSync()
}

// inSync says whether every document of the listing, but for what the user chose to skip, stands in
// Luminance in its newest version.
func (v *syncView) inSync() {
	switch c := v.sync.Status.Documents; {
	case c.Failed > 0:
		reason, message := "Failed", fmt.Sprintf("%d of %d documents could not be carried or analysed", c.Failed, c.Listed)
		for _, p := range v.sync.Status.Problems {
			if !left(p.Reason) {
				reason = string(p.Reason)
				message += fmt.Sprintf("; the first: %s, %s", p.Name, p.Message)
				break
			}
		}
		v.set(v1alpha1.InSyncCondition, metav1.ConditionFalse, reason, message)
	case c.Pending > 0:
		v.pending()
	default:
		v.set(v1alpha1.InSyncCondition, metav1.ConditionTrue, v1alpha1.SyncedReason, v.standing())
	}
}

func (v *syncView) pending() {
	c := v.sync.Status.Documents
	v.set(v1alpha1.InSyncCondition, metav1.ConditionFalse, "Pending", fmt.Sprintf("%d of %d documents are still to be carried", c.Pending, c.Listed))
}

// left tells the reasons for which a document is left out, as against those for which it failed.
func left(reason v1alpha1.ProblemReason) bool {
	switch reason {
	case v1alpha1.ProtectedProblem, v1alpha1.PlaceholderProblem, v1alpha1.TooLargeProblem, v1alpha1.ExcludedProblem:
		return true
	}
	return false
}

// succeeded says that the last run went through. It speaks of what the status holds, so that the same can be
// said again later.
func (v *syncView) succeeded() {
	switch status := &v.sync.Status; {
	case status.Plan != nil:
		v.set(v1alpha1.ReadyCondition, metav1.ConditionTrue, v1alpha1.DryRunReason, fmt.Sprintf(
			"a run would carry %d new documents and %d new versions (%s) and create %d folders, with about %d requests; set spec.dryRun to false to carry them",
			status.Plan.Upload, status.Plan.NewVersions, size(status.Plan.Bytes), status.Plan.CreateFolders, status.Plan.Requests))
	case status.Documents.Failed > 0:
		v.set(v1alpha1.ReadyCondition, metav1.ConditionTrue, v1alpha1.SyncedWithProblemsReason, fmt.Sprintf(
			"%s; %d could not be carried or analysed, see status.problems", v.standing(), status.Documents.Failed))
	default:
		v.set(v1alpha1.ReadyCondition, metav1.ConditionTrue, v1alpha1.SyncedReason, v.standing())
	}
}

func (v *syncView) failed(f *engine.Failure) {
	message := f.Message
	if !f.Until.IsZero() {
		message += "; work resumes at " + f.Until.UTC().Format(time.RFC3339)
	}
	v.settled(f.Stalled, f.Reason, message)
	v.set(v1alpha1.ReadyCondition, metav1.ConditionFalse, f.Reason, message)
	switch f.Reason {
	case v1alpha1.ExchangeNotFoundReason:
		v.sync.Status.Exchange = nil
	case v1alpha1.DivisionNotFoundReason:
		v.sync.Status.Division = nil
	}
}

// standing is what the user wants to know first.
func (v *syncView) standing() string {
	c := v.sync.Status.Documents
	text := fmt.Sprintf("%d of %d documents stand in Luminance (%s)", c.Synced, c.Listed, size(v.sync.Status.Bytes))
	if c.Skipped > 0 {
		text += fmt.Sprintf(", %d skipped", c.Skipped)
	}
	if c.Moved > 0 {
		text += fmt.Sprintf(", %d moved or renamed in the exchange since", c.Moved)
	}
	if c.Retained > 0 {
		text += fmt.Sprintf(", %d retained that are gone from the exchange", c.Retained)
	}
	return text
}
