package metrics

import (
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/connect"
)

var (
	integrationInfo = gauge("integration_info", "Always 1: the host of the Luminance instance that an integration uses, as the request budget has it.",
		ofObject("host")...)

	integrationCondition = gauge("integration_condition", "Always 1: the status and the reason of each condition that the integration has.",
		ofObject("type", "status", "reason")...)

	signInRequired = gauge("integration_sign_in_required", "1 while a person has to sign in to Intralinks, else 0.", ofObject()...)

	tokenExpiry = gauge("integration_token_expiry_timestamp_seconds", "When the sign-in to Intralinks ends unless it is renewed; absent where there is none that ends.", ofObject()...)

	integrationExchanges = gauge("integration_exchanges", "Exchanges that the account can see.", ofObject()...)

	integrationLastCheck = gauge("integration_last_check_timestamp_seconds", "When both services were last asked.", ofObject()...)

	integrationFailedChecks = gauge("integration_failed_checks", "Checks in a row that failed.", ofObject()...)

	integrationMetrics = []*Definition{
		integrationInfo, integrationCondition, signInRequired, tokenExpiry, integrationExchanges, integrationLastCheck, integrationFailedChecks,
	}
)

func showIntegration(to object, integration *v1alpha1.IntralinksIntegration) {
	status := &integration.Status
	to.show(integrationInfo, 1, connect.InstanceOf(integration))
	to.showConditions(integrationCondition, status.Conditions)
	authorized := meta.FindStatusCondition(status.Conditions, v1alpha1.AuthorizedCondition)
	to.show(signInRequired, flag(authorized != nil && authorized.Status == metav1.ConditionFalse && wantsSignIn(authorized.Reason)))
	to.showTime(tokenExpiry, status.TokenExpiresAt)
	to.show(integrationExchanges, float64(status.ExchangeCount))
	if last := status.LastCheckTime; last != nil {
		to.show(integrationLastCheck, seconds(last.Time))
	}
	to.show(integrationFailedChecks, float64(status.FailedChecks))
}

// wantsSignIn tells the reasons that nobody but a person who signs in can mend: there was no sign-in, or the last one
// came to nothing.
func wantsSignIn(reason string) bool {
	switch reason {
	case v1alpha1.SignInRequiredReason, v1alpha1.SignInDeniedReason, v1alpha1.SignInTimedOutReason, v1alpha1.SignInFailedReason,
		v1alpha1.CallbackNotRegisteredReason, v1alpha1.ClockWrongReason:
		return true
	}
	return false
}
