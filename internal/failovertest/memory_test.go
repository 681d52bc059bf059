package failovertest

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
	"time"

	. "github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/api/meta"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
)

// BenchmarkMemoryOfSyncs tells what a process takes with 10 FolderSyncs, and what each further one takes of 1,190 that have
// synced, as the kernel counts: at its highest, and at rest.
func BenchmarkMemoryOfSyncs(b *testing.B) {
	const few, many = 10, 1200
	for range b.N {
		w := newWorld(b, 3)
		w.must(w.target.Control().Set("budgetRequests", "0"))
		r := w.run("operator", w.env.Kubeconfig, "--leader-election-id="+lease, "--ledger=sqlite://"+filepath.Join(b.TempDir(), "ledger.db"))
		w.createSecrets()
		w.connect(heron, "/D", nil)
		w.unlimited()
		w.addSyncs(1, few)
		peak, rest := r.memory("VmHWM"), r.memory("VmRSS")
		b.ReportMetric(float64(peak)/1024, "MiB")
		w.addSyncs(few, many)
		b.ReportMetric(float64(r.memory("VmHWM")-peak)/(many-few), "kiB/sync")
		b.ReportMetric(float64(r.memory("VmRSS")-rest)/(many-few), "kiB-at-rest/sync")
	}
}

// unlimited lets the integration send as much as it likes.
func (w *world) unlimited() {
	w.t.Helper()
	var integration v1alpha1.IntralinksIntegration
	w.read(heron, &integration)
	before := integration.DeepCopy()
	integration.Spec.Luminance.RequestBudget.Requests = 1_000_000
	w.must(w.env.Client.Patch(w.t.Context(), &integration, client.MergeFrom(before)))
}

// addSyncs creates FolderSyncs like the first, until there are so many, and waits until all have synced.
func (w *world) addSyncs(from, to int) {
	w.t.Helper()
	first := w.sync()
	for n := from; n < to; n++ {
		sync := &v1alpha1.FolderSync{Spec: *first.Spec.DeepCopy()}
		sync.Namespace, sync.Name = w.namespace, fmt.Sprintf("%s-%d", heron, n)
		sync.Spec.Destination.Folder = fmt.Sprintf("/D-%d", n)
		w.must(w.env.Client.Create(w.t.Context(), sync))
	}
	w.Eventually(func(g Gomega) {
		var all v1alpha1.FolderSyncList
		g.Expect(w.env.Client.List(w.t.Context(), &all, client.InNamespace(w.namespace))).To(Succeed())
		g.Expect(all.Items).To(HaveLen(to))
		for i := range all.Items {
			ready := meta.FindStatusCondition(all.Items[i].Status.Conditions, v1alpha1.ReadyCondition)
			g.Expect(ready).To(HaveValue(HaveField("Reason", v1alpha1.SyncedReason)))
		}
	}).WithTimeout(3 * patience).WithPolling(time.Second).Should(Succeed())
}

// memory is a line of what the kernel says of the process, in kiB.
func (r *replica) memory(line string) int {
	r.w.t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", r.command.Process.Pid))
	r.w.must(err)
	found := regexp.MustCompile(line + `:\s+(\d+) kB`).FindSubmatch(text)
	if found == nil {
		r.w.t.Fatalf("no %s in %s", line, text)
	}
	n, err := strconv.Atoi(string(found[1]))
	r.w.must(err)
	return n
}
