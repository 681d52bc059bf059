package controllers_test

import (
	"testing"

	. "github.com/onsi/gomega"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
)

func TestDeletingAFolderSyncStopsItsRunAndDeletesNothingElse(t *testing.T) {
	w := busy(t)
	w.deleteSync(contracts)
	w.stops()
	w.stands(map[string]string{"/Deal/Heronlease.txt": "the lease"})
	w.Expect(requests(w.target, "DELETE", anyPath)).To(BeZero())
	w.Expect(w.room.Documents()).To(HaveLen(2))
	w.connects("True", v1alpha1.ConnectedReason)
}

func TestAFolderSyncThatIsCreatedAgainGoesOnWhereItWas(t *testing.T) {
	w, _ := synced(t)
	w.deleteSync(contracts)
	w.add("/Contracts/Heronloan.txt", "the loan agreement")
	w.createSync(contracts)
	s := w.settles(contracts, "True", v1alpha1.SyncedReason)
	w.Expect(s.Status.LastSync.Uploaded).To(Equal(int64(1)), "what has arrived is not sent again")
	w.stands(map[string]string{"/Deal/Heronlease.txt": "the lease", "/Deal/Heronloan.txt": "the loan agreement"})
}

func TestAFolderSyncThatIsCreatedAgainAtOnceWaitsForTheRunOfTheFirst(t *testing.T) {
	w := busy(t)
	w.deleteSync(contracts)
	w.source.Control().ClearFaults()
	w.createSync(contracts)
	w.settles(contracts, "True", v1alpha1.SyncedReason)
	w.Expect(w.standing()).To(HaveLen(2))
	w.Expect(requests(w.target, "POST", anyUpload)).To(Equal(2))
}
