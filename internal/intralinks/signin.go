package intralinks

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"golang.org/x/oauth2"
)

// tokenLifetime is how long an access token lives where the answer does not
// say: 60 minutes are documented for v2 (Intralinks developer portal) and
// inferred for v3.
const tokenLifetime = time.Hour

// maxLifetime, in seconds, keeps a mistaken lifetime from overflowing: a year.
const maxLifetime = 365 * 24 * 3600

// maxTokenAnswer bounds the answer to a sign-in.
const maxTokenAnswer = 1 << 20

// signIn is one request for a token. It follows no redirect, which would carry
// the credentials elsewhere, and is not repeated: a refusal counts towards the
// locking of the account.
type signIn struct {
	op      string
	method  string // POST if empty
	authURL string
	path    string
	url     string // in place of authURL and path
	client  *http.Client
	header  http.Header
	body    []byte
	secrets []string // taken out of every text that the server sends back
}

// tokenAnswer is the part of an answer that both versions have in some place.
type tokenAnswer struct {
	access, refresh, email string
	lifetime               time.Duration
	refreshLifetime        time.Duration // 0: not told
}

// do makes the request and has read find the token in the keys of the answer.
func (s signIn) do(
	ctx context.Context, read func(keys map[string]json.RawMessage) tokenAnswer,
) (*oauth2.Token, error) {
	began := time.Now()
	found, err := s.ask(ctx, read)
	if err != nil {
		return nil, err
	}
	return found.token(began), nil
}

func (s signIn) ask(
	ctx context.Context, read func(keys map[string]json.RawMessage) tokenAnswer,
) (tokenAnswer, error) {
	a, err := s.send(ctx)
	if err != nil {
		return tokenAnswer{}, err
	}
	if !success(a.status) {
		return tokenAnswer{}, newError(a)
	}
	var keys map[string]json.RawMessage
	if json.Unmarshal(a.body, &keys) != nil {
		return tokenAnswer{}, s.unusable(a, "the answer is no JSON object: check the sign-in URL")
	}
	if p := problemIn(keys); p.shape != shapeNone {
		return tokenAnswer{}, a.error(p)
	}
	found := read(keys)
	if found.access == "" || strings.ContainsFunc(found.access, breaksHeader) {
		return tokenAnswer{}, s.unusable(a, "the answer has no access token that can be sent")
	}
	return found, nil
}

// breaksHeader tells characters that a token can't have, because the header of
// a request can't: better one failure of the sign-in than one of each call.
func breaksHeader(r rune) bool { return r <= ' ' || r == 0x7f }

func (s signIn) unusable(a answer, why string) error {
	e := newError(a)
	e.Class, e.Err = Permanent, errors.New(why)
	return e
}

// token makes an oauth2.Token. Its type is "Bearer" whatever the answer says
// (v2 says "BearerToken"), since that is what the service accepts; the account's
// e-mail, where it is known, is its extra "email".
func (a tokenAnswer) token(began time.Time) *oauth2.Token {
	t := &oauth2.Token{
		AccessToken: a.access, RefreshToken: a.refresh, TokenType: "Bearer",
		Expiry: began.Add(a.lifetime),
	}
	if a.email == "" {
		return t
	}
	return t.WithExtra(map[string]any{"email": a.email})
}

// send makes the request once, whatever comes.
func (s signIn) send(ctx context.Context) (answer, error) {
	ctx = withOperation(ctx, s.op)
	target, err := s.target()
	if err != nil {
		return answer{}, &Error{Op: s.op, Class: Permanent, Err: err, unsent: true}
	}
	if err := ctx.Err(); err != nil {
		return answer{}, s.unanswered(ctx, err, true)
	}
	var w wire
	req, err := http.NewRequestWithContext(w.trace(ctx), cmp.Or(s.method, http.MethodPost), target, bytes.NewReader(s.body))
	if err != nil {
		return answer{}, s.unanswered(ctx, err, true)
	}
	req.Header = s.header
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", userAgent)
	resp, err := s.client.Do(req)
	if err != nil {
		return answer{}, s.unanswered(ctx, err, w.untouched())
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxTokenAnswer))
	if err != nil {
		return answer{}, s.unanswered(ctx, err, false)
	}
	return answer{op: s.op, status: resp.StatusCode, header: resp.Header, body: body, secrets: s.secrets}, nil
}

// target is where the request goes.
func (s signIn) target() (string, error) {
	if s.url != "" {
		return s.url, nil
	}
	base, err := parseBase(s.authURL)
	if err != nil {
		return "", err
	}
	return base.JoinPath(s.path).String(), nil
}

// unanswered makes an Error of a request without an answer. A deadline is
// Transient here: the context of a fetch is that of the token's keeper, and its
// end is the slowness of the server, not the wish of a caller.
func (s signIn) unanswered(ctx context.Context, err error, unsent bool) error {
	err = failure(ctx, s.op, "", err)
	own, ok := errors.AsType[*Error](err)
	if !ok {
		return err
	}
	own.unsent = unsent
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		own.Class = Transient
	}
	return err
}

// textOf reads a key as text; "" if it is absent or no text.
func textOf(keys map[string]json.RawMessage, key string) string {
	var t looseText
	if raw := keys[key]; present(raw) {
		_ = json.Unmarshal(raw, &t)
	}
	return string(t)
}

// lifetimeIn reads the lifetime in seconds under either spelling of the key;
// the default if there is none.
func lifetimeIn(objects ...map[string]json.RawMessage) time.Duration {
	return cmp.Or(secondsIn(objects, "expires_in", "expiresIn"), tokenLifetime)
}

// refreshLifetimeIn reads the lifetime of the refresh token, 0 where there is
// none. No answer that was seen tells it; these are the keys that other
// services use (inferred).
func refreshLifetimeIn(objects ...map[string]json.RawMessage) time.Duration {
	return secondsIn(objects,
		"refresh_expires_in", "refreshExpiresIn", "refresh_token_expires_in", "refreshTokenExpiresIn")
}

// secondsIn is the first number of seconds above 0 under one of the keys.
func secondsIn(objects []map[string]json.RawMessage, keys ...string) time.Duration {
	for _, object := range objects {
		for _, key := range keys {
			var seconds looseInt
			if raw := object[key]; present(raw) {
				_ = json.Unmarshal(raw, &seconds)
			}
			if seconds > 0 {
				return time.Duration(min(int64(seconds), maxLifetime)) * time.Second
			}
		}
	}
	return 0
}
