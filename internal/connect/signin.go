package connect

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/intralinks"
	"dataroom.dev/intralinks-operator/internal/tokens"
)

// CallbackPath is where Intralinks leads a person back to, below the operator's external URL.
const CallbackPath = "/auth/callback"

// SignIn is what a person's sign-in for an integration takes.
type SignIn struct {
	*intralinks.CodeFlow
	// Service names the hosts that the tokens go to. Tokens of other ones are never sent there.
	Service string
	clock   *clockWatch
}

// Skew is how much the service's clock is ahead of this machine's, by the last answer; 0 before the first.
func (s *SignIn) Skew() time.Duration { return time.Duration(s.clock.skew.Load()) }

// SignIn reads the API key of an integration. Its errors are *Problem, or of the API server.
func (c *Connector) SignIn(ctx context.Context, integration *v1alpha1.IntralinksIntegration) (*SignIn, error) {
	if err := c.checkHosts(integration); err != nil {
		return nil, err
	}
	var s secrets
	secret, err := c.secret(ctx, integration, "spec.intralinks.credentialsSecretRef", integration.Spec.Intralinks.CredentialsSecretRef.Name)
	if err == nil {
		err = take(secret, wantedValue{v1alpha1.APIKeyKey, &s.apiKey}, wantedValue{v1alpha1.APISecretKey, &s.apiSecret})
	}
	if err != nil {
		return nil, err
	}
	return c.signIn(integration, &s)
}

// Callback is the address to register with Intralinks; empty where the operator serves no pages.
func (c *Connector) Callback() string {
	if c.ExternalURL == "" {
		return ""
	}
	return c.ExternalURL + CallbackPath
}

func (c *Connector) signIn(integration *v1alpha1.IntralinksIntegration, s *secrets) (*SignIn, error) {
	watch := &clockWatch{base: c.decorated("intralinks", c.roundTripper())}
	o := CodeFlowOptions(integration)
	o.ClientID, o.ClientSecret, o.HTTPClient = s.apiKey, s.apiSecret, &http.Client{Transport: watch}
	// Without pages of its own the operator can still renew what somebody signed in for earlier.
	o.RedirectURL, o.SendRedirectURI = c.Callback(), o.SendRedirectURI && c.ExternalURL != ""
	flow, err := intralinks.NewCodeFlow(o)
	if err != nil {
		return nil, err
	}
	return &SignIn{CodeFlow: flow, Service: serviceOf(integration), clock: watch}, nil
}

// serviceOf is the hosts that an integration's tokens go to.
func serviceOf(integration *v1alpha1.IntralinksIntegration) string {
	auth := authURL(integration)
	urls := []string{IntralinksURL(integration), auth}
	if in := integration.Spec.Intralinks.SignIn; in != nil {
		urls = append(urls, cmp.Or(in.TokenURL, auth), cmp.Or(in.RevokeURL, auth))
	}
	hosts := make([]string, 0, len(urls))
	for _, u := range urls {
		hosts = append(hosts, hostOf(u))
	}
	slices.Sort(hosts)
	return strings.Join(slices.Compact(hosts), " ")
}

// keeper gets the tokens of a signed-in integration.
func (c *Connector) keeper(integration *v1alpha1.IntralinksIntegration, s *secrets) (*tokens.Keeper, error) {
	in, err := c.signIn(integration, s)
	if err != nil {
		return nil, err
	}
	return &tokens.Keeper{
		Secrets: c.Tokens, Owner: tokens.OwnerOf(integration), Grant: in, Service: in.Service, Clock: c.clock(),
	}, nil
}

// signedIn reads what the last sign-in left, and fails with a *Problem where somebody has to sign in first.
func (c *Connector) signedIn(ctx context.Context, integration *v1alpha1.IntralinksIntegration) (*tokens.Stored, error) {
	stored, err := c.Tokens.Load(ctx, tokens.OwnerOf(integration))
	if err != nil {
		return nil, asProblem(err)
	}
	if stored.Service != serviceOf(integration) || !stored.Usable(c.clock().Now()) {
		return nil, &Problem{Reason: v1alpha1.SignInRequiredReason, Message: (&tokens.SignInRequiredError{Loss: stored.Lost}).Error()}
	}
	return stored, nil
}

// Usable tells whether what a sign-in left can be used for an integration as it is now.
func (c *Connector) Usable(integration *v1alpha1.IntralinksIntegration, stored *tokens.Stored) bool {
	return stored.Service == serviceOf(integration) && stored.Usable(c.clock().Now())
}

// clockWatch holds the clock of a service against this machine's, at each answer.
type clockWatch struct {
	base http.RoundTripper
	skew atomic.Int64
}

func (w *clockWatch) RoundTrip(req *http.Request) (*http.Response, error) {
	began := time.Now()
	resp, err := w.base.RoundTrip(req)
	if err != nil {
		return resp, err
	}
	if date, err := http.ParseTime(resp.Header.Get("Date")); err == nil {
		w.skew.Store(int64(skewOf(began, time.Now(), date)))
	}
	return resp, nil
}

// skewOf is how far a date of whole seconds lies outside of the time in which it was written.
func skewOf(began, ended, date time.Time) time.Duration {
	switch {
	case date.After(ended):
		return date.Sub(ended)
	case date.Add(time.Second).Before(began):
		return date.Add(time.Second).Sub(began)
	}
	return 0
}

// AuthorizeURL is the page that a person signs in on.
func AuthorizeURL(integration *v1alpha1.IntralinksIntegration) string {
	if in := integration.Spec.Intralinks.SignIn; in != nil && in.AuthorizeURL != "" {
		return in.AuthorizeURL
	}
	return authURL(integration)
}
