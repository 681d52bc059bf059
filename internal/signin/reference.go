package signin

import (
	"context"
	"crypto/subtle"
	"net/http"
	"net/url"
	"strings"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/validation"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
)

// LoginPath is the page that a link leads to.
const LoginPath = "/auth/login"

// LoginURL is the page of an integration below an origin. Without a ticket it tells how to get one.
func LoginURL(origin string, integration types.NamespacedName, ticket string) string {
	query := url.Values{"integration": {integration.String()}}
	if ticket != "" {
		query.Set("ticket", ticket)
	}
	return origin + LoginPath + "?" + query.Encode()
}

// parseReference reads namespace/name. Whatever it lets through is safe in a page, a cookie and a command.
func parseReference(s string) (types.NamespacedName, bool) {
	namespace, name, _ := strings.Cut(s, "/")
	ok := len(validation.IsDNS1123Label(namespace)) == 0 && len(validation.IsDNS1123Subdomain(name)) == 0
	if !ok {
		return types.NamespacedName{}, false
	}
	return types.NamespacedName{Namespace: namespace, Name: name}, true
}

// find gets an integration that a person may sign in for; nil where there is none. The error means that nobody knows.
func (s *Server) find(ctx context.Context, key types.NamespacedName) (*v1alpha1.IntralinksIntegration, error) {
	var integration v1alpha1.IntralinksIntegration
	if err := s.Integrations.Get(ctx, key, &integration); err != nil {
		return nil, client.IgnoreNotFound(err)
	}
	if integration.Spec.Intralinks.Grant != v1alpha1.AuthorizationCodeGrant || !integration.DeletionTimestamp.IsZero() {
		return nil, nil
	}
	return &integration, nil
}

// invited finds the integration whose newest link holds a ticket. The Secret has the last word on it, but the status
// turns guesses away without asking the API server. It answers where there is none.
func (s *Server) invited(ctx context.Context, w http.ResponseWriter, values url.Values) (integration *v1alpha1.IntralinksIntegration, ticket string) {
	key, ok := parseReference(one(values, "integration"))
	ticket = one(values, "ticket")
	if !ok || !isSecret(ticket) {
		deadLink(w, values)
		return nil, ""
	}
	integration, err := s.find(ctx, key)
	switch {
	case err != nil:
		s.failed(w, key, err)
		return nil, ""
	case integration == nil || !holds(integration.Status.SignInURL, ticket):
		deadLink(w, values)
		return nil, ""
	}
	return integration, ticket
}

// holds tells whether a link holds a ticket.
func holds(link, ticket string) bool {
	u, err := url.Parse(link)
	return err == nil && subtle.ConstantTimeCompare([]byte(u.Query().Get("ticket")), []byte(ticket)) == 1
}

// one gives the value of a parameter that is there once.
func one(values url.Values, name string) string {
	if all := values[name]; len(all) == 1 {
		return all[0]
	}
	return ""
}

// cookieName is made of the state, or the key of a confirmation. So several sign-ins in one browser don't get mixed up.
func cookieName(key string) string { return "__Host-sign-in-" + hashOf(key)[:16] }

// setCookie binds the browser to a sign-in. It lasts longer than the sign-in, to tell late from strange.
func setCookie(w http.ResponseWriter, key, browser string, integration types.NamespacedName) {
	http.SetCookie(w, &http.Cookie{
		Name: cookieName(key), Value: browser + ":" + integration.String(), Path: "/", MaxAge: 3600,
		Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}

func dropCookie(w http.ResponseWriter, key string) {
	http.SetCookie(w, &http.Cookie{
		Name: cookieName(key), Path: "/", MaxAge: -1, Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}

// bound reads what binds the browser to a sign-in, and which one it is.
func bound(r *http.Request, key string) (browser string, integration types.NamespacedName, ok bool) {
	cookies := r.CookiesNamed(cookieName(key))
	if len(cookies) != 1 {
		return "", integration, false
	}
	browser, reference, _ := strings.Cut(cookies[0].Value, ":")
	integration, ok = parseReference(reference)
	return browser, integration, ok && isSecret(browser)
}

// ownForm tells whether a form was sent from a page of this server. Browsers say so, also where no referrer is sent;
// what says nothing is no browser of today.
func (s *Server) ownForm(r *http.Request) bool {
	if site := r.Header.Get("Sec-Fetch-Site"); site != "" {
		return site == "same-origin"
	}
	return r.Header.Get("Origin") == s.ExternalURL
}
