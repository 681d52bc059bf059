package intralinks

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"time"
)

// dialect lets oauth2 speak to the token call of either version: it takes the
// standard request, sends it as the version wants it, judges the answer, and
// gives it back in the standard form. Every error of it is an *Error.
type dialect struct {
	flow *CodeFlow
	op   string
}

// RoundTrip implements http.RoundTripper.
func (d dialect) RoundTrip(req *http.Request) (*http.Response, error) {
	form, err := formOf(req)
	if err != nil {
		return nil, &Error{Op: d.op, Class: Permanent, Err: err, unsent: true}
	}
	s, read := d.flow.signInV2(form), readV2Token
	if d.flow.o.Version == V3 {
		s, read = d.flow.signInV3(form), readV3Token
	}
	s.op, s.url, s.client = d.op, req.URL.String(), d.flow.client
	for _, secret := range []string{"code", "code_verifier", "refresh_token"} {
		s.secrets = append(s.secrets, form.Get(secret))
	}
	found, err := s.ask(req.Context(), read)
	if err != nil {
		return nil, err
	}
	return found.standard(req), nil
}

// formOf reads the parameters that oauth2 wrote.
func formOf(req *http.Request) (url.Values, error) {
	if req.Body == nil {
		return nil, errors.New("a token request without parameters")
	}
	defer func() { _ = req.Body.Close() }()
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return nil, err
	}
	return url.ParseQuery(string(body))
}

// signInV2 is a token call of V2: a form, the application in it.
func (f *CodeFlow) signInV2(form url.Values) signIn {
	if f.endsOtherSessions() {
		form.Set("endOtherSessions", "True") // the portal's spelling
	}
	return signIn{
		header:  http.Header{"Content-Type": {"application/x-www-form-urlencoded"}},
		body:    []byte(form.Encode()),
		secrets: []string{f.o.ClientSecret, f.o.ClientID},
	}
}

// signInV3 is a token call of V3, with the envelope that was seen for service
// accounts (C# demo); that other grants put their parameters beside grant_type
// is inferred.
func (f *CodeFlow) signInV3(form url.Values) signIn {
	data := map[string]string{}
	for name := range form {
		if name != "client_id" && name != "client_secret" {
			data[name] = form.Get(name)
		}
	}
	return f.callV3(data)
}

// callV3 is a call of V3 with the application as Basic credentials.
func (f *CodeFlow) callV3(data map[string]string) signIn {
	basic := base64.StdEncoding.EncodeToString([]byte(f.o.ClientID + ":" + f.o.ClientSecret))
	body, _ := json.Marshal(map[string]any{"data": data}) // of texts, so it can't fail
	return signIn{
		header:  http.Header{"Authorization": {"Basic " + basic}, "Content-Type": {"application/json"}},
		body:    body,
		secrets: []string{basic, f.o.ClientSecret, f.o.ClientID},
	}
}

// standard is the answer as RFC 6749 has it.
func (a tokenAnswer) standard(req *http.Request) *http.Response {
	keys := map[string]any{
		"access_token": a.access, "token_type": "Bearer", "expires_in": int64(a.lifetime / time.Second),
	}
	if a.refresh != "" {
		keys["refresh_token"] = a.refresh
	}
	if a.email != "" {
		keys["email"] = a.email
	}
	if a.refreshLifetime > 0 {
		keys["refresh_expires_in"] = int64(a.refreshLifetime / time.Second)
	}
	body, _ := json.Marshal(keys) // of texts and numbers
	return &http.Response{
		Status: "200 OK", StatusCode: http.StatusOK, Proto: req.Proto, ProtoMajor: req.ProtoMajor, ProtoMinor: req.ProtoMinor,
		Header: http.Header{"Content-Type": {"application/json"}},
		Body:   io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)), Request: req,
	}
}
