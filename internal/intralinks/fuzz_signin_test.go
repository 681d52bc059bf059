package intralinks

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"dataroom.dev/intralinks-operator/internal/bearer"
)

// Whatever a server answers to a sign-in, it becomes a token that a header can bear, with an end in sight, or
// an error without key, secret, account or token in it.
func FuzzSignIn(f *testing.F) {
	for _, seed := range []struct {
		status            int
		contentType, body string
	}{
		{200, "application/json", `{"access_token":"at","token_type":"BearerToken","expires_in":3599,"email":"a@example.com","flags":[{"name":"NEW"}]}`},
		{200, "application/json", `{"_links":{"self":{"href":"/"}},"data":{"accessToken":"at","refreshToken":"rt","expiresIn":"900"},"_status":{"code":200}}`},
		{200, "application/json", `{"data":{"accessToken":"at"},"expires_in":-1}`}, {200, "application/json", `{"access_token":12,"expires_in":1e99}`},
		{200, "application/json", `{"access_token":"a\nb"}`}, {200, "application/json", `{"data":null}`}, {200, "application/json", `{"data":[]}`},
		{200, "application/json", `{"access_token":"at","error":"invalid_grant","error_description":"hunter2hunter2"}`},
		{400, "application/json", `{"ErrorCode":"invalid_request","Error":"invalid or null consumer key: hunter2hunter2","Hint":"x"}`},
		{401, "application/json", `{"status":"Unauthorized","error":{"code":401,"description":"hunter2hunter2"}}`},
		{403, "application/json", `{"status":{"code":403,"subcode":"018"},"errors":[{"code":403,"subCode":"018","message":"hunter2hunter2"}]}`},
		{500, "application/json", `{"access_token":"at"}`}, {200, "application/json", `{"access_token":"at","expires_in":9000000000}`},
		{200, "application/json", `{"access_token":"at","refresh_token":"rt","refresh_expires_in":2592000,"email":"a@example.com"}`},
		{200, "application/json", `{"data":{"accessToken":"at","refreshToken":7,"refreshTokenExpiresIn":"1e9","email":{}}}`},
		{400, "application/json", `{"ErrorCode":"invalid_request","Error":"Invalid Authorization Code hunter2hunter2"}`},
		{404, "text/html", `<html><title>Your request cannot be completed</title></html>`}, {429, "", ""}, {302, "", ""}, {200, "text/html", "<html>"},
	} {
		f.Add(seed.status, seed.contentType, seed.body)
	}
	f.Fuzz(func(t *testing.T, status int, contentType, body string) {
		if status < 200 || status > 599 {
			return // no answer, says net/http
		}
		hc := &http.Client{Transport: transport(func(*http.Request) (int, string, string) { return status, contentType, body })}
		for version, fetch := range map[string]bearer.Fetch{
			"v2": ClientCredentialsV2("https://auth.example", secret, secret, secret, secret, false, hc),
			"v3": ClientCredentialsV3("https://auth.example", secret, secret, hc),

			"v2 code":    fuzzedFlow(t, V2, hc).exchange,
			"v3 code":    fuzzedFlow(t, V3, hc).exchange,
			"v2 refresh": fuzzedFlow(t, V2, hc).refresh,
			"v3 refresh": fuzzedFlow(t, V3, hc).refresh,
		} {
			token, err := fetch(t.Context())
			if err == nil {
				checkSecondToken(t, version, body, token)
			}
			if err != nil {
				e := &Error{}
				if own, ok := err.(*Error); ok { //nolint:errorlint // it is promised to be one as it is
					e = own
				}
				checkError(t, e)
				continue
			}
			if lifetime := time.Until(token.Expiry); lifetime <= 0 || lifetime > maxLifetime*time.Second {
				t.Errorf("%s: %q gives a token for %v", version, body, lifetime)
			}
			if status/100 != 2 || !strings.Contains(texts(body), token.AccessToken) || token.AccessToken == "" {
				t.Errorf("%s: status %d with %q gives the token %q", version, status, body, token.AccessToken)
			}
			for _, r := range token.AccessToken {
				if r <= ' ' || r == 0x7f {
					t.Errorf("%s: no header bears the token %q", version, token.AccessToken)
				}
			}
		}
	})
}

// fuzzed is a CodeFlow whose calls are those of a bearer.Fetch.
type fuzzed struct{ *CodeFlow }

func fuzzedFlow(t *testing.T, version string, hc *http.Client) fuzzed {
	t.Helper()
	flow, err := NewCodeFlow(CodeFlowOptions{
		Version: version, AuthURL: "https://auth.example", ClientID: secret, ClientSecret: secret, PKCE: true, HTTPClient: hc,
	})
	if err != nil {
		t.Fatal(err)
	}
	return fuzzed{flow}
}

func (f fuzzed) exchange(ctx context.Context) (*oauth2.Token, error) {
	return f.Exchange(ctx, secret, secret)
}

func (f fuzzed) refresh(ctx context.Context) (*oauth2.Token, error) { return f.Refresh(ctx, secret) }

// checkSecondToken holds what a token says beside its access token to the answer, and to the types that are promised.
func checkSecondToken(t *testing.T, version, body string, token *oauth2.Token) {
	t.Helper()
	if !strings.Contains(texts(body), token.RefreshToken) {
		t.Errorf("%s: %q gives the refresh token %q", version, body, token.RefreshToken)
	}
	switch email := token.Extra("email").(type) {
	case nil:
	case string:
		if email == "" || !strings.Contains(texts(body), email) {
			t.Errorf("%s: %q gives the account %q", version, body, email)
		}
	default:
		t.Errorf("%s: an account of type %T", version, email)
	}
	switch seconds := token.Extra("refresh_expires_in").(type) {
	case nil:
	case int64:
		if seconds <= 0 || seconds > maxLifetime {
			t.Errorf("%s: a refresh token for %d s", version, seconds)
		}
	default:
		t.Errorf("%s: a lifetime of type %T", version, seconds)
	}
}

// texts are all strings and numbers of a JSON value, in one.
func texts(body string) string {
	dec := json.NewDecoder(strings.NewReader(body))
	dec.UseNumber()
	var all strings.Builder
	for {
		token, err := dec.Token()
		if err != nil {
			return all.String()
		}
		switch token := token.(type) {
		case string:
			all.WriteString(token + "\n")
		case json.Number:
			all.WriteString(token.String() + "\n")
		}
	}
}
