package luminance

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
)

// payload is a body of known length that knows whether it was handed over.
type payload struct {
	contentType string
	length      int64
	// open gives the body for an attempt; again tells whether it may be called
	// for a second one (after a 401, or on a connection that had gone away).
	open  func() io.ReadCloser
	again bool

	sent atomic.Bool
}

func (p *payload) attach(req *http.Request) {
	req.Header.Set("Content-Type", p.contentType)
	req.ContentLength = p.length
	if p.length == 0 {
		// A reader here would make net/http send it chunked.
		req.Body, req.GetBody = http.NoBody, func() (io.ReadCloser, error) { return http.NoBody, nil }
		return
	}
	req.Body = p.attempt()
	if p.again {
		req.GetBody = func() (io.ReadCloser, error) { return p.attempt(), nil }
	}
}

// attempt begins the body anew. Whatever an attempt before it sent was
// answered or lost before the first byte, or there would be no other.
func (p *payload) attempt() io.ReadCloser {
	p.sent.Store(false)
	return &countdown{ReadCloser: p.open(), left: p.length, done: func() { p.sent.Store(true) }}
}

// traced marks an empty body as sent when a connection for it was there:
// nothing of it is ever read, so the countdown can't tell.
func (p *payload) traced(ctx context.Context) context.Context {
	if p.length > 0 {
		return ctx
	}
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn: func(string) { p.sent.Store(false) },
		GotConn: func(httptrace.GotConnInfo) { p.sent.Store(true) },
	})
}

// jsonPayload makes the body of a JSON write.
func jsonPayload(v any) (*payload, error) {
	data, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	return &payload{
		contentType: "application/json",
		length:      int64(len(data)),
		open:        func() io.ReadCloser { return io.NopCloser(bytes.NewReader(data)) },
		again:       true,
	}, nil
}

// countdown calls done when the last of its bytes was handed out: from then on
// the request may be complete at the other end.
type countdown struct {
	io.ReadCloser
	left int64
	done func()
}

func (c *countdown) Read(p []byte) (int, error) {
	n, err := c.ReadCloser.Read(p)
	if c.left > 0 {
		if c.left -= int64(n); c.left <= 0 {
			c.done()
		}
	}
	return n, err
}
