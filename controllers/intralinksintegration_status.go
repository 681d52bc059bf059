package controllers

import (
	"cmp"
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/connect"
	"dataroom.dev/intralinks-operator/internal/schedule"
)

// notConnected writes down why there is no connection to check. Secrets and allowed hosts can come right
// without a change of the spec, so it isn't stalled.
func (r *IntegrationReconciler) notConnected(integration *v1alpha1.IntralinksIntegration, problem *connect.Problem) {
	integration.Status.ObservedGeneration = integration.Generation
	c := conditions{&integration.Status.Conditions, integration.Generation}
	c.settled(false, "", "")
	c.set(v1alpha1.ReadyCondition, metav1.ConditionFalse, problem.Reason, problem.Message)
	if problem.Reason == v1alpha1.AllowanceClaimedElsewhereReason {
		c.set(v1alpha1.LuminanceReachableCondition, metav1.ConditionFalse, problem.Reason, problem.Message)
	}
	c.keepGeneration()
	// Once it has come right, a check is due whatever the last one said.
	integration.Status.CredentialsRevision = ""
}

// showBudget shows the state of the request budget.
func (r *IntegrationReconciler) showBudget(integration *v1alpha1.IntralinksIntegration, connection *connect.Connection) {
	state := connection.Budget.State()
	shown := &v1alpha1.RequestBudgetStatus{Limit: int32(state.Limit), Used: int32(state.Used)}
	if !state.ResetAt.IsZero() {
		at := metav1.NewTime(state.ResetAt.Truncate(time.Second))
		shown.ResetAt = &at
	}
	// The time alone changes with every look; it is worth a write only with the figures.
	if old := integration.Status.RequestBudget; old != nil && old.Limit == shown.Limit && old.Used == shown.Used {
		return
	}
	integration.Status.RequestBudget = shown
}

// figuresInterval is how often the figures of the request budget are worth a write of their own. Each write brings
// another look, and while a run spends, each look finds other figures: without a limit the one would chase the other.
const figuresInterval = 500 * time.Millisecond

// figuresWait is how long a status waits to be written that differs from the one before in nothing but those figures.
func (r *IntegrationReconciler) figuresWait(before, now *v1alpha1.IntralinksIntegration) time.Duration {
	written, ok := r.figuresWritten.Load(client.ObjectKeyFromObject(now))
	if !ok {
		return 0
	}
	status := now.Status
	status.RequestBudget = before.Status.RequestBudget
	if !equality.Semantic.DeepEqual(before.Status, status) {
		return 0
	}
	return max(0, written.(time.Time).Add(figuresInterval).Sub(r.Clock.Now()))
}

// conclude writes down the outcome of a check.
func (r *IntegrationReconciler) conclude(integration *v1alpha1.IntralinksIntegration, result *checked) {
	r.suspects.Delete(client.ObjectKeyFromObject(integration)) // of trouble that was met meanwhile, this speaks as well
	status := &integration.Status
	status.ObservedGeneration = result.generation
	status.CredentialsRevision = result.revision
	status.LastHandledReconcileAt = result.requested
	ended := metav1.NewMicroTime(result.Ended.Truncate(time.Microsecond))
	status.LastCheckTime = &ended

	c := conditions{&status.Conditions, result.generation}
	authorized := r.side(c, v1alpha1.AuthorizedCondition, result.Intralinks, "Intralinks accepts the credentials")
	reachable := r.side(c, v1alpha1.LuminanceReachableCondition, result.Luminance, "Luminance answers the service user")
	if authorized {
		status.Exchanges, status.ExchangeCount = result.Exchanges, result.ExchangeCount
	}
	if result.ServiceUser != nil {
		status.Luminance.ServiceUser = result.ServiceUser
	}
	if result.System != nil {
		status.Luminance.Product, status.Luminance.Version = cmp.Or(result.System.Product, "unknown"), result.System.Version
	}
	fault := worseOf(result.Intralinks, result.Luminance)
	if authorized && reachable {
		c.settled(false, "", "")
		c.set(v1alpha1.ReadyCondition, metav1.ConditionTrue, v1alpha1.ConnectedReason,
			connected(result.ExchangeCount))
		status.FailedChecks = 0
	} else {
		c.settled(fault.Refused, fault.Reason, fault.Message)
		c.set(v1alpha1.ReadyCondition, metav1.ConditionFalse, fault.Reason, fault.Message)
		status.FailedChecks++
	}
	c.keepGeneration()
	status.NextCheckTime = nextCheck(integration, result)
}

func connected(exchanges int32) string {
	return fmt.Sprintf("Intralinks shows %d exchanges, and Luminance answers", exchanges)
}

func (r *IntegrationReconciler) side(c conditions, kind string, fault *connect.Fault, well string) bool {
	if fault == nil {
		c.set(kind, metav1.ConditionTrue, v1alpha1.ConnectedReason, well)
		return true
	}
	c.set(kind, metav1.ConditionFalse, fault.Reason, fault.Message)
	return false
}

// nextCheck tells when both services are asked again. Credentials that were refused are not tried again
// until something changes.
func nextCheck(integration *v1alpha1.IntralinksIntegration, result *checked) *metav1.Time {
	interval := checkInterval
	var outcome schedule.Outcome
	switch fault := worseOf(result.Intralinks, result.Luminance); {
	case refused(fault):
		return nil
	case fault != nil:
		interval = failedCheckInterval
		outcome = schedule.Outcome{Failures: min(int(integration.Status.FailedChecks), 1+maxDoublings), Until: fault.Until}
	case integration.Status.Luminance.Product == "":
		interval = firstCheckInterval
	}
	at := metav1.NewTime(schedule.Next(result.Ended, interval, outcome, string(integration.UID)).Truncate(time.Second))
	return &at
}

// worseOf gives the fault of a side that a person has to mend; else that of the first side that has one.
func worseOf(a, b *connect.Fault) *connect.Fault {
	if a == nil || refused(b) && !refused(a) {
		return b
	}
	return a
}

func refused(f *connect.Fault) bool { return f != nil && f.Refused }
