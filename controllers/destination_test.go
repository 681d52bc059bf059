package controllers_test

import (
	"testing"

	. "github.com/onsi/gomega"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
)

// TestTwoSyncsMayNotFeedOneDestination creates the second when the first has carried something.
func TestTwoSyncsMayNotFeedOneDestination(t *testing.T) {
	for name, folder := range map[string]string{"the same folder": "/Deal", "one below": "/Deal/2024/Leases", "one above": "/"} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.add("/Contracts/Heronlease.txt", "the lease")
			w.add("/Minutes/Heronboard.txt", "the minutes")
			w.createAll()
			w.settles(contracts, "True", v1alpha1.SyncedReason)
			w.forgetRequests()
			w.createSync("minutes", from("/Minutes"), to(folder))
			s := w.says("minutes", v1alpha1.DestinationInUseReason, true, `FolderSync "contracts" (folder /Deal)`, "a folder of its own")
			w.Expect(w.writes()).To(BeZero())
			w.Expect(s.Status.Documents).To(BeNil())

			w.restart()
			w.changeSync("minutes", func(s *v1alpha1.FolderSync) { request(s, "now") })
			w.settlesAfter("minutes", s.Status.LastSync.RunID, "False", v1alpha1.DestinationInUseReason)

			w.deleteSync(contracts)
			w.settles("minutes", "True", v1alpha1.SyncedReason)
			w.Expect(w.standing()).To(HaveLen(2))
		})
	}
}

// TestOfSyncsThatAreCreatedAtOnceOneGetsTheDestination, and once that one is gone one of the others.
func TestOfSyncsThatAreCreatedAtOnceOneGetsTheDestination(t *testing.T) {
	w := newWorld(t)
	w.add("/Contracts/Heronlease.txt", "the lease")
	w.add("/Minutes/Heronboard.txt", "the minutes")
	w.createSecrets()
	for name, folders := range map[string][2]string{
		"first": {"/Contracts", "/Deal"}, "second": {"/Minutes", "/Deal"}, "third": {"/", "/Deal/Sub"}, "fourth": {"/Minutes", "/Deal/Sub"},
	} {
		w.createSync(name, from(folders[0]), to(folders[1]))
	}
	w.createIntegration()
	winner := w.oneWins("first", "second", "third", "fourth")
	w.restart()
	w.looksAround()
	w.Expect(w.oneWins("first", "second", "third", "fourth")).To(Equal(winner), "a restart decides the same")

	for left := []string{"first", "second", "third", "fourth"}; len(left) > 1; winner = w.oneWins(left...) {
		w.deleteSync(winner)
		left = without(left, winner)
	}
}

// oneWins waits until one of some syncs is synced and every other one is refused, and returns its name.
func (w *world) oneWins(names ...string) (winner string) {
	w.t.Helper()
	w.eventually(func(g Gomega) {
		reasons := map[string][]string{}
		for _, name := range names {
			s := w.sync(name)
			ready := readyOf(s.Status.Conditions)
			g.Expect(ready).NotTo(BeNil())
			reasons[ready.Reason] = append(reasons[ready.Reason], name)
		}
		g.Expect(reasons[v1alpha1.SyncedReason]).To(HaveLen(1), "%v", reasons)
		g.Expect(reasons[v1alpha1.DestinationInUseReason]).To(HaveLen(len(names)-1), "%v", reasons)
		winner = reasons[v1alpha1.SyncedReason][0]
	})
	return winner
}

func without(names []string, name string) (left []string) {
	for _, other := range names {
		if other != name {
			left = append(left, other)
		}
	}
	return left
}

func TestFoldersOfDifferentDivisionsDoNotMeet(t *testing.T) {
	w := newWorld(t)
	w.add("/Contracts/Heronlease.txt", "the lease")
	w.createAll()
	w.createSync("litigation", toDivision("Litigation"))
	w.createSync("beside", to("/Deal 2"))
	for _, name := range []string{contracts, "litigation", "beside"} {
		w.settles(name, "True", v1alpha1.SyncedReason)
	}
	w.Expect(w.target.Documents(false)).To(HaveLen(3))
}
