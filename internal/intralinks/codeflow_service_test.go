package intralinks_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"dataroom.dev/intralinks-operator/internal/intralinks"
	"dataroom.dev/intralinks-operator/internal/simulator/control"
	simulated "dataroom.dev/intralinks-operator/internal/simulator/intralinks"
)

// signInService is a simulated Intralinks with its page on another origin.
type signInService struct {
	*simulated.Server
	t   *testing.T
	url string
}

func newSignInService(t *testing.T, switches ...string) *signInService {
	t.Helper()
	s := simulated.New(simulated.Options{Exchanges: []simulated.Exchange{{ID: exchange, Name: "Project Heron"}}})
	pages, api := httptest.NewServer(s.SignInPages()), httptest.NewServer(s)
	t.Cleanup(pages.Close)
	t.Cleanup(api.Close)
	s.SetSignInURL(pages.URL)
	if err := s.RegisterCallback(simulated.DefaultAPIKey, callback); err != nil {
		t.Fatal(err)
	}
	service := &signInService{Server: s, t: t, url: api.URL}
	service.set(append([]string{"refreshGrant", "on"}, switches...)...)
	return service
}

func (s *signInService) set(pairs ...string) {
	s.t.Helper()
	for i := 0; i < len(pairs); i += 2 {
		if err := s.Control().Set(pairs[i], pairs[i+1]); err != nil {
			s.t.Fatal(err)
		}
	}
}

func (s *signInService) flow(change ...func(*intralinks.CodeFlowOptions)) *intralinks.CodeFlow {
	s.t.Helper()
	withKey := func(o *intralinks.CodeFlowOptions) {
		o.ClientID, o.ClientSecret = simulated.DefaultAPIKey, simulated.DefaultAPISecret
	}
	return newFlow(s.t, s.url, append([]func(*intralinks.CodeFlowOptions){withKey}, change...)...)
}

var formHandle = regexp.MustCompile(`name="request" value="([^"]+)"`)

// person goes where a browser would, signs in, and returns the query that reaches the callback.
func (s *signInService) person(page string) url.Values {
	s.t.Helper()
	var back url.Values
	browser := &http.Client{CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if strings.HasPrefix(r.URL.String(), callback) {
			back = r.URL.Query()
			return http.ErrUseLastResponse
		}
		return nil
	}}
	shown, err := browser.Get(page)
	if err != nil {
		s.t.Fatal(err)
	}
	if back != nil {
		return back
	}
	defer shown.Body.Close()
	text, err := io.ReadAll(shown.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	body := string(text)
	handle := formHandle.FindStringSubmatch(body)
	if handle == nil {
		s.t.Fatalf("HTTP %d: %s", shown.StatusCode, body)
	}
	_, err = browser.PostForm(shown.Request.URL.String(), url.Values{
		"request": {handle[1]}, "action": {"signin"}, "email": {simulated.DefaultEmail}, "password": {simulated.DefaultPassword},
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return back
}

// code has a person sign in.
func (s *signInService) code(f *intralinks.CodeFlow) string {
	s.t.Helper()
	back := s.person(f.AuthCodeURL("a state", verifier))
	if back.Get("state") != "a state" || back.Get("code") == "" {
		s.t.Fatalf("the callback got %v", back)
	}
	return back.Get("code")
}

func (s *signInService) token(f *intralinks.CodeFlow) *oauth2.Token {
	s.t.Helper()
	token, err := f.Exchange(s.t.Context(), s.code(f), verifier)
	if err != nil {
		s.t.Fatal(err)
	}
	return token
}

// works tells whether the service takes a token.
func (s *signInService) works(token *oauth2.Token) bool {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), http.MethodGet, s.url+"/v2/workspaces", http.NoBody)
	if err != nil {
		s.t.Fatal(err)
	}
	token.SetAuthHeader(r)
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	_ = resp.Body.Close()
	return resp.StatusCode == http.StatusOK
}

func asV2(*intralinks.CodeFlowOptions) {}

func withPKCE(o *intralinks.CodeFlowOptions) { o.PKCE = true }

func sendingRedirectURI(o *intralinks.CodeFlowOptions) { o.SendRedirectURI = true }

