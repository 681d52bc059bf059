package intralinks_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"dataroom.dev/intralinks-operator/internal/bearer"
	"dataroom.dev/intralinks-operator/internal/intralinks"
)

const exchange = 7100015

// The status that stands beside every success.
const okStatus = `"status":{"code":200,"message":"Request completed fine, no errors"}`

// service is a hand-made Intralinks: each path answers as its handler says, and
// every request is noted.
type service struct {
	*httptest.Server
	mux *http.ServeMux

	mu       sync.Mutex
	requests []string
}

func newService(t *testing.T) *service {
	t.Helper()
	s := &service{mux: http.NewServeMux()}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.requests = append(s.requests, r.Method+" "+strings.TrimPrefix(r.URL.Path, "/v2/workspaces"))
		s.mu.Unlock()
		s.mux.ServeHTTP(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

// seen returns the requests so far, one per line, paths below /v2/workspaces.
func (s *service) seen() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Join(s.requests, "\n")
}

// answers makes a path of the exchange answer one thing after the other; the
// last one stays.
func (s *service) answers(path string, handlers ...http.HandlerFunc) {
	var n atomic.Int64
	s.mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
		i := min(int(n.Add(1)), len(handlers)) - 1
		handlers[i](w, r)
	})
}

// open makes the exchange's entrance let everybody in.
func (s *service) open() *service {
	s.answers(inExchange("/splash"), splash(
		`{`+okStatus+`,"branding":{"global":true}}`,
		`{"status":{"code":201,"message":"The entities have been created"},"state":"ALLOW"}`))
	return s
}

// splash answers GET and POST of an entrance.
func splash(get, post string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			reply(http.StatusCreated, post)(w, r)
			return
		}
		reply(http.StatusOK, get)(w, r)
	}
}

func inExchange(path string) string { return fmt.Sprintf("/v2/workspaces/%d%s", exchange, path) }

func reply(status int, body string) http.HandlerFunc {
	return replyAs(status, "application/json;charset=UTF-8", body)
}

func replyAs(status int, contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

const notEntered = `{"status":{"code":303,"subcode":"1","message":"Workspace entrance requirements not met.","errorId":"e-1"},
	"errors":[{"code":303,"subCode":"1","message":"Workspace entrance requirements not met."}]}`

// tokens hands out token-1, token-2, …
func tokens() *bearer.Source {
	var n atomic.Int64
	return bearer.NewSource(func(context.Context) (*oauth2.Token, error) {
		return &oauth2.Token{AccessToken: fmt.Sprintf("token-%d", n.Add(1)), Expiry: time.Now().Add(time.Hour)}, nil
	})
}

func (s *service) client(t *testing.T, change ...func(*intralinks.Options)) *intralinks.Client {
	t.Helper()
	o := intralinks.Options{BaseURL: s.URL, Tokens: tokens(), RetryDelay: time.Millisecond}
	for _, f := range change {
		f(&o)
	}
	c, err := intralinks.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func (s *service) room(t *testing.T) *intralinks.Room {
	t.Helper()
	return s.client(t).Room(exchange, intralinks.Entry{})
}

// collect reads an iterator to its end.
func collect[T any](seq iter.Seq2[T, error]) ([]T, error) {
	var items []T
	for item, err := range seq {
		if err != nil {
			return items, err
		}
		items = append(items, item)
	}
	return items, nil
}

func asError(t *testing.T, err error) *intralinks.Error {
	t.Helper()
	own, ok := errors.AsType[*intralinks.Error](err)
	if !ok {
		t.Fatalf("%v is no *intralinks.Error", err)
	}
	return own
}

func wantClass(t *testing.T, err error, want intralinks.Class) {
	t.Helper()
	if got := intralinks.ClassOf(err); got != want {
		t.Fatalf("class %q, want %q: %v", got, want, err)
	}
}

func wantSeen(t *testing.T, s *service, want ...string) {
	t.Helper()
	if got := s.seen(); got != strings.Join(want, "\n") {
		t.Errorf("requests:\n%s\nwant:\n%s", got, strings.Join(want, "\n"))
	}
}
