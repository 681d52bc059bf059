package console

import (
	"encoding/base64"
	"fmt"
	"testing"
	"time"

	. "github.com/onsi/gomega"
	clocktesting "k8s.io/utils/clock/testing"
)

func tokenUntil(t time.Time) string {
	return "header." + base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, `{"exp":%d}`, t.Unix())) + ".signature"
}

// TestSessionsEnd with their token, after an hour in which nobody used them, after twelve, and when somebody signs out.
func TestSessionsEnd(t *testing.T) {
	g := NewWithT(t)
	began := time.Date(2030, 1, 2, 8, 0, 0, 0, time.UTC)
	clock := clocktesting.NewFakePassiveClock(began)
	s := newSessions(clock)
	short, _ := s.begin(&person{token: tokenUntil(began.Add(10 * time.Minute))})
	opaque, _ := s.begin(&person{token: "opaque"})
	idle, _ := s.begin(&person{token: "opaque"})
	left, leaving := s.begin(&person{token: "opaque"})
	clock.SetTime(began.Add(9 * time.Minute))
	g.Expect(s.find(digestOf(short))).NotTo(BeNil())
	clock.SetTime(began.Add(10 * time.Minute))
	g.Expect(s.find(digestOf(short))).To(BeNil())
	s.end(leaving)
	g.Expect(s.find(digestOf(left))).To(BeNil())
	for at := 10 * time.Minute; at < sessionTime; at += 50 * time.Minute {
		clock.SetTime(began.Add(at))
		g.Expect(s.find(digestOf(opaque))).NotTo(BeNil(), "after %s", at)
	}
	g.Expect(s.find(digestOf(idle))).To(BeNil())
	clock.SetTime(began.Add(sessionTime))
	g.Expect(s.find(digestOf(opaque))).To(BeNil())
	g.Expect(s.find(digestOf("guessed"))).To(BeNil())
}

// TestSessionsAreBounded: the one that was idle the longest makes room.
func TestSessionsAreBounded(t *testing.T) {
	g := NewWithT(t)
	clock := clocktesting.NewFakePassiveClock(time.Date(2030, 1, 2, 8, 0, 0, 0, time.UTC))
	s := newSessions(clock)
	var secrets []string
	for range maxSessions + 1 {
		secret, _ := s.begin(&person{token: "opaque"})
		secrets = append(secrets, secret)
		clock.SetTime(clock.Now().Add(time.Second))
		if len(secrets) == 2 {
			clock.SetTime(clock.Now().Add(time.Second))
			g.Expect(s.find(digestOf(secrets[0]))).NotTo(BeNil())
		}
	}
	g.Expect(s.kept).To(HaveLen(maxSessions))
	g.Expect(s.find(digestOf(secrets[0]))).NotTo(BeNil())
	g.Expect(s.find(digestOf(secrets[1]))).To(BeNil())
}

// TestTicketsEnd after a minute, and wait in bounded number.
func TestTicketsEnd(t *testing.T) {
	g := NewWithT(t)
	clock := clocktesting.NewFakePassiveClock(time.Date(2030, 1, 2, 8, 0, 0, 0, time.UTC))
	s := newTickets(clock)
	who := &person{name: "ada"}
	secret, err := s.issue(who)
	g.Expect(err).NotTo(HaveOccurred())
	clock.SetTime(clock.Now().Add(ticketTime - time.Second))
	g.Expect(s.take(secret, true)).To(Equal(who))
	clock.SetTime(clock.Now().Add(time.Second))
	g.Expect(s.take(secret, false)).To(BeNil())
	for range maxTickets {
		_, err := s.issue(who)
		g.Expect(err).NotTo(HaveOccurred())
	}
	_, err = s.issue(who)
	g.Expect(err).To(MatchError(errTickets))
	clock.SetTime(clock.Now().Add(ticketTime))
	_, err = s.issue(who)
	g.Expect(err).NotTo(HaveOccurred())
}

func TestTheEndOfATokenIsReadWhereItHasOne(t *testing.T) {
	g := NewWithT(t)
	at := time.Unix(1893456000, 0)
	end, ok := endOf(tokenUntil(at))
	g.Expect(ok).To(BeTrue())
	g.Expect(end.Equal(at)).To(BeTrue())
	for _, token := range []string{"", "opaque", "a.b", "a.%%%.c", "a." + base64.RawURLEncoding.EncodeToString([]byte(`{"sub":"x"}`)) + ".c", "a.bnVsbA.c"} {
		_, ok := endOf(token)
		g.Expect(ok).To(BeFalse(), token)
	}
}
