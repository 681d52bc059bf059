package intralinks_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/go-logr/logr/funcr"
	"golang.org/x/oauth2"

	"dataroom.dev/intralinks-operator/internal/bearer"
	"dataroom.dev/intralinks-operator/internal/intralinks"
)

const one = `{"workspace":{"id":7100015,"name":"Project Heron"}}`

func TestNewRefuses(t *testing.T) {
	for name, o := range map[string]intralinks.Options{
		"no URL":         {Tokens: tokens()},
		"no host":        {BaseURL: "https://", Tokens: tokens()},
		"another scheme": {BaseURL: "ftp://api.intralinks.com", Tokens: tokens()},
		"a user":         {BaseURL: "https://me:secret@api.intralinks.com", Tokens: tokens()},
		"a query":        {BaseURL: "https://api.intralinks.com/?key=secret", Tokens: tokens()},
		"no tokens":      {BaseURL: "https://api.intralinks.com"},
	} {
		if _, err := intralinks.New(o); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: error = %v", name, err)
		}
	}
}

func TestBaseURLMayHaveAPath(t *testing.T) {
	s := newService(t)
	s.answers("/gateway"+inExchange(""), reply(200, one))
	c := s.client(t, func(o *intralinks.Options) { o.BaseURL += "/gateway/" })
	if _, err := c.Exchange(t.Context(), exchange); err != nil {
		t.Fatal(err)
	}
}

func TestReadsAreRepeated(t *testing.T) {
	failing := reply(503, `{}`)
	for _, tt := range []struct {
		name     string
		answers  []http.HandlerFunc
		class    intralinks.Class
		requests int
	}{
		{"a passing failure", []http.HandlerFunc{failing, reply(200, one)}, "", 2},
		{"two of them", []http.HandlerFunc{failing, failing, reply(200, one)}, "", 3},
		{"three are enough", []http.HandlerFunc{failing}, intralinks.Transient, 3},
		{"throttled", []http.HandlerFunc{reply(429, ``), reply(200, one)}, "", 2},
		{"broken JSON", []http.HandlerFunc{reply(200, `{"workspace":[{`), reply(200, one)}, "", 2},
		{"a page in its place", []http.HandlerFunc{replyAs(200, "text/html", "<html>"), reply(200, one)}, "", 2},
		{"script fault", []http.HandlerFunc{reply(500, `{"fault":{"faultstring":"JavaScript execution failed"}}`), reply(200, one)}, "", 2},
		{"not found", []http.HandlerFunc{reply(400, `{"errors":[{"subCode":"3-1"}]}`), reply(200, one)}, intralinks.NotFoundOrDenied, 1},
		{"denied", []http.HandlerFunc{reply(403, `{}`), reply(200, one)}, intralinks.Denied, 1},
		{"session taken", []http.HandlerFunc{reply(403, `{"error":{"code":403,"subcode":"018"}}`)}, intralinks.SessionTaken, 1},
		{"a wait that is too long to sit out", []http.HandlerFunc{func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "301")
			w.WriteHeader(http.StatusTooManyRequests)
		}}, intralinks.Throttled, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newService(t)
			s.answers(inExchange(""), tt.answers...)
			_, err := s.client(t).Exchange(t.Context(), exchange)
			wantClass(t, err, tt.class)
			if got := strings.Count(s.seen(), "GET"); got != tt.requests {
				t.Errorf("%d requests, want %d", got, tt.requests)
			}
		})
	}
}

func TestListIsNotRepeatedOnceItHasBegun(t *testing.T) {
	s := newService(t)
	s.answers("/v2/workspaces", reply(200, `{"workspace":[{"id":1},{"id"`))
	items, err := collect(s.client(t).Exchanges(t.Context()))
	wantClass(t, err, intralinks.Transient)
	if len(items) != 1 || strings.Count(s.seen(), "GET") != 1 {
		t.Errorf("%d items, requests: %s", len(items), s.seen())
	}
}

func TestEntryPostIsNotRepeated(t *testing.T) {
	s := newService(t)
	s.mux.HandleFunc("GET "+inExchange("/splash"), reply(200, noSplash))
	s.mux.HandleFunc("POST "+inExchange("/splash"), reply(503, ``))
	wantClass(t, s.client(t).Enter(t.Context(), exchange, intralinks.Entry{}), intralinks.Transient)
	wantSeen(t, s, "GET /7100015/splash", "POST /7100015/splash")
}

// roundTripper lets a test play the network inside a synctest bubble, where
// time is not real.
type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestWaitBetweenTriesEndsWithTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		c, err := intralinks.New(intralinks.Options{
			BaseURL: "https://api.example", Tokens: tokens(),
			HTTPClient: &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
				return &http.Response{StatusCode: http.StatusTooManyRequests, Header: http.Header{"Retry-After": {"60"}}, Body: http.NoBody, Request: r}, nil
			})},
		})
		if err != nil {
			t.Fatal(err)
		}
		done := make(chan error)
		go func() {
			_, err := c.Exchange(ctx, exchange)
			done <- err
		}()
		synctest.Wait() // it waits for the minute to pass
		cancel()
		wantClass(t, <-done, intralinks.Canceled)
	})
}

