package signin_test

import (
	"crypto/sha256"
	"encoding/base64"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/go-logr/logr"
	. "github.com/onsi/gomega"
	"k8s.io/client-go/rest"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"dataroom.dev/intralinks-operator/internal/connect"
	"dataroom.dev/intralinks-operator/internal/signin"
	"dataroom.dev/intralinks-operator/internal/testenv"
	"dataroom.dev/intralinks-operator/internal/tokens"
)

// TestWhileTheAPIServerIsAwayNobodyIsTurnedAway for good: that an integration can't be read doesn't mean that there is
// none, nor that another browser began the sign-in.
func TestWhileTheAPIServerIsAwayNobodyIsTurnedAway(t *testing.T) {
	key := base64.RawURLEncoding.EncodeToString(make([]byte, 32))
	form := url.Values{"integration": {"deals/production"}, "ticket": {key}, "key": {key}}.Encode()
	for name, request := range map[string]*http.Request{
		"a link is opened":        httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/auth/login?"+form, http.NoBody),
		"a link is used":          httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/auth/login", strings.NewReader(form)),
		"somebody comes back":     httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/auth/callback?code=c&state="+key, http.NoBody),
		"a question was answered": httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/auth/confirm", strings.NewReader(form)),
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			request.Header.Set("Sec-Fetch-Site", "same-origin")
			request.AddCookie(boundTo(key, "deals/production"))
			answer := httptest.NewRecorder()
			withoutAPIServer(t).ServeHTTP(answer, request)
			g.Expect(answer.Code).To(Equal(http.StatusServiceUnavailable))
			g.Expect(answer.Body.String()).To(ContainSubstring("Try again in a minute"))
			g.Expect(answer.Header().Values("Set-Cookie")).To(BeEmpty(), "the browser stays bound")
		})
	}
}

// boundTo is the cookie that a browser has of a sign-in.
func boundTo(key, integration string) *http.Cookie {
	sum := sha256.Sum256([]byte(key))
	return &http.Cookie{
		Name:  "__Host-sign-in-" + base64.RawURLEncoding.EncodeToString(sum[:])[:16],
		Value: key + ":" + integration,
	}
}

// withoutAPIServer are the pages of an operator whose API server doesn't answer.
func withoutAPIServer(t *testing.T) http.Handler {
	t.Helper()
	g := NewWithT(t)
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(listener.Close()).To(Succeed())
	away, err := client.New(&rest.Config{Host: "http://" + listener.Addr().String()}, client.Options{Scheme: testenv.Start(t).Scheme})
	g.Expect(err).NotTo(HaveOccurred())
	kept := &tokens.Secrets{Reader: away, Writer: away}
	return (&signin.Server{
		ExternalURL: "https://operator.example.com", Integrations: away, Connector: &connect.Connector{Tokens: kept},
		Desk: &signin.Desk{Secrets: kept, Clock: clock.RealClock{}}, Tokens: kept, Clock: clock.RealClock{}, Log: logr.Discard(),
	}).Handler()
}
