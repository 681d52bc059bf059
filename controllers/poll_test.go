package controllers_test

import (
	"testing"

	. "github.com/onsi/gomega"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
)

// TestAPollThatFindsNothingNewCostsNothingAndShowsNothing; that Ready stays as it is, its time and message included,
// the witness looks after as well, in every test.
func TestAPollThatFindsNothingNewCostsNothingAndShowsNothing(t *testing.T) {
	w, before := synced(t)
	w.witness.catchUp()
	seen := len(w.witness.of("FolderSync", contracts))

	w.intervalPasses(contracts)
	after := w.settlesAfter(contracts, before.Status.LastSync.RunID, "True", v1alpha1.SyncedReason)
	w.Expect(w.target.Control().Requests()).To(BeEmpty())
	w.Expect(requests(w.source, "", anyListing)).To(Equal(2))
	w.Expect(w.source.Control().Requests()).To(HaveLen(2), "a token and an entry are kept")
	w.Expect(after.Status.LastSync).To(HaveValue(And(HaveField("Message", "nothing new"), HaveField("Requests", int64(0)))))
	w.Expect(after.Status.Conditions).To(Equal(before.Status.Conditions))

	w.looksAround()
	versions := w.witness.syncs(contracts)[seen:]
	w.Expect(versions).To(HaveLen(2), "the test's own write, which makes the poll due, and one with the outcome")
	for _, s := range versions {
		w.Expect(s.Status.Conditions).To(Equal(before.Status.Conditions))
		w.Expect(s.Status.Progress).To(BeNil())
	}
}

// TestAPollThatOnlyTriesAgainWhatFailedShowsNothing, or a document that never crosses would show work at each poll.
func TestAPollThatOnlyTriesAgainWhatFailedShowsNothing(t *testing.T) {
	w := newWorld(t)
	w.add("/Contracts/Heronlease.txt", "the lease")
	w.add("/Contracts/Heronbroken.txt", "never whole")
	w.breaksDownloadOf("Heronbroken", "corrupt")
	w.createAll()
	before := w.settles(contracts, "True", v1alpha1.SyncedWithProblemsReason)
	w.witness.catchUp()
	seen := len(w.witness.of("FolderSync", contracts))
	w.forgetRequests()

	w.intervalPasses(contracts)
	w.settlesAfter(contracts, before.Status.LastSync.RunID, "True", v1alpha1.SyncedWithProblemsReason)
	w.Expect(requests(w.source, "", anyFile)).To(BeNumerically(">", 0), "it is tried again")
	for _, s := range w.witness.syncs(contracts)[seen:] {
		w.Expect(s.Status.Conditions).To(Equal(before.Status.Conditions))
		w.Expect(s.Status.Progress).To(BeNil())
	}

	w.source.Control().ClearFaults()
	w.changeSync(contracts, func(s *v1alpha1.FolderSync) { request(s, "now") }) // by itself it is tried in half an hour
	w.settles(contracts, "True", v1alpha1.SyncedReason)
}

func TestAPollWritesNoEvent(t *testing.T) {
	w, s := synced(t)
	w.eventually(func(g Gomega) {
		g.Expect(w.events(contracts)).To(ConsistOf(
			"Synced: carried 1 new documents and 0 new versions (9 B); 1 of 1 documents stand in Luminance (9 B)"))
	})
	w.intervalPasses(contracts)
	w.settlesAfter(contracts, s.Status.LastSync.RunID, "True", v1alpha1.SyncedReason)

	w.changeSync(contracts, func(s *v1alpha1.FolderSync) { s.Spec.Suspend = true })
	w.eventually(func(g Gomega) { g.Expect(w.events(contracts)).To(HaveLen(2), "the next one is of what came after") })
}
