package crashpoint

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
)

// halfFrom is the size in bytes from which a request's body has a middle that reaches the network: what is
// smaller waits in a buffer for its end.
const halfFrom = 8 << 10

// Transport sends the requests of a process, each of which is a step.
type Transport struct {
	Process *Process
	// Base sends them; nil: over connections of the process's own.
	Base http.RoundTripper
	// Counts tells which requests are steps; nil: all. The others go through while the process lives.
	Counts func(*http.Request) bool
	// Name tells a person which request it is; nil: method and path.
	Name func(*http.Request) string
}

// RoundTrip implements http.RoundTripper.
func (t *Transport) RoundTrip(req *http.Request) (*http.Response, error) {
	a, err := t.begin(req)
	if err != nil {
		if req.Body != nil {
			_ = req.Body.Close()
		}
		return nil, err
	}
	defer a.end()
	ctx, release := t.Process.tie(req.Context())
	req = req.WithContext(ctx)
	if a.half(HalfSent) && req.ContentLength >= halfFrom {
		req.Body = &dying{ReadCloser: req.Body, left: req.ContentLength / 2, process: t.Process}
	}
	resp, err := t.base().RoundTrip(req)
	if err != nil {
		release()
		return nil, a.learn(err)
	}
	resp.Body = &tied{ReadCloser: resp.Body, release: release}
	return t.answered(a, resp)
}

// answered hands an answer on, or some of it, or nothing.
func (t *Transport) answered(a *act, resp *http.Response) (*http.Response, error) {
	if resp.ContentLength != 0 && a.step != nil {
		a.also(HalfRead)
	}
	if a.dies == "" {
		return resp, nil
	}
	body, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	if len(body) == 0 || err != nil || !a.half(HalfRead) {
		return nil, a.learn(err)
	}
	resp.Body = &dying{ReadCloser: io.NopCloser(bytes.NewReader(body)), left: int64(len(body)) / 2, process: t.Process}
	return resp, nil
}

func (t *Transport) begin(req *http.Request) (*act, error) {
	if t.Counts != nil && !t.Counts(req) {
		return t.Process.pass()
	}
	name := req.Method + " " + req.URL.Path
	if t.Name != nil {
		name = t.Name(req)
	}
	flavours := []Flavour{Before, After}
	if req.ContentLength >= halfFrom {
		flavours = append(flavours, HalfSent)
	}
	return t.Process.begin(name, flavours...)
}

func (t *Transport) base() http.RoundTripper {
	if t.Base != nil {
		return t.Base
	}
	return t.Process.transport
}

// CloseIdleConnections closes those of the base.
func (t *Transport) CloseIdleConnections() {
	if c, ok := t.base().(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}

// tie makes a context that ends with the process, too; release frees it.
func (p *Process) tie(parent context.Context) (ctx context.Context, release func()) {
	ctx, cancel := context.WithCancel(parent)
	stop := context.AfterFunc(p.ctx, cancel)
	return ctx, func() { stop(); cancel() }
}

// dial makes a connection that the death cuts.
func (p *Process) dial(ctx context.Context, network, address string) (net.Conn, error) {
	a, err := p.pass()
	if err != nil {
		return nil, err
	}
	defer a.end()
	var dialer net.Dialer
	socket, err := dialer.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sockets = append(p.sockets, socket)
	if p.dead {
		return nil, errors.Join(ErrDead, socket.Close())
	}
	return socket, nil
}

// tied frees the request's context with the answer.
type tied struct {
	io.ReadCloser
	release func()
}

// Close implements io.Closer.
func (t *tied) Close() error {
	defer t.release()
	return t.ReadCloser.Close()
}

// dying is a body in the middle of which the process dies.
type dying struct {
	io.ReadCloser
	left    int64
	process *Process
}

// Read implements io.Reader.
func (d *dying) Read(p []byte) (int, error) {
	if d.left == 0 {
		d.process.Kill()
		return 0, ErrDead
	}
	n, err := d.ReadCloser.Read(p[:min(int64(len(p)), d.left)])
	d.left -= int64(n)
	return n, err
}
