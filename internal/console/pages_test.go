package console_test

import (
	"testing"

	. "github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/api/meta"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/testenv/chromium"
)

// TestPagesOfABusyNamespace looks at syncs in every state: with problems, running, suspended, planning, and in need of
// somebody.
func TestPagesOfABusyNamespace(t *testing.T) {
	b := chromium.Start(t)
	w := newWorld(t)
	w.connect(v1alpha1.ClientCredentialsGrant)
	w.create(w.newSync("heron-contracts"))
	w.Eventually(func() int64 { return w.sync("heron-contracts").Status.ProblemCount }).Should(BeNumerically(">", 0), "%+v", w.sync("heron-contracts").Status)
	suspended, lost, planned, large := w.newSync("heron-suspended"), w.newSync("heron-wrong-folder"), w.newSync("heron-dry-run"), w.newSync("heron-everything")
	suspended.Spec.Suspend = true
	lost.Spec.Source.Folder = "/Correspondence/2019"
	planned.Spec.DryRun = true
	large.Spec.Source.Folder = "/"
	w.create(suspended, lost, planned)
	w.Eventually(func() bool {
		return meta.IsStatusConditionFalse(w.sync("heron-wrong-folder").Status.Conditions, v1alpha1.ReadyCondition)
	}).Should(BeTrue())
	w.Eventually(func() any { return w.sync("heron-dry-run").Status.Plan }).ShouldNot(BeNil())
	w.leaves(20)
	w.create(large)
	w.Eventually(func() bool {
		run := w.sync("heron-everything").Status.Progress
		return run != nil && run.Done > 0 && run.EstimatedCompletionTime != nil
	}).Should(BeTrue())

	x := w.newWindow(b)
	x.checker = checker(t)
	x.signsIn(w.person("ada", seeing, browsing, editing, signing))
	x.reads("Needs attention", "syncs")
	x.types("#q", "everything")
	x.clicks(".search button")
	w.Eventually(x.Address).Should(ContainSubstring("q=everything"))
	w.Eventually(x.Text).ShouldNot(ContainSubstring("heron-contracts"))
	x.reads("heron-everything", "syncs-searched")
	x.clicksOn("heron-everything")
	x.reads("Syncing", "sync-running")
	x.goes("/console/syncs/" + w.namespace + "/heron-wrong-folder")
	x.reads("What to do", "sync-ill")
	x.goes("/console/syncs/" + w.namespace + "/heron-dry-run")
	x.reads("What a run would do", "sync-dry-run")
	x.goes("/console/syncs/" + w.namespace + "/heron-contracts")
	x.reads("with problems", "sync-with-problems")
	x.clicksOn("2 documents with problems")
	x.reads("What to do", "problems")
	x.Value("document.querySelector('#reason').value = 'Protected'")
	x.clicks(".search button")
	w.Eventually(x.Address).Should(ContainSubstring("reason=Protected"))
	w.Eventually(x.Text).Should(ContainSubstring("1 entry"))

	x.goes("/console/integrations")
	x.reads("Connected", "integrations")
	x.clicksOn(production)
	x.reads("requests to", "integration-busy")
	x.goes("/console/integrations/" + w.namespace + "/" + production + "/browse?exchange=7100015&folder=/Contracts")
	x.reads("Documents in this folder", "browse-folder")
	x.goes("/console/integrations/" + w.namespace + "/" + production + "/activate?exchange=7100015&folder=/Contracts")
	x.reads("splash screen", "activate-splash")
	x.goes("/console/nowhere")
	x.reads("There is no such page", "nowhere")
}

// signsIn pastes a token.
func (x *window) signsIn(token string) {
	x.w.t.Helper()
	x.goes("/console/")
	x.types("#token", token)
	x.clicks("main button")
	x.w.Eventually(x.Address).Should(HaveSuffix("/console/syncs"), x.Text)
}

// leaves so many requests of the allowance.
func (w *world) leaves(requests int32) {
	w.t.Helper()
	var i v1alpha1.IntralinksIntegration
	w.must(w.env.Client.Get(w.t.Context(), client.ObjectKey{Namespace: w.namespace, Name: production}, &i))
	before := i.DeepCopy()
	none := int32(0)
	used := int32(requestsOf(w))
	i.Spec.Luminance.RequestBudget.Requests, i.Spec.Luminance.RequestBudget.Reserve = used+requests, &none
	w.must(w.env.Client.Patch(w.t.Context(), &i, client.MergeFrom(before)))
	w.Eventually(func() int32 {
		w.must(w.env.Client.Get(w.t.Context(), client.ObjectKeyFromObject(&i), &i))
		return i.Status.RequestBudget.Limit
	}).Should(Equal(used + requests))
}

// requestsOf counts what Luminance was sent.
func requestsOf(w *world) int { return len(w.services.Luminance.Control().Requests()) }
