package intralinks

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// grantV3 is what a V3 token call asks for. That grants other than
// client_credentials put their parameters here is inferred.
type grantV3 struct {
	Data struct {
		GrantType    string `json:"grant_type"`
		Code         string `json:"code"`
		RedirectURI  string `json:"redirect_uri"`
		CodeVerifier string `json:"code_verifier"`
		RefreshToken string `json:"refresh_token"`
	} `json:"data"`
}

// tokenV3 is POST /v3/apis/il-iam/oauth/token: the application as Basic credentials
// and a JSON body with the grant (C# demo of 2024).
func (s *Server) tokenV3(w http.ResponseWriter, r *http.Request) {
	var grant grantV3
	if err := s.decodeV3(r, &grant); err != nil {
		s.failV3(w, http.StatusBadRequest, err.Error())
		return
	}
	if !s.enabledV3(grant) {
		s.failV3(w, http.StatusBadRequest, "data.grant_type is unknown or not enabled")
		return
	}
	app, ok := s.clientV3(w, r)
	if !ok {
		return
	}
	x, old, refusal := s.grantedV3(app, grant)
	if refusal != "" {
		s.failGrantV3(w, refusal)
		return
	}
	s.issueV3(w, r, x, old)
}

// decodeV3 reads the body of a V3 call.
func (s *Server) decodeV3(r *http.Request, into any) error {
	if !isJSON(r) {
		return errors.New("the Content-Type has to be application/json")
	}
	if s.control.Bool("strict") && r.URL.RawQuery != "" {
		return errors.New("strict mode of the simulator: no evidence for a query")
	}
	if err := s.decode(r, into); err != nil {
		return fmt.Errorf("the body cannot be read: %w", err)
	}
	return nil
}

// enabledV3 tells whether there is such a grant, and nothing with it that belongs to
// another.
func (s *Server) enabledV3(grant grantV3) bool {
	d := grant.Data
	if !s.control.Bool("strict") {
		return d.GrantType == "client_credentials" || s.control.Bool("v3CodeFlow") && (d.GrantType == "authorization_code" || d.GrantType == "refresh_token")
	}
	ofCode, ofRefresh := d.Code+d.RedirectURI+d.CodeVerifier != "", d.RefreshToken != ""
	switch d.GrantType {
	case "client_credentials":
		return !ofCode && !ofRefresh
	case "authorization_code":
		return !ofRefresh && s.control.Bool("v3CodeFlow") && (d.CodeVerifier == "" || s.pkce(true) != "unknown")
	case "refresh_token":
		return !ofCode && s.control.Bool("v3CodeFlow")
	}
	return false
}

// clientV3 checks the application of a V3 call.
func (s *Server) clientV3(w http.ResponseWriter, r *http.Request) (App, bool) {
	key, secret, _ := r.BasicAuth()
	s.mu.Lock()
	app, known := s.apps[key]
	s.mu.Unlock()
	known = known && app.allows("v3")
	if !known && s.control.Get("v3Error") == "errorCode" {
		failUnknownKey(w, key)
		return App{}, false
	}
	if !known || app.Secret != secret {
		status, _ := strconv.Atoi(s.control.Get("v3ErrorStatus")) // one of its values
		s.failV3(w, status, "The client credentials are not valid")
		return App{}, false
	}
	return app, true
}

// grantedV3 is the session that a grant is good for, and the one that it takes the
// place of, if any.
func (s *Server) grantedV3(app App, grant grantV3) (x, old *session, refusal string) {
	d := grant.Data
	switch d.GrantType {
	case "authorization_code":
		x, refusal = s.redeem(app, true, url.Values{"code": {d.Code}, "redirect_uri": {d.RedirectURI}, "code_verifier": {d.CodeVerifier}})
		return x, nil, refusal
	case "refresh_token":
		if old, refusal = s.refreshable(app, true, d.RefreshToken); refusal != "" {
			return nil, nil, refusal
		}
		return &session{app: app.Key, account: old.account, v3: true, person: old.person}, old, ""
	}
	return &session{app: app.Key, account: "app:" + app.Key, v3: true}, nil, ""
}

// issueV3 opens the session x and answers with its tokens.
func (s *Server) issueV3(w http.ResponseWriter, r *http.Request, x, old *session) {
	ttl := s.control.Duration("tokenTTL")
	switch s.open(x, old, ttl, false) {
	case signedInElsewhere:
		failSignIn(w, "018", "The user is signed in elsewhere.")
		return
	case overtaken:
		s.failGrantV3(w, "Invalid Refresh Token")
		return
	case opened:
	}
	data := object{
		"id": fmt.Sprintf("5f0c1a52-%04d", s.Stats().TokensIssued), "principalKind": "SERVICE_ACCOUNT", "accessToken": x.access,
		"providerId": "il-iam", "createdBy": "il-iam",
	}
	if refresh := s.told(x, old != nil); refresh != "" {
		data["refreshToken"] = refresh
	}
	if x.person {
		data["principalKind"] = "USER"
		if s.control.Bool("v3Email") {
			data["email"] = x.account
		}
	}
	if s.control.Get("v3Lifetime") == "expiresIn" {
		data["expiresIn"] = int64(ttl / time.Second)
	}
	if s.control.Bool("refreshLifetime") {
		data["refreshExpiresIn"] = int64(x.refreshExpires.Sub(x.opened) / time.Second)
	}
	writeJSON(w, http.StatusOK, object{
		"_links":  object{"self": object{"href": r.URL.Path}},
		"data":    data,
		"_status": object{"code": http.StatusOK, "message": "OK"},
	})
}

func isJSON(r *http.Request) bool {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return err == nil && kind == "application/json"
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
		s.failGateway(w, status, message, "oauth.v2.InvalidClient")
	case "errorCode":
		failClient(w, status, "invalid_client", message)
	default:
		writeJSON(w, status, object{"_status": object{"code": status, "message": message}})
	}
}

// failGrantV3 answers a code or a refresh token of V3 that is not good, in the shape
// that failV3 has for an application.
func (s *Server) failGrantV3(w http.ResponseWriter, message string) {
	switch s.control.Get("v3Error") {
	case "fault":
		s.failGateway(w, http.StatusBadRequest, message, "keymanagement.service.invalid_grant")
	case "errorCode":
		failGrantByCode(w, message)
	default:
		s.failV3(w, http.StatusBadRequest, message)
	}
}
