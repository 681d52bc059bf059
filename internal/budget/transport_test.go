package budget

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	. "github.com/onsi/gomega"
	"k8s.io/utils/clock"
	clocktesting "k8s.io/utils/clock/testing"
)

// served is a budget and a client of it that speaks to a server with a handler.
func served(t *testing.T, handle http.HandlerFunc) (*Budget, *http.Client, string) {
	t.Helper()
	server := httptest.NewServer(handle)
	t.Cleanup(server.Close)
	b := newBudget("acme", nil, clock.RealClock{})
	return b, &http.Client{Transport: &Transport{Base: server.Client().Transport, Budget: b}}, server.URL
}

func send(ctx context.Context, hc *http.Client, method, url, body string) error {
	req, err := http.NewRequestWithContext(ctx, method, url, strings.NewReader(body))
	if err != nil {
		return err
	}
	resp, err := hc.Do(req)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, resp.Body)
	_ = resp.Body.Close()
	return err
}

// hangUp ends the connection without an answer.
func hangUp(w http.ResponseWriter) {
	conn, _, _ := w.(http.Hijacker).Hijack()
	_ = conn.Close()
}

func TestEachRequestThatMayHaveArrivedIsCounted(t *testing.T) {
	for name, tc := range map[string]struct {
		handle http.HandlerFunc
		want   int
	}{
		"answered":            {func(http.ResponseWriter, *http.Request) {}, 1},
		"refused":             {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) }, 1},
		"the answer was lost": {func(w http.ResponseWriter, _ *http.Request) { hangUp(w) }, 1},
		"redirected": {func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/" {
				http.Redirect(w, r, "/there", http.StatusTemporaryRedirect)
			}
		}, 2},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			b, hc, url := served(t, tc.handle)
			var n atomic.Int64
			_ = send(WithCounter(t.Context(), &n), hc, http.MethodPost, url+"/", "body")
			g.Expect(b.State().Used).To(Equal(tc.want))
			g.Expect(n.Load()).To(BeEquivalentTo(tc.want))
		})
	}
}

func TestARequestThatNeverLeftIsNotCounted(t *testing.T) {
	g := NewWithT(t)
	b, hc, url := served(t, nil)
	base := hc.Transport.(*Transport).Base.(*http.Transport)
	base.DialContext = func(context.Context, string, string) (net.Conn, error) {
		return nil, &net.OpError{Op: "dial", Err: io.ErrClosedPipe}
	}
	var n atomic.Int64
	g.Expect(send(WithCounter(t.Context(), &n), hc, http.MethodPost, url, "body")).NotTo(Succeed())
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	g.Expect(send(ctx, hc, http.MethodPost, url, "body")).To(MatchError(context.Canceled))
	g.Expect(b.State().Used).To(BeZero())
	g.Expect(n.Load()).To(BeZero())
}

// A server that takes a request and closes the connection, as one does that closes an idle one in the same
// moment, makes http.Transport send a read once more without asking anybody.
func TestAReadThatIsRepeatedBelowIsCountedTwice(t *testing.T) {
	g := NewWithT(t)
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	g.Expect(err).NotTo(HaveOccurred())
	defer func() { _ = listener.Close() }()
	var counted atomic.Int64
	answerOne := func(conn net.Conn) *bufio.Reader {
		r := bufio.NewReader(conn)
		if _, err := http.ReadRequest(r); err != nil {
			return r
		}
		counted.Add(1)
		_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
		return r
	}
	go func() {
		for first := true; ; first = false {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			if r := answerOne(conn); first {
				if _, err := http.ReadRequest(r); err == nil {
					counted.Add(1)
				}
				_ = conn.Close()
			}
		}
	}()
	store := newMemory()
	b := newBudget("acme", store, clock.RealClock{})
	hc := &http.Client{Transport: &Transport{Base: &http.Transport{}, Budget: b}}
	for range 2 {
		resp, err := hc.Get("http://" + listener.Addr().String())
		g.Expect(err).NotTo(HaveOccurred())
		_ = resp.Body.Close()
	}
	g.Expect(counted.Load()).To(BeEquivalentTo(3))
	g.Expect(b.State().Used).To(Equal(3))
	_, settled := store.count()
	g.Expect(settled).To(Equal(3))
}

func TestRetryAfterIsObeyed(t *testing.T) {
	date := func(at time.Time) string { return at.UTC().Format(http.TimeFormat) }
	for name, tc := range map[string]struct {
		header http.Header
		pause  time.Duration
	}{
		"seconds":            {http.Header{"Retry-After": {"90"}}, 90 * time.Second},
		"a date":             {http.Header{"Retry-After": {date(start.Add(90 * time.Second))}}, 90 * time.Second},
		"by its own clock":   {http.Header{"Retry-After": {date(start.Add(-time.Hour))}, "Date": {date(start.Add(-time.Hour - 90*time.Second))}}, 90 * time.Second},
		"nothing":            {http.Header{}, 10 * time.Minute},
		"no time":            {http.Header{"Retry-After": {"soon"}}, 10 * time.Minute},
		"a time in the past": {http.Header{"Retry-After": {date(start.Add(-time.Hour))}}, 10 * time.Minute},
		"for ever":           {http.Header{"Retry-After": {"9999999999999"}}, 24 * time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, clk *clocktesting.FakeClock) {
				g := NewWithT(t)
				b := open(t, nil, clk, eighty)
				g.Expect(get(t.Context(), b, &answers{status: http.StatusTooManyRequests, header: tc.header})).To(Succeed())
				g.Expect(b.State().PausedUntil).To(Equal(start.Add(tc.pause)))
			})
		})
	}
}
