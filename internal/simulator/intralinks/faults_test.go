package intralinks_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"dataroom.dev/intralinks-operator/internal/simulator/control"
)

const documents = "/v2/workspaces/*/documents"

// ready starts a service with three documents.
func ready(t *testing.T) *service {
	t.Helper()
	s := start(t)
	s.enter(plain, true)
	for _, name := range []string{"A", "B", "C"} {
		s.document(s.folder("/Contracts"), name, ".pdf", name)
	}
	return s
}

func TestFaultsOfTheGateway(t *testing.T) {
	s := ready(t)
	list := func() answer { return s.get(exchange(plain, "/documents")) }
	s.fault("javascript", documents)
	a := list()
	s.g.Expect(a.status).To(Equal(500))
	s.g.Expect(a.text("fault", "faultstring")).To(HavePrefix("JavaScript execution failed: Unterminated string literal"))
	s.g.Expect(a.at("fault", "detail", "errorcode")).To(Equal("steps.javascript.ScriptExecutionFailed"))

	s.fault("throttle", documents)
	a = list()
	s.g.Expect([]any{a.status, a.at("fault", "detail", "errorcode")}).To(Equal([]any{500, "policies.ratelimit.QuotaViolation"}))
	s.g.Expect(a.header).NotTo(HaveKey("Retry-After"))
	s.set("throttleStatus", "429", "faultDetail", "off")
	s.fault("throttle", documents, "retryAfter", "7", "code", "spikeArrest")
	a = list()
	s.g.Expect([]any{a.status, a.at("fault"), a.header.Get("Retry-After")}).To(
		Equal([]any{429, map[string]any{"faultstring": "Spike arrest violation"}, "7"}))
	s.set("faultDetail", "on")
	s.fault("throttle", documents, "code", "spikeArrest")
	s.g.Expect(list().at("fault", "detail", "errorcode")).To(Equal("policies.ratelimit.SpikeArrestViolation"))

	s.fault("html", documents)
	a = list()
	s.g.Expect([]any{a.status, a.header.Get("Content-Type")}).To(Equal([]any{504, "txt/html"}))
	s.g.Expect(a.body).To(And(ContainSubstring("Gateway Timeout"), ContainSubstring("Reference #")))
	s.fault("html", documents, "status", "503")
	s.g.Expect(list().status).To(Equal(503))
	s.g.Expect(list().rows("document")).To(HaveLen(3))
}

func TestFaultsOfAnswers(t *testing.T) {
	s := ready(t)
	list := func() answer { return s.get(exchange(plain, "/documents")) }
	s.fault("errors200", documents)
	s.expectE1(list(), 200, 400, "21-3")
	s.fault("errors200", documents, "code", "401", "subcode", "1-1-3")
	s.expectE1(list(), 200, 401, "1-1-3")
	s.fault("server999", documents)
	s.expectE1(list(), 500, 500, "999")
	s.fault("xml200", documents)
	s.expectE6(list(), 200, "500", "999")
	s.fault("html200", documents)
	s.expectHTML(list(), 200, "Maintenance")
	s.fault("json200", documents)
	s.g.Expect(list().at()).To(And(HaveKey("status"), HaveLen(1)))
	s.fault("cut", documents, "after", "100")
	cut := list()
	s.g.Expect([]any{cut.status, len(cut.body), cut.at()}).To(Equal([]any{200, 100, nil}), "broken JSON")
	s.fault("truncate", documents, "after", "100")
	s.broken(list())
	s.fault("emptyList", documents)
	s.g.Expect(list().at()).To(Not(HaveKey("document")))
	s.fault("shortList", documents, "rows", "2")
	s.g.Expect(list().rows("document")).To(HaveLen(2))
	s.fault("shortList", "/v2/workspaces")
	short := s.get("/v2/workspaces?returnTotal=true")
	s.g.Expect(short.rows("workspace")).To(HaveLen(1))
	s.g.Expect(short.at("pagingContext", "totalResults")).To(Equal(2.0), "the total gives it away where it was asked for")
	s.fault("doubleRow", documents)
	ids := values(list().rows("document"), "id")
	s.g.Expect(ids).To(HaveLen(4))
	s.g.Expect(ids[0]).To(Equal(ids[1]))
}

