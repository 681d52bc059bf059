package controllers

import (
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/schedule"
)

// everSynced tells whether Ready stands on a run that went through. One that carried nothing, because it was a
// dry run, is none to a spec that asks for more.
func (v *syncView) everSynced() bool {
	return v.sync.Status.LastSync != nil && v.is(v1alpha1.ReadyCondition) &&
		(v.sync.Spec.DryRun || !v.readyFor(v1alpha1.DryRunReason))
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

// putAside tells whether Ready speaks of an integration's trouble, or of a suspension, and not of a run.
func (v *syncView) putAside() bool {
	ready := v.get(v1alpha1.ReadyCondition)
	if ready == nil {
		return false
	}
	switch ready.Reason {
	case v1alpha1.IntegrationNotFoundReason, v1alpha1.IntegrationNotReadyReason, v1alpha1.SecretNotFoundReason,
		v1alpha1.SecretKeyMissingReason, v1alpha1.HostNotAllowedReason, v1alpha1.SuspendedReason, v1alpha1.ProgressingReason:
		return true
	}
	return false
}

// takenUp lets Ready speak of the last run again, once nothing keeps the sync from running any more.
func (v *syncView) takenUp() {
	if !v.putAside() {
		return
	}
	v.settled(false, "", "")
	switch status := &v.sync.Status; {
	case status.LastSync == nil:
		v.set(v1alpha1.ReadyCondition, metav1.ConditionUnknown, v1alpha1.ProgressingReason, "waiting for the first run")
	case status.FailedRuns > 0:
		v.set(v1alpha1.ReadyCondition, metav1.ConditionFalse, v1alpha1.SyncFailedReason, status.LastSync.Message)
	default:
		v.succeeded()
	}
}

// underway shows that there is a run, where that is news: a poll that is merely due shows nothing until it
// finds something.
func (v *syncView) underway(trigger schedule.Trigger) {
	v.takenUp()
	if trigger == schedule.Due || trigger == schedule.Requested {
		return
	}
	v.reconciling(v1alpha1.SyncingReason, "listing the exchange")
	if !v.everSynced() {
		v.set(v1alpha1.ReadyCondition, metav1.ConditionUnknown, v1alpha1.SyncingReason, "a run is under way")
	}
}

// finished is the last word on a status whose conditions were others before.
func (v *syncView) finished(before []metav1.Condition) {
	v.showUndone()
	v.keepTimes(before)
	v.keepGeneration()
}

// showUndone keeps kstatus from taking a spec for done that no run has worked on, be it that the run of an older
// one has yet to stop or that it has just ended.
func (v *syncView) showUndone() {
	ready := v.get(v1alpha1.ReadyCondition)
	failed := ready != nil && ready.Status == metav1.ConditionFalse && !v.is(v1alpha1.StalledCondition)
	if v.sync.Spec.Suspend || failed || v.sync.Status.SyncedGeneration == v.sync.Generation {
		return
	}
	if !v.is(v1alpha1.ReconcilingCondition) {
		v.reconciling(v1alpha1.ProgressingReason, "the newest spec waits for its run")
	}
	if ready == nil {
		v.set(v1alpha1.ReadyCondition, metav1.ConditionUnknown, v1alpha1.ProgressingReason, "waiting for the first run")
	}
}
