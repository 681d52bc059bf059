package intralinks

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// tokenParameters are all that the V2 token call takes (Intralinks developer
// portal; refresh_token and redirect_uri are standard OAuth).
var tokenParameters = []string{
	"grant_type", "client_id", "client_secret", "endOtherSessions", "code", "email", "password", "refresh_token", "redirect_uri",
}

// tokenV2 is POST /v2/oauth/token: its parameters may be in the query or in a form,
// but e-mail and password are taken from the form only.
func (s *Server) tokenV2(w http.ResponseWriter, r *http.Request) {
	known := tokenParameters
	if s.pkce(false) != "unknown" {
		known = slices.Concat(known, []string{"code_verifier"})
	}
	if !s.parseForm(w, r, known) {
		return
	}
	app, ok := s.client(w, r.Form)
	if !ok {
		return
	}
	switch grant := r.Form.Get("grant_type"); {
	case grant == "client_credentials" && s.control.Bool("clientCredentials"):
		s.grantPassword(w, r, app)
	case grant == "refresh_token" && s.control.Bool("refreshGrant"):
		s.grantRefresh(w, r, app)
	case grant == "authorization_code":
		s.grantCode(w, r, app)
	default:
		failClient(w, http.StatusBadRequest, "unsupported_grant_type", "the grant type is unknown or not enabled")
	}
}

// parseForm reads query and form, and in strict mode refuses unknown parameters.
func (s *Server) parseForm(w http.ResponseWriter, r *http.Request, known []string) bool {
	if err := r.ParseForm(); err != nil {
		failClient(w, http.StatusBadRequest, "invalid_request", "the form cannot be read")
		return false
	}
	if !s.control.Bool("strict") {
		return true
	}
	for name := range r.Form {
		if !slices.Contains(known, name) {
			failClient(w, http.StatusBadRequest, "invalid_request", "strict mode of the simulator: no evidence for the parameter "+name)
			return false
		}
	}
	return true
}

// client checks client_id and client_secret for V2.
func (s *Server) client(w http.ResponseWriter, form url.Values) (App, bool) {
	key := form.Get("client_id")
	s.mu.Lock()
	app, known := s.apps[key]
	s.mu.Unlock()
	if !known || !app.allows("v2") {
		failUnknownKey(w, key)
		return App{}, false
	}
	if form.Get("client_secret") != app.Secret {
		status, _ := strconv.Atoi(s.control.Get("wrongSecret")) // one of its values
		failClient(w, status, "invalid_client", "the client credentials are invalid")
		return App{}, false
	}
	return app, true
}

// failUnknownKey refuses an API key that the version of sign-in does not know (Intralinks Python SDK, for V2).
func failUnknownKey(w http.ResponseWriter, key string) {
	if key == "" {
		key = "null"
	}
	failClient(w, http.StatusBadRequest, "invalid_request", "invalid or null consumer key: "+key)
}

// grantPassword signs a service account in.
func (s *Server) grantPassword(w http.ResponseWriter, r *http.Request, app App) {
	account := strings.ToLower(r.PostForm.Get("email"))
	if !s.knows(account, r.PostForm.Get("password")) {
		failSignIn(w, "017", "The e-mail address or the password is not valid.")
		return
	}
	s.issueV2(w, r, &session{app: app.Key, account: account}, nil)
}

// knows tells whether a password is that of an account which isn't locked.
func (s *Server) knows(account, password string) bool {
	most := s.control.Int("lockAfter")
	s.mu.Lock()
	defer s.mu.Unlock()
	known, ok := s.accounts[account]
	if !ok || (most > 0 && s.failures[account] >= most) {
		return false
	}
	if known.Password != password {
		s.failures[account]++
		return false
	}
	delete(s.failures, account)
	return true
}

// issueV2 opens the session x, in place of an old one if there is one, and answers
// with its tokens.
func (s *Server) issueV2(w http.ResponseWriter, r *http.Request, x, old *session) {
	ttl := s.control.Duration("tokenTTL")
	switch s.open(x, old, ttl, strings.EqualFold(r.Form.Get("endOtherSessions"), "true")) {
	case signedInElsewhere:
		failSignIn(w, "018", "The user is signed in elsewhere.")
		return
	case overtaken:
		s.failGrant(w, "Invalid Refresh Token")
		return
	case opened:
	}
	answer := object{
		"access_token": x.access,
		"token_type":   "BearerToken",
		"expires_in":   int64(ttl / time.Second),
		"email":        x.account,
	}
	if refresh := s.told(x, old != nil); refresh != "" {
		answer["refresh_token"] = refresh
	}
	if x.refresh != "" && s.control.Bool("refreshLifetime") {
		answer["refresh_expires_in"] = int64(x.refreshExpires.Sub(x.opened) / time.Second)
	}
	if s.control.Bool("signInFlags") {
		answer["flags"] = []object{{"name": "NEW"}}
	}
	writeJSON(w, http.StatusOK, answer)
}
