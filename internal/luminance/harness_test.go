package luminance_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"dataroom.dev/intralinks-operator/internal/bearer"
	"dataroom.dev/intralinks-operator/internal/luminance"
)

// sent is a request as an instance saw it.
type sent struct {
	Method, Path string
	Query        url.Values
	Header       http.Header
	Length       int64
	Operation    string // as a decorator of the transport sees it
}

// instance is a server that hands out tokens, checks them and leaves the rest
// to a handler of the test.
type instance struct {
	*httptest.Server
	handle      http.HandlerFunc
	tokenStatus int // of the token endpoint; 0 is 200

	mu       sync.Mutex
	requests []sent
	valid    string
	issued   int
}

func newInstance(t *testing.T, handle http.HandlerFunc) *instance {
	t.Helper()
	i := &instance{handle: handle}
	i.Server = httptest.NewServer(i)
	t.Cleanup(i.Close)
	return i
}

// answering is an instance that gives one answer to everything.
func answering(t *testing.T, status int, body string) *instance {
	t.Helper()
	return newInstance(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	})
}

func (i *instance) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/auth/oauth2/token" {
		if i.tokenStatus != 0 {
			w.WriteHeader(i.tokenStatus)
			return
		}
		i.mu.Lock()
		i.issued++
		i.valid = fmt.Sprintf("token-%d", i.issued)
		answer := fmt.Sprintf(`{"access_token":%q,"token_type":"bearer","expires_in":3600}`, i.valid)
		i.mu.Unlock()
		_, _ = io.WriteString(w, answer)
		return
	}
	i.mu.Lock()
	valid := r.Header.Get("Authorization") == "Bearer "+i.valid
	i.requests = append(i.requests, sent{
		Method: r.Method, Path: r.URL.EscapedPath(), Query: r.URL.Query(), Header: r.Header.Clone(),
		Length: r.ContentLength, Operation: r.Header.Get("X-Test-Operation"),
	})
	i.mu.Unlock()
	if !valid {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	i.handle(w, r)
}

func (i *instance) seen() []sent {
	i.mu.Lock()
	defer i.mu.Unlock()
	return append([]sent(nil), i.requests...)
}

// revoke makes the token that clients hold worthless.
func (i *instance) revoke() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.valid = "revoked"
}

func (i *instance) client(t *testing.T, with ...func(*luminance.Options)) *luminance.Client {
	t.Helper()
	hc := &http.Client{Transport: labelling{i.Client().Transport}}
	o := luminance.Options{
		BaseURL:    i.URL,
		HTTPClient: hc,
		Tokens:     bearer.NewSource(luminance.ClientCredentials(i.URL, "operator", "s3cret-value", hc)),
		RetryDelay: time.Nanosecond,
	}
	for _, set := range with {
		set(&o)
	}
	c, err := luminance.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func version(v luminance.APIVersion) func(*luminance.Options) {
	return func(o *luminance.Options) { o.Version = v }
}

// labelling is a decorator as the operator has them: it reads the operation
// from the context.
type labelling struct{ base http.RoundTripper }

func (l labelling) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("X-Test-Operation", luminance.OperationOf(r.Context()))
	return l.base.RoundTrip(r)
}

func wantClass(t *testing.T, err error, class luminance.Class) *luminance.Error {
	t.Helper()
	if got := luminance.ClassOf(err); got != class {
		t.Fatalf("class %q, want %q, of error %v", got, class, err)
	}
	e := &luminance.Error{}
	errors.As(err, &e)
	return e
}

func wantNoneOf(t *testing.T, text string, words ...string) {
	t.Helper()
	for _, w := range words {
		if strings.Contains(text, w) {
			t.Errorf("%q shows in %q", w, text)
		}
	}
}

const (
	aFolder   = `{"id":52,"parent_id":16,"name":"Contracts","project_id":4,"state":"active","type":"folder","created_by":7,"created_at":"2024-01-15T12:00:00.000Z"}`
	aDocument = `{"id":369994,"folder_id":52,"parent_id":null,"project_id":4,"name":"MSA.pdf","media_type":"application/pdf","state":"import_pending","version_group":369994,"version":1,"version_state":"active","created_by":7,"created_at":"2024-01-15T12:00:00.000Z"}`
	aDivision = `{"id":4,"name":"Corporate","moniker":"corp","state":"active","type":"corporate","permissions":{},"settings":{},"features":["bulkredact"]}`
	aUser     = `{"id":7,"username":"operator","name":"Operator","email":null,"account_id":2,"state":"active"}`
)
