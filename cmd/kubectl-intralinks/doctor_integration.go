package main

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
)

// integrationChecks are about one integration and its syncs, in the order in which one thing needs the other.
var integrationChecks = []check{
	{"secrets", lookAtSecrets},
	{"taken up", lookAtObserved},
	{"hosts", lookAtHosts},
	{"clock", lookAtClock},
	{"auth version", lookAtAuthVersion},
	{"sign-in", lookAtSignIn},
	{"callback", lookAtCallback},
	{"Luminance", lookAtLuminance},
	{"exchanges", lookAtExchanges},
	{"Divisions", lookAtDivisions},
	{"allowance", lookAtAllowance},
	{"documents", lookAtDocuments},
}

// lookAtSecrets looks for the keys, and at no value.
func lookAtSecrets(ctx context.Context, e *examined) (finding, error) {
	if ready := summaryOf(e.integration.Status.Conditions); is(ready.Reason, v1alpha1.SecretNotFoundReason, v1alpha1.SecretKeyMissingReason, v1alpha1.SecretInUseReason) {
		return fix(ready.Message, v1alpha1.HelpOn(ready.Reason))
	}
	spec := e.integration.Spec
	intralinks := []string{v1alpha1.APIKeyKey, v1alpha1.APISecretKey}
	if spec.Intralinks.Grant == v1alpha1.ClientCredentialsGrant && spec.Intralinks.AuthAPIVersion == v1alpha1.AuthAPIVersionV2 {
		intralinks = append(intralinks, v1alpha1.EmailKey, v1alpha1.PasswordKey)
	}
	var told []string
	for _, wanted := range []struct {
		name string
		keys []string
	}{{spec.Intralinks.CredentialsSecretRef.Name, intralinks}, {spec.Luminance.CredentialsSecretRef.Name, []string{v1alpha1.ClientIDKey, v1alpha1.ClientSecretKey}}} {
		var secret corev1.Secret
		err := e.client.Get(ctx, client.ObjectKey{Namespace: e.namespace, Name: wanted.name}, &secret)
		switch {
		case apierrors.IsForbidden(err):
			return note("can't be seen from here: you may not read Secrets; the operator misses none")
		case apierrors.IsNotFound(err):
			return fix("there is no Secret "+wanted.name, fmt.Sprintf("create it: kubectl -n %s create secret generic %s --from-literal=%s=…",
				e.namespace, wanted.name, strings.Join(wanted.keys, "=… --from-literal=")))
		case err != nil:
			return finding{}, err
		}
		for _, key := range wanted.keys {
			if len(strings.TrimSpace(string(secret.Data[key]))) == 0 {
				return fix(fmt.Sprintf("the Secret %s has no %s", wanted.name, key), "add it; docs/getting-started.md says what it is")
			}
		}
		told = append(told, wanted.name+" has "+strings.Join(wanted.keys, ", "))
	}
	return ok("%s", strings.Join(told, "; "))
}

// lookAtObserved tells whether the operator has looked at the integration as it is now.
func lookAtObserved(_ context.Context, e *examined) (finding, error) {
	if e.integration.Status.ObservedGeneration == e.integration.Generation {
		return ok("the operator has looked at %s", e.integration.Name)
	}
	return fix(fmt.Sprintf("the operator has not looked at %s yet, as it is since %s", e.integration.Name, moment(changed(e.integration), e.now())),
		"wait a moment and ask again. Where it stays so: does the operator run, and look after this namespace (--watch-namespaces,\n"+
			"--watch-label-selector)? docs/installation.md")
}

// changed is when the spec was last written to, as far as the object tells.
func changed(integration *v1alpha1.IntralinksIntegration) time.Time {
	last := integration.CreationTimestamp.Time
	for _, by := range integration.ManagedFields {
		if by.Subresource == "" && by.Time != nil && by.Time.After(last) {
			last = by.Time.Time
		}
	}
	return last
}

// fault is what one of the conditions says is wrong; empty where it is true or not known.
func (e *examined) fault(condition string) (reason, message string) {
	c := meta.FindStatusCondition(e.integration.Status.Conditions, condition)
	if c == nil || c.Status != metav1.ConditionFalse {
		return "", ""
	}
	return c.Reason, c.Message
}

// blames tells whether Ready or one of the sides is false for one of these reasons, and what it says.
func (e *examined) blames(reasons ...string) (finding, bool) {
	for _, condition := range []string{v1alpha1.ReadyCondition, v1alpha1.AuthorizedCondition, v1alpha1.LuminanceReachableCondition} {
		if reason, message := e.fault(condition); slices.Contains(reasons, reason) {
			return finding{Verdict: toFix, Detail: reason + ": " + message, Advice: v1alpha1.HelpOn(reason)}, true
		}
	}
	return finding{}, false
}

func lookAtHosts(_ context.Context, e *examined) (finding, error) {
	if f, wrong := e.blames(v1alpha1.HostNotAllowedReason, v1alpha1.IntralinksUnreachableReason, v1alpha1.LuminanceUnreachableReason); wrong {
		return f, nil
	}
	spec := e.integration.Spec
	return ok("%s and %s", cmp.Or(spec.Intralinks.BaseURL, "Intralinks' own"), spec.Luminance.BaseURL)
}

func lookAtClock(_ context.Context, e *examined) (finding, error) {
	if f, wrong := e.blames(v1alpha1.ClockWrongReason); wrong {
		return f, nil
	}
	return ok("nothing speaks against the operator's")
}

