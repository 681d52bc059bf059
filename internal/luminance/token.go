package luminance

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"dataroom.dev/intralinks-operator/internal/bearer"
)

const (
	// tokenPath is at the root of the host in all API versions.
	tokenPath = "/auth/oauth2/token" //nolint:gosec // where credentials go, not one
	// tokenLifetime is assumed where the answer doesn't give one. Luminance
	// API v1.5 promises none; third parties report an hour.
	tokenLifetime = 50 * time.Minute
	// maxTokenLifetime keeps a nonsensical lifetime from overflowing.
	maxTokenLifetime = 365 * 24 * time.Hour
)

// ClientCredentials fetches access tokens for a service user: POST
// /auth/oauth2/token with the client's ID and secret as Basic authorization
// and grant_type=client_credentials as a form (Luminance API v1.5). The fetch
// is an operation of its own, "Token", and is never repeated here. Refused
// credentials have class InvalidCredentials.
func ClientCredentials(baseURL, clientID, clientSecret string, hc *http.Client) bearer.Fetch {
	base, baseErr := parseBase(baseURL)
	hc = withoutRedirects(hc)
	return func(ctx context.Context) (*oauth2.Token, error) {
		r := &request{op: opToken, method: http.MethodPost, hide: []string{clientSecret, clientID}}
		if baseErr != nil {
			return nil, r.fail(Invalid, 0, baseErr)
		}
		form := url.Values{"grant_type": {"client_credentials"}}.Encode()
		req, err := http.NewRequestWithContext(withOperation(ctx, r.op), r.method, base+tokenPath, strings.NewReader(form))
		if err != nil {
			return nil, r.fail(Invalid, 0, errors.New("the request cannot be written"))
		}
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Accept", "application/json")
		// Plain, as the API's own example does it; RFC 6749 would have both
		// parts form-encoded first.
		req.SetBasicAuth(clientID, clientSecret)
		resp, err := hc.Do(req)
		if err != nil {
			return nil, r.transportError(err)
		}
		defer closeBody(resp)
		if resp.StatusCode != http.StatusOK && resp.StatusCode != http.StatusCreated {
			return nil, r.tokenRefused(resp)
		}
		return r.decodeToken(resp.Body)
	}
}

// tokenRefused tells bad credentials (RFC 6749, section 5.2) from the rest.
func (r *request) tokenRefused(resp *http.Response) *Error {
	body, _ := io.ReadAll(io.LimitReader(resp.Body, errorBodyLimit))
	resp.Body = io.NopCloser(bytes.NewReader(body))
	e := r.statusError(resp)
	var answer struct {
		Error string `json:"error"`
	}
	_ = json.Unmarshal(body, &answer)
	refused := answer.Error == "invalid_client" || answer.Error == "unauthorized_client"
	if e.Status == http.StatusUnauthorized || refused && e.Status == http.StatusBadRequest {
		e.Class = InvalidCredentials
	}
	return e
}

func (r *request) decodeToken(body io.Reader) (*oauth2.Token, error) {
	var answer struct {
		AccessToken string     `json:"access_token"`
		ExpiresIn   lenientInt `json:"expires_in"`
	}
	data, err := io.ReadAll(io.LimitReader(body, elementLimit))
	if err != nil {
		return nil, r.transportError(err)
	}
	if json.Unmarshal(data, &answer) != nil || answer.AccessToken == "" || strings.ContainsFunc(answer.AccessToken, breaksHeader) {
		return nil, r.fail(Invalid, http.StatusOK, errors.New("the answer holds no access token that can be sent; check the base URL"))
	}
	lifetime := tokenLifetime
	if answer.ExpiresIn > 0 {
		lifetime = time.Duration(min(int64(answer.ExpiresIn), int64(maxTokenLifetime/time.Second))) * time.Second
	}
	return &oauth2.Token{
		AccessToken: answer.AccessToken,
		TokenType:   "Bearer",
		Expiry:      time.Now().Add(lifetime),
	}, nil
}

// breaksHeader tells characters that a token can't have, because the header of
// a request can't: better one failure here than one of each call.
func breaksHeader(r rune) bool { return r <= ' ' || r == 0x7f }
