package apiclient_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/tools/portforward"
	"k8s.io/streaming/pkg/httpstream"
	"k8s.io/streaming/pkg/httpstream/spdy"
)

// kubelet does of a node's agent what the API server needs for port-forwards: it speaks SPDY with it, and connects to a port of
// this machine, where all of its pods are.
type kubelet struct {
	server *httptest.Server
	mu     sync.Mutex
	// pods to which somebody has forwarded.
	pods []string
}

func newKubelet(t *testing.T) *kubelet {
	t.Helper()
	k := &kubelet{}
	k.server = httptest.NewTLSServer(k)
	t.Cleanup(k.server.Close)
	return k
}

func (k *kubelet) port(t *testing.T) int32 {
	t.Helper()
	_, text, err := net.SplitHostPort(k.server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	port, err := strconv.ParseInt(text, 10, 32)
	if err != nil {
		t.Fatal(err)
	}
	return int32(port)
}

func (k *kubelet) forwarded() []string {
	k.mu.Lock()
	defer k.mu.Unlock()
	return append([]string{}, k.pods...)
}

// ServeHTTP serves /portForward/NAMESPACE/POD.
func (k *kubelet) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	parts := strings.Split(r.URL.Path, "/")
	if len(parts) != 4 || parts[1] != "portForward" {
		http.NotFound(w, r)
		return
	}
	if _, err := httpstream.Handshake(r, w, []string{portforward.PortForwardProtocolV1Name}); err != nil {
		return
	}
	k.mu.Lock()
	k.pods = append(k.pods, parts[3])
	k.mu.Unlock()
	streams := make(chan httpstream.Stream, 8)
	connection := spdy.NewResponseUpgrader().UpgradeResponse(w, r, func(s httpstream.Stream, _ <-chan struct{}) error {
		streams <- s
		return nil
	})
	if connection == nil {
		return
	}
	defer connection.Close()
	waiting := map[string]httpstream.Stream{} // for the other of its pair, by the request
	for {
		select {
		case s := <-streams:
			id := s.Headers().Get(corev1.PortForwardRequestIDHeader)
			other := waiting[id]
			if other == nil {
				waiting[id] = s
				continue
			}
			delete(waiting, id)
			if s.Headers().Get(corev1.StreamType) == corev1.StreamTypeError {
				s, other = other, s
			}
			go pipe(r.Context(), s, other)
		case <-connection.CloseChan():
			return
		}
	}
}

// pipe leads a stream to its port, and tells on the other what went wrong.
func pipe(ctx context.Context, data, trouble httpstream.Stream) {
	defer trouble.Close()
	defer data.Close()
	to, err := (&net.Dialer{}).DialContext(ctx, "tcp", "127.0.0.1:"+data.Headers().Get(corev1.PortHeader))
	if err != nil {
		_, _ = io.WriteString(trouble, err.Error()) // whom it reaches knows
		return
	}
	defer to.Close()
	go func() {
		_, _ = io.Copy(to, data) // what breaks here breaks there
		if tcp, ok := to.(*net.TCPConn); ok {
			_ = tcp.CloseWrite()
		}
	}()
	_, _ = io.Copy(data, to) // likewise
}
