package bearer_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/oauth2"

	"dataroom.dev/intralinks-operator/internal/bearer"
)

// counting returns a Fetch that hands out token-1, token-2, … with the given
// lifetime (0: none told), and the counter behind it.
func counting(lifetime time.Duration) (bearer.Fetch, *atomic.Int64) {
	var n atomic.Int64
	return func(context.Context) (*oauth2.Token, error) {
		token := &oauth2.Token{AccessToken: fmt.Sprintf("token-%d", n.Add(1))}
		if lifetime > 0 {
			token.Expiry = time.Now().Add(lifetime)
		}
		return token, nil
	}, &n
}

func mustToken(t *testing.T, s *bearer.Source) string {
	t.Helper()
	token, err := s.Token(t.Context())
	if err != nil {
		t.Fatalf("Token: %v", err)
	}
	return token.AccessToken
}

func wantToken(t *testing.T, s *bearer.Source, want string) {
	t.Helper()
	if got := mustToken(t, s); got != want {
		t.Fatalf("Token = %q, want %q", got, want)
	}
}

// In these tests waiting moves the fake clock of a synctest bubble; nobody
// waits.
func TestTokenIsRenewedAtFourFifthsOfItsLifetime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fetch, _ := counting(time.Hour)
		s := bearer.NewSource(fetch)
		wantToken(t, s, "token-1")
		<-time.After(48*time.Minute - time.Second)
		wantToken(t, s, "token-1")
		<-time.After(time.Second)
		wantToken(t, s, "token-2")
	})
}

func TestLifetimeToldInSecondsCounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var n int
		s := bearer.NewSource(func(context.Context) (*oauth2.Token, error) {
			n++
			return &oauth2.Token{AccessToken: fmt.Sprintf("token-%d", n), ExpiresIn: 100}, nil
		})
		wantToken(t, s, "token-1")
		<-time.After(79 * time.Second)
		wantToken(t, s, "token-1")
		<-time.After(time.Second)
		wantToken(t, s, "token-2")
	})
}

func TestTokenWithoutLifetimeIsKeptUntilInvalidated(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fetch, _ := counting(0)
		s := bearer.NewSource(fetch)
		wantToken(t, s, "token-1")
		<-time.After(1000 * time.Hour)
		wantToken(t, s, "token-1")
		s.Invalidate("some other token")
		wantToken(t, s, "token-1")
		s.Invalidate("token-1")
		wantToken(t, s, "token-2")
		s.Invalidate("token-1") // a late report of the first refusal
		wantToken(t, s, "token-2")
	})
}

func TestOneFetchServesAllCallers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var fetches atomic.Int64
		release := make(chan struct{})
		s := bearer.NewSource(func(context.Context) (*oauth2.Token, error) {
			fetches.Add(1)
			<-release
			return &oauth2.Token{AccessToken: "shared"}, nil
		})
		var callers sync.WaitGroup
		for range 50 {
			callers.Go(func() {
				if token, err := s.Token(t.Context()); err != nil || token.AccessToken != "shared" {
					t.Errorf("Token = %v, %v", token, err)
				}
			})
		}
		synctest.Wait() // all of them wait for the same fetch
		close(release)
		callers.Wait()
		if n := fetches.Load(); n != 1 {
			t.Errorf("%d fetches for 50 callers, want 1", n)
		}
	})
}

func TestCallerThatGoesAwayLeavesTheFetchToOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		var fetchCtx context.Context
		s := bearer.NewSource(func(ctx context.Context) (*oauth2.Token, error) {
			fetchCtx = ctx
			<-release
			return &oauth2.Token{AccessToken: "late"}, ctx.Err()
		})
		ctx, cancel := context.WithCancel(t.Context())
		gone := make(chan error, 1)
		go func() {
			_, err := s.Token(ctx)
			gone <- err
		}()
		synctest.Wait()
		stayed := make(chan string, 1)
		go func() { stayed <- mustToken(t, s) }()
		synctest.Wait()
		cancel()
		if err := <-gone; !errors.Is(err, context.Canceled) {
			t.Errorf("the caller that left got %v, want context.Canceled", err)
		}
		if err := fetchCtx.Err(); err != nil {
			t.Errorf("the fetch was broken off: %v", err)
		}
		close(release)
		if got := <-stayed; got != "late" {
			t.Errorf("the caller that stayed got %q", got)
		}
	})
}

