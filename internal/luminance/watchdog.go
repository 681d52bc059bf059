package luminance

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"
)

const (
	// defaultIdle is as long as the Intralinks client waits for a byte.
	defaultIdle = 2 * time.Minute
	// defaultAnswer is generous: a large upload is answered late, not never.
	defaultAnswer = 5 * time.Minute
)

// errStalled is why a request was ended that got nowhere.
var errStalled = errors.New("the connection stalled")

// Watchdog is a transport that ends a request which has stalled, and never one that is slow: time counts only
// while it is the other end that does nothing. So it belongs below whatever else waits, such as the request
// budget.
type Watchdog struct {
	// Base does the request; http.DefaultTransport if nil.
	Base http.RoundTripper
	// Idle is how long the other end may take no further byte of a request that is being sent, or give none of an
	// answer that is being read; 2 min by default.
	Idle time.Duration
	// Answer is how long an answer may take to begin, from the last byte of the request on; 5 min by default.
	Answer time.Duration
}

// RoundTrip implements http.RoundTripper.
func (d *Watchdog) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithCancelCause(req.Context())
	w := &watch{ctx: ctx, cancel: cancel, idle: orDefault(d.Idle, defaultIdle), answer: orDefault(d.Answer, defaultAnswer)}
	w.timer = time.AfterFunc(w.answer, w.fire)
	w.wait(w.answer, false)

	base := d.Base
	if base == nil {
		base = http.DefaultTransport
	}
	resp, err := base.RoundTrip(w.watched(req))
	w.answered()
	if err != nil {
		err = w.explain(err)
		cancel(nil)
		return nil, err
	}
	resp.Body = &answerBody{ReadCloser: resp.Body, watch: w}
	return resp, nil
}

func orDefault(d, otherwise time.Duration) time.Duration {
	if d <= 0 {
		return otherwise
	}
	return d
}

// watch is one request on its way.
type watch struct {
	ctx          context.Context //nolint:containedctx // that of the request
	cancel       context.CancelCauseFunc
	idle, answer time.Duration

	mu        sync.Mutex
	timer     *time.Timer
	limit     time.Duration // that the timer was set to last
	answering bool          // the answer has begun
}

// watched gives the request with the watch's context, and a body that tells when it is being read.
func (w *watch) watched(req *http.Request) *http.Request {
	out := req.WithContext(w.ctx)
	if req.Body == nil || req.Body == http.NoBody {
		return out
	}
	out.Body = &requestBody{ReadCloser: req.Body, watch: w, left: req.ContentLength}
	if req.GetBody != nil {
		out.GetBody = func() (io.ReadCloser, error) {
			body, err := req.GetBody()
			if err != nil {
				return nil, err
			}
			return &requestBody{ReadCloser: body, watch: w, left: req.ContentLength}, nil
		}
	}
	return out
}

// wait gives the other end so long from now, and 0 stops the time while it is us who have something to do. The
// transport may go on reading a body after the answer has begun: then it is the answer that is waited for.
func (w *watch) wait(limit time.Duration, answering bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.answering != answering {
		return
	}
	w.timer.Stop()
	if w.limit = limit; limit > 0 {
		w.timer.Reset(limit)
	}
}

func (w *watch) answered() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.answering = true
	w.timer.Stop()
}

func (w *watch) fire() {
	w.mu.Lock()
	limit := w.limit
	w.mu.Unlock()
	w.cancel(fmt.Errorf("%w: nothing moved for %s", errStalled, limit))
}

// explain gives the watchdog's error for the one that followed from it.
func (w *watch) explain(err error) error {
	if cause := context.Cause(w.ctx); errors.Is(cause, errStalled) {
		return cause
	}
	return err
}

// requestBody is read by the transport; between two reads it is the other end that has to take what was read.
type requestBody struct {
	io.ReadCloser
	watch *watch
	left  int64 // below 0: not known
}

// Read implements io.Reader.
func (b *requestBody) Read(p []byte) (int, error) {
	b.watch.wait(0, false)
	n, err := b.ReadCloser.Read(p)
	b.left -= int64(n)
	if err != nil || b.left == 0 {
		b.watch.wait(b.watch.answer, false)
	} else {
		b.watch.wait(b.watch.idle, false)
	}
	return n, err
}

// answerBody is read by the caller; only inside a read it is the other end that has to give something.
type answerBody struct {
	io.ReadCloser
	watch *watch
}

// Read implements io.Reader.
func (b *answerBody) Read(p []byte) (int, error) {
	b.watch.wait(b.watch.idle, true)
	n, err := b.ReadCloser.Read(p)
	b.watch.wait(0, true)
	if err != nil && !errors.Is(err, io.EOF) {
		err = b.watch.explain(err)
	}
	return n, err
}

// Close implements io.Closer and lets go of the request.
func (b *answerBody) Close() error {
	b.watch.wait(0, true)
	err := b.ReadCloser.Close()
	b.watch.cancel(nil)
	return err
}
