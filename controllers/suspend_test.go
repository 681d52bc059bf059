package controllers_test

import (
	"testing"

	. "github.com/onsi/gomega"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
)

// busy is a world whose FolderSync has carried one document and is at another that takes hours.
func busy(t *testing.T) *world {
	t.Helper()
	w := newWorld(t)
	w.add("/Contracts/Heronlease.txt", "the lease")
	w.add("/Contracts/Heronloan.txt", long())
	w.slowDownloadOf("Heronloan")
	w.createAll()
	w.eventually(func(g Gomega) {
		g.Expect(w.sync(contracts).Status.Progress).To(HaveValue(HaveField("Done", int64(1))))
	})
	w.Expect(w.source.Stats().InFlight).To(Equal(1))
	return w
}

// stops waits until nothing is under way in Intralinks any more.
func (w *world) stops() {
	w.t.Helper()
	w.Eventually(func() int { return w.source.Stats().InFlight }).Should(BeZero())
}

func TestSuspendStopsARunAndItGoesOnWhenThatIsOver(t *testing.T) {
	w := busy(t)
	w.changeSync(contracts, func(s *v1alpha1.FolderSync) { s.Spec.Suspend = true })
	w.stops()
	s := w.settles(contracts, "Unknown", v1alpha1.SuspendedReason)
	w.Expect(s.Status.Progress).To(BeNil())
	w.Expect(s.Status.NextSyncTime).To(BeNil())
	w.Expect(readyOf(s.Status.Conditions).Message).To(ContainSubstring("spec.suspend"))
	w.forgetRequests()

	w.changeSync(contracts, func(s *v1alpha1.FolderSync) { request(s, "while suspended") })
	w.looksAround()
	w.Expect(requests(w.source, "", anyPath)+requests(w.target, "", anyPath)).To(BeZero(), "nothing runs, whoever asks")

	w.source.Control().ClearFaults()
	w.changeSync(contracts, func(s *v1alpha1.FolderSync) { s.Spec.Suspend = false })
	s = w.settles(contracts, "True", v1alpha1.SyncedReason)
	w.Expect(w.standing()).To(HaveLen(2))
	w.Expect(requests(w.target, "POST", anyUpload)).To(Equal(1), "what has arrived is not sent again")
	w.Expect(s.Status.LastHandledReconcileAt).To(Equal("while suspended"))
}

func TestSuspendLeavesASyncThatWorksReady(t *testing.T) {
	w, _ := synced(t)
	w.changeSync(contracts, func(s *v1alpha1.FolderSync) { s.Spec.Suspend = true })
	s := w.settles(contracts, "True", v1alpha1.SuspendedReason)
	w.add("/Contracts/Heronloan.txt", "the loan agreement")
	w.intervalPasses(contracts)
	w.looksAround()
	w.Expect(requests(w.source, "", anyPath)).To(BeZero())

	w.changeSync(contracts, func(s *v1alpha1.FolderSync) { s.Spec.Suspend = false })
	w.settlesAfter(contracts, s.Status.LastSync.RunID, "True", v1alpha1.SyncedReason)
	w.Expect(w.standing()).To(HaveLen(2))
}

func TestAChangeOfTheSpecStopsTheRunUnderWay(t *testing.T) {
	w := busy(t)
	w.changeSync(contracts, func(s *v1alpha1.FolderSync) { s.Spec.Source.Exclude = []string{"*loan*"} })
	w.stops()
	s := w.settles(contracts, "True", v1alpha1.SyncedReason)
	w.Expect(s.Status.Documents).To(HaveValue(Equal(v1alpha1.DocumentCounts{Listed: 2, Synced: 1, Skipped: 1})))
	w.Expect(w.standing()).To(HaveLen(1))
}
