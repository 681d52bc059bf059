package intralinks

import (
	"context"
	"errors"
	"io"
	"time"
)

// errStalled is why a body was broken off that sent nothing any more.
var errStalled = errors.New("the server stopped sending")

// guarded is the body of an answer that fails with an Error when it breaks off
// or stalls. Only the time inside Read counts, so that a slow reader is not
// taken for a slow server.
type guarded struct {
	body   io.ReadCloser
	caller context.Context //nolint:containedctx // tells the caller's cancellation from ours
	ctx    context.Context //nolint:containedctx // the request's
	cancel context.CancelCauseFunc
	timer  *time.Timer
	idle   time.Duration
	call   call
}

func guard(
	caller, ctx context.Context, cancel context.CancelCauseFunc, body io.ReadCloser, idle time.Duration, cl call,
) *guarded {
	timer := time.AfterFunc(idle, func() { cancel(errStalled) })
	timer.Stop()
	return &guarded{body: body, caller: caller, ctx: ctx, cancel: cancel, timer: timer, idle: idle, call: cl}
}

// Read implements io.Reader.
func (g *guarded) Read(p []byte) (int, error) {
	g.timer.Reset(g.idle)
	n, err := g.body.Read(p)
	g.timer.Stop()
	if err == nil || errors.Is(err, io.EOF) {
		return n, err
	}
	if errors.Is(context.Cause(g.ctx), errStalled) {
		err = errStalled
	}
	return n, failure(g.caller, g.call.op, g.call.target, err)
}

// Close implements io.Closer and releases the request.
func (g *guarded) Close() error {
	g.timer.Stop()
	err := g.body.Close()
	g.cancel(nil)
	return err
}
