package intralinks

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

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
		} {
			token, err := fetch(t.Context())
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
