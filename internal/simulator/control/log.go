package control

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"time"
)

// logLimit bounds the request log; beyond it the oldest half is dropped.
const logLimit = 200_000

// Entry is one request as the simulator saw it.
type Entry struct {
	Method string `json:"method"`
	// Path has "…" in place of e-mail addresses.
	Path string `json:"path"`
	// Query is the raw query with secrets replaced by "…".
	Query string `json:"query,omitempty"`
	// Status is the HTTP status sent, 0 while none was sent.
	Status int `json:"status"`
	// BytesIn and BytesOut count the bodies only, not the headers.
	BytesIn  int64     `json:"bytesIn"`
	BytesOut int64     `json:"bytesOut"`
	At       time.Time `json:"at"`
	// Counted tells that the request was charged to an allowance (see Count).
	Counted bool `json:"counted"`
}

// live is an entry that a running request still writes to.
type live struct {
	entry   Entry
	status  atomic.Int64
	in, out atomic.Int64
	charged atomic.Bool
}

func (l *live) snapshot() Entry {
	e := l.entry
	e.Status += int(l.status.Load())
	e.BytesIn += l.in.Load()
	e.BytesOut += l.out.Load()
	e.Counted = e.Counted || l.charged.Load()
	return e
}

type logKey struct{}

// Count notes in the request log that an allowance was charged for the request.
// It does nothing for a request that did not come through Serve.
func Count(r *http.Request) {
	if l, ok := r.Context().Value(logKey{}).(*live); ok {
		l.charged.Store(true)
	}
}

// Record adds an entry to the log. Serve does so for every request by itself.
func (c *Control) Record(e Entry) {
	e.Path, e.Query = redactPath(e.Path), redactQuery(e.Query)
	c.append(&live{entry: e})
}

func (c *Control) append(l *live) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.log) >= logLimit {
		c.lost += logLimit / 2
		c.log = slices.Clone(c.log[logLimit/2:])
	}
	c.log = append(c.log, l)
}

// Requests returns the log, oldest first, including requests that still run. It
// holds the last 100,000 requests at least.
func (c *Control) Requests() []Entry {
	c.mu.Lock()
	defer c.mu.Unlock()
	entries := make([]Entry, 0, len(c.log))
	for _, l := range c.log {
		entries = append(entries, l.snapshot())
	}
	return entries
}

// ResetRequests empties the log.
func (c *Control) ResetRequests() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.log, c.lost = nil, 0
}

// begin logs a request from its first moment on, so that a client that has its
// answer finds the request in the log.
func (c *Control) begin(r *http.Request) *live {
	c.mu.Lock()
	now := c.clock
	c.mu.Unlock()
	// The clock may be a simulator's own, with a lock of its own.
	l := &live{entry: Entry{Method: r.Method, Path: redactPath(r.URL.Path), Query: redactQuery(r.URL.RawQuery), At: now()}}
	c.append(l)
	return l
}

// secretParameters are query parameters whose values never enter the log.
var secretParameters = []string{
	"client_secret", "password", "token", "code", "accesscode", "code_verifier", "state",
	"access_token", "refresh_token", "assertion", "email",
}

// redactPath keeps a path, but for the parts that are e-mail addresses.
func redactPath(path string) string {
	if !strings.Contains(path, "@") {
		return path
	}
	parts := strings.Split(path, "/")
	for i, part := range parts {
		if strings.Contains(part, "@") {
			parts[i] = "…"
		}
	}
	return strings.Join(parts, "/")
}

// redactQuery keeps order and spelling of a raw query, but for the values of
// secret parameters.
func redactQuery(raw string) string {
	if raw == "" {
		return ""
	}
	pairs := strings.Split(raw, "&")
	for i, pair := range pairs {
		key, _, found := strings.Cut(pair, "=")
		name, err := url.QueryUnescape(key)
		if err != nil {
			name = key
		}
		if found && slices.Contains(secretParameters, strings.ToLower(name)) {
			pairs[i] = key + "=…"
		}
	}
	return strings.Join(pairs, "&")
}
