package luminance

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/cenkalti/backoff/v5"
	"github.com/go-logr/logr"

	"dataroom.dev/intralinks-operator/internal/tries"
)

// request is one call before it is sent.
type request struct {
	op, on string // for errors: what, and on which ids
	method string
	path   string // below the prefix
	query  url.Values
	body   *payload // nil for reads
	hide   []string // words of ours that must not come back in an error
}

func (r *request) isWrite() bool { return r.body != nil }

// fail makes an error of this call. A write that had left whole and then met
// a transient failure may have been done.
func (r *request) fail(class Class, status int, err error) *Error {
	return &Error{
		Op: r.op, On: r.on, Class: class, Status: status, Err: err,
		Uncertain: class == Transient && r.isWrite() && r.body.sent.Load(),
	}
}

// logOf is the log of whoever makes the call, so that the lines of a run belong together; else the client's own.
func (c *Client) logOf(ctx context.Context) logr.Logger {
	if log, err := logr.FromContext(ctx); err == nil {
		return log
	}
	return c.log
}

// send sends a call once and returns an answer whose status is one of ok; its
// body is the caller's to close. Anything else is an *Error.
func (c *Client) send(ctx context.Context, r *request, ok ...int) (*http.Response, error) {
	req, err := c.newRequest(ctx, r)
	if err != nil {
		return nil, err
	}
	start, sent := time.Now(), c.clock.Now()
	resp, err := c.http.Do(req)
	if err != nil {
		failure := r.transportError(err)
		c.logOf(ctx).V(1).Info("Luminance request failed", "operation", r.op, "class", string(failure.Class), "duration", time.Since(start))
		return nil, failure
	}
	c.observeClock(resp.Header.Get("Date"), sent, c.clock.Now())
	c.logOf(ctx).V(1).Info("Luminance request", "operation", r.op, "status", resp.StatusCode, "duration", time.Since(start))
	for _, status := range ok {
		if resp.StatusCode == status {
			return resp, nil
		}
	}
	defer closeBody(resp)
	return nil, r.statusError(resp)
}

func (c *Client) newRequest(ctx context.Context, r *request) (*http.Request, error) {
	target := c.base + r.path
	if len(r.query) > 0 {
		// A space as %20: "+" means one only to readers of HTML forms.
		target += "?" + strings.ReplaceAll(r.query.Encode(), "+", "%20")
	}
	ctx = withOperation(ctx, r.op)
	if r.isWrite() {
		ctx = r.body.traced(ctx)
	}
	req, err := http.NewRequestWithContext(ctx, r.method, target, nil)
	if err != nil {
		return nil, &Error{Op: r.op, On: r.on, Class: Invalid, Err: errors.New("the request cannot be written")}
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", "intralinks-operator")
	if r.isWrite() {
		r.body.attach(req)
	}
	return req, nil
}

// transportError is for a call without an answer. The *url.Error around it
// goes: it spells the URL, and so the name of a document.
func (r *request) transportError(err error) *Error {
	for ue := (*url.Error)(nil); errors.As(err, &ue); {
		err = ue.Err
	}
	if inner := (*Error)(nil); errors.As(err, &inner) {
		// No token, so the request never left.
		e := r.fail(inner.Class, inner.Status, err)
		e.RetryAfter, e.Uncertain, e.settled = inner.RetryAfter, false, inner.settled
		return e
	}
	return r.fail(Transient, 0, err)
}

// retry calls a read up to three times while it fails in a way that another
// try may mend, or once (see tries.Once). Each try spends allowance, so it is for what a moment mends:
// a 429 and a server that names a time are left to the caller.
func (c *Client) retry(ctx context.Context, read func() error) error {
	var last error
	policy := backoff.NewExponentialBackOff()
	policy.InitialInterval = c.retryDelay
	_, _ = backoff.Retry(ctx, func() (struct{}, error) {
		last = read()
		if last != nil && !repeatable(last) {
			return struct{}{}, backoff.Permanent(last)
		}
		return struct{}{}, last
	}, backoff.WithBackOff(policy), backoff.WithMaxTries(uint(tries.Of(ctx, 3))), backoff.WithMaxElapsedTime(0))
	if stopped := ctx.Err(); stopped != nil && last != nil && !errors.Is(last, stopped) {
		return fmt.Errorf("%w (%w)", last, stopped)
	}
	return last
}

func repeatable(err error) bool {
	e := (*Error)(nil)
	return errors.As(err, &e) && e.Class == Transient && e.RetryAfter == 0 && !e.settled
}
