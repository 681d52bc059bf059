package intralinks

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/oauth2"
)

// The versions of the Auth API.
const (
	V2 = "v2"
	V3 = "v3"
)

// Paths of a person's sign-in. Those of v2 are documented (Intralinks developer
// portal); of v3 only the token call was seen (C# demo), the others are by
// symmetry (inferred).
const (
	v2AuthorizePath = "v2/oauth/authorize"
	v2RevokePath    = "v2/oauth/revoke"
	v3AuthorizePath = "v3/apis/il-iam/oauth/authorize"
	v3RevokePath    = "v3/apis/il-iam/oauth/revoke"
)

// CodeFlowOptions configure a CodeFlow.
type CodeFlowOptions struct {
	// Version of the Auth API that the API key was issued for: V2 or V3.
	Version string
	// AuthURL is the base of the sign-in calls, such as
	// https://api.intralinks.com. Required.
	AuthURL string
	// AuthorizeURL is the page where the person signs in, TokenURL where codes
	// and refresh tokens become access tokens, RevokeURL where tokens end. Full
	// URLs; by default those below AuthURL that Version has.
	AuthorizeURL, TokenURL, RevokeURL string
	// ClientID and ClientSecret are the API key and its secret. Required.
	ClientID, ClientSecret string
	// RedirectURL is the callback that Intralinks registered with the key.
	RedirectURL string
	// SendRedirectURI also sends it, as redirect_uri. V2 has no such parameter,
	// and goes by what is registered.
	SendRedirectURI bool
	// PKCE sends a code challenge by S256 (RFC 7636) and its verifier.
	PKCE bool
	// EndOtherSessions ends the account's other sessions, at the sign-in and at
	// every refresh. V2 only.
	EndOtherSessions bool
	// Scope to ask for; none is sent if it is empty. V2 has only "ilservices",
	// which is also its default.
	Scope string
	// HTTPClient gives the transport; its redirect policy isn't used. If nil, a
	// default one.
	HTTPClient *http.Client
}

// CodeFlow is the OAuth 2.0 authorization-code grant of one API key: a person
// signs in on Intralinks' page, which leads back to the callback with a code.
// It is safe for concurrent use and keeps nothing.
type CodeFlow struct {
	o         CodeFlowOptions
	config    oauth2.Config
	revokeURL string
	client    *http.Client // follows no redirect
}

// NewCodeFlow returns a CodeFlow. It makes no request. Its errors name the
// option that is wrong.
func NewCodeFlow(o CodeFlowOptions) (*CodeFlow, error) {
	paths := map[string][3]string{
		V2: {v2AuthorizePath, v2SignInPath, v2RevokePath},
		V3: {v3AuthorizePath, v3SignInPath, v3RevokePath},
	}
	defaults, ok := paths[o.Version]
	if !ok {
		return nil, fmt.Errorf("intralinks: CodeFlowOptions.Version must be %s or %s", V2, V3)
	}
	if o.ClientID == "" || o.ClientSecret == "" {
		return nil, errors.New("intralinks: CodeFlowOptions.ClientID or ClientSecret is missing")
	}
	if o.SendRedirectURI && o.RedirectURL == "" {
		return nil, errors.New("intralinks: CodeFlowOptions.RedirectURL is missing, which SendRedirectURI needs")
	}
	base, err := parseBase(o.AuthURL)
	if err != nil {
		return nil, err
	}
	var urls [3]string
	for i, given := range []string{o.AuthorizeURL, o.TokenURL, o.RevokeURL} {
		urls[i] = cmp.Or(given, base.JoinPath(defaults[i]).String())
		if _, err := parseBase(urls[i]); err != nil {
			return nil, err
		}
	}
	f := &CodeFlow{o: o, client: noRedirects(o.HTTPClient), revokeURL: urls[2], config: oauth2.Config{
		ClientID: o.ClientID, ClientSecret: o.ClientSecret, Scopes: strings.Fields(o.Scope),
		Endpoint: oauth2.Endpoint{AuthURL: urls[0], TokenURL: urls[1], AuthStyle: oauth2.AuthStyleInParams},
	}}
	if o.SendRedirectURI {
		f.config.RedirectURL = o.RedirectURL
	}
	return f, nil
}

