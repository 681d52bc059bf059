package connect_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/go-logr/logr"
	. "github.com/onsi/gomega"
	coordinationv1 "k8s.io/api/coordination/v1"
	"k8s.io/apimachinery/pkg/labels"
	clocktesting "k8s.io/utils/clock/testing"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/allowance"
	"dataroom.dev/intralinks-operator/internal/connect"
)

// deployment gives the claims of a deployment with a Lease in the office's namespace.
func (o *office) deployment(name, selector string, clock *clocktesting.FakeClock) *allowance.Claims {
	o.t.Helper()
	parsed, err := labels.Parse(selector)
	o.must(err)
	o.t.Cleanup(func() {
		// Tests of other namespaces would see them.
		o.must(o.client.DeleteAllOf(context.Background(), &coordinationv1.Lease{}, client.InNamespace(o.namespace)))
	})
	return &allowance.Claims{
		Reader: o.client, Writer: o.client, Namespace: o.namespace, Name: name, Watched: allowance.Watched{Selector: parsed},
		Clock: clock, Log: logr.Discard(),
	}
}

func TestThereIsNoConnectionToAnInstanceThatAnotherDeploymentHas(t *testing.T) {
	g := NewWithT(t)
	clock := clocktesting.NewFakeClock(time.Now())
	o, s, i := newWorkingOffice(t)
	other := o.deployment("other", "tenant=acme", clock)
	g.Expect(other.Claim(t.Context(), connect.InstanceOf(i), time.Minute)).To(Succeed())
	o.Claims = o.deployment("ours", "", clock)

	_, err := o.Connect(t.Context(), i)
	var problem *connect.Problem
	g.Expect(errors.As(err, &problem)).To(BeTrue())
	g.Expect(problem.Reason).To(Equal(v1alpha1.AllowanceClaimedElsewhereReason))
	g.Expect(problem.Message).To(ContainSubstring("Lease other in namespace " + o.namespace))
	g.Expect(s.requests()).To(BeEmpty())

	// It looks after those of its tenant only; this one is ours to tell about.
	g.Expect(o.LeftTo(t.Context(), i, i)).To(BeNil())
	clock.Step(time.Minute)
	i.Labels = map[string]string{"tenant": "acme"}
	g.Expect(o.LeftTo(t.Context(), i, i)).To(HaveField("Lease", "other"))
}

// An instance is given back with the last integration that names it, and a connection is used while it is ours.
func TestAnInstanceIsOursWhileAnIntegrationNamesIt(t *testing.T) {
	g := NewWithT(t)
	clock := clocktesting.NewFakeClock(time.Now())
	o, _, i := newWorkingOffice(t)
	o.Claims = o.deployment("ours", "", clock)
	second := i.DeepCopy()
	second.Name, second.UID = "second", "second"
	connection := o.connect(i)
	o.connect(second)
	instance := connect.InstanceOf(i)
	g.Expect(o.Claims.Holds(instance)).To(BeTrue())
	i.Status.CredentialsRevision = connection.Revision
	g.Expect(o.Kept(i)).To(BeIdenticalTo(connection))

	o.Forget(client.ObjectKeyFromObject(second))
	g.Expect(o.Claims.Holds(instance)).To(BeTrue())
	clock.Step(time.Minute)
	g.Expect(o.Kept(i)).To(BeNil(), "the claim has lapsed")
	o.connect(i)
	o.Forget(client.ObjectKeyFromObject(i))
	g.Expect(o.Claims.Holds(instance)).To(BeFalse())
}
