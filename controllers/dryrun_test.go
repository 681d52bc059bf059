package controllers_test

import (
	"slices"
	"testing"

	. "github.com/onsi/gomega"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
)

func dry(s *v1alpha1.FolderSync) { s.Spec.DryRun = true }

func TestADryRunTellsWhatARunWouldDoAndTouchesNothing(t *testing.T) {
	w := newWorld(t)
	w.add("/Contracts/Heronlease.txt", "the lease")
	w.add("/Contracts/2024/Heronloan.txt", "the loan agreement")
	w.createAll(dry)
	s := w.settles(contracts, "True", v1alpha1.DryRunReason)
	w.Expect(w.writes()).To(BeZero())
	w.Expect(w.standing()).To(BeEmpty())
	w.Expect(s.Status.Plan).To(HaveValue(And(
		HaveField("Upload", int64(2)), HaveField("NewVersions", int64(0)), HaveField("CreateFolders", int64(2)), HaveField("Bytes", int64(27)))))
	w.Expect(targets(s.Status.Plan)).To(Equal([]string{
		"CreateFolder /Deal", "CreateFolder /Deal/2024", "Upload /Deal/2024/Heronloan.txt", "Upload /Deal/Heronlease.txt",
	}))
	w.Expect(readyOf(s.Status.Conditions).Message).To(ContainSubstring("set spec.dryRun to false"))
	w.Expect(s.Status.Documents).To(HaveValue(Equal(v1alpha1.DocumentCounts{Listed: 2, Pending: 2})))
	w.Expect(isTrue(s.Status.Conditions, v1alpha1.InSyncCondition)).To(BeFalse())
	w.forgetRequests()

	w.changeSync(contracts, func(s *v1alpha1.FolderSync) { s.Spec.DryRun = false })
	after := w.settles(contracts, "True", v1alpha1.SyncedReason)
	w.stands(map[string]string{"/Deal/Heronlease.txt": "the lease", "/Deal/2024/Heronloan.txt": "the loan agreement"})
	w.Expect(w.writes()).To(Equal(len(s.Status.Plan.Actions)))
	w.Expect(requests(w.target, "", anyPath)).To(BeNumerically("<=", s.Status.Plan.Requests), "about as many requests as it said")
	w.Expect(after.Status.Plan).To(BeNil())
}

func TestADryRunOfADestinationThatStandsPlansNewVersionsOnly(t *testing.T) {
	w, _ := synced(t)
	w.change(w.room.Documents()[0], "the lease, amended")
	w.changeSync(contracts, dry)
	s := w.settles(contracts, "True", v1alpha1.DryRunReason)
	w.Expect(w.writes()).To(BeZero())
	w.Expect(targets(s.Status.Plan)).To(Equal([]string{"NewVersion /Deal/Heronlease.txt"}))
	w.Expect(s.Status.Plan).To(HaveValue(And(HaveField("Upload", int64(0)), HaveField("NewVersions", int64(1)), HaveField("CreateFolders", int64(0)))))
	w.stands(map[string]string{"/Deal/Heronlease.txt": "the lease"})
}

// TestAfterADryRunReadyWaitsForTheRun: who waits for Ready after setting dryRun to false waits for documents.
func TestAfterADryRunReadyWaitsForTheRun(t *testing.T) {
	w := newWorld(t)
	w.add("/Contracts/Heronlease.txt", "the lease")
	w.createAll(dry)
	s := w.settles(contracts, "True", v1alpha1.DryRunReason)
	w.changeSync(contracts, func(s *v1alpha1.FolderSync) { s.Spec.DryRun = false })
	w.settlesAfter(contracts, s.Status.LastSync.RunID, "True", v1alpha1.SyncedReason)
	for _, seen := range w.witness.syncs(contracts) {
		ready := readyOf(seen.Status.Conditions)
		if seen.Spec.DryRun || seen.Status.ObservedGeneration != seen.Generation || ready.Status != "True" {
			continue
		}
		w.Expect(ready.Reason).To(Equal(v1alpha1.SyncedReason))
	}
}

// targets gives a plan's actions in short, folders first, each sort in order.
func targets(plan *v1alpha1.PlanSummary) []string {
	var all []string
	for _, a := range plan.Actions {
		all = append(all, a.Action+" "+a.Target)
	}
	slices.Sort(all)
	return all
}
