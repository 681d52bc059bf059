package bearer_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"golang.org/x/oauth2"

	"dataroom.dev/intralinks-operator/internal/bearer"
)

// recorder notes what a server saw of each request.
type recorder struct {
	mu   sync.Mutex
	auth []string
	body []string
}

func (r *recorder) note(t *testing.T, req *http.Request) {
	t.Helper()
	body, err := io.ReadAll(req.Body)
	if err != nil {
		t.Errorf("reading the request: %v", err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.auth = append(r.auth, req.Header.Get("Authorization"))
	r.body = append(r.body, string(body))
}

func (r *recorder) authorizations() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return strings.Join(r.auth, ", ")
}

func client(fetch bearer.Fetch) *http.Client {
	return &http.Client{Transport: &bearer.Transport{Source: bearer.NewSource(fetch)}}
}

func do(t *testing.T, c *http.Client, method, url string, body io.Reader) *http.Response {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, body)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := c.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = resp.Body.Close() })
	return resp
}

func TestTransportSaysBearerWhateverTheTokenType(t *testing.T) {
	var seen recorder
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { seen.note(t, r) }))
	defer server.Close()
	c := client(func(context.Context) (*oauth2.Token, error) {
		return &oauth2.Token{AccessToken: "abc", TokenType: "BearerToken"}, nil
	})
	do(t, c, http.MethodGet, server.URL, nil)
	if got := seen.authorizations(); got != "Bearer abc" {
		t.Errorf("Authorization = %q", got)
	}
}

func TestTransportOn401(t *testing.T) {
	unreplayable := func(s string) io.Reader { return io.MultiReader(strings.NewReader(s)) }
	tests := []struct {
		name   string
		body   io.Reader
		accept string // the Authorization that the server accepts
		status int
		sent   string
		bodies string
	}{
		{"no body: renewed and repeated", nil, "Bearer token-2", 200, "Bearer token-1, Bearer token-2", "|"},
		{"body with GetBody: renewed and repeated whole", bytes.NewReader([]byte("payload")), "Bearer token-2", 200,
			"Bearer token-1, Bearer token-2", "payload|payload"},
		{"body that cannot be replayed: the 401 is the answer", unreplayable("payload"), "Bearer token-2", 401,
			"Bearer token-1", "payload"},
		{"refused again: repeated only once", nil, "Bearer never", 401, "Bearer token-1, Bearer token-2", "|"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var seen recorder
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				seen.note(t, r)
				if r.Header.Get("Authorization") != tt.accept {
					http.Error(w, "no", http.StatusUnauthorized)
				}
			}))
			defer server.Close()
			fetch, _ := counting(0)
			resp := do(t, client(fetch), http.MethodPost, server.URL, tt.body)
			if resp.StatusCode != tt.status {
				t.Errorf("status = %d, want %d", resp.StatusCode, tt.status)
			}
			if got := seen.authorizations(); got != tt.sent {
				t.Errorf("sent %q, want %q", got, tt.sent)
			}
			if got := strings.Join(seen.body, "|"); got != tt.bodies {
				t.Errorf("bodies %q, want %q", got, tt.bodies)
			}
		})
	}
}

func TestTransportUnreplayable401StillRenewsForTheNext(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer token-2" {
			w.WriteHeader(http.StatusUnauthorized)
		}
	}))
	defer server.Close()
	fetch, _ := counting(0)
	c := client(fetch)
	do(t, c, http.MethodPost, server.URL, io.MultiReader(strings.NewReader("x")))
	if resp := do(t, c, http.MethodGet, server.URL, nil); resp.StatusCode != http.StatusOK {
		t.Errorf("status = %d after the refused token was dropped, want 200", resp.StatusCode)
	}
}

func TestTransportAsksWhetherThe401IsAboutTheToken(t *testing.T) {
	var seen recorder
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen.note(t, r)
		w.WriteHeader(http.StatusUnauthorized)
	}))
	defer server.Close()
	fetch, fetches := counting(0)
	c := &http.Client{Transport: &bearer.Transport{
		Source:  bearer.NewSource(fetch),
		Refused: func(*http.Response) bool { return false },
	}}
	for range 3 {
		do(t, c, http.MethodGet, server.URL, nil)
	}
	if fetches.Load() != 1 || len(seen.auth) != 3 {
		t.Errorf("%d fetches and %d requests, want 1 and 3", fetches.Load(), len(seen.auth))
	}
}

func TestTransportSendsNothingWithoutAToken(t *testing.T) {
	var seen recorder
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { seen.note(t, r) }))
	defer server.Close()
	refused := errors.New("refused")
	c := client(func(context.Context) (*oauth2.Token, error) { return nil, refused })
	body := &closable{Reader: strings.NewReader("x")}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL, body)
	if err != nil {
		t.Fatal(err)
	}
	if resp, err := c.Do(req); !errors.Is(err, refused) {
		if err == nil {
			_ = resp.Body.Close()
		}
		t.Errorf("Do: %v, want the error of the sign-in", err)
	}
	if len(seen.auth) != 0 {
		t.Error("a request was sent without a token")
	}
	if !body.closed {
		t.Error("the request's body was not closed")
	}
}

type closable struct {
	io.Reader
	closed bool
}

func (c *closable) Close() error { c.closed = true; return nil }

func TestTransportTokenStaysWithItsHost(t *testing.T) {
	var home, foreign recorder
	homeURL := ""
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		foreign.note(t, r)
		http.Redirect(w, r, homeURL+"/back", http.StatusFound)
	}))
	defer other.Close()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		home.note(t, r)
		switch r.URL.Path {
		case "/start":
			http.Redirect(w, r, "/here", http.StatusFound)
		case "/here":
			http.Redirect(w, r, other.URL+"/away", http.StatusFound)
		}
	}))
	defer server.Close()
	homeURL = server.URL
	fetch, _ := counting(0)
	do(t, client(fetch), http.MethodGet, server.URL+"/start", nil)
	if got := foreign.authorizations(); got != "" {
		t.Errorf("the other host received %q", got)
	}
	if got := home.authorizations(); got != "Bearer token-1, Bearer token-1, " {
		t.Errorf("the own host received %q: the token goes along until the first foreign hop, and not after it", got)
	}
}
