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
// portal; refresh_token is standard OAuth).
var tokenParameters = []string{
	"grant_type", "client_id", "client_secret", "endOtherSessions", "code", "email", "password", "refresh_token",
}

// tokenV2 is POST /v2/oauth/token: its parameters may be in the query or in a form,
// but e-mail and password are taken from the form only.
func (s *Server) tokenV2(w http.ResponseWriter, r *http.Request) {
	if !s.parseForm(w, r, tokenParameters) {
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
		failSignIn(w, "017", "The code is not valid.")
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

// grantRefresh renews a pair of tokens; the old pair ends.
func (s *Server) grantRefresh(w http.ResponseWriter, r *http.Request, app App) {
	s.mu.Lock()
	old := s.sessions.byRefresh[r.Form.Get("refresh_token")]
	valid := old != nil && old.app == app.Key && old.ended == "" && s.nowLocked().Before(old.refreshExpires)
	s.mu.Unlock()
	if !valid {
		failSignIn(w, "017", "The refresh token is not valid.")
		return
	}
	s.issueV2(w, r, &session{app: app.Key, account: old.account}, old)
}

// issueV2 opens the session x, in place of an old one if there is one, and answers
// with its tokens.
func (s *Server) issueV2(w http.ResponseWriter, r *http.Request, x, old *session) {
	ttl := s.control.Duration("tokenTTL")
	if !s.open(x, old, ttl, strings.EqualFold(r.Form.Get("endOtherSessions"), "true")) {
		failSignIn(w, "018", "The user is signed in elsewhere.")
		return
	}
	answer := object{
		"access_token": x.access,
		"token_type":   "BearerToken",
		"expires_in":   int64(ttl / time.Second),
		"email":        x.account,
	}
	if x.refresh != "" {
		answer["refresh_token"] = x.refresh
	}
	if s.control.Bool("signInFlags") {
		answer["flags"] = []object{{"name": "NEW"}}
	}
	writeJSON(w, http.StatusOK, answer)
}

// revoke is PUT /v2/oauth/revoke, by form or by query, with a bearer as well.
func (s *Server) revoke(w http.ResponseWriter, r *http.Request) {
	s.signedIn(func(*call) {
		if !s.parseForm(w, r, []string{"token", "client_id", "client_secret"}) {
			return
		}
		if _, ok := s.client(w, r.Form); !ok {
			return
		}
		token := r.Form.Get("token")
		s.mu.Lock()
		x := s.sessions.byAccess[token]
		if x == nil {
			x = s.sessions.byRefresh[token]
		}
		if x != nil {
			x.ended = revoked
		}
		s.mu.Unlock()
		if x == nil {
			failToken(w, "Bearer "+token)
			return
		}
		writeJSON(w, http.StatusOK, object{"message": "The token has been revoked", "token": token, "cascade": "true"})
	})(w, r)
}
