package hosts_test

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"dataroom.dev/intralinks-operator/internal/hosts"
)

// line is a connection that can die without a word: nothing comes through any more, and nobody is told.
type line struct {
	net.Conn
	dead *atomic.Bool
}

func (l *line) Write(p []byte) (int, error) {
	if l.dead.Load() {
		return len(p), nil
	}
	return l.Conn.Write(p)
}

// lines is a network in a bubble.
type lines struct {
	server chan net.Conn
	over   chan struct{}
	dialed []*atomic.Bool
}

func (n *lines) dial(context.Context, string, string) (net.Conn, error) {
	ours, theirs := net.Pipe()
	dead := &atomic.Bool{}
	n.dialed = append(n.dialed, dead)
	n.server <- &line{theirs, dead}
	return &line{ours, dead}, nil
}

func (n *lines) Accept() (net.Conn, error) {
	select {
	case c := <-n.server:
		return c, nil
	case <-n.over:
		return nil, net.ErrClosed
	}
}

func (n *lines) Close() error   { return nil }
func (n *lines) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)} }

// A connection of HTTP/2, which all requests share, may die without a word. That costs the requests on it, and
// not those that come later.
func TestADeadConnectionIsGivenUp(t *testing.T) {
	certified := httptest.NewTLSServer(nil) // for its certificate
	defer certified.Close()
	clientTLS := certified.Client().Transport.(*http.Transport).TLSClientConfig
	serverTLS := &tls.Config{Certificates: certified.TLS.Certificates, NextProtos: []string{"h2"}}
	policy, err := hosts.NewPolicy([]string{"127.0.0.1"})
	if err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		network := &lines{server: make(chan net.Conn), over: make(chan struct{})}
		server := &http.Server{
			ReadHeaderTimeout: time.Hour, TLSConfig: serverTLS,
			Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, r.Proto) }),
		}
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			_ = server.ServeTLS(network, "", "") // until it is closed
		}()
		transport := policy.Transport()
		transport.DialContext, transport.TLSClientConfig = network.dial, clientTLS.Clone()
		get := func() (string, error) {
			req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://example.com/", http.NoBody)
			if err != nil {
				return "", err
			}
			resp, err := transport.RoundTrip(req)
			if err != nil {
				return "", err
			}
			defer resp.Body.Close()
			body, err := io.ReadAll(resp.Body)
			return string(body), err
		}
		for range 2 {
			if got, err := get(); got != "HTTP/2.0" || err != nil {
				t.Fatalf("%q, %v", got, err)
			}
		}
		network.dialed[0].Store(true)
		began := time.Now()
		if _, err := get(); err == nil || time.Since(began) > 3*time.Minute {
			t.Errorf("after %s: %v", time.Since(began), err)
		}
		if got, err := get(); got != "HTTP/2.0" || err != nil || len(network.dialed) != 2 {
			t.Errorf("%q, %v, over %d connections", got, err, len(network.dialed))
		}
		transport.CloseIdleConnections()
		close(network.over)
		_ = server.Close()
		<-ended
		synctest.Wait()
	})
}
