package controllers

import (
	"fmt"
	"time"

	"github.com/dustin/go-humanize"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/engine"
	"dataroom.dev/intralinks-operator/internal/schedule"
)

// syncView writes the status of one FolderSync.
type syncView struct {
	sync *v1alpha1.FolderSync
	conditions
}

// everSynced tells whether a run has gone through.
func (v *syncView) everSynced() bool {
	return v.sync.Status.LastSync != nil && v.is(v1alpha1.ReadyCondition)
}

// waiting says that nothing can be done before somebody else, or something else, has moved.
func (v *syncView) waiting(ready metav1.ConditionStatus, reason, message string) {
	v.settled(false, "", "")
	v.set(v1alpha1.ReadyCondition, ready, reason, message)
	v.sync.Status.Progress = nil
}

// suspended keeps Ready as it was: a sync that works and is put aside is not broken.
func (v *syncView) suspended() {
	ready := metav1.ConditionUnknown
	if v.everSynced() {
		ready = metav1.ConditionTrue
	}
	v.waiting(ready, v1alpha1.SuspendedReason, "suspended by spec.suspend; nothing runs until it is false")
	v.sync.Status.NextSyncTime = nil
}

// integrationReady tells whether the connection may be used, and says so where it may not.
func (v *syncView) integrationReady(integration *v1alpha1.IntralinksIntegration) bool {
	name := v.sync.Spec.IntegrationRef.Name
	if integration == nil {
		v.waiting(metav1.ConditionFalse, v1alpha1.IntegrationNotFoundReason, fmt.Sprintf(
			"there is no IntralinksIntegration %q in namespace %q; create it, or correct spec.integrationRef", name, v.sync.Namespace))
		return false
	}
	c := conditions{&integration.Status.Conditions, integration.Generation}
	ready := c.get(v1alpha1.ReadyCondition)
	switch {
	case ready == nil || ready.Status == metav1.ConditionUnknown || integration.Status.ObservedGeneration != integration.Generation:
		if !v.everSynced() {
			v.set(v1alpha1.ReadyCondition, metav1.ConditionUnknown, v1alpha1.ProgressingReason, fmt.Sprintf("integration %q is being checked", name))
			v.reconciling(v1alpha1.ProgressingReason, fmt.Sprintf("integration %q is being checked", name))
		}
		return false
	case ready.Status == metav1.ConditionFalse:
		v.waiting(metav1.ConditionFalse, v1alpha1.IntegrationNotReadyReason, fmt.Sprintf(
			"integration %q is not ready (%s: %s); the sync goes on by itself once it is", name, ready.Reason, ready.Message))
		return false
	}
	return true
}

// started shows that a run has begun, where that is news: a poll that is merely due shows nothing until it
// finds something.
func (v *syncView) started(trigger schedule.Trigger) {
	if trigger == schedule.Due || trigger == schedule.Requested {
		return
	}
	v.reconciling(v1alpha1.SyncingReason, "listing the exchange")
	if !v.everSynced() {
		v.set(v1alpha1.ReadyCondition, metav1.ConditionUnknown, v1alpha1.SyncingReason, "a run is under way")
	}
}

// idle is how a FolderSync rests between two runs. What is left to mend is a status that an integration's
// trouble, or a suspension, has marked, and that no run has cleared since.
func (v *syncView) idle() {
	switch ready := v.get(v1alpha1.ReadyCondition); {
	case ready == nil:
		return
	case ready.Reason == v1alpha1.IntegrationNotFoundReason, ready.Reason == v1alpha1.IntegrationNotReadyReason,
		ready.Reason == v1alpha1.SecretNotFoundReason, ready.Reason == v1alpha1.SecretKeyMissingReason, ready.Reason == v1alpha1.HostNotAllowedReason:
		v.restore()
	}
}

// restore derives Ready from the last run again.
func (v *syncView) restore() {
	switch insync := v.get(v1alpha1.InSyncCondition); {
	case insync == nil:
		v.set(v1alpha1.ReadyCondition, metav1.ConditionUnknown, v1alpha1.ProgressingReason, "waiting for the next run")
	case insync.Status == metav1.ConditionTrue:
		v.set(v1alpha1.ReadyCondition, metav1.ConditionTrue, v1alpha1.SyncedReason, insync.Message)
	default:
		v.set(v1alpha1.ReadyCondition, metav1.ConditionTrue, v1alpha1.SyncedWithProblemsReason, insync.Message)
	}
}

