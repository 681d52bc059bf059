package intralinks_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/oauth2"

	"dataroom.dev/intralinks-operator/internal/bearer"
	"dataroom.dev/intralinks-operator/internal/intralinks"
)

const (
	apiKey    = "abcdef1234567890"
	apiSecret = "s3cret-of-the-key"
	email     = "service@example.com"
	password  = "pass word&=+"
)

func v3(url string) bearer.Fetch {
	return intralinks.ClientCredentialsV3(url, apiKey, apiSecret, nil)
}

func v2(url string) bearer.Fetch {
	return intralinks.ClientCredentialsV2(url, apiKey, apiSecret, email, password, false, nil)
}

func serve(t *testing.T, h http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return server.URL
}

func TestSignInV3(t *testing.T) {
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost || r.URL.String() != "/v3/apis/il-iam/oauth/token" {
			t.Errorf("%s %s", r.Method, r.URL)
		}
		if user, pass, ok := r.BasicAuth(); !ok || user != apiKey || pass != apiSecret {
			t.Errorf("Basic = %q, %q, %v", user, pass, ok)
		}
		if got := r.Header.Get("Content-Type"); got != "application/json" {
			t.Errorf("Content-Type = %q", got)
		}
		if body, _ := io.ReadAll(r.Body); string(body) != `{"data":{"grant_type":"client_credentials"}}` {
			t.Errorf("body = %s", body)
		}
		if got := intralinks.OperationOf(r.Context()); got != "" {
			t.Errorf("a server knows the operation %q", got)
		}
		reply(200, `{"_links":{"self":{"href":"/v3/apis/il-iam/oauth/token"}},"data":{"id":"9f1c","accessToken":"at","refreshToken":"rt"},
			"_status":{"code":200,"message":"OK"}}`)(w, r)
	})
	token, err := v3(url)(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if token.AccessToken != "at" || token.RefreshToken != "rt" || token.Type() != "Bearer" {
		t.Errorf("token = %+v", token)
	}
}

func TestSignInV2(t *testing.T) {
	var form url.Values
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost || r.URL.String() != "/v2/oauth/token" {
			t.Errorf("%s %s", r.Method, r.URL)
		}
		if _, _, ok := r.BasicAuth(); ok {
			t.Error("v2 knows no Basic")
		}
		if err := r.ParseForm(); err != nil {
			t.Error(err)
		}
		form = r.PostForm
		reply(200, `{"access_token":"at","token_type":"BearerToken","expires_in":3599,"email":"service@example.com","flags":[{"name":"NEW"}]}`)(w, r)
	})
	token, err := v2(url)(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if token.AccessToken != "at" || token.Type() != "Bearer" || token.Extra("email") != email {
		t.Errorf("token = %+v, email %v", token, token.Extra("email"))
	}
	want := "client_id=abcdef1234567890&client_secret=s3cret-of-the-key&email=service%40example.com" +
		"&grant_type=client_credentials&password=pass+word%26%3D%2B"
	if got := form.Encode(); got != want {
		t.Errorf("form = %s\nwant   %s", got, want)
	}
}

func TestSignInV2EndsOtherSessionsOnlyWhenTold(t *testing.T) {
	for _, end := range []bool{false, true} {
		url := serve(t, func(w http.ResponseWriter, r *http.Request) {
			if got := r.PostFormValue("endOtherSessions"); (got == "True") != end || !end && got != "" {
				t.Errorf("endOtherSessions = %q", got)
			}
			reply(200, `{"access_token":"at"}`)(w, r)
		})
		if _, err := intralinks.ClientCredentialsV2(url, apiKey, apiSecret, email, password, end, nil)(t.Context()); err != nil {
			t.Error(err)
		}
	}
}

func TestTokenLifetime(t *testing.T) {
	for _, tt := range []struct {
		name, body string
		signIn     func(string, *http.Client) bearer.Fetch
		want       time.Duration
	}{
		{"v2", `{"access_token":"a","expires_in":3599}`, v2With, 3599 * time.Second},
		{"v2, in quotes", `{"access_token":"a","expires_in":"120"}`, v2With, 120 * time.Second},
		{"v2, not told", `{"access_token":"a"}`, v2With, time.Hour},
		{"v3, not told", `{"data":{"accessToken":"a"}}`, v3With, time.Hour},
		{"v3, in data", `{"data":{"accessToken":"a","expiresIn":900}}`, v3With, 15 * time.Minute},
		{"v3, beside data", `{"data":{"accessToken":"a"},"expires_in":900}`, v3With, 15 * time.Minute},
		{"v3, negative", `{"data":{"accessToken":"a","expires_in":-1}}`, v3With, time.Hour},
		{"v3, absurd", `{"data":{"accessToken":"a","expires_in":99999999999}}`, v3With, 365 * 24 * time.Hour},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				hc := &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
					return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}},
						Body: io.NopCloser(strings.NewReader(tt.body)), Request: r}, nil
				})}
				token, err := tt.signIn("https://auth.example", hc)(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				if got := time.Until(token.Expiry); got != tt.want {
					t.Errorf("lifetime = %v, want %v", got, tt.want)
				}
			})
		})
	}
}

func v2With(url string, hc *http.Client) bearer.Fetch {
	return intralinks.ClientCredentialsV2(url, apiKey, apiSecret, email, password, false, hc)
}

func v3With(url string, hc *http.Client) bearer.Fetch {
	return intralinks.ClientCredentialsV3(url, apiKey, apiSecret, hc)
}

