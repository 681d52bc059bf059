package intralinks

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/go-logr/logr"
)

const (
	// maxErrorBody is how much of a failure is read.
	maxErrorBody = 64 << 10
	// maxObject bounds an answer that is held whole; a splash text is a page
	// of HTML at most.
	maxObject = 4 << 20
	// refusalTimeout bounds the reading of the body of a 401, which happens
	// below the guard of bodies.
	refusalTimeout = 30 * time.Second
)

// send makes one request with the token and returns the answer if its status
// is a success and its type may be JSON. The body must be closed; it fails
// with an Error when it breaks off or stalls.
func (c *Client) send(ctx context.Context, cl call) (*http.Response, error) {
	var body io.Reader
	if cl.body != nil {
		body = bytes.NewReader(cl.body)
	}
	header := http.Header{"Accept": {"application/json"}}
	if cl.body != nil {
		header.Set("Content-Type", "application/json")
	}
	resp, err := c.roundTrip(ctx, c.authed, cl, c.url(cl), header, body)
	if err != nil {
		return nil, err
	}
	k := kindOf(resp.Header.Get("Content-Type"))
	if !success(resp.StatusCode) || k == kindXML || k == kindHTML {
		return nil, c.refuse(cl, resp)
	}
	return resp, nil
}

// roundTrip makes one request and logs it. Of the answer it judges nothing.
func (c *Client) roundTrip(
	ctx context.Context, hc *http.Client, cl call, url string, header http.Header, body io.Reader,
) (*http.Response, error) {
	caller := withOperation(ctx, cl.op)
	ctx, cancel := context.WithCancelCause(caller)
	req, err := http.NewRequestWithContext(ctx, cl.method, url, body)
	if err != nil {
		cancel(nil)
		return nil, failure(caller, cl.op, cl.target, err)
	}
	req.Header = header
	req.Header.Set("User-Agent", userAgent)
	began := time.Now()
	resp, err := hc.Do(req)
	took := time.Since(began)
	if err != nil {
		cancel(nil)
		err = failure(caller, cl.op, cl.target, err)
		c.logOf(ctx).V(1).Info("Request failed", "method", cl.method, "operation", cl.op,
			"class", ClassOf(err), "duration", took)
		return nil, err
	}
	c.logOf(ctx).V(1).Info("Request done", "method", cl.method, "operation", cl.op,
		"status", resp.StatusCode, "duration", took)
	resp.Body = guard(caller, ctx, cancel, resp.Body, c.idle, cl)
	return resp, nil
}

// logOf is the log of whoever makes the call, so that the lines of a run belong together; else the client's own.
func (c *Client) logOf(ctx context.Context) logr.Logger {
	if log, err := logr.FromContext(ctx); err == nil {
		return log
	}
	return c.log
}

// success: the service answers 200, 201 and 202 without much of a rule
// (Intralinks Python SDK).
func success(status int) bool { return status/100 == 2 }

// refuse makes an Error of an answer and closes it. A session that ended takes
// its token along: the next attempt, which the caller puts off, signs in anew.
func (c *Client) refuse(cl call, resp *http.Response) error {
	defer closeAnswer(resp)
	body, _ := io.ReadAll(io.LimitReader(resp.Body, maxErrorBody))
	e := newError(answer{op: cl.op, target: cl.target, status: resp.StatusCode, header: resp.Header, body: body})
	c.forgetSession(resp, e)
	switch {
	case e.Status/100 == 3 && e.Class == Permanent:
		e.Err = errors.New("a redirect where none belongs: check the base URL")
	case success(e.Status) && e.Class == Permanent && e.Code == 0:
		// A page instead of data on HTTP 200 comes from something in between,
		// such as a maintenance page.
		e.Class = Transient
	}
	return e
}

// forgetSession drops the token of a session that the server has ended.
func (c *Client) forgetSession(resp *http.Response, e *Error) {
	if e.SubCode != subCodeSessionEnded || resp.Request == nil {
		return
	}
	if token, ok := strings.CutPrefix(resp.Request.Header.Get("Authorization"), "Bearer "); ok {
		c.tokens.Invalidate(token)
	}
}

// object makes a call whose answer is one small object and returns its keys.
func (c *Client) object(ctx context.Context, cl call) (map[string]json.RawMessage, error) {
	resp, err := c.send(ctx, cl)
	if err != nil {
		return nil, err
	}
	defer closeAnswer(resp)
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxObject+1))
	if err != nil {
		return nil, failure(ctx, cl.op, cl.target, err)
	}
	var keys map[string]json.RawMessage
	if len(body) > maxObject {
		return nil, malformed(cl, resp, errors.New("the answer is too large"))
	}
	if err := json.Unmarshal(body, &keys); err != nil {
		return nil, malformed(cl, resp, err)
	}
	return keys, c.problem(cl, resp, keys)
}

// problem returns an Error if the keys of a successful answer report one.
func (c *Client) problem(cl call, resp *http.Response, keys map[string]json.RawMessage) error {
	p := problemIn(keys)
	if p.shape == shapeNone {
		return nil
	}
	e := answer{op: cl.op, target: cl.target, status: resp.StatusCode, header: resp.Header}.error(p)
	c.forgetSession(resp, e)
	return e
}

// malformed makes an Error of an answer that cannot be decoded. Broken JSON
// may be whole the next time; another type of value will not change.
func malformed(cl call, resp *http.Response, err error) error {
	if own, ok := errors.AsType[*Error](err); ok {
		return own
	}
	class := Permanent
	if _, ok := errors.AsType[*json.SyntaxError](err); ok || errors.Is(err, io.ErrUnexpectedEOF) {
		class = Transient
	}
	return &Error{
		Op: cl.op, Target: cl.target, Status: resp.StatusCode, Class: class, Err: err,
		ContentType: safe(mediaType(resp.Header.Get("Content-Type")), 100),
	}
}

// tokenRefused tells the bearer.Transport which 401 is about the token. A
// permission that the account lacks can come as 401 too (Intralinks Python
// SDK), and signing in again for each such answer would end the session that
// holds the entries into the exchanges.
func tokenRefused(resp *http.Response) bool {
	if resp.StatusCode != http.StatusUnauthorized {
		return false
	}
	body := resp.Body
	stalled := time.AfterFunc(refusalTimeout, func() { _ = body.Close() })
	start, err := io.ReadAll(io.LimitReader(body, maxErrorBody))
	stalled.Stop()
	resp.Body = &rejoined{Reader: io.MultiReader(bytes.NewReader(start), body), closer: body}
	if err != nil {
		return true
	}
	return newError(answer{status: resp.StatusCode, header: resp.Header, body: start}).Class == Auth
}

// rejoined is a body whose beginning was read and put back.
type rejoined struct {
	io.Reader
	closer io.Closer
}

func (r *rejoined) Close() error { return r.closer.Close() }

// closeAnswer reads what little is left, so that the connection can be used
// again, and closes the body.
func closeAnswer(resp *http.Response) {
	_, _ = io.CopyN(io.Discard, resp.Body, maxErrorBody)
	_ = resp.Body.Close()
}
