package controllers_test

import (
	"fmt"
	"testing"

	. "github.com/onsi/gomega"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
)

func TestMoreSyncsThanWorkersAllBecomeReady(t *testing.T) {
	const many = 40
	w := newWorld(t)
	w.add("/Contracts/Heronlease.txt", "the lease")
	w.createSecrets()
	w.createIntegration()
	for n := range many {
		w.createSync(fmt.Sprintf("sync-%d", n), to(fmt.Sprintf("/Deal %d", n)))
	}
	for n := range many {
		s := w.settles(fmt.Sprintf("sync-%d", n), "True", v1alpha1.SyncedReason)
		w.Expect(s.Status.Documents).To(HaveValue(Equal(v1alpha1.DocumentCounts{Listed: 1, Synced: 1})))
	}
	w.Expect(w.standing()).To(HaveLen(many))
	w.Expect(requests(w.source, "POST", signIn)).To(Equal(1), "all share a token")
	w.Expect(requests(w.source, "POST", "/v2/workspaces/*/splash")).To(Equal(1), "and an entry")
}
