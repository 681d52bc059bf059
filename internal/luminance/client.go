package luminance

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/go-logr/logr"
	"k8s.io/utils/clock"

	"dataroom.dev/intralinks-operator/internal/bearer"
)

// APIVersion is a published version of the API. The three differ, for this
// client, in paging, in task_id on upload and in what a folder's parent may be.
type APIVersion string

// The published versions. An instance's own api2_version is informational: the
// example in Luminance API v1.5 itself reports 1.4.0.
const (
	V15 APIVersion = "v1.5"
	V14 APIVersion = "v1.4"
	V13 APIVersion = "v1.3"
)

// defaultPrefix precedes every path. Luminance API v1.5 states it; v1.3 and
// v1.4 list their paths without one, and that they live below it too is
// inferred from connectors written for v1.4.
const defaultPrefix = "/api2"

// defaultRetryDelay is the wait before a read's second try, before jitter.
const defaultRetryDelay = 500 * time.Millisecond

// Options configures a Client.
type Options struct {
	// BaseURL is the instance, such as https://acme.app.luminance.com: https,
	// or http to loopback.
	BaseURL string
	// Version defaults to V15.
	Version APIVersion
	// PathPrefix replaces /api2; "/" means the root of the host.
	PathPrefix string
	// HTTPClient defaults to an empty http.Client. Budget, guard and metrics
	// decorate its Transport, which therefore sees every request that is sent,
	// retries and renewed tokens included; authorization is added above it.
	// Its Timeout, if any, would end long uploads: a Watchdog in the Transport
	// ends those that stall, and whole calls are bounded by their context.
	HTTPClient *http.Client
	// Tokens hands out access tokens; see ClientCredentials. Required.
	Tokens *bearer.Source
	// Paging adapts listings to an instance; the zero value suits the version.
	Paging Paging
	// RetryDelay is the wait before a read's second try, grown and jittered
	// from there; 500 ms by default.
	RetryDelay time.Duration
	// Clock tells our time, which the instance's is held against; the system's by default.
	Clock clock.PassiveClock
	// Log receives operation, status and duration at V(1), and nothing else. A logger in the context of a call, such
	// as that of a run, goes first.
	Log logr.Logger
}

// Client talks to one Luminance instance. It is safe for concurrent use.
type Client struct {
	base       string // scheme, host and path prefix; no slash at the end
	version    APIVersion
	http       *http.Client
	paging     Paging
	retryDelay time.Duration
	clock      clock.PassiveClock
	log        logr.Logger
	skew       atomic.Int64 // nanoseconds; see ClockSkew
}

// New makes a client; it sends nothing. It fails on options that cannot work.
func New(o Options) (*Client, error) {
	base, err := parseBase(o.BaseURL)
	if err != nil {
		return nil, err
	}
	if o.Tokens == nil {
		return nil, errors.New("luminance: Options.Tokens is missing")
	}
	version := o.Version
	switch version {
	case "":
		version = V15
	case V15, V14, V13:
	default:
		return nil, fmt.Errorf("luminance: API version %q is unknown; use v1.5, v1.4 or v1.3", version)
	}
	if o.RetryDelay <= 0 {
		o.RetryDelay = defaultRetryDelay
	}
	if o.Clock == nil {
		o.Clock = clock.RealClock{}
	}
	hc := withoutRedirects(o.HTTPClient)
	hc.Transport = &bearer.Transport{Base: transportOf(hc), Source: o.Tokens}
	return &Client{
		base:       base + cleanPrefix(o.PathPrefix),
		version:    version,
		http:       hc,
		paging:     o.Paging,
		retryDelay: o.RetryDelay,
		clock:      o.Clock,
		log:        o.Log,
	}, nil
}

// parseBase checks an instance's address and returns it without a slash at the
// end. A token must not cross a network in the clear.
func parseBase(raw string) (string, error) {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return "", errors.New("luminance: the base URL must be like https://acme.app.luminance.com, with no user, query or fragment")
	}
	if u.Scheme != "https" && (u.Scheme != "http" || !loopback(u.Hostname())) {
		return "", fmt.Errorf("luminance: the base URL of host %s must be https (http is for loopback only)", u.Host)
	}
	return strings.TrimRight(u.String(), "/"), nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func cleanPrefix(prefix string) string {
	if prefix == "" {
		return defaultPrefix
	}
	if prefix = strings.Trim(prefix, "/"); prefix == "" {
		return ""
	}
	return "/" + prefix
}

// withoutRedirects copies a client so that it hands a 3xx back instead of
// carrying a credential or a document on to wherever that points.
func withoutRedirects(hc *http.Client) *http.Client {
	var c http.Client
	if hc != nil {
		c = *hc
	}
	c.Jar = nil
	c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &c
}

func transportOf(hc *http.Client) http.RoundTripper {
	if hc.Transport != nil {
		return hc.Transport
	}
	return http.DefaultTransport
}