func TestSignInFails(t *testing.T) {
	page := replyAs(404, "text/html", "<html><title>Your request cannot be completed</title></html>")
	unknownKey := reply(400, `{"ErrorCode":"invalid_request","Error":"invalid or null consumer key: `+apiKey+`","Hint":"x"}`)
	for _, tt := range []struct {
		name   string
		signIn func(string) bearer.Fetch
		answer http.HandlerFunc
		class  intralinks.Class
		other  bool
	}{
		{"v2: bad password", v2, reply(403, `{"error":{"code":403,"message":"bad `+password+`","subcode":"017","errorid":""}}`), intralinks.InvalidCredentials, false},
		{"v2: signed in elsewhere", v2, reply(403, `{"error":{"code":403,"subcode":"018"}}`), intralinks.SessionTaken, false},
		{"v2: unknown key", v2, unknownKey, intralinks.InvalidCredentials, true},
		{"v2: bad secret", v2, reply(401, `{"ErrorCode":"invalid_client","Error":"invalid client credentials","Hint":"Check the client_id and the client_secret."}`), intralinks.InvalidCredentials, false},
		{"v2: no such path", v2, page, intralinks.Permanent, true},
		{"v2: down", v2, reply(503, ``), intralinks.Transient, false},
		{"v2: throttled", v2, reply(429, ``), intralinks.Throttled, false},
		{"v2: error on HTTP 200", v2, reply(200, `{"error":{"code":403,"subcode":"017"}}`), intralinks.InvalidCredentials, false},
		{"v2: no token", v2, reply(200, `{"token_type":"BearerToken"}`), intralinks.Permanent, false},
		{"v2: a page", v2, replyAs(200, "text/html", "<html>"), intralinks.Permanent, false},
		{"v3: bad secret", v3, reply(401, `{"_status":{"code":401,"message":"bad credentials `+apiSecret+`"}}`), intralinks.InvalidCredentials, false},
		{"v3: plain OAuth", v3, reply(401, `{"error":"invalid_client","error_description":"no"}`), intralinks.InvalidCredentials, false},
		{"v3: gateway says unauthorized", v3, reply(401, `{"status":"Unauthorized","error":{"code":401,"description":"x"}}`), intralinks.InvalidCredentials, false},
		{"v3: refused without a word", v3, reply(401, ``), intralinks.InvalidCredentials, false},
		{"v3: unknown key", v3, unknownKey, intralinks.InvalidCredentials, true},
		{"v3: unknown client", v3, reply(401, `{"error":"invalid_client","error_description":"Unknown client"}`), intralinks.InvalidCredentials, true},
		{"v3: no such path", v3, page, intralinks.Permanent, true},
		{"v3: firewall", v3, replyAs(403, "text/html", "<html>"), intralinks.Denied, false},
		{"v3: token is no text", v3, reply(200, `{"data":{"accessToken":{}}}`), intralinks.Permanent, false},
		{"v3: data is no object", v3, reply(200, `{"data":"x"}`), intralinks.Permanent, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			requests := 0
			url := serve(t, func(w http.ResponseWriter, r *http.Request) { requests++; tt.answer(w, r) })
			_, err := tt.signIn(url)(t.Context())
			wantClass(t, err, tt.class)
			own := asError(t, err)
			if own.MaybeOtherAuthVersion != tt.other {
				t.Errorf("MaybeOtherAuthVersion = %v", own.MaybeOtherAuthVersion)
			}
			if requests != 1 {
				t.Errorf("%d requests: a sign-in is never repeated by itself", requests)
			}
			for _, secret := range []string{apiKey, apiSecret, password} {
				if strings.Contains(own.Error()+own.Message+own.SubCode, secret) {
					t.Errorf("%+v holds %q", own, secret)
				}
			}
		})
	}
}

func TestSignInFollowsNoRedirect(t *testing.T) {
	asked := false
	elsewhere := serve(t, func(http.ResponseWriter, *http.Request) { asked = true })
	for _, signIn := range []func(string) bearer.Fetch{v2, v3} {
		url := serve(t, func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, elsewhere, http.StatusTemporaryRedirect)
		})
		_, err := signIn(url)(t.Context())
		wantClass(t, err, intralinks.Permanent)
	}
	if asked {
		t.Error("the credentials went to another host")
	}
}

func TestSignInWithoutAnswer(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	_, err := v3(server.URL)(t.Context())
	wantClass(t, err, intralinks.Transient)

	_, err = v3("not a URL")(t.Context())
	wantClass(t, err, intralinks.Permanent)

	hanging := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		<-r.Context().Done()
	})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = v3(hanging)(ctx)
	wantClass(t, err, intralinks.Canceled)

	late, cancelLate := context.WithDeadline(t.Context(), time.Now())
	defer cancelLate()
	_, err = v3(hanging)(late)
	wantClass(t, err, intralinks.Transient)
}

func TestSignInServesAsOAuth2TokenSource(t *testing.T) {
	url := serve(t, reply(200, `{"access_token":"at","token_type":"BearerToken","expires_in":3599}`))
	api := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		if got := r.Header.Get("Authorization"); got != "Bearer at" {
			t.Errorf("Authorization = %q", got)
		}
	})
	hc := oauth2.NewClient(t.Context(), bearer.NewSource(v2(url)).TokenSource(t.Context()))
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, api, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := hc.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
}

func TestSignInNamesItsOperation(t *testing.T) {
	var got []string
	hc := &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
		got = append(got, intralinks.OperationOf(r.Context()))
		return &http.Response{StatusCode: http.StatusInternalServerError, Body: http.NoBody, Header: http.Header{}, Request: r}, nil
	})}
	_, _ = v2With("https://auth.example", hc)(t.Context())
	_, _ = v3With("https://auth.example", hc)(t.Context())
	if strings.Join(got, " ") != "SignInV2 SignInV3" {
		t.Errorf("operations = %q", got)
	}
}
