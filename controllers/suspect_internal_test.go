package controllers

import (
	"testing"
	"time"

	. "github.com/onsi/gomega"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	clocktesting "k8s.io/utils/clock/testing"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/connect"
	"dataroom.dev/intralinks-operator/internal/schedule"
)

// TestTroubleOfASyncBringsACheckUnlessOneHasFoundIt: syncs may still find out for themselves what a check has just found.
func TestTroubleOfASyncBringsACheckUnlessOneHasFoundIt(t *testing.T) {
	checked := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	hourly := metav1.NewTime(checked.Add(checkInterval))
	for name, c := range map[string]struct {
		next    *metav1.Time
		ready   metav1.ConditionStatus
		reason  string
		trigger schedule.Trigger
	}{
		"while all is well":          {&hourly, metav1.ConditionTrue, v1alpha1.ConnectedReason, schedule.Due},
		"after refused credentials":  {nil, metav1.ConditionFalse, v1alpha1.InvalidCredentialsReason, ""},
		"while the trouble is known": {&hourly, metav1.ConditionFalse, v1alpha1.IntralinksUnreachableReason, ""},
		// Whose session it is would be put out by it, or put us out again.
		"while somebody else has the session": {&hourly, metav1.ConditionFalse, v1alpha1.SessionTakenReason, ""},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			last := metav1.NewMicroTime(checked)
			integration := &v1alpha1.IntralinksIntegration{ObjectMeta: metav1.ObjectMeta{Namespace: "deals", Name: "production"}}
			integration.Status.LastCheckTime, integration.Status.NextCheckTime = &last, c.next
			integration.Status.Conditions = []metav1.Condition{{Type: v1alpha1.ReadyCondition, Status: c.ready, Reason: c.reason}}
			clock := clocktesting.NewFakeClock(checked.Add(2 * suspectInterval))
			r := &IntegrationReconciler{Clock: clock, wake: newWake()}
			decide := func() schedule.Trigger {
				return schedule.Decide(r.checkState(integration, &connect.Connection{}), clock.Now()).Trigger
			}
			g.Expect(decide()).To(BeEmpty())

			r.Suspect(types.NamespacedName{Namespace: "deals", Name: "production"})
			g.Expect(decide()).To(Equal(c.trigger))
		})
	}
}

// TestTroubleThatWasMetDuringACheckBringsNoOther: the check speaks of it as well.
func TestTroubleThatWasMetDuringACheckBringsNoOther(t *testing.T) {
	g := NewWithT(t)
	ended := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	integration := &v1alpha1.IntralinksIntegration{ObjectMeta: metav1.ObjectMeta{Namespace: "deals", Name: "production"}}
	clock := clocktesting.NewFakeClock(ended)
	r := &IntegrationReconciler{Clock: clock, wake: newWake()}
	r.Suspect(types.NamespacedName{Namespace: "deals", Name: "production"})
	r.conclude(integration, &checked{Check: connect.Check{Ended: ended}})
	clock.Step(2 * suspectInterval)
	decision := schedule.Decide(r.checkState(integration, &connect.Connection{}), clock.Now())
	g.Expect(decision.Trigger).To(BeEmpty())
}
