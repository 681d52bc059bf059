package daytest

import (
	"encoding/hex"
	"fmt"
	"os"
	"runtime"
	"time"

	"github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/api/meta"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/simulator/dataroom"
)

// comesToRest mends both services, and waits until Luminance has all that lies in the exchanges, and every status says so
// of a run that began since.
func (d *day) comesToRest() {
	d.t.Helper()
	d.source.Control().ClearFaults()
	d.target.Control().ClearFaults()
	mended := d.clock.Now()
	d.Eventually(d.missing).Should(gomega.Succeed(), d.problems)
	d.Eventually(func() error { return d.unsettled(mended) }).Should(gomega.Succeed())
}

// problems are those of all FolderSyncs, for the message of a test that fails.
func (d *day) problems() string {
	var syncs v1alpha1.FolderSyncList
	if err := d.env.Client.List(d.t.Context(), &syncs, client.InNamespace(d.namespace)); err != nil {
		return err.Error()
	}
	text := "at " + d.clock.Now().UTC().Format(time.RFC3339) + "\n"
	for i := range syncs.Items {
		for _, p := range syncs.Items[i].Status.Problems {
			text += fmt.Sprintf("%s: %+v\n", syncs.Items[i].Name, p)
		}
		if ready := meta.FindStatusCondition(syncs.Items[i].Status.Conditions, v1alpha1.ReadyCondition); ready != nil && ready.Reason != v1alpha1.SyncedReason {
			text += fmt.Sprintf("%s: %+v, next %v\n", syncs.Items[i].Name, ready, syncs.Items[i].Status.NextSyncTime)
		}
	}
	return text
}

// missing tells of a document that has not arrived.
func (d *day) missing() error {
	arrived := map[string]string{}
	for _, document := range d.target.Documents(false) {
		arrived[document.Path] = document.SHA1
	}
	for x, room := range d.rooms {
		for _, document := range room.Documents() {
			folder, _ := room.Folder(document.Parent)
			path := fmt.Sprintf("/Deals/X%02d/%s/%s%s", x, folder.Name, document.Name, document.Extension)
			sum, err := dataroom.SHA1(document.Content())
			if err != nil {
				return err
			}
			if want := hex.EncodeToString(sum[:]); arrived[path] != want {
				return fmt.Errorf("at %s: %q instead of %s", path, arrived[path], want)
			}
		}
	}
	return nil
}

// unsettled tells of a FolderSync whose status doesn't say that all was well at some time since.
func (d *day) unsettled(since time.Time) error {
	var syncs v1alpha1.FolderSyncList
	if err := d.env.Client.List(d.t.Context(), &syncs, client.InNamespace(d.namespace)); err != nil {
		return err
	}
	for i := range syncs.Items {
		status := &syncs.Items[i].Status
		ready := meta.FindStatusCondition(status.Conditions, v1alpha1.ReadyCondition)
		well := ready != nil && ready.Reason == v1alpha1.SyncedReason && meta.IsStatusConditionTrue(status.Conditions, v1alpha1.InSyncCondition)
		if !well || status.Progress != nil || status.LastSuccessTime.Time.Before(since) {
			return fmt.Errorf("%s: %+v", syncs.Items[i].Name, status)
		}
	}
	return nil
}

// holds looks whether every content stands once at most and came from an exchange, and whether Luminance ever had to refuse.
func (d *day) holds() {
	d.t.Helper()
	d.Expect(d.missing()).To(gomega.Succeed())
	where := map[string]string{}
	for _, document := range d.target.Documents(true) {
		d.Expect(d.made).To(gomega.HaveKey(document.SHA1), "%s has another content than any in the exchanges", document.Path)
		d.Expect(where).NotTo(gomega.HaveKey(document.SHA1), "%s was carried twice", document.Path)
		where[document.SHA1] = document.Path
	}
	usage := d.target.Usage()
	d.Expect(usage.Refused).To(gomega.BeZero(), "the allowance was crossed")
	d.Expect(usage.Largest).To(gomega.BeNumerically("<=", usage.Limit))
}

// size is what a process has.
type size struct {
	goroutines, files int
	heap              uint64 // bytes
	documents         int    // that the simulators hold, too
}

// measure looks at an operator that has little to do: a sync or two may be at work, so it looks more than once, and takes the
// least.
func (d *day) measure() size {
	d.t.Helper()
	d.source.Control().ResetRequests()
	d.target.Control().ResetRequests()
	least := d.look()
	looks := time.NewTicker(50 * time.Millisecond)
	defer looks.Stop()
	for range 40 {
		<-looks.C
		now := d.look()
		least.goroutines, least.files, least.heap = min(least.goroutines, now.goroutines), min(least.files, now.files), min(least.heap, now.heap)
	}
	return least
}

func (d *day) look() size {
	d.t.Helper()
	for _, server := range d.servers {
		server.CloseClientConnections()
	}
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	files, err := os.ReadDir("/proc/self/fd")
	d.must(err)
	return size{runtime.NumGoroutine(), len(files), m.HeapAlloc, len(d.target.Documents(true))}
}

// grewLittle holds two sizes against each other. Both simulators, which live in this process, keep what they know of a
// document.
func (d *day) grewLittle(before, after size) {
	d.t.Helper()
	const ofDocument, ofNoise = 4 << 10, 8 << 20
	d.t.Logf("before: %+v, after: %+v", before, after)
	d.Expect(after.goroutines).To(gomega.BeNumerically("<=", before.goroutines+10))
	d.Expect(after.files).To(gomega.BeNumerically("<=", before.files+5))
	d.Expect(after.heap).To(gomega.BeNumerically("<=", before.heap+uint64(after.documents-before.documents)*ofDocument+ofNoise))
}

// leavesNothing looks whether all goroutines of the operator have ended with it.
func (d *day) leavesNothing() {
	d.t.Helper()
	d.Eventually(func() int {
		for _, server := range d.servers {
			server.CloseClientConnections()
		}
		return runtime.NumGoroutine()
	}).WithTimeout(time.Minute).Should(gomega.BeNumerically("<=", d.idle+10))
}

func (d *day) tell() {
	d.t.Helper()
	usage := d.target.Usage()
	d.t.Logf("%s on the clock: %d syncs, %d changes by people, %d faults, %d restarts; %d contents carried with %d requests, at most %d in any %s of %d",
		d.clock.Since(d.clock.began).Round(time.Minute), d.plan.exchanges*d.plan.syncs, d.changes, d.faults, d.restarts, len(d.target.Documents(true)),
		usage.Total, usage.Largest, usage.Per, usage.Limit)
}
