package connect_test

import (
	"context"
	"testing"
	"time"

	. "github.com/onsi/gomega"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	clocktesting "k8s.io/utils/clock/testing"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/budget"
	"dataroom.dev/intralinks-operator/internal/connect"
)

// TestACheckWaitsForTheAllowanceLongerThanForAnAnswer: an allowance that syncs have used up says nothing against the
// connection.
func TestACheckWaitsForTheAllowanceLongerThanForAnAnswer(t *testing.T) {
	g := NewWithT(t)
	clock := clocktesting.NewFakeClock(time.Now())
	none := int32(0)
	o, s, i := newWorkingOffice(t, func(i *v1alpha1.IntralinksIntegration) {
		i.Spec.Luminance.RequestBudget = v1alpha1.RequestBudget{Requests: 2, Per: &metav1.Duration{Duration: 10 * time.Minute}, Reserve: &none}
	})
	o.Budgets = budget.NewRegistry(nil, clock)
	o.Patience = 200 * time.Millisecond
	connection := o.connect(i)
	first := connection.Check(t.Context(), connect.Known{})
	g.Expect(first.Luminance).To(BeNil())
	s.requests()

	checks := make(chan connect.Check, 1)
	go func() { checks <- connection.Check(t.Context(), connect.Known{ServiceUser: first.ServiceUser}) }()
	g.Eventually(func() int { return connection.Budget.State().Waiting }).Should(Equal(1))
	longer, cancel := context.WithTimeout(t.Context(), 2*o.Patience)
	defer cancel()
	<-longer.Done()
	g.Expect(checks).NotTo(Receive())
	clock.Step(10 * time.Minute)
	var second connect.Check
	g.Eventually(checks).Should(Receive(&second))
	g.Expect(second.Luminance).To(BeNil())
	g.Expect(second.System).To(HaveField("Product", "corporate"))
	g.Expect(s.requests()).To(Equal([]string{"GET /v2/workspaces", "GET /api2/"}))
}
