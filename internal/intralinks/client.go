package intralinks

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/go-logr/logr"

	"dataroom.dev/intralinks-operator/internal/bearer"
)

const (
	defaultRetryDelay  = time.Second
	defaultIdleTimeout = 2 * time.Minute
	// headerTimeout is generous: the server works for minutes on the list of
	// a large exchange before the first byte comes.
	headerTimeout = 5 * time.Minute
	userAgent     = "intralinks-operator"
)

// Options configure a Client.
type Options struct {
	// BaseURL is where the resource calls go, such as
	// https://api.intralinks.com; the paths /v2/… are added to it. Required.
	BaseURL string
	// HTTPClient gives the transport; decorators around it do metrics, guards
	// of addresses and limits. It carries no credentials. Its redirect policy
	// and its Timeout are not used: a Timeout would cut long downloads. If
	// nil, one that waits five minutes for the header of an answer.
	HTTPClient *http.Client
	// Tokens gives the access token. Required.
	Tokens *bearer.Source
	// Log receives one line per request at level 1: method, operation,
	// status and duration. The zero Logger is silent. A logger in the context of
	// a call, such as that of a run, goes first.
	Log logr.Logger
	// RetryDelay is the wait before the first repetition of a failed read; it
	// doubles with each and is jittered. Default 1 s.
	RetryDelay time.Duration
	// IdleTimeout breaks off an answer that sends nothing for so long while
	// somebody reads it. Default 2 min.
	IdleTimeout time.Duration
}

// Client reads from Intralinks with one account. It is safe for concurrent
// use.
type Client struct {
	base   *url.URL
	authed *http.Client // sends the token, follows no redirect
	plain  *http.Client // sends none, follows no redirect
	tokens *bearer.Source
	log    logr.Logger
	delay  time.Duration
	idle   time.Duration

	mu    sync.Mutex
	rooms map[roomKey]*Room
	doors map[doorKey]*door
}

// New returns a Client. It makes no request.
func New(o Options) (*Client, error) {
	base, err := parseBase(o.BaseURL)
	if err != nil {
		return nil, err
	}
	if o.Tokens == nil {
		return nil, errors.New("intralinks: Options.Tokens is missing")
	}
	c := &Client{
		base: base, tokens: o.Tokens, log: o.Log, delay: o.RetryDelay, idle: o.IdleTimeout,
		plain: noRedirects(o.HTTPClient), rooms: map[roomKey]*Room{}, doors: map[doorKey]*door{},
	}
	if c.delay <= 0 {
		c.delay = defaultRetryDelay
	}
	if c.idle <= 0 {
		c.idle = defaultIdleTimeout
	}
	c.authed = &http.Client{
		Transport:     &bearer.Transport{Base: c.plain.Transport, Source: o.Tokens, Refused: tokenRefused},
		CheckRedirect: c.plain.CheckRedirect,
	}
	return c, nil
}

// parseBase checks a base URL; the error repeats nothing of it.
func parseBase(raw string) (*url.URL, error) {
	u, err := url.Parse(raw)
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" {
		return nil, errors.New("intralinks: the base URL must be like https://api.intralinks.com")
	}
	if u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return nil, errors.New("intralinks: the base URL must have neither user, query nor fragment")
	}
	return u, nil
}

// noRedirects returns a client with the transport of hc, or a default one,
// that hands every redirect to its caller: a redirect of a JSON call is a
// mistake, and one of a download is followed with care (see follow).
func noRedirects(hc *http.Client) *http.Client {
	var transport http.RoundTripper
	if hc != nil {
		transport = hc.Transport
	}
	if transport == nil {
		transport = defaultTransport()
	}
	return &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// defaultTransport is one for the whole process, so that connections are
// shared by all clients.
var defaultTransport = sync.OnceValue(func() http.RoundTripper {
	t, ok := http.DefaultTransport.(*http.Transport)
	if !ok { // replaced by the program; that is its choice
		return http.DefaultTransport
	}
	t = t.Clone()
	t.ResponseHeaderTimeout = headerTimeout
	t.MaxIdleConnsPerHost = 16
	return t
})

// call is one request to the service.
type call struct {
	op     string
	method string
	path   string // below the base, begins without a slash
	query  string
	target string // for errors: ids only
	body   []byte // JSON; nil for none
}

// exchangePath is the path of an exchange or of something in it.
func exchangePath(exchange int64, below ...string) string {
	return strings.Join(append([]string{"v2/workspaces", fmt.Sprint(exchange)}, below...), "/")
}

func exchangeTarget(exchange int64) string { return fmt.Sprintf("exchange %d", exchange) }

// url is where the call goes.
func (c *Client) url(cl call) string {
	u := c.base.JoinPath(cl.path)
	u.RawQuery = cl.query
	return u.String()
}

// failure makes an Error of a request that got no answer, or whose answer
// broke off. The error of a sign-in is kept as it is.
func failure(ctx context.Context, op, target string, err error) error {
	if own, ok := errors.AsType[*Error](err); ok {
		return own
	}
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		err = wrapped.Err // without the URL
	}
	class := Transient
	if ctx.Err() != nil {
		class = Canceled
	}
	return &Error{Op: op, Target: target, Class: class, Err: err}
}
