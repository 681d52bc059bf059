package controllers_test

import (
	"testing"

	. "github.com/onsi/gomega"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/simulator/control"
)

func TestTheLastSuccessStaysWhileRunsFail(t *testing.T) {
	w, s := synced(t)
	w.Expect(s.Status.LastSuccessTime).To(Equal(s.Status.LastSync.CompletionTime))

	w.breaks(w.source, control.FaultRule{Fault: "html", Path: anyListing})
	w.intervalPasses(contracts)
	failed := w.settlesAfter(contracts, s.Status.LastSync.RunID, "False", v1alpha1.SyncFailedReason)
	w.Expect(failed.Status.FailedRuns).To(BeEquivalentTo(1))
	w.Expect(failed.Status.LastSuccessTime).To(Equal(s.Status.LastSuccessTime))

	w.source.Control().ClearFaults()
	w.intervalPasses(contracts)
	again := w.settlesAfter(contracts, failed.Status.LastSync.RunID, "True", v1alpha1.SyncedReason)
	w.Expect(again.Status.LastSuccessTime).To(Equal(again.Status.LastSync.CompletionTime))
}

func TestProblemsAreCountedByTheirReason(t *testing.T) {
	w := newWorld(t)
	w.add("/Contracts/Heronlease.txt", "the lease")
	w.add("/Contracts/Heronone.txt", "never whole")
	w.add("/Contracts/Herontwo.txt", "neither")
	w.addContent("/Contracts/Heronempty.txt", nil)
	w.breaksDownloadOf("Heronone", "corrupt")
	w.breaksDownloadOf("Herontwo", "corrupt")
	w.createAll()
	s := w.settles(contracts, "True", v1alpha1.SyncedWithProblemsReason)
	w.Expect(s.Status.ProblemReasons).To(Equal([]v1alpha1.ProblemCount{
		{Reason: v1alpha1.HashMismatchProblem, Count: 2}, {Reason: v1alpha1.PlaceholderProblem, Count: 1},
	}))
	w.Expect(s.Status.ProblemCount).To(BeEquivalentTo(3))
	w.eventually(func(g Gomega) {
		g.Expect(w.events(contracts)).To(ContainElement(HavePrefix("NewProblems: 3 documents do not cross; new among them: document ")))
	})
}