func TestFaultsOfSessions(t *testing.T) {
	s := ready(t)
	list := func() answer { return s.get(exchange(plain, "/documents")) }
	s.fault("unauthorized", documents)
	s.expectE3(list(), s.token)
	s.g.Expect(list().status).To(Equal(200), "the token stays good")
	s.fault("notEntered", documents)
	s.expectE1(list(), 303, 303, "1")
	s.expectE1(list(), 303, 303, "1")
	s.enter(plain, true)
	s.g.Expect(list().status).To(Equal(200))
	s.fault("expire", documents)
	s.expectE3(list(), s.token)
	s.expectE3(list(), s.token)
	s.token = s.signIn()
	s.fault("taken", "/v2/workspaces")
	s.expectE1(s.get("/v2/workspaces"), 401, 401, "1-1-3-2")
	s.expectE1(s.get("/v2/workspaces"), 401, 401, "1-1-3-2")
}

func TestTheNthRequest(t *testing.T) {
	s := ready(t)
	s.g.Expect(s.Control().AddFault(control.FaultRule{Fault: "javascript", Method: "GET", Path: "/v2/**", Skip: 2, Times: 2})).To(Succeed())
	got := []int{}
	for range 6 {
		got = append(got, s.get("/v2/workspaces").status)
	}
	s.g.Expect(got).To(Equal([]int{200, 200, 500, 500, 200, 200}))
}

// expectNoAnswer asks for the documents and gives up once the service is known to
// hold the request.
func (s *service) expectNoAnswer() {
	s.t.Helper()
	ctx, cancel := context.WithCancel(s.t.Context())
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url+exchange(plain, "/documents"), nil)
	s.g.Expect(err).NotTo(HaveOccurred())
	ended := make(chan error, 1)
	go func() {
		response, err := http.DefaultTransport.RoundTrip(r)
		if err == nil {
			response.Body.Close()
		}
		ended <- err
	}()
	s.g.Eventually(func() int { return s.Stats().InFlight }).Should(Equal(1))
	s.g.Consistently(ended, "50ms").ShouldNot(Receive())
	cancel()
	s.g.Eventually(ended).Should(Receive(MatchError(context.Canceled)))
	s.g.Eventually(func() int { return s.Stats().InFlight }).Should(BeZero())
}

func TestWaiting(t *testing.T) {
	s := ready(t)
	s.fault("hang", documents)
	s.expectNoAnswer()
	s.fault("latency", documents, "delay", "1h")
	s.expectNoAnswer()
	s.fault("latency", documents, "delay", "1ms")
	s.g.Expect(s.get(exchange(plain, "/documents")).status).To(Equal(200), "and then as usual")
	s.set("latency", "1h")
	s.expectNoAnswer()
	s.set("latency", "1ms")
	s.g.Expect(s.get(exchange(plain, "/documents")).status).To(Equal(200))
}

func TestQuota(t *testing.T) {
	s := start(t)
	list := func() answer { return s.get("/v2/workspaces") }
	s.set("quota", "2", "quotaPer", "1m")
	s.g.Expect([]int{list().status, list().status}).To(Equal([]int{200, 200}))
	a := list()
	s.g.Expect([]any{a.status, a.at("fault", "detail", "errorcode")}).To(Equal([]any{500, "policies.ratelimit.QuotaViolation"}))
	s.g.Expect(a.header).NotTo(HaveKey("Retry-After"))
	s.set("throttleStatus", "429", "quotaRetryAfter", "on")
	s.Advance(15 * time.Second)
	a = list()
	s.g.Expect([]any{a.status, a.header.Get("Retry-After")}).To(Equal([]any{429, "45"}))
	s.Advance(45 * time.Second)
	s.g.Expect(list().status).To(Equal(200))
	s.set("quota", "0")
	for range 5 {
		s.g.Expect(list().status).To(Equal(200))
	}
}
