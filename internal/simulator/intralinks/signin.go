package intralinks

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
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
		failSignIn(w, http.StatusForbidden, "017", "The code is not valid.")
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
		if key == "" {
			key = "null"
		}
		failClient(w, http.StatusBadRequest, "invalid_request", "invalid or null consumer key: "+key)
		return App{}, false
	}
	if form.Get("client_secret") != app.Secret {
		status, _ := strconv.Atoi(s.control.Get("wrongSecret")) // one of its values
		failClient(w, status, "invalid_client", "the client credentials are invalid")
		return App{}, false
	}
	return app, true
}

// grantPassword signs a service account in.
func (s *Server) grantPassword(w http.ResponseWriter, r *http.Request, app App) {
	account := strings.ToLower(r.PostForm.Get("email"))
	s.mu.Lock()
	known, ok := s.accounts[account]
	s.mu.Unlock()
	if !ok || known.Password != r.PostForm.Get("password") {
		failSignIn(w, http.StatusForbidden, "017", "The e-mail address or the password is not valid.")
		return
	}
	s.issueV2(w, r, &session{app: app.Key, account: account}, nil)
}

// grantRefresh renews a pair of tokens; the old pair ends.
func (s *Server) grantRefresh(w http.ResponseWriter, r *http.Request, app App) {
	s.mu.Lock()
	old := s.sessions.byRefresh[r.Form.Get("refresh_token")]
	valid := old != nil && old.app == app.Key && old.ended == "" && s.nowLocked().Before(old.refreshExpires)
	s.mu.Unlock()
	if !valid {
		failSignIn(w, http.StatusForbidden, "017", "The refresh token is not valid.")
		return
	}
	s.issueV2(w, r, &session{app: app.Key, account: old.account}, old)
}

// issueV2 opens the session x, in place of an old one if there is one, and answers
// with its tokens.
func (s *Server) issueV2(w http.ResponseWriter, r *http.Request, x, old *session) {
	ttl := s.control.Duration("tokenTTL")
	if !s.open(x, old, ttl, strings.EqualFold(r.Form.Get("endOtherSessions"), "true")) {
		failSignIn(w, http.StatusForbidden, "018", "The user is signed in elsewhere.")
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
	writeJSON(w, http.StatusOK, answer)
}

// open starts a session unless the single-session rule forbids it.
func (s *Server) open(x, old *session, ttl time.Duration, endOthers bool) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.nowLocked()
	if s.control.Get("sessions") == "single" && !x.v3 {
		if !endOthers && s.sessions.liveOf(x.account, now, nil) {
			return false
		}
		s.sessions.end(x.account, taken)
	}
	x.entered = map[int64]bool{}
	if old != nil {
		old.ended = revoked
		if s.control.Bool("refreshKeepsEntry") {
			x.entered = old.entered
		}
	}
	x.access = s.secretLocked(28)
	if x.v3 && s.control.Get("v3Token") == "jwt" {
		x.access = s.secretLocked(120) + "." + s.secretLocked(400) + "." + s.secretLocked(342)
	}
	if s.control.Bool("refreshGrant") || x.v3 {
		x.refresh = s.secretLocked(32)
	}
	x.expires, x.refreshExpires, x.lastUsed = now.Add(ttl), now.Add(s.control.Duration("refreshTTL")), now
	s.sessions.add(x)
	s.stats.TokensIssued++
	return true
}

// revoke is PUT /v2/oauth/revoke, by form or by query, with a bearer as well.
func (s *Server) revoke(w http.ResponseWriter, r *http.Request) {
	s.signedIn(func(c *call) {
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

// tokenV3 is POST /v3/apis/il-iam/oauth/token: the application as Basic credentials
// and a JSON body with the grant (C# demo of 2024).
func (s *Server) tokenV3(w http.ResponseWriter, r *http.Request) {
	if err := s.checkV3Body(r); err != nil {
		s.failV3(w, http.StatusBadRequest, err.Error())
		return
	}
	key, secret, _ := r.BasicAuth()
	s.mu.Lock()
	app, known := s.apps[key]
	s.mu.Unlock()
	if !known || !app.allows("v3") || app.Secret != secret {
		s.failV3(w, http.StatusUnauthorized, "The client credentials are not valid")
		return
	}
	x := &session{app: app.Key, account: "app:" + app.Key, v3: true}
	ttl := s.control.Duration("tokenTTL")
	s.open(x, nil, ttl, false) // the single-session rule is one of V2
	data := object{
		"id": "5f0c1a52-" + x.access[:4], "principalKind": "SERVICE_ACCOUNT", "accessToken": x.access,
		"refreshToken": x.refresh, "providerId": "il-iam", "createdBy": "il-iam",
	}
	if s.control.Get("v3Lifetime") == "expiresIn" {
		data["expiresIn"] = int64(ttl / time.Second)
	}
	writeJSON(w, http.StatusOK, object{
		"_links":  object{"self": object{"href": r.URL.Path}},
		"data":    data,
		"_status": object{"code": http.StatusOK, "message": "OK"},
	})
}

func (s *Server) checkV3Body(r *http.Request) error {
	if kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";"); kind != "application/json" {
		return errors.New("the Content-Type has to be application/json")
	}
	if s.control.Bool("strict") && r.URL.RawQuery != "" {
		return errors.New("strict mode of the simulator: no evidence for a query")
	}
	var body struct {
		Data struct {
			GrantType string `json:"grant_type"`
		} `json:"data"`
	}
	if err := s.decode(r, &body); err != nil {
		return fmt.Errorf("the body cannot be read: %w", err)
	}
	if body.Data.GrantType != "client_credentials" {
		return errors.New("data.grant_type is unknown or not enabled")
	}
	return nil
}

// decode reads one JSON value, in strict mode without unknown fields.
func (s *Server) decode(r *http.Request, into any) error {
	dec := json.NewDecoder(r.Body)
	if s.control.Bool("strict") {
		dec.DisallowUnknownFields()
	}
	if err := dec.Decode(into); err != nil {
		return err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return errors.New("there is something behind the JSON value")
	}
	return nil
}

// failV3 answers a refused V3 sign-in; its real shape is not known.
func (s *Server) failV3(w http.ResponseWriter, status int, message string) {
	switch s.control.Get("v3Error") {
	case "fault":
		failGateway(w, status, message, "oauth.v2.InvalidClient")
	case "errorCode":
		failClient(w, status, "invalid_client", message)
	default:
		writeJSON(w, status, object{"_status": object{"code": status, "message": message}})
	}
}
