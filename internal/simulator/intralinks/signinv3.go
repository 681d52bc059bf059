package intralinks

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"time"
)

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
	if (!known || !app.allows("v3")) && s.control.Get("v3Error") == "errorCode" {
		failUnknownKey(w, key)
		return
	}
	if !known || !app.allows("v3") || app.Secret != secret {
		status, _ := strconv.Atoi(s.control.Get("v3ErrorStatus")) // one of its values
		s.failV3(w, status, "The client credentials are not valid")
		return
	}
	x := &session{app: app.Key, account: "app:" + app.Key, v3: true}
	ttl := s.control.Duration("tokenTTL")
	if !s.open(x, nil, ttl, false) {
		failSignIn(w, "018", "The user is signed in elsewhere.")
		return
	}
	data := object{
		"id": fmt.Sprintf("5f0c1a52-%04d", s.Stats().TokensIssued), "principalKind": "SERVICE_ACCOUNT", "accessToken": x.access,
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
	if !isJSON(r) {
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
