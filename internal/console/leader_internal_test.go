package console

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"

	. "github.com/onsi/gomega"
	"k8s.io/utils/clock"

	"dataroom.dev/intralinks-operator/internal/findings"
)

// TestOnlyTheLeaderAnswers: a replica that waits knows neither the sessions nor the work, and says who does.
func TestOnlyTheLeaderAnswers(t *testing.T) {
	g := NewWithT(t)
	why := &findings.Error{Code: http.StatusServiceUnavailable, Reason: findings.NotLeaderReason, Message: "the replica operator-7 leads", Leader: "operator-7"}
	c := &Console{Clock: clock.RealClock{}, Leads: func(context.Context) *findings.Error { return why }}
	handler := c.Handler()
	for _, request := range []*http.Request{
		httptest.NewRequest(http.MethodGet, "/console/syncs", http.NoBody), httptest.NewRequest(http.MethodGet, "/console/sign-in", http.NoBody),
		httptest.NewRequest(http.MethodPost, "/console/sign-in", http.NoBody),
	} {
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, request)
		g.Expect(w.Code).To(Equal(http.StatusServiceUnavailable), request.URL.Path)
		g.Expect(w.Body.String()).To(ContainSubstring("The replica operator-7 leads."))
	}
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, httptest.NewRequest(http.MethodPost, findings.ConsoleTickets, http.NoBody))
	var told findings.Error
	g.Expect(json.Unmarshal(w.Body.Bytes(), &told)).To(Succeed())
	g.Expect(told).To(Equal(*why), "so that kubectl asks that one")
}

// TestAssetsAreKept for good under the names that pages have for them, and are not there under others.
func TestAssetsAreKept(t *testing.T) {
	g := NewWithT(t)
	c := &Console{Clock: clock.RealClock{}, Leads: func(context.Context) *findings.Error { return nil }}
	handler := c.Handler()
	for name, kind := range map[string]string{"console.css": "text/css", "card.css": "text/css", "console.js": "text/javascript", "icon.svg": "image/svg+xml"} {
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, assetPath(name), http.NoBody))
		g.Expect(w.Code).To(Equal(http.StatusOK), name)
		g.Expect(w.Header().Get("Content-Type")).To(HavePrefix(kind))
		g.Expect(w.Header().Get("Cache-Control")).To(ContainSubstring("immutable"))
		w = httptest.NewRecorder()
		handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, Path+"assets/"+name, http.NoBody))
		g.Expect(w.Code).To(Equal(http.StatusNotFound), name)
	}
}

// TestPagesAreBounded: what is asked beyond what can be answered at once is told so, and not kept waiting.
func TestPagesAreBounded(t *testing.T) {
	g := NewWithT(t)
	c := &Console{asking: make(chan struct{}, 1)}
	made := 0
	step := c.inTurn(func(*visit) error {
		made++
		return c.inTurn(func(*visit) error { made++; return nil })(nil)
	})
	var busy *findings.Error
	g.Expect(step(nil)).To(BeAssignableToTypeOf(busy))
	g.Expect(made).To(Equal(1))
	g.Expect(c.inTurn(func(*visit) error { return nil })(nil)).To(Succeed())
}