// AuthCodeURL is where the person's browser has to go. State comes back with
// the code. The verifier is one of oauth2.GenerateVerifier, kept until the code
// is exchanged; without PKCE it is not used.
func (f *CodeFlow) AuthCodeURL(state, verifier string) string {
	var options []oauth2.AuthCodeOption
	if f.o.PKCE && verifier != "" {
		options = append(options, oauth2.S256ChallengeOption(verifier))
	}
	if f.endsOtherSessions() {
		options = append(options, oauth2.SetAuthURLParam("endOtherSessions", "true"))
	}
	whole := f.config.AuthCodeURL(state, options...)
	if f.o.Version != V2 {
		return whole
	}
	// V2 documents its parameters, and response_type is none of them.
	u, err := url.Parse(whole)
	if err != nil {
		return whole // it was parsed before
	}
	query := u.Query()
	query.Del("response_type")
	u.RawQuery = query.Encode()
	return u.String()
}

// Exchange turns a code into tokens. A code is good for 20 seconds (Intralinks
// developer portal) and once; one that is over is refused as GrantRefused.
//
// The token's Expiry counts from before the request, by what the answer says,
// else 60 minutes; ExpiresIn is the same in seconds. Its type is Bearer. Its
// extra "email" is the account, a string, where the answer names it (V2 does),
// and "refresh_expires_in" the lifetime of the refresh token in seconds, an
// int64, where the answer tells it; documented are 30 days. Without a refresh
// token, Intralinks has not enabled that grant for the key.
//
// All errors are *Error.
func (f *CodeFlow) Exchange(ctx context.Context, code, verifier string) (*oauth2.Token, error) {
	var options []oauth2.AuthCodeOption
	if f.o.PKCE && verifier != "" {
		options = append(options, oauth2.VerifierOption(verifier))
	}
	return f.token(ctx, OpExchangeCode, func(ctx context.Context) (*oauth2.Token, error) {
		return f.config.Exchange(ctx, code, options...)
	})
}

// Refresh gets a new access token. The RefreshToken of the result is empty
// where the answer had none, which means that the old one stays; any other,
// the same one too, takes the place of the old. For the rest see Exchange.
func (f *CodeFlow) Refresh(ctx context.Context, refreshToken string) (*oauth2.Token, error) {
	if refreshToken == "" {
		return nil, &Error{Op: OpRefreshToken, Class: GrantRefused, Err: errors.New("there is no refresh token"), unsent: true}
	}
	return f.token(ctx, OpRefreshToken, func(ctx context.Context) (*oauth2.Token, error) {
		return f.config.TokenSource(ctx, &oauth2.Token{RefreshToken: refreshToken}).Token()
	})
}

// token has oauth2 get a token in the language of the version.
func (f *CodeFlow) token(
	ctx context.Context, op string, get func(context.Context) (*oauth2.Token, error),
) (*oauth2.Token, error) {
	began := time.Now()
	spoken := &http.Client{Transport: dialect{flow: f, op: op}}
	token, err := get(context.WithValue(ctx, oauth2.HTTPClient, spoken))
	if err != nil {
		return nil, failure(ctx, op, "", err)
	}
	extra := map[string]any{}
	if email, ok := token.Extra("email").(string); ok {
		extra["email"] = email
	}
	if seconds, ok := token.Extra("refresh_expires_in").(float64); ok {
		extra["refresh_expires_in"] = int64(seconds)
	}
	answered, _ := token.Extra("refresh_token").(string)
	token = token.WithExtra(extra)
	token.RefreshToken = answered // oauth2 puts the old one where there is none
	token.Expiry = began.Add(time.Duration(token.ExpiresIn) * time.Second)
	return token, nil
}

func (f *CodeFlow) endsOtherSessions() bool { return f.o.EndOtherSessions && f.o.Version == V2 }
