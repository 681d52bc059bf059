package controllers

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/tools/events"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
)

// tell writes an Event when Ready turns to something else: that is what a person should know, and it
// happens seldom.
func tell(recorder events.EventRecorder, object runtime.Object, before, after []metav1.Condition) {
	was, is := meta.FindStatusCondition(before, v1alpha1.ReadyCondition), meta.FindStatusCondition(after, v1alpha1.ReadyCondition)
	if recorder == nil || is == nil || is.Status == metav1.ConditionUnknown {
		return
	}
	if was != nil && was.Status == is.Status && was.Reason == is.Reason {
		return
	}
	kind := corev1.EventTypeNormal
	if is.Status == metav1.ConditionFalse {
		kind = corev1.EventTypeWarning
	}
	recorder.Eventf(object, nil, kind, is.Reason, "Reconcile", "%s", cutEvent(is.Message))
}

// tellAdopted writes an Event when a run has rebuilt records from what stands in Luminance.
func tellAdopted(recorder events.EventRecorder, before *v1alpha1.SyncSummary, sync *v1alpha1.FolderSync) {
	last := sync.Status.LastSync
	if recorder == nil || last == nil || last.Adopted == 0 || before != nil && before.RunID == last.RunID {
		return
	}
	recorder.Eventf(sync, nil, corev1.EventTypeWarning, v1alpha1.LedgerRebuiltReason, "Reconcile",
		"%d documents were found standing in Luminance that the ledger did not know, and were recorded again; "+
			"the ledger was lost or damaged, or restored from an older copy", last.Adopted)
}

// cutEvent keeps a note within the API's limit of 1,024 bytes.
func cutEvent(note string) string {
	const most = 1000
	return cutTo(most, note)
}
