package lead_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"
	testingclock "k8s.io/utils/clock/testing"

	"dataroom.dev/intralinks-operator/internal/lead"
)

// election is a lease at an API server that answers with status, and has seen requests.
type election struct {
	*WithT
	t        *testing.T
	clock    *testingclock.FakeClock
	lease    *lead.Lease
	url      string
	status   int
	requests int
}

func newElection(t *testing.T) *election {
	t.Helper()
	e := &election{WithT: NewWithT(t), t: t, clock: testingclock.NewFakeClock(time.Now()), status: http.StatusOK}
	e.lease = &lead.Lease{Duration: 35 * time.Second, Clock: e.clock}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		e.requests++
		e.clock.Step(2 * time.Second) // that the answer takes
		w.WriteHeader(e.status)
	}))
	t.Cleanup(server.Close)
	e.url = server.URL
	return e
}

func (e *election) send(method, path string) error {
	e.t.Helper()
	req, err := http.NewRequestWithContext(e.t.Context(), method, e.url+path, strings.NewReader("{}"))
	e.Expect(err).NotTo(HaveOccurred())
	resp, err := e.lease.Transport(http.DefaultTransport).RoundTrip(req)
	if err == nil {
		err = resp.Body.Close()
	}
	return err
}

const leases = "/apis/coordination.k8s.io/v1/namespaces/system/leases/operator"

// Another one may lead 35 seconds after the renewal that it has seen, which may have come to pass the moment it was sent.
func TestALeaseLapsesBeforeAnotherTakesIt(t *testing.T) {
	e := newElection(t)
	e.Expect(e.send(http.MethodPut, leases)).To(Succeed())
	e.clock.Step(30 * time.Second)
	e.Expect(e.lease.Lapsed()).To(BeFalse())
	e.clock.Step(time.Second)
	e.Expect(e.lease.Lapsed()).To(BeTrue())
	e.Expect(e.lease.Check()).To(MatchError(lead.ErrLost))
}

func TestARenewalKeepsALease(t *testing.T) {
	e := newElection(t)
	for range 5 {
		e.Expect(e.send(http.MethodPut, leases)).To(Succeed())
		e.clock.Step(25 * time.Second)
	}
	e.Expect(e.lease.Lapsed()).To(BeFalse())
}

// Only a renewal that went through is one.
func TestWhatRenewsNothingKeepsNothing(t *testing.T) {
	for name, send := range map[string]func(e *election) error{
		"a conflict": func(e *election) error {
			e.status = http.StatusConflict
			return e.send(http.MethodPut, leases)
		},
		"a look":   func(e *election) error { return e.send(http.MethodGet, leases) },
		"an Event": func(e *election) error { return e.send(http.MethodPost, "/api/v1/namespaces/system/events") },
	} {
		t.Run(name, func(t *testing.T) {
			e := newElection(t)
			e.Expect(e.send(http.MethodPut, leases)).To(Succeed())
			e.clock.Step(25 * time.Second)
			e.Expect(send(e)).To(Succeed())
			e.clock.Step(25 * time.Second)
			e.Expect(e.lease.Lapsed()).To(BeTrue())
		})
	}
}

// Once it has lapsed, it is another one's: it can't be renewed, nor given back.
func TestThereIsNoWayBack(t *testing.T) {
	e := newElection(t)
	e.Expect(e.send(http.MethodPut, leases)).To(Succeed())
	e.clock.Step(time.Minute)
	e.Expect(e.send(http.MethodPut, leases)).To(MatchError(lead.ErrLost))
	e.Expect(e.send(http.MethodGet, leases)).To(Succeed())
	e.Expect(e.requests).To(Equal(2))
	e.Expect(e.lease.Lapsed()).To(BeTrue())
}

// A replica that waits for the lease may write what any replica may, such as the steps of a sign-in.
func TestWhoNeverLedHasLostNothing(t *testing.T) {
	e := newElection(t)
	e.clock.Step(time.Hour)
	e.Expect(e.lease.Lapsed()).To(BeFalse())
	var none *lead.Lease
	e.Expect(none.Lapsed()).To(BeFalse())
}

func TestALeaderEndsWithItsLease(t *testing.T) {
	e := newElection(t)
	e.Expect(e.send(http.MethodPut, leases)).To(Succeed())
	ended := make(chan error, 1)
	go func() { ended <- e.lease.Start(t.Context()) }()
	e.Eventually(e.clock.HasWaiters).Should(BeTrue())
	e.clock.Step(time.Second)
	e.Consistently(ended).WithTimeout(100 * time.Millisecond).ShouldNot(Receive())
	e.clock.Step(time.Minute)
	e.Eventually(ended).Should(Receive(MatchError(lead.ErrLost)))

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	e.Expect((&lead.Lease{Clock: e.clock}).Start(ctx)).To(Succeed())
}
