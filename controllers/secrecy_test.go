package controllers_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/go-logr/logr"
	"github.com/go-logr/logr/funcr"
	eventsv1 "k8s.io/api/events/v1"
	"k8s.io/klog/v2"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/metrics"
)

// TestMain keeps what the libraries log beside the managers' own logs out of the tests' output.
func TestMain(m *testing.M) {
	ctrl.SetLogger(logr.Discard())
	klog.SetLogger(logr.Discard())
	m.Run()
}

// hush knows the secrets of a test, as given to the operator and as learnt from what it sends and is sent,
// and keeps the operator's log to look for them.
type hush struct {
	mu      sync.Mutex
	secrets map[string]bool
	lines   []string
	// newest is the state of the newest sign-in.
	newest string
}

func newHush() *hush { return &hush{secrets: map[string]bool{}} }

func (h *hush) add(secrets ...string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, secret := range secrets {
		if secret = strings.TrimSpace(secret); secret != "" {
			h.secrets[secret] = true
			h.secrets[base64.StdEncoding.EncodeToString([]byte(secret))] = true
		}
	}
}

// learn serves, and takes note of the credentials and tokens that come by.
func (h *hush) learn(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, credential, ok := strings.Cut(r.Header.Get("Authorization"), " "); ok {
			h.add(credential)
		}
		if state := r.URL.Query().Get("state"); state != "" {
			h.addLong(state)
			h.mu.Lock()
			h.newest = state
			h.mu.Unlock()
		}
		if !strings.Contains(r.URL.Path, "oauth") {
			next.ServeHTTP(w, r)
			return
		}
		copied := &copiedAnswer{ResponseWriter: w}
		next.ServeHTTP(copied, r)
		var answer any
		if json.Unmarshal(copied.body.Bytes(), &answer) == nil {
			h.addTokens(answer)
		}
	})
}

// learnQueries serves, and takes note of the tickets, states and codes that come by. They are for nobody's eyes either,
// but for the ticket in status.signInURL.
func (h *hush) learnQueries(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for _, name := range []string{"ticket", "state", "code", "accesscode", "key"} {
			h.addLong(r.URL.Query()[name]...)
		}
		for _, cookie := range r.Cookies() {
			browser, _, _ := strings.Cut(cookie.Value, ":")
			h.addLong(browser)
		}
		next.ServeHTTP(w, r)
	})
}

// state of the newest sign-in, as Intralinks was sent it.
func (h *hush) state() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.newest
}

// addLong adds what can't be in a text by chance.
func (h *hush) addLong(secrets ...string) {
	for _, secret := range secrets {
		if len(secret) >= 20 {
			h.add(secret)
		}
	}
}

// theLink is where a ticket may stand.
var theLink = regexp.MustCompile(`"signInURL":"[^"]*"`)

// addTokens adds what an answer calls a token, wherever it lies in it.
func (h *hush) addTokens(answer any) {
	fields, ok := answer.(map[string]any)
	if !ok {
		return
	}
	for name, value := range fields {
		switch text, isText := value.(string); {
		case isText && strings.HasSuffix(strings.ToLower(strings.ReplaceAll(name, "_", "")), "token"):
			h.add(text)
		case !isText:
			h.addTokens(value)
		}
	}
}

type copiedAnswer struct {
	http.ResponseWriter
	body bytes.Buffer
}

func (c *copiedAnswer) Write(p []byte) (int, error) {
	c.body.Write(p)
	return c.ResponseWriter.Write(p)
}

// Unwrap lets http.ResponseController reach the connection.
func (c *copiedAnswer) Unwrap() http.ResponseWriter { return c.ResponseWriter }

// logger keeps every line that --log-level=debug shows.
func (h *hush) logger() logr.Logger {
	return funcr.New(func(prefix, args string) {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.lines = append(h.lines, prefix+" "+args)
	}, funcr.Options{Verbosity: 1})
}

// log gives the operator's log so far.
func (h *hush) log() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]string(nil), h.lines...)
}

// in gives the secrets that a text holds.
func (h *hush) in(text string) (found []string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for secret := range h.secrets {
		if strings.Contains(text, secret) {
			found = append(found, secret)
		}
	}
	return found
}

// checkSecrecy fails the test for a secret in a status, an Event or the log, and for a document's name in the log.
func (w *world) checkSecrecy() {
	for _, text := range w.witness.texts {
		if found := w.hush.in(theLink.ReplaceAllString(text, "")); len(found) > 0 {
			w.t.Errorf("an object holds %q: %s", found, text)
		}
	}
	var events eventsv1.EventList
	w.must(w.client.List(context.Background(), &events, client.InNamespace(w.namespace)))
	for _, event := range events.Items {
		if found := w.hush.in(event.Note + event.Reason); len(found) > 0 {
			w.t.Errorf("an Event holds %q: %s", found, event.Note)
		}
	}
	families, err := metrics.Registry.Gather()
	w.must(err)
	for _, family := range families {
		if found := w.hush.in(family.String()); len(found) > 0 {
			w.t.Errorf("a metric holds %q: %s", found, family.GetName())
		}
	}
	names := w.documentNames()
	for _, line := range w.hush.log() {
		if found := w.hush.in(line); len(found) > 0 {
			w.t.Errorf("the log holds %q: %s", found, line)
		}
		for _, name := range names {
			if strings.Contains(line, name) {
				w.t.Errorf("the log names the document %q: %s", name, line)
			}
		}
	}
}

// documentNames are those of all documents of all exchanges, without their extensions.
func (w *world) documentNames() (names []string) {
	for _, exchange := range w.source.Exchanges() {
		for _, d := range exchange.Room.Documents() {
			names = append(names, d.Name)
		}
	}
	return names
}