func lookAtAuthVersion(_ context.Context, e *examined) (finding, error) {
	if f, wrong := e.blames(v1alpha1.AuthVersionMismatchReason); wrong {
		return f, nil
	}
	return ok("%s", e.integration.Spec.Intralinks.AuthAPIVersion)
}

// lookAtSignIn tells whether Intralinks lets the operator in, and for how long.
func lookAtSignIn(ctx context.Context, e *examined) (finding, error) {
	status, personal := e.integration.Status, e.integration.Spec.Intralinks.Grant == v1alpha1.AuthorizationCodeGrant
	if f, wrong, err := e.cannotKeepTokens(ctx, personal); wrong || err != nil {
		return f, err
	}
	reason, message := e.signInFault()
	switch {
	case reason == v1alpha1.CallbackNotRegisteredReason:
		return note("nobody has come back from Intralinks' page yet")
	case reason == v1alpha1.SignInRequiredReason && status.SignInURL == "":
		return fix("somebody has to sign in, and the operator serves no pages to do so",
			"set --external-url, with Helm signIn.externalURL: docs/installation.md")
	case personal && (reason == v1alpha1.SignInRequiredReason || isOutcome(reason) && reason != v1alpha1.InvalidCredentialsReason):
		return fix(reason+": "+message, "kubectl intralinks login "+e.integration.Name)
	case reason != "" && reason != v1alpha1.IntralinksForbiddenReason && reason != v1alpha1.ThrottledReason:
		return fix(reason+": "+message, v1alpha1.HelpOn(reason))
	}
	return e.signedIn(personal)
}

// signInFault is what is wrong with it; Ready tells more than Authorized where a person has to act.
func (e *examined) signInFault() (reason, message string) {
	if reason, message = e.fault(v1alpha1.AuthorizedCondition); reason != "" {
		return reason, message
	}
	other, _ := e.fault(v1alpha1.LuminanceReachableCondition)
	reason, message = e.fault(v1alpha1.ReadyCondition)
	if reason == other || !is(reason, v1alpha1.SignInRequiredReason, v1alpha1.SessionTakenReason) && !isOutcome(reason) {
		return "", ""
	}
	return reason, message
}

// signedIn says as whom, and until when.
func (e *examined) signedIn(personal bool) (finding, error) {
	status := e.integration.Status
	switch {
	case !personal:
		return ok("Intralinks accepts the service account")
	case status.TokenExpiresAt == nil:
		return note("not known yet")
	}
	until := fmt.Sprintf("%s until %s (%s)", cmp.Or(status.Account, "signed in"), moment(status.TokenExpiresAt.Time, e.now()), ahead(status.TokenExpiresAt, e.now()))
	if summaryOf(status.Conditions).Reason == v1alpha1.SignInExpiringReason {
		return note("%s; renew it before: kubectl intralinks login %s", until, e.integration.Name)
	}
	return ok("%s", until)
}

// cannotKeepTokens tells whether an operator that can be seen may not keep what a person's sign-in brings.
func (e *examined) cannotKeepTokens(ctx context.Context, personal bool) (finding, bool, error) {
	if !personal || len(e.operators) == 0 {
		return finding{}, false, nil
	}
	missing, err := e.operatorsLack(ctx, privileges("", "secrets", "create", "update"))
	if len(missing) == 0 || apierrors.IsForbidden(err) {
		return finding{}, false, nil
	}
	f, _ := fix(fmt.Sprintf("the operator may not %s, so it can keep no sign-in", strings.Join(missing, ", ")),
		"give it the rights of its sign-in pages, with Helm by signIn.externalURL: docs/installation.md")
	return f, err == nil, err
}

// lookAtCallback tells whether the pages can be reached, from here at least.
func lookAtCallback(ctx context.Context, e *examined) (finding, error) {
	if f, wrong := e.blames(v1alpha1.CallbackNotRegisteredReason); wrong {
		return f, nil
	}
	if e.integration.Spec.Intralinks.Grant != v1alpha1.AuthorizationCodeGrant {
		return ok("a service account needs none")
	}
	callback := callbackOf(e.integration.Status.SignInURL)
	if callback == "" {
		return ok("not needed while the sign-in lasts")
	}
	const patience = 5 * time.Second
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(callback, "callback")+"login", http.NoBody)
	if err != nil {
		return finding{}, err
	}
	response, err := (&http.Client{}).Do(request)
	if err != nil {
		return note("%s can't be reached from this machine (%v); the browser of whoever signs in has to reach it", callback, err)
	}
	defer response.Body.Close()
	return ok("%s", callback)
}

func lookAtLuminance(_ context.Context, e *examined) (finding, error) {
	if reason, message := e.fault(v1alpha1.LuminanceReachableCondition); reason != "" && reason != v1alpha1.ThrottledReason {
		return fix(reason+": "+message, v1alpha1.HelpOn(reason))
	}
	luminance := e.integration.Status.Luminance
	switch {
	case luminance.ServiceUser == nil:
		return note("not known yet")
	case luminance.Version == "":
		return ok("works as %s", cmp.Or(luminance.ServiceUser.Name, id(luminance.ServiceUser.ID)))
	}
	return ok("%s %s, works as %s", luminance.Product, luminance.Version, cmp.Or(luminance.ServiceUser.Name, id(luminance.ServiceUser.ID)))
}

func is(reason string, one ...string) bool { return slices.Contains(one, reason) }
