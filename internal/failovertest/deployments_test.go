package failovertest

import (
	"path/filepath"
	"testing"
	"time"

	. "github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/api/meta"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
)

// deploy starts a deployment of its own, with its own ledger, that looks after what a selector matches.
func (w *world) deploy(name, selector string) *replica {
	w.t.Helper()
	r := w.run(name, w.env.Kubeconfig, "--leader-election-id="+name, "--watch-label-selector="+selector,
		"--ledger=sqlite://"+filepath.Join(w.t.TempDir(), "ledger.db"))
	r.leads()
	return r
}

// Of two deployments that share tenants of one Luminance instance, the second sends it nothing, and says so.
func TestTwoDeploymentsNeverShareAnAllowance(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 5)
	w.deploy("first", "tenant=acme")
	w.apply()
	w.connect("acme", "/Acme", map[string]string{"tenant": "acme"})
	w.isReady("acme", v1alpha1.ConnectedReason)
	w.arrives("acme")
	sent := w.door.requests.Load()

	w.deploy("second", "tenant in (beta, gamma)")
	w.connect("beta", "/Beta", map[string]string{"tenant": "beta"})
	w.isReady("beta", v1alpha1.AllowanceClaimedElsewhereReason)
	refused := w.integration("beta")
	reachable := meta.FindStatusCondition(refused.Status.Conditions, v1alpha1.LuminanceReachableCondition)
	w.Expect(reachable).To(HaveValue(And(HaveField("Status", BeEquivalentTo("False")), HaveField("Reason", v1alpha1.AllowanceClaimedElsewhereReason),
		HaveField("Message", ContainSubstring("Lease first-allowances in namespace "+w.namespace)))))
	var waiting v1alpha1.FolderSync
	w.Eventually(func(g Gomega) {
		w.read("beta", &waiting)
		ready := meta.FindStatusCondition(waiting.Status.Conditions, v1alpha1.ReadyCondition)
		g.Expect(ready).To(HaveValue(HaveField("Reason", v1alpha1.IntegrationNotReadyReason)))
	}).Should(Succeed())

	// One that looks after the first one's objects, too, leaves them alone: else both would write their statuses.
	before := w.integration("acme")
	both := w.deploy("both", "tenant")
	w.Eventually(both.logged).Should(ContainSubstring("it is left alone"))
	w.Consistently(func() string { return w.integration("acme").ResourceVersion }).WithTimeout(3 * time.Second).Should(Equal(before.ResourceVersion))
	w.Expect(w.door.requests.Load()).To(Equal(sent), "nobody else has sent anything to Luminance")
}

func (w *world) integration(name string) *v1alpha1.IntralinksIntegration {
	w.t.Helper()
	var integration v1alpha1.IntralinksIntegration
	w.read(name, &integration)
	return &integration
}

// isReady waits until Ready of an integration has a reason.
func (w *world) isReady(name, reason string) {
	w.t.Helper()
	w.Eventually(func(g Gomega) {
		ready := meta.FindStatusCondition(w.integration(name).Status.Conditions, v1alpha1.ReadyCondition)
		g.Expect(ready).To(HaveValue(HaveField("Reason", reason)))
	}).Should(Succeed())
}

// arrives waits until a FolderSync has carried everything.
func (w *world) arrives(name string) {
	w.t.Helper()
	w.Eventually(func(g Gomega) {
		var sync v1alpha1.FolderSync
		w.read(name, &sync)
		g.Expect(sync.Status.Documents).To(HaveValue(HaveField("Synced", BeEquivalentTo(len(w.want)))))
		g.Expect(sync.Status.Progress).To(BeNil())
	}).Should(Succeed())
}
