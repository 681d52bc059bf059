package signin

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"k8s.io/apimachinery/pkg/types"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/connect"
	"dataroom.dev/intralinks-operator/internal/webpage"
)

// offer shows what will be connected to what. It changes nothing, so that a link preview doesn't use the ticket up.
func (s *Server) offer(w http.ResponseWriter, r *http.Request) {
	values := r.URL.Query()
	integration, ticket := s.invited(r.Context(), w, values)
	if integration == nil {
		return
	}
	w.Header().Set("Content-Security-Policy", policy(leadsTo(integration)))
	webpage.Show(w, http.StatusOK, loginTemplate, loginPage{
		page:        page{Title: "Connect Intralinks to Luminance"},
		Integration: keyOf(integration).String(), Ticket: ticket, Account: integration.Status.Account,
		Source: connect.SourceOf(integration), Target: connect.InstanceOf(integration),
	})
}

// leadsTo is where the redirects that follow the form may lead: Intralinks' page may send people on to another host,
// such as that of their own company, which nobody knows beforehand. Without encryption it is a simulator's.
func leadsTo(integration *v1alpha1.IntralinksIntegration) string {
	if host, ok := strings.CutPrefix(connect.AuthorizeURL(integration), "http://"); ok {
		u, err := url.Parse("http://" + host)
		if err == nil {
			return fmt.Sprintf(" http://%s:*", u.Hostname())
		}
	}
	return " https:"
}

// begin uses the ticket up and leads to Intralinks' page.
func (s *Server) begin(w http.ResponseWriter, r *http.Request) {
	if !s.form(w, r) {
		return
	}
	integration, ticket := s.invited(r.Context(), w, r.PostForm)
	if integration == nil {
		return
	}
	key := keyOf(integration)
	in, err := s.Connector.SignIn(r.Context(), integration)
	if err != nil {
		s.notPossible(w, key, err)
		return
	}
	begun, err := s.Desk.Begin(r.Context(), ownerOf(integration), ticket)
	switch {
	case errors.Is(err, errUnknown), errors.Is(err, errUsed), errors.Is(err, errLate):
		deadLink(w, r.PostForm)
		return
	case err != nil:
		s.failed(w, key, err)
		return
	}
	s.Log.Info("sign-in began", "integration", key.String())
	s.changed(key)
	setCookie(w, begun.State, begun.Browser, key)
	w.Header().Set("Content-Security-Policy", policy(leadsTo(integration)))
	http.Redirect(w, r, in.AuthCodeURL(begun.State, begun.Verifier), http.StatusSeeOther) //nolint:gosec // the address is the integration's, held against --allowed-hosts; nothing of the request is in it
}

// deadLink tells how to get a link that works. It says the same of an integration that isn't there.
func deadLink(w http.ResponseWriter, values url.Values) {
	key, ok := parseReference(one(values, "integration"))
	if !ok {
		key = types.NamespacedName{Namespace: "NAMESPACE", Name: "NAME"}
	}
	p := noticePage{
		page: page{Title: "This link can’t be used any more"},
		Text: []string{"A link to sign in works once and for ten minutes. Whoever may change the integration can ask for one:"},
		Command: fmt.Sprintf("kubectl -n %s annotate ili %s \\\n  --overwrite %s=\"$(date +%%s)\"\nkubectl -n %s get ili %s \\\n  -o jsonpath='{.status.signInURL}'",
			key.Namespace, key.Name, v1alpha1.SignInRequestAnnotation, key.Namespace, key.Name),
		After: "The second command shows the link a moment later.",
	}
	status := http.StatusForbidden
	if one(values, "ticket") == "" {
		p.Title, status = "A link is needed to sign in", http.StatusOK
	}
	tell(w, status, p)
}

// notPossible tells why a sign-in can't begin. The ticket stays good.
func (s *Server) notPossible(w http.ResponseWriter, key types.NamespacedName, err error) {
	var problem *connect.Problem
	if !errors.As(err, &problem) {
		s.failed(w, key, err)
		return
	}
	tell(w, http.StatusConflict, noticePage{
		page: page{Title: "The integration isn’t set up yet"}, Text: []string{problem.Message},
		After: "Correct that, then open the link again.",
	})
}
