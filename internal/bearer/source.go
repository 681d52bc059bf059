package bearer

import (
	"context"
	"errors"
	"sync"
	"time"

	"golang.org/x/oauth2"
)

const (
	// renewAfter is the part of a token's lifetime after which it is renewed.
	renewAfter = 0.8
	// fetchTimeout bounds one fetch, which outlives the caller that began it.
	fetchTimeout = time.Minute
	// lastRetry is the remaining lifetime below which a failed early renewal
	// is not tried again until the token has ended.
	lastRetry = 30 * time.Second
)

// errNoToken is what a Fetch earns that returns neither a token nor an error.
var errNoToken = errors.New("the sign-in returned no access token")

// Fetch obtains a token from the service. The context is not the caller's: it
// carries the values of the call that needed the token first, but neither its
// cancellation nor its deadline, and ends after a minute.
//
// A token without an Expiry and without ExpiresIn counts as endless: it is
// used until it is invalidated.
type Fetch func(ctx context.Context) (*oauth2.Token, error)

// Source hands out one token to all callers. It is safe for concurrent use.
type Source struct {
	fetch Fetch
	wait  Wait // nil: none

	mu      sync.Mutex
	current *oauth2.Token
	renewAt time.Time // zero: never
	flight  *flight   // the fetch under way, if any
}

// flight is one fetch that any number of callers wait for.
type flight struct {
	done  chan struct{} // closed when token and err are set
	token *oauth2.Token
	err   error
}

// NewSource returns a Source that holds no token yet; the first call of Token
// fetches one.
func NewSource(fetch Fetch) *Source {
	return &Source{fetch: fetch}
}

// Wait is what has to be waited for before a Fetch, such as a rate limit. It gives the context for the Fetch,
// which begins and has its minute only then, and what to call when that is over.
type Wait func(ctx context.Context) (ready context.Context, done func(), err error)

// NewSourceAfter is NewSource with something to wait for before each fetch, as long as it takes. An error of
// the wait counts as one of the fetch.
func NewSourceAfter(wait Wait, fetch Fetch) *Source {
	return &Source{fetch: fetch, wait: wait}
}

// Token returns a token that should be accepted by the service. It fetches
// one if there is none, if 80 % of its lifetime have passed, or if it was
// invalidated. The token is shared: callers must not change it.
//
// At most one fetch is under way; a caller whose context ends stops waiting
// with the context's error and leaves the fetch to the others. A failed fetch
// is reported to those who waited for it and is not remembered: the next call
// tries again. If an early renewal fails while the old token is still good,
// the old token is handed out and the renewal is put off.
func (s *Source) Token(ctx context.Context) (*oauth2.Token, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	token, f := s.currentOrFlight(ctx)
	if token != nil {
		return token, nil
	}
	select {
	case <-f.done:
		return f.token, f.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Invalidate drops the token if it is still the current one, so that the next
// call of Token fetches another. Invalidating a token that has been replaced
// already does nothing: many callers may report the same refusal.
func (s *Source) Invalidate(accessToken string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current != nil && s.current.AccessToken == accessToken {
		s.current = nil
	}
}

// TokenSource adapts the Source to oauth2; ctx bounds the waiting of every
// call of its Token method.
func (s *Source) TokenSource(ctx context.Context) oauth2.TokenSource {
	return tokenSource{ctx: ctx, source: s}
}

type tokenSource struct {
	ctx    context.Context //nolint:containedctx // oauth2.TokenSource has no context parameter
	source *Source
}

func (t tokenSource) Token() (*oauth2.Token, error) { return t.source.Token(t.ctx) }

// currentOrFlight returns the current token if it needs no renewal, else the
// fetch to wait for, which it starts where none is under way.
func (s *Source) currentOrFlight(ctx context.Context) (*oauth2.Token, *flight) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current != nil && (s.renewAt.IsZero() || time.Now().Before(s.renewAt)) {
		return s.current, nil
	}
	if s.flight == nil {
		s.flight = &flight{done: make(chan struct{})}
		go s.run(context.WithoutCancel(ctx), s.flight)
	}
	return nil, s.flight
}

// run fetches a token and settles the flight. The fetch is never broken off
// because a caller went away: where refresh tokens rotate, an answer that
// nobody reads would lose the only good one.
func (s *Source) run(ctx context.Context, f *flight) {
	token, began, err := s.obtain(ctx)
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil {
		f.token, f.err = s.keepOld(err)
	} else {
		f.token = s.adopt(token, began)
	}
	s.flight = nil
	close(f.done)
}

// obtain waits and fetches; began is when the fetch did.
func (s *Source) obtain(ctx context.Context) (token *oauth2.Token, began time.Time, err error) {
	if s.wait != nil {
		ready, done, err := s.wait(ctx)
		if err != nil {
			return nil, time.Now(), err
		}
		defer done()
		ctx = ready
	}
	ctx, cancel := context.WithTimeout(ctx, fetchTimeout)
	defer cancel()
	began = time.Now()
	token, err = s.fetch(ctx)
	if err == nil && (token == nil || token.AccessToken == "") {
		err = errNoToken
	}
	return token, began, err
}

// adopt makes the token the current one. Its lifetime is counted from the
// moment before it was asked for, the earliest at which it can have begun.
func (s *Source) adopt(token *oauth2.Token, began time.Time) *oauth2.Token {
	if token.Expiry.IsZero() && token.ExpiresIn > 0 {
		dated := *token
		dated.Expiry = began.Add(time.Duration(token.ExpiresIn) * time.Second)
		token = &dated
	}
	s.current, s.renewAt = token, time.Time{}
	if !token.Expiry.IsZero() {
		lifetime := token.Expiry.Sub(began)
		s.renewAt = began.Add(time.Duration(float64(lifetime) * renewAfter))
	}
	return token
}

// keepOld decides what a failed fetch means: an error, or the old token if it
// has still some time to live. The next renewal then waits for half of that
// time, so that an account is not locked by a storm of refused sign-ins.
func (s *Source) keepOld(err error) (*oauth2.Token, error) {
	if s.current == nil {
		return nil, err
	}
	now := time.Now()
	left := s.current.Expiry.Sub(now)
	if left <= 0 {
		s.current = nil
		return nil, err
	}
	s.renewAt = s.current.Expiry
	if left > lastRetry {
		s.renewAt = now.Add(left / 2)
	}
	return s.current, nil
}
