package intralinks_test

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"dataroom.dev/intralinks-operator/internal/intralinks"
)

const callback = "https://operator.example/auth/callback"

func newFlow(t *testing.T, base string, change ...func(*intralinks.CodeFlowOptions)) *intralinks.CodeFlow {
	t.Helper()
	o := intralinks.CodeFlowOptions{
		Version: intralinks.V2, AuthURL: base, ClientID: apiKey, ClientSecret: apiSecret, RedirectURL: callback,
	}
	for _, f := range change {
		f(&o)
	}
	flow, err := intralinks.NewCodeFlow(o)
	if err != nil {
		t.Fatal(err)
	}
	return flow
}

func asV3(o *intralinks.CodeFlowOptions) {
	o.Version, o.PKCE, o.SendRedirectURI = intralinks.V3, true, true
}

func endingOthers(o *intralinks.CodeFlowOptions) { o.EndOtherSessions = true }

// hasQuery compares the whole query of a URL, each key once.
func hasQuery(t *testing.T, raw, base string, want map[string]string) {
	t.Helper()
	u, err := url.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	got := u.Query()
	for key, value := range want {
		if got.Get(key) != value {
			t.Errorf("%s = %q, want %q", key, got.Get(key), value)
		}
	}
	if len(got) != len(want) {
		t.Errorf("query = %v, want %v", got, want)
	}
	if u.RawQuery = ""; u.String() != base {
		t.Errorf("page = %s, want %s", u, base)
	}
}

// The challenge of the verifier that RFC 7636 takes for its example.
const (
	verifier  = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
	challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
)

func TestAuthCodeURL(t *testing.T) {
	const base = "https://api.intralinks.com"
	hasQuery(t, newFlow(t, base).AuthCodeURL("a state", verifier), base+"/v2/oauth/authorize",
		map[string]string{"client_id": apiKey, "state": "a state"})
	hasQuery(t, newFlow(t, base, endingOthers).AuthCodeURL("s", ""), base+"/v2/oauth/authorize",
		map[string]string{"client_id": apiKey, "state": "s", "endOtherSessions": "true"})
	hasQuery(t, newFlow(t, base+"/", asV3, endingOthers).AuthCodeURL("s", verifier), base+"/v3/apis/il-iam/oauth/authorize",
		map[string]string{
			"client_id": apiKey, "state": "s", "response_type": "code", "redirect_uri": callback,
			"code_challenge": challenge, "code_challenge_method": "S256",
		})
	everything := func(o *intralinks.CodeFlowOptions) {
		o.AuthorizeURL, o.Scope, o.PKCE, o.SendRedirectURI = "https://login.example/go", "a b", true, true
	}
	hasQuery(t, newFlow(t, base, everything).AuthCodeURL("s", verifier), "https://login.example/go",
		map[string]string{
			"client_id": apiKey, "state": "s", "redirect_uri": callback, "scope": "a b",
			"code_challenge": challenge, "code_challenge_method": "S256",
		})
}