func TestAPersonsSignInFromBeginningToEnd(t *testing.T) {
	for _, tt := range []struct {
		name     string
		version  func(*intralinks.CodeFlowOptions)
		more     func(*intralinks.CodeFlowOptions)
		switches []string
		email    any
		rotates  bool
	}{
		{"v2 as documented", asV2, asV2, nil, simulated.DefaultEmail, true},
		{"v2 with PKCE", asV2, withPKCE, []string{"pkceV2", "required"}, simulated.DefaultEmail, true},
		{"v2 with the callback sent", asV2, sendingRedirectURI, nil, simulated.DefaultEmail, true},
		{"v2 where only one session may be", asV2, endingOthers, []string{"sessions", "single"}, simulated.DefaultEmail, true},
		{"v2 whose refresh token stays", asV2, asV2, []string{"refreshRotation", "absent"}, simulated.DefaultEmail, false},
		{"v3", asV3, asV2, nil, nil, true},
		{"v3 that wants everything", asV3, asV2, []string{"pkceV3", "required", "v3RedirectURI", "required", "v3Token", "jwt"}, nil, true},
		{"v3 that tells more", asV3, asV2, []string{"v3Email", "on", "v3Lifetime", "expiresIn"}, simulated.DefaultEmail, true},
		{"v3 without PKCE and callback", func(o *intralinks.CodeFlowOptions) { o.Version = intralinks.V3 }, asV2, []string{"pkceV3", "unknown"}, nil, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newSignInService(t, tt.switches...)
			f := s.flow(tt.version, tt.more)
			first := s.token(f)
			if !s.works(first) || first.Extra("email") != tt.email || first.RefreshToken == "" {
				t.Fatalf("token %+v of %v", first, first.Extra("email"))
			}
			second, err := f.Refresh(t.Context(), first.RefreshToken)
			if err != nil {
				t.Fatal(err)
			}
			if !s.works(second) || (second.RefreshToken != "") != tt.rotates {
				t.Errorf("refreshed to %+v", second)
			}
			if err := f.Revoke(t.Context(), second.AccessToken); err != nil {
				t.Fatal(err)
			}
			if s.works(second) {
				t.Error("a revoked token works")
			}
			if s.Stats().TokensRevoked != 1 {
				t.Error("nothing was revoked")
			}
		})
	}
}

func TestTheLifetimeOfARefreshTokenIsToldOn(t *testing.T) {
	for _, version := range []func(*intralinks.CodeFlowOptions){asV2, asV3} {
		s := newSignInService(t, "refreshLifetime", "on", "refreshTTL", "36h")
		if got := s.token(s.flow(version)).Extra("refresh_expires_in"); got != int64(36*3600) {
			t.Errorf("%v (%T)", got, got)
		}
	}
}

func TestEveryWayToRefuseAGrantIsUnderstood(t *testing.T) {
	both := map[string]func(*intralinks.CodeFlowOptions){"v2": asV2, "v3": asV3}
	for _, switches := range [][]string{
		{"grantError", "errorCode", "v3Error", "envelope"}, {"grantError", "017", "v3Error", "fault"},
		{"grantError", "oauth", "v3Error", "errorCode"},
	} {
		for version, as := range both {
			s := newSignInService(t, switches...)
			f := s.flow(as)
			code := s.code(f)
			s.Advance(20 * time.Second)
			_, late := f.Exchange(t.Context(), code, verifier)
			wantClass(t, late, intralinks.GrantRefused)
			_, unknown := f.Exchange(t.Context(), "guess", verifier)
			wantClass(t, unknown, intralinks.GrantRefused)

			used := s.token(f).RefreshToken
			if _, err := f.Refresh(t.Context(), used); err != nil {
				t.Fatal(err)
			}
			_, reused := f.Refresh(t.Context(), used)
			wantClass(t, reused, intralinks.GrantRefused)
			for _, err := range []error{late, unknown, reused} {
				e := asError(t, err)
				if e.MaybeOtherAuthVersion || intralinks.Unsent(err) || !strings.Contains(e.Error(), "sign in again") {
					t.Errorf("%s, %v: %v", version, switches, err)
				}
				if strings.Contains(e.Error(), code) || strings.Contains(e.Error(), used) {
					t.Errorf("%v holds what was refused", err)
				}
			}
		}
	}
}

