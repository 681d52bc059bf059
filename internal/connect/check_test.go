package connect_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/budget"
	"dataroom.dev/intralinks-operator/internal/connect"
)

func TestACheckLearnsWhoTheUserIsAndLaterWhatRunsThere(t *testing.T) {
	g := NewWithT(t)
	o, s, i := newWorkingOffice(t)
	connection := o.connect(i)
	before := time.Now()
	first := connection.Check(t.Context(), connect.Known{})
	g.Expect(first.Ended).To(BeTemporally(">=", before))
	g.Expect(first.Intralinks).To(BeNil())
	g.Expect(first.Luminance).To(BeNil())
	g.Expect(first.ServiceUser).To(Equal(&v1alpha1.ServiceUser{ID: 77, Name: "operator@example.com"}))
	g.Expect(first.System).To(BeNil(), "which costs a request of its own")
	g.Expect(first.Exchanges).To(Equal([]v1alpha1.ExchangeSummary{{ID: 1, Name: "Heron", Host: "Example LLP", Phase: "OPEN"}, {ID: 2, Name: "Osprey"}}))
	g.Expect(first.ExchangeCount).To(Equal(int32(2)), "an exchange that is listed twice is one")
	s.requests()

	second := connection.Check(t.Context(), connect.Known{ServiceUser: first.ServiceUser})
	g.Expect(second.Luminance).To(BeNil())
	g.Expect(second.System).To(HaveField("Product", "corporate"))
	g.Expect(s.requests()).To(Equal([]string{"GET /v2/workspaces", "GET /api2/"}), "the tokens are kept")
}

// TestKnownTroubleIsAskedAboutOnce: a sync, or an earlier check, has tried several times already.
func TestKnownTroubleIsAskedAboutOnce(t *testing.T) {
	for trouble, times := range map[bool]int{false: 3, true: 1} {
		g := NewWithT(t)
		o, s, i := newWorkingOffice(t)
		connection := o.connect(i)
		known := connect.Known{ServiceUser: connection.Check(t.Context(), connect.Known{}).ServiceUser, Trouble: trouble}
		s.requests()
		s.breaks("GET /v2/workspaces", http.StatusGatewayTimeout, `<html>Gateway Time-out</html>`)
		s.breaks("GET /api2/", http.StatusServiceUnavailable, `{"message":"down"}`)
		check := connection.Check(t.Context(), known)
		g.Expect(check.Intralinks).To(HaveField("Reason", v1alpha1.IntralinksUnreachableReason))
		g.Expect(check.Luminance).To(HaveField("Reason", v1alpha1.LuminanceUnreachableReason))
		g.Expect(s.requests()).To(Equal(slices.Concat(
			slices.Repeat([]string{"GET /v2/workspaces"}, times), slices.Repeat([]string{"GET /api2/"}, times))))
	}
}

func TestOfManyExchangesTheFirstByNameAreKept(t *testing.T) {
	g := NewWithT(t)
	o, s, i := newWorkingOffice(t)
	var rows []string
	for n := 250; n > 0; n-- {
		rows = append(rows, fmt.Sprintf(`{"id":%d,"name":"Exchange %03d"}`, n, n))
	}
	s.breaks("GET /v2/workspaces", http.StatusOK, `{"status":{"code":200},"workspace":[`+strings.Join(rows, ",")+`]}`)
	check := o.connect(i).Check(t.Context(), connect.Known{})
	g.Expect(check.ExchangeCount).To(Equal(int32(250)))
	g.Expect(check.Exchanges).To(HaveLen(connect.MaxExchanges))
	g.Expect(check.Exchanges[0].ID).To(Equal(int64(1)))
	g.Expect(check.Exchanges[connect.MaxExchanges-1].ID).To(Equal(int64(200)))
}

