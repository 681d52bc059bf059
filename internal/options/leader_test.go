package options_test

import (
	"testing"

	. "github.com/onsi/gomega"
	coordinationv1 "k8s.io/api/coordination/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"dataroom.dev/intralinks-operator/internal/options"
	"dataroom.dev/intralinks-operator/internal/testenv"
)

func TestTheLeaderIsThePodThatHoldsTheLease(t *testing.T) {
	g := NewWithT(t)
	env := testenv.Start(t)
	o := &options.Options{LeaseName: "intralinks-operator", LeaseNamespace: env.Namespace(t)}
	leader := o.Leader(env.Client)
	g.Expect(leader(t.Context())).To(BeEmpty(), "nobody has ever led")

	lease := &coordinationv1.Lease{ObjectMeta: metav1.ObjectMeta{Namespace: o.LeaseNamespace, Name: o.LeaseName}}
	g.Expect(env.Client.Create(t.Context(), lease)).To(Succeed())
	g.Expect(leader(t.Context())).To(BeEmpty(), "nobody leads just now")
	lease.Spec.HolderIdentity = new("intralinks-operator-6d4b75cb6d-hx5zq_8f7b2a0e-4a4e-4b1d-9c36-0d1f6c1b2a3c")
	g.Expect(env.Client.Update(t.Context(), lease)).To(Succeed())
	g.Expect(leader(t.Context())).To(Equal("intralinks-operator-6d4b75cb6d-hx5zq"))

	o.LeaseNamespace = "" // and this is no pod
	g.Expect(o.Leader(env.Client)(t.Context())).To(BeEmpty())
}