func TestCodeFlowIsRefusedWhatItCantWorkWith(t *testing.T) {
	for name, spoil := range map[string]func(*intralinks.CodeFlowOptions){
		"no version":       func(o *intralinks.CodeFlowOptions) { o.Version = "" },
		"no key":           func(o *intralinks.CodeFlowOptions) { o.ClientID = "" },
		"no secret":        func(o *intralinks.CodeFlowOptions) { o.ClientSecret = "" },
		"no base":          func(o *intralinks.CodeFlowOptions) { o.AuthURL = "" },
		"no callback":      func(o *intralinks.CodeFlowOptions) { o.SendRedirectURI, o.RedirectURL = true, "" },
		"page with query":  func(o *intralinks.CodeFlowOptions) { o.AuthorizeURL = "https://a.example/?client_id=x" },
		"token call":       func(o *intralinks.CodeFlowOptions) { o.TokenURL = "ftp://a.example" },
		"revoke with user": func(o *intralinks.CodeFlowOptions) { o.RevokeURL = "https://a@a.example" },
	} {
		o := intralinks.CodeFlowOptions{Version: intralinks.V3, AuthURL: "https://a.example", ClientID: "a", ClientSecret: "b"}
		if _, err := intralinks.NewCodeFlow(o); err != nil {
			t.Fatal(err)
		}
		spoil(&o)
		if _, err := intralinks.NewCodeFlow(o); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// response is an answer in JSON, for transports that make one.
func response(r *http.Request, status int, body string) *http.Response {
	return &http.Response{
		StatusCode: status, Header: http.Header{"Content-Type": {"application/json"}},
		Body: io.NopCloser(strings.NewReader(body)), Request: r,
	}
}

// call is what a service got.
type call struct {
	method, path, authorization string
	form                        url.Values
	body                        string
}

// noting answers every request alike and keeps the last.
func noting(t *testing.T, body string) (base string, last *call) {
	t.Helper()
	last = &call{}
	return serve(t, func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil {
			t.Error(err)
		}
		*last = call{method: r.Method, path: r.URL.String(), authorization: r.Header.Get("Authorization"), form: r.PostForm}
		if r.Header.Get("Content-Type") == "application/json" {
			body, err := io.ReadAll(r.Body)
			if err != nil {
				t.Error(err)
			}
			last.body = string(body)
		}
		reply(200, body)(w, r)
	}), last
}

func TestExchangeV2(t *testing.T) {
	base, got := noting(t, `{"access_token":"at","refresh_token":"rt","token_type":"BearerToken","expires_in":3599,"email":"ada@example.com"}`)
	token, err := newFlow(t, base).Exchange(t.Context(), "a code", verifier)
	if err != nil {
		t.Fatal(err)
	}
	if got.method != http.MethodPost || got.path != "/v2/oauth/token" || got.authorization != "" {
		t.Errorf("%+v", got)
	}
	if form := got.form.Encode(); form != "client_id=abcdef1234567890&client_secret=s3cret-of-the-key&code=a+code&grant_type=authorization_code" {
		t.Errorf("form = %s", form)
	}
	if token.AccessToken != "at" || token.RefreshToken != "rt" || token.Type() != "Bearer" || token.ExpiresIn != 3599 {
		t.Errorf("token = %+v", token)
	}
	if token.Extra("email") != "ada@example.com" || token.Extra("refresh_expires_in") != nil {
		t.Errorf("extras = %v, %v", token.Extra("email"), token.Extra("refresh_expires_in"))
	}
}

func TestExchangeV2WithAllSettings(t *testing.T) {
	base, got := noting(t, `{"access_token":"at","refresh_expires_in":"60"}`)
	flow := newFlow(t, "https://elsewhere.example", endingOthers, func(o *intralinks.CodeFlowOptions) {
		o.TokenURL, o.PKCE, o.SendRedirectURI, o.Scope = base+"/a/token", true, true, "ilservices"
	})
	token, err := flow.Exchange(t.Context(), "c", verifier)
	if err != nil {
		t.Fatal(err)
	}
	want := url.Values{
		"client_id": {apiKey}, "client_secret": {apiSecret}, "grant_type": {"authorization_code"}, "code": {"c"},
		"code_verifier": {verifier}, "redirect_uri": {callback}, "endOtherSessions": {"True"},
	}
	if got.path != "/a/token" || got.form.Encode() != want.Encode() {
		t.Errorf("%s %s", got.path, got.form.Encode())
	}
	if token.RefreshToken != "" || token.Extra("email") != nil || token.Extra("refresh_expires_in") != int64(60) {
		t.Errorf("token = %+v", token)
	}
}

func TestRefreshTellsWhetherTheTokenRotates(t *testing.T) {
	for answer, want := range map[string]string{
		`{"access_token":"at","refresh_token":"new"}`: "new",
		`{"access_token":"at","refresh_token":"old"}`: "old",
		`{"access_token":"at"}`:                       "",
	} {
		base, got := noting(t, answer)
		token, err := newFlow(t, base, endingOthers).Refresh(t.Context(), "old")
		if err != nil {
			t.Fatal(err)
		}
		if token.RefreshToken != want {
			t.Errorf("%s gives %q", answer, token.RefreshToken)
		}
		form := "client_id=abcdef1234567890&client_secret=s3cret-of-the-key&endOtherSessions=True&grant_type=refresh_token&refresh_token=old"
		if got.form.Encode() != form {
			t.Errorf("form = %s", got.form.Encode())
		}
	}
}

func TestRefreshWithoutAToken(t *testing.T) {
	_, err := newFlow(t, "https://nowhere.invalid").Refresh(t.Context(), "")
	wantClass(t, err, intralinks.GrantRefused)
	if !intralinks.Unsent(err) {
		t.Error("nothing was sent")
	}
}

// The lifetime counts from before the request: a slow answer makes it no longer.
func TestExpiryCountsFromBeforeTheRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		flow := newFlow(t, "https://auth.example", func(o *intralinks.CodeFlowOptions) {
			o.HTTPClient = &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
				time.Sleep(30 * time.Second)
				return response(r, 200, `{"access_token":"at","expires_in":3599}`), nil
			})}
		})
		began := time.Now()
		token, err := flow.Exchange(t.Context(), "c", "")
		if err != nil {
			t.Fatal(err)
		}
		if got := token.Expiry.Sub(began); got != 3599*time.Second {
			t.Errorf("lifetime = %v", got)
		}
	})
}

