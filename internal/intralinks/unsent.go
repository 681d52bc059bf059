package intralinks

import (
	"context"
	"errors"
	"net/http/httptrace"
	"sync/atomic"
)

// Unsent tells of an error of this package that the request surely never
// reached the service: no connection came about, or the request could not even
// be made. Where it is false, and no answer came, the service may have done
// what it was asked; a refresh token that is used up by that must not be sent
// again.
func Unsent(err error) bool {
	own, ok := errors.AsType[*Error](err)
	return ok && own.unsent
}

// wire watches how far a request gets. A transport that reports nothing leaves
// the question open, which counts as sent.
type wire struct{ asked, reached atomic.Bool }

func (w *wire) trace(ctx context.Context) context.Context {
	reached := func() { w.reached.Store(true) }
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn:      func(string) { w.asked.Store(true) },
		GotConn:      func(httptrace.GotConnInfo) { reached() },
		WroteHeaders: reached,
		WroteRequest: func(httptrace.WroteRequestInfo) { reached() },
	})
}

// untouched: a connection was wanted, and never had.
func (w *wire) untouched() bool { return w.asked.Load() && !w.reached.Load() }