func TestWhatElseIsRefused(t *testing.T) {
	wrongSecret := func(o *intralinks.CodeFlowOptions) { o.ClientSecret = "guess" }
	wrongKey := func(o *intralinks.CodeFlowOptions) { o.ClientID = "nobody" }
	for _, tt := range []struct {
		name    string
		version func(*intralinks.CodeFlowOptions)
		more    func(*intralinks.CodeFlowOptions)
		set     []string
		class   intralinks.Class
		other   bool
	}{
		{"v2, secret", asV2, wrongSecret, nil, intralinks.InvalidCredentials, false},
		{"v2, secret by 400", asV2, wrongSecret, []string{"wrongSecret", "400"}, intralinks.InvalidCredentials, false},
		{"v2, key", asV2, wrongKey, nil, intralinks.InvalidCredentials, true},
		{"v3, secret", asV3, wrongSecret, nil, intralinks.InvalidCredentials, false},
		{"v3, secret by a fault", asV3, wrongSecret, []string{"v3Error", "fault"}, intralinks.InvalidCredentials, false},
		{"v3, key", asV3, wrongKey, []string{"v3Error", "errorCode"}, intralinks.InvalidCredentials, true},
		{"v2, refresh not enabled", asV2, asV2, []string{"refreshGrant", "off"}, intralinks.Permanent, false},
		{"v2, signed in elsewhere", asV2, asV2, []string{"sessions", "single"}, intralinks.SessionTaken, false},
		{"v3, signed in elsewhere", asV3, endingOthers, []string{"sessions", "single", "v3Sessions", "counted"}, intralinks.SessionTaken, false},
		{"throttled", asV2, asV2, []string{"quota", "1"}, intralinks.Throttled, false},
		{"v3 has no such grant", asV3, asV2, []string{"v3CodeFlow", "off"}, intralinks.Permanent, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newSignInService(t)
			token := s.token(s.flow(tt.version))
			s.set(tt.set...)
			if tt.class == intralinks.Throttled {
				s.works(token) // which takes what the quota lets through
			}
			_, err := s.flow(tt.version, tt.more).Refresh(t.Context(), token.RefreshToken)
			wantClass(t, err, tt.class)
			if asError(t, err).MaybeOtherAuthVersion != tt.other {
				t.Errorf("%+v", err)
			}
		})
	}
}

func TestAVerifierThatDoesNotFit(t *testing.T) {
	s := newSignInService(t)
	f := s.flow(asV3)
	_, err := f.Exchange(t.Context(), s.code(f), oauth2.GenerateVerifier())
	wantClass(t, err, intralinks.Permanent)
}

func TestRevokingWhatIsOver(t *testing.T) {
	s := newSignInService(t)
	f := s.flow()
	token := s.token(f)
	s.RevokeTokens()
	wantClass(t, f.Revoke(t.Context(), token.AccessToken), intralinks.Auth)
	wantClass(t, s.flow(asV3).Revoke(t.Context(), "unheard-of"), intralinks.Permanent)
	err := f.Revoke(t.Context(), "secret-token-1234")
	if e := asError(t, err); e.Op != intralinks.OpRevokeToken || strings.Contains(e.Error()+e.Message, "secret-token-1234") {
		t.Errorf("%+v", e)
	}
}

// An answer that is lost leaves the question open, and the token used up.
func TestALostAnswer(t *testing.T) {
	s := newSignInService(t)
	f := s.flow()
	token := s.token(f)
	lost := control.FaultRule{Fault: "truncate", Path: "/v2/oauth/token", Args: map[string]string{"after": "0"}}
	if err := s.Control().AddFault(lost); err != nil {
		t.Fatal(err)
	}
	_, err := f.Refresh(t.Context(), token.RefreshToken)
	wantClass(t, err, intralinks.Transient)
	if intralinks.Unsent(err) {
		t.Errorf("%v counts as unsent", err)
	}
	_, err = f.Refresh(t.Context(), token.RefreshToken)
	wantClass(t, err, intralinks.GrantRefused)
	if s.Stats().RefreshTokensReused != 1 {
		t.Error("the first refresh did nothing")
	}
}