func TestWhatARefusedGrantIsAbout(t *testing.T) {
	for _, tt := range []struct {
		status int
		body   string
		class  intralinks.Class
	}{
		{400, `{"ErrorCode":"invalid_request","Error":"Invalid Authorization Code"}`, intralinks.GrantRefused},
		{400, `{"ErrorCode":"InvalidRequest","Error":"Refresh Token expired"}`, intralinks.GrantRefused},
		{400, `{"error":"invalid_grant"}`, intralinks.GrantRefused},
		{401, `{"error":"invalid_grant"}`, intralinks.GrantRefused},
		{401, `{"ErrorCode":"x","Error":"The token was revoked"}`, intralinks.GrantRefused},
		{403, `{"error":{"code":403,"message":"There was a problem with your account","subcode":"017"}}`, intralinks.GrantRefused},
		{400, ``, intralinks.GrantRefused},
		{401, ``, intralinks.InvalidCredentials},
		{401, `{"_status":{"code":401,"message":"Unauthorized"}}`, intralinks.InvalidCredentials},
		{401, `{"ErrorCode":"invalid_client","Error":"Client credentials are invalid"}`, intralinks.InvalidCredentials},
		{400, `{"ErrorCode":"invalid_request","Error":"invalid or null consumer key: x"}`, intralinks.InvalidCredentials},
		{400, `{"ErrorCode":"invalid_request","Error":"Invalid redirect_uri : oob"}`, intralinks.Permanent},
		{400, `{"error":"unauthorized_client"}`, intralinks.Permanent},
		{400, `{"error":"unsupported_grant_type"}`, intralinks.Permanent},
		{500, `{"fault":{"faultstring":"x","detail":{"errorcode":"policies.ratelimit.QuotaViolation"}}}`, intralinks.Throttled},
		{502, `{}`, intralinks.Transient},
		{404, `{}`, intralinks.Permanent},
		{403, `{"error":{"code":403,"subcode":"018"}}`, intralinks.SessionTaken},
	} {
		f := newFlow(t, serve(t, reply(tt.status, tt.body)))
		_, exchange := f.Exchange(t.Context(), "c", "")
		_, refresh := f.Refresh(t.Context(), "r")
		for _, err := range []error{exchange, refresh} {
			if got := intralinks.ClassOf(err); got != tt.class {
				t.Errorf("HTTP %d %s: class %s, want %s", tt.status, tt.body, got, tt.class)
			}
		}
	}
	firewall := newFlow(t, serve(t, replyAs(403, "text/html", "<html>")))
	_, err := firewall.Refresh(t.Context(), "r")
	wantClass(t, err, intralinks.Denied)
}

// Nothing that was handed in comes back in an error, however short.
func TestNothingHandedInComesBack(t *testing.T) {
	f := newFlow(t, serve(t, reply(400, `{"error":"x","error_description":"no hush no `+apiSecret+` no `+apiKey+`"}`)), withPKCE)
	_, code := f.Exchange(t.Context(), "hush", verifier)
	_, verifies := f.Exchange(t.Context(), "c", "hush")
	_, refresh := f.Refresh(t.Context(), "hush")
	for _, err := range []error{code, verifies, refresh, f.Revoke(t.Context(), "hush")} {
		e := asError(t, err)
		for _, secret := range []string{"hush", apiSecret, apiKey} {
			if strings.Contains(e.Error()+e.Message+e.SubCode, secret) {
				t.Errorf("%+v holds %s", e, secret)
			}
		}
		if !strings.Contains(e.Message, "[redacted]") {
			t.Errorf("message %q", e.Message)
		}
	}
}

func TestTheCallsOfASignInAreNamed(t *testing.T) {
	var got []string
	for _, version := range []func(*intralinks.CodeFlowOptions){asV2, asV3} {
		f := newFlow(t, "https://auth.example", version, func(o *intralinks.CodeFlowOptions) {
			o.HTTPClient = &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
				got = append(got, intralinks.OperationOf(r.Context()))
				return response(r, 500, ""), nil
			})}
		})
		_, exchange := f.Exchange(t.Context(), "c", "")
		_, refresh := f.Refresh(t.Context(), "r")
		for _, err := range []error{exchange, refresh, f.Revoke(t.Context(), "a")} {
			got = append(got, asError(t, err).Op)
		}
	}
	const each = "ExchangeCode RefreshToken RevokeToken"
	if want := strings.Join([]string{each, each, each, each}, " "); strings.Join(got, " ") != want {
		t.Errorf("operations = %v", got)
	}
}