func TestTokenIsRenewedOnceOn401(t *testing.T) {
	refusal := reply(401, `{"status":"Unauthorized","error":{"code":401,"description":"invalid access token: Bearer token-1"}}`)
	s := newService(t)
	s.answers(inExchange(""), refusal, reply(200, one), refusal)
	c := s.client(t)
	if _, err := c.Exchange(t.Context(), exchange); err != nil {
		t.Fatal(err)
	}
	_, err := c.Exchange(t.Context(), exchange)
	wantClass(t, err, intralinks.Auth)
	if strings.Contains(err.Error(), "token-1") {
		t.Errorf("%v holds the token", err)
	}
	if got := strings.Count(s.seen(), "GET"); got != 4 {
		t.Errorf("%d requests, want 4", got)
	}
}

func TestDeniedAs401DoesNotCostASignIn(t *testing.T) {
	signIns := 0
	s := newService(t)
	s.answers(inExchange(""), reply(401, `{"errors":[{"code":401,"subCode":"1-1-3"}]}`))
	c := s.client(t, func(o *intralinks.Options) {
		o.Tokens = bearer.NewSource(func(context.Context) (*oauth2.Token, error) {
			signIns++
			return &oauth2.Token{AccessToken: "t"}, nil
		})
	})
	for range 3 {
		_, err := c.Exchange(t.Context(), exchange)
		wantClass(t, err, intralinks.Denied)
	}
	if signIns != 1 {
		t.Errorf("%d sign-ins, want 1", signIns)
	}
}

func TestEndedSessionIsLeftToTheCallerAndThenSignedInAnew(t *testing.T) {
	for _, status := range []int{200, 400, 401, 403} {
		s := newService(t)
		s.answers(inExchange(""), func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Authorization") == "Bearer token-1" {
				reply(status, `{"errors":[{"code":401,"subCode":"1-1-3-2"}]}`)(w, r)
				return
			}
			reply(200, one)(w, r)
		})
		c := s.client(t)
		_, err := c.Exchange(t.Context(), exchange)
		wantClass(t, err, intralinks.SessionTaken)
		if _, err := c.Exchange(t.Context(), exchange); err != nil {
			t.Errorf("HTTP %d: the next attempt: %v", status, err)
		}
	}
}

func TestFailedSignInIsTheErrorOfTheCallAndIsNotRepeated(t *testing.T) {
	attempts := 0
	s := newService(t)
	c := s.client(t, func(o *intralinks.Options) {
		o.Tokens = bearer.NewSource(func(context.Context) (*oauth2.Token, error) {
			attempts++
			return nil, &intralinks.Error{Op: intralinks.OpSignInV3, Class: intralinks.InvalidCredentials}
		})
	})
	_, err := c.Exchange(t.Context(), exchange)
	wantClass(t, err, intralinks.InvalidCredentials)
	if attempts != 1 || s.seen() != "" {
		t.Errorf("%d sign-ins, requests: %q", attempts, s.seen())
	}
}

func TestCanceledCall(t *testing.T) {
	s := newService(t)
	ctx, cancel := context.WithCancel(t.Context())
	s.answers(inExchange(""), func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	})
	_, err := s.client(t).Exchange(ctx, exchange)
	wantClass(t, err, intralinks.Canceled)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%v is not context.Canceled", err)
	}
}

func TestOperationsAreNamedAndLogsHoldNoNames(t *testing.T) {
	var mu sync.Mutex
	var lines []string
	var operations []string
	s := newService(t).open()
	s.answers(inExchange("/documents"), reply(200, `{"document":[{"id":1,"name":"Secret agreement"}]}`))
	s.answers(inExchange("/folders"), reply(400, `{"errors":[{"code":400,"subCode":"3-1","message":"Secret folder"}]}`))
	s.answers(inExchange("/documents/1/file"), replyAs(200, "text/plain", "x"))
	s.answers(inExchange(""), reply(200, one))
	s.answers("/v2/workspaces", reply(200, one))
	c := s.client(t, func(o *intralinks.Options) {
		o.Log = funcr.New(func(prefix, args string) {
			mu.Lock()
			defer mu.Unlock()
			lines = append(lines, prefix+args)
		}, funcr.Options{Verbosity: 1})
		o.HTTPClient = &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
			mu.Lock()
			operations = append(operations, intralinks.OperationOf(r.Context()))
			mu.Unlock()
			return http.DefaultTransport.RoundTrip(r)
		})}
	})
	room := c.Room(exchange, intralinks.Entry{})
	_, _ = collect(c.Exchanges(t.Context()))
	_, _ = c.Exchange(t.Context(), exchange)
	_, _ = collect(room.Folders(t.Context()))
	_, _ = collect(room.Documents(t.Context()))
	if d, err := room.Open(t.Context(), 1, 0); err == nil {
		_ = d.Body.Close()
	}
	want := "ListExchanges GetExchange GetSplash EnterExchange ListFolders ListDocuments DownloadDocument"
	if got := strings.Join(operations, " "); got != want {
		t.Errorf("operations = %s\nwant         %s", got, want)
	}
	log := strings.Join(lines, "\n")
	if len(lines) != len(operations) {
		t.Errorf("%d log lines for %d requests", len(lines), len(operations))
	}
	for _, secret := range []string{"token-", "Secret", "Heron", "returnTotal", "/v2/", s.URL} {
		if strings.Contains(log, secret) {
			t.Errorf("the log holds %q:\n%s", secret, log)
		}
	}
	if intralinks.OperationOf(t.Context()) != "" {
		t.Error("a context of nobody's has an operation")
	}
}
