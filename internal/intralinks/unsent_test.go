package intralinks_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"dataroom.dev/intralinks-operator/internal/intralinks"
)

func refreshAt(t *testing.T, ctx context.Context, base string, hc *http.Client) error { //nolint:revive // t first, as in all helpers
	t.Helper()
	_, err := newFlow(t, base, func(o *intralinks.CodeFlowOptions) { o.HTTPClient = hc }).Refresh(ctx, "rt")
	if err == nil {
		t.Fatal("no error")
	}
	return err
}

// Whatever happens before a connection is there, the refresh token has not left.
func TestUnsent(t *testing.T) {
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	plain := serve(t, reply(200, "{}"))
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	for name, err := range map[string]error{
		"nobody listens": refreshAt(t, t.Context(), closed.URL, nil),
		"no such host":   refreshAt(t, t.Context(), "https://no-such-host.invalid", nil),
		"no TLS there":   refreshAt(t, t.Context(), strings.Replace(plain, "http:", "https:", 1), nil),
		"refused by a policy": refreshAt(t, t.Context(), plain, &http.Client{Transport: &http.Transport{
			DialContext: func(context.Context, string, string) (net.Conn, error) { return nil, errors.New("not allowed") },
		}}),
		"given up before": refreshAt(t, canceled, plain, nil),
	} {
		if !intralinks.Unsent(err) {
			t.Errorf("%s: %v counts as sent", name, err)
		}
	}
}

// Once it may have left, it counts as sent, whatever came of it.
func TestMaybeSent(t *testing.T) {
	for name, answer := range map[string]http.HandlerFunc{
		"hung up": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"cut short": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			_, _ = w.Write([]byte("{"))
		},
		"an error":      reply(500, "{}"),
		"refused":       reply(400, `{"error":"invalid_grant"}`),
		"throttled":     reply(429, ""),
		"not a token":   reply(200, "{}"),
		"not even JSON": replyAs(200, "text/html", "<html>"),
	} {
		if err := refreshAt(t, t.Context(), serve(t, answer), nil); intralinks.Unsent(err) {
			t.Errorf("%s: %v counts as unsent", name, err)
		}
	}
	silent := &http.Client{Transport: roundTripper(func(*http.Request) (*http.Response, error) { return nil, errors.New("x") })}
	if intralinks.Unsent(refreshAt(t, t.Context(), "https://auth.example", silent)) {
		t.Error("a transport that tells nothing of its connections leaves it open")
	}
	if intralinks.Unsent(nil) || intralinks.Unsent(errors.New("x")) {
		t.Error("errors of others say nothing")
	}
}

func TestGivenUpWhileTheServiceWorks(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	base := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		cancel()
		<-r.Context().Done()
	})
	err := refreshAt(t, ctx, base, nil)
	if intralinks.Unsent(err) {
		t.Errorf("%v counts as unsent", err)
	}
	wantClass(t, err, intralinks.Canceled)
}
