package main

import (
	"context"
	"fmt"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
)

// ailing finds the first sync that is not ready for one of these reasons.
func (e *examined) ailing(reasons ...string) (finding, bool) {
	for i := range e.syncs {
		ready := summaryOf(e.syncs[i].Status.Conditions)
		if ready.Ready == metav1.ConditionFalse && is(ready.Reason, reasons...) {
			return finding{Verdict: toFix, Detail: fmt.Sprintf("%s: %s: %s", e.syncs[i].Name, ready.Reason, ready.Message), Advice: v1alpha1.HelpOn(ready.Reason)}, true
		}
	}
	return finding{}, false
}

// lookAtExchanges tells whether there are any, and whether the syncs may enter theirs.
func lookAtExchanges(_ context.Context, e *examined) (finding, error) {
	if f, wrong := e.blames(v1alpha1.IntralinksForbiddenReason); wrong {
		return f, nil
	}
	if f, wrong := e.ailing(v1alpha1.ExchangeNotFoundReason, v1alpha1.ExchangeAmbiguousReason, v1alpha1.ExchangeAccessRestrictedReason,
		v1alpha1.SplashNotAcceptedReason, v1alpha1.ExchangeEntryBlockedReason, v1alpha1.FolderNotFoundReason, v1alpha1.FolderAmbiguousReason,
		v1alpha1.SourceVanishedReason); wrong {
		return f, nil
	}
	if e.integration.Status.ExchangeCount == 0 && summaryOf(e.integration.Status.Conditions).Ready == metav1.ConditionTrue {
		return fix("the account can see no exchange", "have a manager of the exchange add it, in a role that may open the documents")
	}
	return ok("%s to see, %s of this integration", plural(int64(e.integration.Status.ExchangeCount), "exchange"), plural(int64(len(e.syncs)), "sync"))
}

// lookAtDivisions tells whether the syncs found where to put documents.
func lookAtDivisions(_ context.Context, e *examined) (finding, error) {
	if f, wrong := e.ailing(v1alpha1.DivisionNotFoundReason, v1alpha1.DivisionAmbiguousReason, v1alpha1.DestinationInUseReason,
		v1alpha1.LuminanceForbiddenReason); wrong {
		return f, nil
	}
	var names []string
	for i := range e.syncs {
		if d := e.syncs[i].Status.Division; d != nil && !is(d.Name, names...) {
			names = append(names, d.Name)
		}
	}
	if len(names) == 0 {
		return note("no sync has found its Division yet")
	}
	return ok("%s", strings.Join(names, ", "))
}

// lookAtAllowance says how much is left. None left is no fault: work waits and goes on by itself.
func lookAtAllowance(_ context.Context, e *examined) (finding, error) {
	b := e.integration.Status.RequestBudget
	p := painter{now: e.now()}
	switch {
	case b == nil:
		return note("not known yet")
	case b.Used >= b.Limit:
		return note("%s requests left%s; work goes on by itself", p.requestsLeft(b), p.freeAgain(b))
	}
	return ok("%s requests left", p.requestsLeft(b))
}

// lookAtDocuments comes last: everything works, and some documents may not have crossed.
func lookAtDocuments(_ context.Context, e *examined) (finding, error) {
	if ready := summaryOf(e.integration.Status.Conditions); ready.Ready == metav1.ConditionFalse && ready.Reason != v1alpha1.ThrottledReason {
		return fix(ready.Reason+": "+ready.Message, v1alpha1.HelpOn(ready.Reason))
	}
	for i := range e.syncs {
		ready := summaryOf(e.syncs[i].Status.Conditions)
		if ready.Ready == metav1.ConditionFalse {
			return fix(fmt.Sprintf("%s: %s: %s", e.syncs[i].Name, ready.Reason, ready.Message), v1alpha1.HelpOn(ready.Reason))
		}
	}
	var left []string
	for i := range e.syncs {
		if n := e.syncs[i].Status.ProblemCount; n > 0 {
			left = append(left, fmt.Sprintf("%s has %s", e.syncs[i].Name, plural(n, "problem")))
		}
	}
	if len(left) > 0 {
		return note("%s: kubectl intralinks problems SYNC", strings.Join(left, ", "))
	}
	return ok("no sync has a problem")
}