func TestAFaultSaysWhoCanMendIt(t *testing.T) {
	const signIn, list, token, me = "POST /v3/apis/il-iam/oauth/token", "GET /v2/workspaces", "POST /auth/oauth2/token", "GET /api2/users/me"
	for _, tt := range []struct {
		name, pattern string
		status        int
		body          string
		header        []string
		luminance     bool
		fault         connect.Fault
		wait          time.Duration
	}{
		{name: "Intralinks refuses the key", pattern: signIn, status: 401, body: `{"status":{"code":401,"message":"nope"}}`,
			fault: connect.Fault{Reason: v1alpha1.InvalidCredentialsReason, Message: "they are not tried again until it changes", Refused: true}},
		{name: "Intralinks refuses the account", pattern: list, status: 403, body: `{"status":{"code":403,"subcode":"1","message":"Access denied"}}`,
			fault: connect.Fault{Reason: v1alpha1.IntralinksForbiddenReason}},
		{name: "the account is signed in elsewhere", pattern: list, status: 403, body: `{"status":{"code":403,"subcode":"018","message":"taken"},"errors":[{"code":403,"subCode":"018","message":"taken"}]}`,
			fault: connect.Fault{Reason: v1alpha1.SessionTakenReason, Message: "spec.intralinks.endOtherSessions"}, wait: time.Hour},
		{name: "Intralinks asks for patience", pattern: list, status: 429, header: []string{"Retry-After", "3600"},
			fault: connect.Fault{Reason: v1alpha1.ThrottledReason}, wait: time.Hour},
		{name: "Luminance refuses the service user", pattern: token, status: 401, body: `{"error":"invalid_client"}`, luminance: true,
			fault: connect.Fault{Reason: v1alpha1.InvalidCredentialsReason, Message: "correct clientID and clientSecret in the Secret", Refused: true}},
		{name: "the service user may nothing", pattern: me, status: 403, body: `{"message":"Forbidden"}`, luminance: true,
			fault: connect.Fault{Reason: v1alpha1.LuminanceForbiddenReason, Message: "Luminance refuses the service user"}},
		{name: "no Luminance at the address", pattern: me, status: 404, body: "<html>not here</html>", luminance: true,
			fault: connect.Fault{Reason: v1alpha1.LuminanceUnreachableReason, Message: "check spec.luminance.baseURL and spec.luminance.apiVersion"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			g := NewWithT(t)
			o, s, i := newWorkingOffice(t)
			s.breaks(tt.pattern, tt.status, tt.body, tt.header...)
			before := time.Now()
			check := o.connect(i).Check(t.Context(), connect.Known{})
			fault, other := check.Intralinks, check.Luminance
			if tt.luminance {
				fault, other = other, fault
			}
			g.Expect(other).To(BeNil(), "the other side is well, and was asked")
			g.Expect(fault).NotTo(BeNil())
			g.Expect(fault.Reason).To(Equal(tt.fault.Reason), fault.Message)
			g.Expect(fault.Message).To(ContainSubstring(tt.fault.Message))
			g.Expect(fault.Message).NotTo(Or(ContainSubstring("key-secret"), ContainSubstring("client-secret"), ContainSubstring("token-")))
			g.Expect(fault.Refused).To(Equal(tt.fault.Refused))
			if tt.wait == 0 {
				g.Expect(fault.Until).To(BeZero())
			} else {
				g.Expect(fault.Until).To(And(BeTemporally(">=", before.Add(tt.wait)), BeTemporally("<=", time.Now().Add(tt.wait))))
			}
		})
	}
}

// A check that had no time left says whether that was for want of a request to make.
func TestACheckThatGetsNoRequestDoesNotBlameLuminance(t *testing.T) {
	g := NewWithT(t)
	o, _, i := newWorkingOffice(t)
	connection := o.connect(i)
	over, cancel := context.WithDeadline(t.Context(), time.Now())
	defer cancel()
	fault := connection.Check(over, connect.Known{}).Luminance
	g.Expect(fault.Reason).To(Equal(v1alpha1.LuminanceUnreachableReason))
	g.Expect(fault.Until).To(BeZero())

	for n := 0; connection.Budget.State().ResetAt.IsZero(); n++ {
		_, err := connection.Budget.Acquire(t.Context(), fmt.Sprint("sync", n))
		g.Expect(err).NotTo(HaveOccurred())
	}
	fault = connection.Check(over, connect.Known{}).Luminance
	g.Expect(fault.Reason).To(Equal(v1alpha1.ThrottledReason))
	g.Expect(fault.Message).To(ContainSubstring("request allowance"))
	g.Expect(fault.Until).To(BeTemporally(">", time.Now()))
}

// A new token has a request of its own coming, however many syncs wait.
func TestANewTokenGoesBeforeTheSyncs(t *testing.T) {
	g := NewWithT(t)
	o, s, i := newWorkingOffice(t)
	connection := o.connect(i)
	var tickets []*budget.Ticket
	for n := 0; connection.Budget.State().ResetAt.IsZero(); n++ {
		ticket, err := connection.Budget.Acquire(t.Context(), fmt.Sprint("sync", n))
		g.Expect(err).NotTo(HaveOccurred())
		tickets = append(tickets, ticket)
	}
	waiting := func(n int) {
		g.Eventually(func() int { return connection.Budget.State().Waiting }).Should(Equal(n))
	}
	next := make(chan error, 1)
	go func() {
		_, err := connection.Budget.Acquire(t.Context(), "a sync that came first")
		next <- err
	}()
	waiting(1)
	check := make(chan connect.Check, 1)
	go func() { check <- connection.Check(t.Context(), connect.Known{}) }()
	waiting(2)
	s.requests()

	tickets[0].Release()
	g.Eventually(s.requests).Should(ContainElement(HavePrefix("POST /auth/oauth2/token")))
	g.Expect(next).NotTo(Receive())
	tickets[1].Release()
	g.Eventually(next).Should(Receive(BeNil()))
	tickets[2].Release()
	g.Eventually(check).Should(Receive(HaveField("Luminance", BeNil())))
}
