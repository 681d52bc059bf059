package controllers

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/connect"
	"dataroom.dev/intralinks-operator/internal/signin"
	"dataroom.dev/intralinks-operator/internal/tokens"
)

const (
	// expiringAhead is how long before its end a sign-in is announced to end.
	expiringAhead = 5 * 24 * time.Hour
	// underwayPoll is how often a sign-in is looked at that may get further at another replica.
	underwayPoll = 2 * time.Second
)

// signInState is how far a person's sign-in is.
type signInState struct {
	stored *tokens.Stored
	usable bool
	// expiring: it is usable, and not for much longer.
	expiring bool
	view     signin.View
	// again: the object has been changed, or has yet to be seen as it is; nothing more is done now.
	again bool
}

// signIn hands out a link where somebody asked for one, and shows how far the sign-in is.
func (r *IntegrationReconciler) signIn(ctx context.Context, integration *v1alpha1.IntralinksIntegration) (*signInState, error) {
	if requested := signInRequest(integration); requested != "" && r.Connector.ExternalURL != "" {
		if again, err := r.offer(ctx, integration, requested); again || err != nil {
			return &signInState{again: true}, err
		}
	}
	owner := tokens.OwnerOf(integration)
	stored, err := r.Connector.Tokens.Load(ctx, owner)
	if err != nil {
		return nil, err
	}
	view, err := r.SignIns.Look(ctx, owner, r.Connector.Callback())
	if err != nil {
		return nil, err
	}
	if view.Refused != nil {
		// Nothing waits for it, and a reconcile calls no service.
		go r.revoke(context.WithoutCancel(ctx), integration.DeepCopy(), *view.Refused)
	}
	state := &signInState{stored: stored, usable: r.Connector.Usable(integration, stored), view: view}
	state.expiring = state.usable && stored.Until().Sub(r.Clock.Now()) < expiringAhead
	r.showSignIn(integration, state)
	return state, nil
}

// outcome is what became of the last sign-in, unless there is another try.
func (s *signInState) outcome() *signin.Outcome {
	if s.view.Ticket || s.view.Underway {
		return nil
	}
	return s.view.Outcome
}

// signInRequest is the annotation's value where it hasn't been handled.
func signInRequest(integration *v1alpha1.IntralinksIntegration) string {
	if requested := integration.Annotations[v1alpha1.SignInRequestAnnotation]; requested != integration.Status.LastHandledSignInAt {
		return requested
	}
	return ""
}

// offer makes a link. It looks first whether the cache merely lags behind, because another link ends the one before.
func (r *IntegrationReconciler) offer(ctx context.Context, integration *v1alpha1.IntralinksIntegration, requested string) (again bool, err error) {
	var live v1alpha1.IntralinksIntegration
	if err := r.Live.Get(ctx, client.ObjectKeyFromObject(integration), &live); err != nil {
		return true, client.IgnoreNotFound(err)
	}
	if live.ResourceVersion != integration.ResourceVersion {
		return true, nil
	}
	// What revokes the token in the end has to stand before there is one.
	before := live.DeepCopy()
	if controllerutil.AddFinalizer(&live, v1alpha1.SignInFinalizer) {
		return true, r.Patch(ctx, &live, client.MergeFromWithOptions(before, client.MergeFromWithOptimisticLock{}))
	}
	ticket, _, err := r.SignIns.Offer(ctx, tokens.OwnerOf(integration))
	if err != nil {
		return true, err
	}
	integration.Status.SignInURL = signin.LoginURL(r.Connector.ExternalURL, client.ObjectKeyFromObject(integration), ticket)
	integration.Status.LastHandledSignInAt = requested
	return false, nil
}

// showSignIn writes down what doesn't depend on whether the connection works.
func (r *IntegrationReconciler) showSignIn(integration *v1alpha1.IntralinksIntegration, s *signInState) {
	status := &integration.Status
	status.TokenExpiresAt, status.TokenSecretRef = nil, nil
	if s.usable {
		until := metav1.NewTime(s.stored.Until().Truncate(time.Second))
		status.TokenExpiresAt = &until
		status.TokenSecretRef = &v1alpha1.SecretReference{Name: s.stored.SecretName()}
		status.Account = s.stored.Account
	}
	switch wanted := !s.usable || s.expiring; {
	case s.view.Ticket && hasTicket(status.SignInURL):
	case r.Connector.ExternalURL == "" || !wanted:
		status.SignInURL = ""
	default:
		status.SignInURL = signin.LoginURL(r.Connector.ExternalURL, client.ObjectKeyFromObject(integration), "")
	}
}

