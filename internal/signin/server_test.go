package signin_test

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	. "github.com/onsi/gomega"
	"k8s.io/utils/clock"

	"dataroom.dev/intralinks-operator/internal/connect"
	"dataroom.dev/intralinks-operator/internal/signin"
	"dataroom.dev/intralinks-operator/internal/testenv"
	"dataroom.dev/intralinks-operator/internal/tokens"
)

// serving is the server as main makes it, on a free port, without an integration.
func serving(t *testing.T) (address string, stop func() error) {
	t.Helper()
	env := testenv.Start(t)
	kept := &tokens.Secrets{Reader: env.Client, Writer: env.Client}
	s := &signin.Server{
		ExternalURL: "https://operator.example.com", Integrations: env.Client, Connector: &connect.Connector{Tokens: kept},
		Desk: &signin.Desk{Secrets: kept, Clock: clock.RealClock{}}, Tokens: kept, Clock: clock.RealClock{},
	}
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, listener) }()
	t.Cleanup(cancel)
	return listener.Addr().String(), func() error {
		cancel()
		return <-ended
	}
}

// exchange sends a request as it is, and gives the answer.
func exchange(t *testing.T, address, request string) *http.Response {
	t.Helper()
	connection, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = connection.Close() }()
	// A server that has read enough closes, and the rest can't be written.
	_, _ = io.WriteString(connection, request)
	resp, err := http.ReadResponse(bufio.NewReader(connection), nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	return resp
}

func TestTheServerServesUntilItIsStopped(t *testing.T) {
	g := NewWithT(t)
	address, stop := serving(t)
	resp := exchange(t, address, "GET /auth/login HTTP/1.1\r\nHost: operator.example.com\r\n\r\n")
	g.Expect(resp.StatusCode).To(Equal(http.StatusOK))
	g.Expect(resp.Header.Get("Content-Security-Policy")).To(ContainSubstring("default-src 'none'"))
	g.Expect(stop()).To(Succeed())
	_, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", address)
	g.Expect(err).To(HaveOccurred())
}

// TestWhatIsTooLargeOrNoRequestIsTurnedAway before anybody looks at it.
func TestWhatIsTooLargeOrNoRequestIsTurnedAway(t *testing.T) {
	for request, status := range map[string]int{
		"GET /auth/callback?state=" + strings.Repeat("a", 40<<10) + " HTTP/1.1\r\nHost: x\r\n\r\n":          http.StatusRequestHeaderFieldsTooLarge,
		"GET /auth/callback HTTP/1.1\r\nHost: x\r\nCookie: " + strings.Repeat("a=b; ", 10<<10) + "\r\n\r\n": http.StatusRequestHeaderFieldsTooLarge,
		"GET /auth/callback?state=a\nb HTTP/1.1\r\nHost: x\r\n\r\n":                                         http.StatusBadRequest,
		"POST /auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\nTransfer-Encoding: gzip\r\n\r\n":     http.StatusNotImplemented,
		"GET /auth/login HTTP/1.1\r\n\r\n":                                                                  http.StatusBadRequest,
	} {
		address, _ := serving(t)
		NewWithT(t).Expect(exchange(t, address, request).StatusCode).To(Equal(status), "%.60s", request)
	}
}

func TestAnAddressThatIsTakenIsNamed(t *testing.T) {
	address, _ := serving(t)
	err := (&signin.Server{Address: address}).Start(t.Context())
	NewWithT(t).Expect(err).To(MatchError(And(ContainSubstring("--sign-in-bind-address"), ContainSubstring("address already in use"))))
}

// TestEveryReplicaServes: the callback may reach any of them.
func TestEveryReplicaServes(t *testing.T) {
	NewWithT(t).Expect((&signin.Server{}).NeedLeaderElection()).To(BeFalse())
}