func TestFailureIsNotRemembered(t *testing.T) {
	refused := errors.New("refused")
	answers := []error{refused, nil}
	s := bearer.NewSource(func(context.Context) (*oauth2.Token, error) {
		err := answers[0]
		answers = answers[1:]
		if err != nil {
			return nil, err
		}
		return &oauth2.Token{AccessToken: "good"}, nil
	})
	if _, err := s.Token(t.Context()); !errors.Is(err, refused) {
		t.Fatalf("first Token: %v, want the refusal", err)
	}
	wantToken(t, s, "good")
}

func TestFetchWithoutTokenIsAnError(t *testing.T) {
	for name, token := range map[string]*oauth2.Token{"nil": nil, "empty": {}} {
		s := bearer.NewSource(func(context.Context) (*oauth2.Token, error) { return token, nil })
		if _, err := s.Token(t.Context()); err == nil {
			t.Errorf("%s token: no error", name)
		}
	}
}

func TestEndedContextFetchesNothing(t *testing.T) {
	fetch, n := counting(0)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := bearer.NewSource(fetch).Token(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("Token: %v, want context.Canceled", err)
	}
	if n.Load() != 0 {
		t.Errorf("%d fetches for an ended context", n.Load())
	}
}

func TestFailedEarlyRenewalKeepsTheOldTokenWithoutAStorm(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fetch, n := counting(time.Hour)
		down := errors.New("sign-in is down")
		var failing atomic.Bool
		var attempts atomic.Int64
		s := bearer.NewSource(func(ctx context.Context) (*oauth2.Token, error) {
			if failing.Load() {
				attempts.Add(1)
				return nil, down
			}
			return fetch(ctx)
		})
		wantToken(t, s, "token-1")
		failing.Store(true)
		for range 59 { // a call a minute until a minute before the end
			<-time.After(time.Minute)
			wantToken(t, s, "token-1")
		}
		if got := attempts.Load(); got < 1 || got > 6 {
			t.Errorf("%d renewals tried in the last 12 minutes, want 1 to 6", got)
		}
		<-time.After(2 * time.Minute)
		if _, err := s.Token(t.Context()); !errors.Is(err, down) {
			t.Errorf("after the end of the token: %v, want the failure", err)
		}
		failing.Store(false)
		wantToken(t, s, "token-2")
		if n.Load() != 2 {
			t.Errorf("%d successful fetches, want 2", n.Load())
		}
	})
}

func TestFetchEndsByItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := bearer.NewSource(func(ctx context.Context) (*oauth2.Token, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		})
		if _, err := s.Token(t.Context()); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Token: %v, want context.DeadlineExceeded", err)
		}
	})
}

func TestTokenSource(t *testing.T) {
	fetch, _ := counting(time.Hour)
	s := bearer.NewSource(fetch)
	token, err := s.TokenSource(t.Context()).Token()
	if err != nil || token.AccessToken != "token-1" {
		t.Fatalf("Token = %v, %v", token, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.TokenSource(ctx).Token(); !errors.Is(err, context.Canceled) {
		t.Errorf("ended context: %v", err)
	}
}

// What comes before a fetch, such as a rate limit, takes as long as it takes: the fetch has its minute only
// then, and the token's lifetime counts from then.
func TestAFetchBeginsAfterTheWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		type key struct{}
		over := 0
		wait := func(ctx context.Context) (context.Context, func(), error) {
			<-time.After(10 * time.Minute)
			return context.WithValue(ctx, key{}, "ticket"), func() { over++ }, nil
		}
		fetch := func(ctx context.Context) (*oauth2.Token, error) {
			if ctx.Value(key{}) != "ticket" {
				t.Error("the wait's context is lost")
			}
			if deadline, ok := ctx.Deadline(); !ok || time.Until(deadline) != time.Minute {
				t.Errorf("the fetch has until %s", deadline)
			}
			return &oauth2.Token{AccessToken: "token-1", ExpiresIn: 3600}, nil
		}
		s := bearer.NewSourceAfter(wait, fetch)
		began := time.Now()
		token, err := s.Token(t.Context())
		if err != nil || over != 1 {
			t.Fatalf("error %v; the wait was told %d times that the fetch is over", err, over)
		}
		if want := began.Add(70 * time.Minute); !token.Expiry.Equal(want) {
			t.Errorf("the token ends at %s, want %s", token.Expiry, want)
		}
	})
}

func TestAWaitThatFailsIsAFetchThatFails(t *testing.T) {
	broken := errors.New("disk full")
	fetch, fetches := counting(0)
	s := bearer.NewSourceAfter(func(context.Context) (context.Context, func(), error) { return nil, nil, broken }, fetch)
	if _, err := s.Token(t.Context()); !errors.Is(err, broken) || fetches.Load() != 0 {
		t.Errorf("error %v after %d fetches", err, fetches.Load())
	}
}
