package controllers

import (
	"testing"

	. "github.com/onsi/gomega"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/engine"
	"dataroom.dev/intralinks-operator/internal/runs"
)

// A suspension may be over before the run that it stopped has ended.
func TestNothingIsCalledSuspendedWhileARunIsOnItsWayOut(t *testing.T) {
	for name, state := range map[string]runs.State[engine.Progress, outcome]{
		"it has not ended": {ID: "before", Stopping: true},
		"it has ended":     {ID: "before", Stopping: true, Result: &outcome{}},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			r := &FolderSyncReconciler{wake: newWake()}
			r.runs = runs.New[engine.Progress, outcome](r.wake.notify, 0)
			sync := &v1alpha1.FolderSync{}
			view := newSyncView(sync)
			view.suspended()
			g.Expect(view.readyFor(v1alpha1.SuspendedReason)).To(BeTrue())

			r.follow(view, &v1alpha1.IntralinksIntegration{}, types.NamespacedName{}, state)

			g.Expect(view.ready()).To(HaveValue(And(
				HaveField("Status", metav1.ConditionUnknown), HaveField("Reason", v1alpha1.ProgressingReason))))
		})
	}
}