// progressed shows how far a run is. A poll that finds nothing to carry shows nothing.
func (v *syncView) progressed(p *engine.Progress) {
	status := &v.sync.Status
	v.resolved(p.Exchange, p.Division)
	if p.Total == 0 {
		return
	}
	status.Documents = documentCounts(p.Counts)
	status.Progress = &v1alpha1.Progress{Done: p.Done, Total: p.Total, BytesDone: p.BytesDone, BytesTotal: p.BytesTotal}
	if !p.Estimated.IsZero() {
		at := metav1.NewTime(p.Estimated.Truncate(time.Second))
		status.Progress.EstimatedCompletionTime = &at
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

func (v *syncView) resolved(exchange, division *engine.Reference) {
	if exchange != nil {
		v.sync.Status.Exchange = &v1alpha1.ResolvedReference{ID: exchange.ID, Name: exchange.Name}
	}
	if division != nil {
		v.sync.Status.Division = &v1alpha1.ResolvedReference{ID: division.ID, Name: division.Name}
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
	v.resolved(o.Exchange, o.Division)
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
		v.succeeded(o)
	}
	at := metav1.NewTime(schedule.Next(o.Ended, interval, next, string(v.sync.UID)).Truncate(time.Second))
	status.NextSyncTime = &at
}

// planned writes down what the listing showed.
func (v *syncView) planned(o *outcome) {
	status := &v.sync.Status
	status.Documents, status.Bytes = documentCounts(o.Counts), o.Bytes
	status.ProblemCount, status.Problems = o.ProblemCount, nil
	for _, p := range o.Problems {
		status.Problems = append(status.Problems, v1alpha1.Problem{
			DocumentID: p.DocumentID, Name: p.Name, Reason: v1alpha1.ProblemReason(p.Reason), Message: p.Message,
		})
	}
	status.Plan = planSummary(o)
	v.inSync(o)
}

// inSync says whether every document of the listing, but for what the user chose to skip, stands in
// Luminance in its newest version.
func (v *syncView) inSync(o *outcome) {
	switch c := o.Counts; {
	case c.Failed > 0:
		reason, message := "Failed", fmt.Sprintf("%d of %d documents could not be carried or analysed", c.Failed, c.Listed)
		for _, p := range o.Problems {
			if !left(v1alpha1.ProblemReason(p.Reason)) {
				reason = p.Reason
				message += fmt.Sprintf("; the first: %s, %s", p.Name, p.Message)
				break
			}
		}
		v.set(v1alpha1.InSyncCondition, metav1.ConditionFalse, reason, message)
	case c.Pending > 0:
		v.set(v1alpha1.InSyncCondition, metav1.ConditionFalse, "Pending", fmt.Sprintf("%d of %d documents are still to be carried", c.Pending, c.Listed))
	default:
		v.set(v1alpha1.InSyncCondition, metav1.ConditionTrue, v1alpha1.SyncedReason, standing(o))
	}
}

// left tells the reasons for which a document is left out, as against those for which it failed.
func left(reason v1alpha1.ProblemReason) bool {
	switch reason {
	case v1alpha1.ProtectedProblem, v1alpha1.PlaceholderProblem, v1alpha1.TooLargeProblem, v1alpha1.ExcludedProblem:
		return true
	}
	return false
}

func (v *syncView) succeeded(o *outcome) {
	v.settled(false, "", "")
	switch {
	case v.sync.Spec.DryRun:
		plan := v.sync.Status.Plan
		v.set(v1alpha1.ReadyCondition, metav1.ConditionTrue, v1alpha1.DryRunReason, fmt.Sprintf(
			"a run would carry %d new documents and %d new versions (%s) and create %d folders, with about %d requests; set spec.dryRun to false to carry them",
			plan.Upload, plan.NewVersions, size(plan.Bytes), plan.CreateFolders, plan.Requests))
	case o.Counts.Failed > 0:
		v.set(v1alpha1.ReadyCondition, metav1.ConditionTrue, v1alpha1.SyncedWithProblemsReason, fmt.Sprintf(
			"%s; %d could not be carried or analysed, see status.problems", standing(o), o.Counts.Failed))
	default:
		v.set(v1alpha1.ReadyCondition, metav1.ConditionTrue, v1alpha1.SyncedReason, standing(o))
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
func standing(o *outcome) string {
	text := fmt.Sprintf("%d of %d documents stand in Luminance (%s)", o.Counts.Synced, o.Counts.Listed, size(o.Bytes))
	if o.Counts.Skipped > 0 {
		text += fmt.Sprintf(", %d skipped", o.Counts.Skipped)
	}
	if o.Counts.Moved > 0 {
		text += fmt.Sprintf(", %d moved or renamed in the exchange since", o.Counts.Moved)
	}
	if o.Counts.Retained > 0 {
		text += fmt.Sprintf(", %d retained that are gone from the exchange", o.Counts.Retained)
	}
	return text
}

func summary(o *outcome) string {
	switch {
	case o.Failure != nil:
		return cut(o.Failure.Message)
	case o.Adopted > 0:
		return fmt.Sprintf("%s; %d documents were found standing in Luminance and recorded again", carried(o), o.Adopted)
	}
	return carried(o)
}

func carried(o *outcome) string {
	if o.Uploaded+o.NewVersions == 0 {
		return "nothing new"
	}
	return fmt.Sprintf("%d new documents and %d new versions (%s)", o.Uploaded, o.NewVersions, size(o.BytesCarried))
}

func size(bytes int64) string { return humanize.IBytes(uint64(max(0, bytes))) }

func documentCounts(c engine.Counts) *v1alpha1.DocumentCounts {
	return &v1alpha1.DocumentCounts{
		Listed: c.Listed, Synced: c.Synced, Pending: c.Pending, Failed: c.Failed, Skipped: c.Skipped, Retained: c.Retained,
		Moved: c.Moved,
	}
}

// planSummary shows a dry run's plan: what is carried, and the folders before it.
func planSummary(o *outcome) *v1alpha1.PlanSummary {
	if o.Plan == nil {
		return nil
	}
	plan := &v1alpha1.PlanSummary{
		Time: *ended(o.Ended), CreateFolders: int64(len(o.PlanFolders)), Bytes: o.Plan.Bytes, Requests: o.PlanRequests,
	}
	const most = 20
	add := func(a v1alpha1.PlannedAction) {
		if len(plan.Actions) < most {
			plan.Actions = append(plan.Actions, a)
		}
	}
	for _, folder := range o.PlanFolders {
		add(v1alpha1.PlannedAction{Action: "CreateFolder", Target: "/" + folder})
	}
	for _, a := range o.Plan.Actions {
		if a.Kind == engine.UploadAction {
			plan.Upload++
		} else {
			plan.NewVersions++
		}
		add(v1alpha1.PlannedAction{Action: string(a.Kind), DocumentID: a.Document.ID, Target: a.Target, Bytes: a.Document.Size})
	}
	return plan
}
