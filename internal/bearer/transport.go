package bearer

import (
	"io"
	"net/http"
	"net/url"

	"golang.org/x/oauth2"
)

// drainLimit is how much of a refused answer is read so that its connection
// can be used again; beyond that, a new connection is cheaper.
const drainLimit = 64 << 10

// Transport sends each request with `Authorization: Bearer <token>`, whatever
// token type the service reports (Intralinks API v2 says "BearerToken", and
// accepts only "Bearer").
//
// An answer that refuses the token invalidates it; the request is repeated
// once with a new token if its body can be sent again (no body, or GetBody).
// The answer to the repetition is returned as it is.
//
// Where an http.Client follows a redirect to another scheme, host or port, the
// token is not sent along.
type Transport struct {
	// Base does the request; http.DefaultTransport if nil.
	Base http.RoundTripper
	// Source gives the token. Required.
	Source *Source
	// Refused tells whether an answer refuses the token, as opposed to the
	// request; if nil, every 401 does. It may read the body if it puts back
	// what it read.
	Refused func(*http.Response) bool
}

// RoundTrip implements http.RoundTripper. An error of the Source is returned
// unchanged; the request has not been sent then.
func (t *Transport) RoundTrip(req *http.Request) (*http.Response, error) {
	if redirectedAway(req) {
		return t.base().RoundTrip(req)
	}
	token, err := t.Source.Token(req.Context())
	if err != nil {
		closeBody(req)
		return nil, err
	}
	resp, err := t.base().RoundTrip(authorized(req, token))
	if err != nil || !t.refused(resp) {
		return resp, err
	}
	t.Source.Invalidate(token.AccessToken)
	again, ok := replay(req)
	if !ok {
		return resp, nil
	}
	_, _ = io.CopyN(io.Discard, resp.Body, drainLimit)
	_ = resp.Body.Close()
	token, err = t.Source.Token(req.Context())
	if err != nil {
		closeBody(again)
		return nil, err
	}
	return t.base().RoundTrip(authorized(again, token))
}

func (t *Transport) base() http.RoundTripper {
	if t.Base != nil {
		return t.Base
	}
	return http.DefaultTransport
}

func (t *Transport) refused(resp *http.Response) bool {
	if t.Refused != nil {
		return t.Refused(resp)
	}
	return resp.StatusCode == http.StatusUnauthorized
}

// authorized returns a copy of the request with the token; a RoundTripper may
// not change the request that it was given.
func authorized(req *http.Request, token *oauth2.Token) *http.Request {
	out := req.Clone(req.Context())
	out.Header.Set("Authorization", "Bearer "+token.AccessToken)
	return out
}

// replay returns the request with its body rewound, or false if that cannot be
// done.
func replay(req *http.Request) (*http.Request, bool) {
	if req.Body == nil || req.Body == http.NoBody {
		return req, true
	}
	if req.GetBody == nil {
		return nil, false
	}
	body, err := req.GetBody()
	if err != nil {
		return nil, false
	}
	out := req.Clone(req.Context())
	out.Body = body
	return out, true
}

// redirectedAway tells whether any request of the chain of redirects that led
// here went to another origin than the first. Having left once is enough: a
// foreign host must not choose what is asked in our name.
func redirectedAway(req *http.Request) bool {
	for hop := req; hop.Response != nil && hop.Response.Request != nil; {
		previous := hop.Response.Request
		if !sameOrigin(hop.URL, previous.URL) {
			return true
		}
		hop = previous
	}
	return false
}

func sameOrigin(a, b *url.URL) bool {
	return a.Scheme == b.Scheme && a.Host == b.Host
}

func closeBody(req *http.Request) {
	if req.Body != nil {
		_ = req.Body.Close()
	}
}
