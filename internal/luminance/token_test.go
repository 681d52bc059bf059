package luminance_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"dataroom.dev/intralinks-operator/internal/luminance"
)

const secret = "s3cret/with+odd=characters"

func tokenServer(t *testing.T, h http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}

func TestTokenRequest(t *testing.T) {
	var got *http.Request
	var form string
	base := tokenServer(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got, form = r, string(body)
		_, _ = io.WriteString(w, `{"access_token":"abc","token_type":"BearerToken","expires_in":3600}`)
	})
	token, err := luminance.ClientCredentials(base, "operator", secret, nil)(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	id, password, basic := got.BasicAuth()
	if got.Method != "POST" || got.URL.Path != "/auth/oauth2/token" || got.URL.RawQuery != "" {
		t.Errorf("sent %s %s", got.Method, got.URL)
	}
	if !basic || id != "operator" || password != secret {
		t.Errorf("Basic authorization of %q, %q", id, password)
	}
	if got.Header.Get("Content-Type") != "application/x-www-form-urlencoded" || form != "grant_type=client_credentials" {
		t.Errorf("form %q as %q", form, got.Header.Get("Content-Type"))
	}
	if token.AccessToken != "abc" || token.Type() != "Bearer" {
		t.Errorf("token %q of type %q", token.AccessToken, token.Type())
	}
}

func TestTokenLifetime(t *testing.T) {
	for answer, want := range map[string]time.Duration{
		`{"access_token":"a","expires_in":3600}`:                    time.Hour,
		`{"access_token":"a","expires_in":"1800"}`:                  30 * time.Minute,
		`{"access_token":"a","expires_in":90.0}`:                    90 * time.Second,
		`{"access_token":"a"}`:                                      50 * time.Minute,
		`{"access_token":"a","expires_in":null}`:                    50 * time.Minute,
		`{"access_token":"a","expires_in":0}`:                       50 * time.Minute,
		`{"access_token":"a","expires_in":-5}`:                      50 * time.Minute,
		`{"access_token":"a","expires_in":9000000000000}`:           365 * 24 * time.Hour,
		`{"access_token":"a","expires_in":600,"scope":["x"],"x":1}`: 10 * time.Minute,
	} {
		base := tokenServer(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, answer) })
		before := time.Now()
		token, err := luminance.ClientCredentials(base, "id", "secret", nil)(t.Context())
		if err != nil {
			t.Errorf("%s: %v", answer, err)
			continue
		}
		if token.Expiry.Before(before.Add(want)) || token.Expiry.After(time.Now().Add(want)) {
			t.Errorf("%s: lifetime %v, want %v", answer, token.Expiry.Sub(before), want)
		}
	}
}

func TestTokenRefusals(t *testing.T) {
	for _, c := range []struct {
		status int
		body   string
		class  luminance.Class
	}{
		{401, ``, luminance.InvalidCredentials},
		{401, `{"error":"invalid_client","error_description":"the secret ` + secret + ` is wrong"}`, luminance.InvalidCredentials},
		{400, `{"error":"invalid_client"}`, luminance.InvalidCredentials},
		{400, `{"error":"unauthorized_client"}`, luminance.InvalidCredentials},
		{400, `{"error":"invalid_request"}`, luminance.Invalid},
		{400, `client_secret=` + secret, luminance.Invalid},
		{403, ``, luminance.Forbidden},
		{404, `<html>`, luminance.NotFound},
		{429, ``, luminance.RateLimited},
		{503, ``, luminance.Transient},
		{200, `{}`, luminance.Invalid},
		{200, `<html>sign in</html>`, luminance.Invalid},
		{302, ``, luminance.Invalid},
	} {
		requests := 0
		base := tokenServer(t, func(w http.ResponseWriter, r *http.Request) {
			requests++
			if c.status == 302 {
				w.Header().Set("Location", "/elsewhere")
			}
			w.WriteHeader(c.status)
			_, _ = io.WriteString(w, c.body)
		})
		_, err := luminance.ClientCredentials(base, "operator", secret, nil)(t.Context())
		e := wantClass(t, err, c.class)
		if e.Op != "Token" || e.Uncertain {
			t.Errorf("%d: error %+v", c.status, e)
		}
		wantNoneOf(t, err.Error(), secret, "operator,")
		if requests != 1 {
			t.Errorf("%d: %d requests, want 1", c.status, requests)
		}
	}
}

// The class of a sign-in that failed is that of the call that needed it.
func TestBadCredentialsSurfaceInEveryCall(t *testing.T) {
	i := answering(t, http.StatusOK, "")
	i.tokenStatus = http.StatusUnauthorized
	for _, call := range calls {
		err := call.call(t.Context(), i.client(t))
		if e := wantClass(t, err, luminance.InvalidCredentials); e.Op != call.op || e.Uncertain {
			t.Errorf("%s: error %+v", call.op, e)
		}
	}
}

func TestTokenNeverCrossesANetworkInTheClear(t *testing.T) {
	_, err := luminance.ClientCredentials("http://acme.app.luminance.com", "operator", secret, nil)(t.Context())
	if luminance.ClassOf(err) != luminance.Invalid {
		t.Errorf("error %v, want class Invalid", err)
	}
}
