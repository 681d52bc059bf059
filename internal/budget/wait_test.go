package budget_test

import (
	"context"
	"testing"
	"time"

	. "github.com/onsi/gomega"
	clocktesting "k8s.io/utils/clock/testing"

	"dataroom.dev/intralinks-operator/internal/budget"
)

func TestWhoListensHearsHowLongRequestsWaited(t *testing.T) {
	g := NewWithT(t)
	clk := clocktesting.NewFakeClock(time.Unix(1_000_000, 0))
	registry := budget.NewRegistry(nil, clk)
	waits := make(chan time.Duration, 10)
	registry.OnWait = func(host string, waited time.Duration) {
		g.Expect(host).To(Equal("acme.example:443"))
		waits <- waited
	}
	registry.Configure("acme.example", "deals/heron", budget.Limit{Requests: 1, Per: time.Second})
	b, err := registry.For(t.Context(), "acme.example")
	g.Expect(err).NotTo(HaveOccurred())
	ticket, err := b.Acquire(t.Context(), "a")
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(waits).To(Receive(BeZero()))
	ticket.Done()

	acquired := make(chan error)
	go func() {
		_, err := b.Acquire(context.WithoutCancel(t.Context()), "a")
		acquired <- err
	}()
	g.Eventually(clk.HasWaiters).WithTimeout(time.Minute).Should(BeTrue())
	clk.Step(time.Second)
	g.Expect(<-acquired).To(Succeed())
	g.Expect(waits).To(Receive(Equal(time.Second)))
}

func TestStatesAreThoseOfTheBudgetsInUse(t *testing.T) {
	g := NewWithT(t)
	registry := budget.NewRegistry(nil, nil)
	registry.Configure("acme.example", "deals/heron", budget.Limit{Requests: 100, Per: time.Hour, Reserve: 20})
	registry.Configure("beta.example:8443", "deals/egret", budget.Limit{Requests: 50, Per: time.Minute})
	g.Expect(registry.States()).To(And(HaveLen(2),
		HaveKeyWithValue("acme.example:443", And(HaveField("Limit", 80), HaveField("Per", time.Hour))),
		HaveKeyWithValue("beta.example:8443", And(HaveField("Limit", 50), HaveField("Per", time.Minute)))))
	registry.Forget("acme.example", "deals/heron")
	g.Expect(registry.States()).To(HaveLen(1))
}