func hasTicket(link string) bool {
	u, err := url.Parse(link)
	return err == nil && u.Query().Get("ticket") != ""
}

// signInRequired writes down that a person has to sign in, or what became of the last try.
func (r *IntegrationReconciler) signInRequired(integration *v1alpha1.IntralinksIntegration, s *signInState, problem *connect.Problem) {
	if outcome := s.outcome(); outcome != nil && (s.stored.AccessToken == "" || outcome.At.After(s.stored.Until())) {
		problem = &connect.Problem{Reason: outcome.Reason, Message: outcome.Message + r.howToAsk(integration)}
	} else {
		problem = &connect.Problem{Reason: problem.Reason, Message: problem.Message + r.whatToDo(integration, s)}
	}
	r.notConnected(integration, problem)
	c := conditions{&integration.Status.Conditions, integration.Generation}
	c.set(v1alpha1.AuthorizedCondition, metav1.ConditionFalse, problem.Reason, problem.Message)
}

func (r *IntegrationReconciler) whatToDo(integration *v1alpha1.IntralinksIntegration, s *signInState) string {
	switch {
	case s.view.Underway:
		return "; a sign-in is under way"
	case s.view.Ticket:
		return fmt.Sprintf(". A link is ready, until %s UTC and for once: kubectl -n %s get ili %s -o jsonpath='{.status.signInURL}'",
			s.view.Ends.UTC().Format(time.TimeOnly), integration.Namespace, integration.Name)
	case s.stored.AccessToken != "" && (s.stored.Lost == tokens.NeverHad || s.stored.Lost == tokens.NotEnabled):
		return "; ask Intralinks to enable the grant refresh_token for the API key, or it will be over every hour" + r.howToAsk(integration)
	}
	return r.howToAsk(integration)
}

// howToAsk names the page and not a ticket: a message is copied into Events and other objects.
func (r *IntegrationReconciler) howToAsk(integration *v1alpha1.IntralinksIntegration) string {
	if r.Connector.ExternalURL == "" {
		return ". This operator serves no page to sign in on: have --external-url set (its callback is what Intralinks registers), " +
			"or use spec.intralinks.grant ClientCredentials with a service account"
	}
	return fmt.Sprintf(". Ask for a link: kubectl -n %s annotate ili %s --overwrite %s=\"$(date +%%s)\". It leads to %s",
		integration.Namespace, integration.Name, v1alpha1.SignInRequestAnnotation,
		signin.LoginURL(r.Connector.ExternalURL, client.ObjectKeyFromObject(integration), ""))
}

// announceExpiry lets Ready, where it is true, say that the sign-in is about to end, and Authorized what became of a
// try to renew it.
func (r *IntegrationReconciler) announceExpiry(integration *v1alpha1.IntralinksIntegration, s *signInState) {
	c := conditions{&integration.Status.Conditions, integration.Generation}
	if s == nil || s.stored == nil || !c.is(v1alpha1.ReadyCondition) {
		return
	}
	switch reason := c.ready().Reason; {
	case s.expiring:
		message := fmt.Sprintf("the sign-in to Intralinks ends at %s; all works until then", s.stored.Until().UTC().Format(time.RFC3339))
		if outcome := s.outcome(); outcome != nil && outcome.At.After(s.stored.ObtainedAt) {
			message += "; the last try to sign in again failed: " + outcome.Message
		}
		c.set(v1alpha1.ReadyCondition, metav1.ConditionTrue, v1alpha1.SignInExpiringReason, message+r.whatToDo(integration, s))
	case reason == v1alpha1.SignInExpiringReason:
		c.set(v1alpha1.ReadyCondition, metav1.ConditionTrue, v1alpha1.ConnectedReason, connected(integration.Status.ExchangeCount))
	}
}

// lookSooner shortens a wait to what the sign-in needs.
func (s *signInState) lookSooner(after time.Duration) time.Duration {
	if s != nil && (s.view.Underway || s.view.Ticket) {
		return min(after, underwayPoll)
	}
	return after
}

func isForeign(err error) *connect.Problem {
	var foreign *tokens.ForeignError
	if errors.As(err, &foreign) {
		return &connect.Problem{Reason: v1alpha1.SecretInUseReason, Message: foreign.Error()}
	}
	return nil
}
