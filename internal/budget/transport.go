package budget

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// Transport spends one slot of a budget for each request, redirects and retries included. A request
// waits for its slot as long as its context lasts.
type Transport struct {
	// Base sends the requests; nil means http.DefaultTransport.
	Base http.RoundTripper
	// Budget to spend.
	Budget *Budget
}

// errPaused: a ticket was acquired, and a 429 came before it was used.
var errPaused = errors.New("the service has asked for fewer requests meanwhile")

// RoundTrip sends the request with the ticket in its context, or acquires one for the context's
// claimant. An answer of 429 is returned like any other, after the budget was told of it.
func (t *Transport) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx := req.Context()
	ticket, err := t.ticket(ctx)
	if err != nil {
		if req.Body != nil {
			_ = req.Body.Close()
		}
		return nil, err
	}
	defer ticket.Done()

	var seen connection
	resp, err := t.base().RoundTrip(req.WithContext(httptrace.WithClientTrace(ctx, seen.trace())))
	if err != nil && seen.neverSent(err) {
		ticket.Release()
		return nil, err
	}
	// A connection that turned out to be gone makes http.Transport send a read once more by itself.
	t.Budget.alsoSent(int(seen.got.Load()) - 1)
	if n, ok := ctx.Value(counterKey{}).(*atomic.Int64); ok {
		n.Add(1)
	}
	if err == nil && resp.StatusCode == http.StatusTooManyRequests {
		t.Budget.Throttled(retryAfter(resp.Header, t.Budget.clock.Now()))
	}
	return resp, err
}

// CloseIdleConnections closes those of the base.
func (t *Transport) CloseIdleConnections() {
	if c, ok := t.base().(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}

func (t *Transport) base() http.RoundTripper {
	if t.Base == nil {
		return http.DefaultTransport
	}
	return t.Base
}

// ticket is the one in the context, unless there was a 429 since: waiting here for the end of that pause would
// hold up whatever the caller has got ready, so it is told to come again.
func (t *Transport) ticket(ctx context.Context) (*Ticket, error) {
	prepaid := t.Budget.prepaid(ctx)
	if prepaid == nil || prepaid.taken.Swap(true) {
		return t.Budget.Acquire(ctx, ClaimantOf(ctx))
	}
	if t.Budget.paused() {
		prepaid.Release()
		return nil, t.Budget.waitError(errPaused)
	}
	return prepaid, nil
}

// connection watches whether a request ever had a connection to leave by, and how many.
type connection struct {
	asked atomic.Bool
	got   atomic.Int32
}

func (c *connection) trace() *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		GetConn: func(string) { c.asked.Store(true) },
		GotConn: func(httptrace.GotConnInfo) { c.got.Add(1) },
	}
}

// neverSent tells that a failed request surely did not reach the service: the base asked for a
// connection and got none (refused, TLS failed, the context ended meanwhile), or it says that dialling
// failed.
func (c *connection) neverSent(err error) bool {
	if c.got.Load() > 0 {
		return false
	}
	var op *net.OpError
	return c.asked.Load() || errors.As(err, &op) && op.Op == "dial"
}

// retryAfter is the header of that name, seconds or an HTTP date; 0 where it says nothing useful.
func retryAfter(h http.Header, now time.Time) time.Duration {
	value := strings.TrimSpace(h.Get("Retry-After"))
	if seconds, err := strconv.ParseInt(value, 10, 64); err == nil {
		return time.Duration(min(max(seconds, 0), int64(MaxPause/time.Second))) * time.Second
	}
	at, err := http.ParseTime(value)
	if err != nil {
		return 0
	}
	// The server's own clock, so that ours may be wrong.
	if date, err := http.ParseTime(h.Get("Date")); err == nil {
		now = date
	}
	return max(0, at.Sub(now))
}
