package controllers_test

import (
	"testing"

	. "github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/api/resource"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	intralinkssim "dataroom.dev/intralinks-operator/internal/simulator/intralinks"
)

// synced is a world whose FolderSync has carried one document.
func synced(t *testing.T, change ...func(*setup)) (*world, *v1alpha1.FolderSync) {
	t.Helper()
	w := newWorld(t, change...)
	w.add("/Contracts/Heronlease.txt", "the lease")
	w.createAll()
	s := w.settles(contracts, "True", v1alpha1.SyncedReason)
	w.forgetRequests()
	return w, s
}

func TestAChangeOfTheSpecStartsARun(t *testing.T) {
	w := newWorld(t)
	w.add("/Contracts/Heronlease.txt", "the lease")
	w.add("/Contracts/Heronatlas.txt", "an atlas is far larger than a lease")
	small := resource.MustParse("20")
	w.createAll(func(s *v1alpha1.FolderSync) { s.Spec.Source.MaxFileSize = &small })
	s := w.settles(contracts, "True", v1alpha1.SyncedReason)
	w.stands(map[string]string{"/Deal/Heronlease.txt": "the lease"})
	w.Expect(s.Status.Documents).To(HaveValue(Equal(v1alpha1.DocumentCounts{Listed: 2, Synced: 1, Skipped: 1})))

	w.changeSync(contracts, func(s *v1alpha1.FolderSync) { s.Spec.Source.MaxFileSize = nil })
	s = w.settlesAfter(contracts, s.Status.LastSync.RunID, "True", v1alpha1.SyncedReason)
	w.stands(map[string]string{"/Deal/Heronlease.txt": "the lease", "/Deal/Heronatlas.txt": "an atlas is far larger than a lease"})
	w.Expect(s.Status.SyncedGeneration).To(Equal(s.Generation))
}

func TestTheAnnotationStartsARunOnce(t *testing.T) {
	w, s := synced(t)
	w.add("/Contracts/Heronloan.txt", "the loan agreement")
	w.changeSync(contracts, func(s *v1alpha1.FolderSync) { request(s, "at noon") })
	s = w.settlesAfter(contracts, s.Status.LastSync.RunID, "True", v1alpha1.SyncedReason)
	w.Expect(s.Status.LastHandledReconcileAt).To(Equal("at noon"))
	w.Expect(s.Status.LastSync.Uploaded).To(Equal(int64(1)))
	w.forgetRequests()

	w.changeSync(contracts, func(s *v1alpha1.FolderSync) { s.Labels = map[string]string{"team": "deals"} })
	w.looksAround()
	w.Expect(requests(w.source, "", anyPath)).To(BeZero(), "the same value is no other request")
}

func TestTheIntervalStartsARun(t *testing.T) {
	w, s := synced(t)
	lease := w.room.Documents()[0]
	w.change(lease, "the lease, amended")
	w.intervalPasses(contracts)
	s = w.settlesAfter(contracts, s.Status.LastSync.RunID, "True", v1alpha1.SyncedReason)
	w.Expect(s.Status.LastSync).To(HaveValue(And(HaveField("Uploaded", int64(0)), HaveField("NewVersions", int64(1)))))
	w.stands(map[string]string{"/Deal/Heronlease.txt": "the lease, amended"})
}

func TestAnotherSecretStartsARunWithIt(t *testing.T) {
	w, s := synced(t)
	w.add("/Contracts/Heronloan.txt", "the loan agreement")
	rotated := w.rotateIntralinks("key-0f343b0931126a20", "hush-rotated-c4ca4238")
	w.updateSecret("intralinks-api", "apiKey", "key-0f343b0931126a20", "apiSecret", "hush-rotated-c4ca4238")

	s = w.settlesAfter(contracts, s.Status.LastSync.RunID, "True", v1alpha1.SyncedReason)
	w.stands(map[string]string{"/Deal/Heronlease.txt": "the lease", "/Deal/Heronloan.txt": "the loan agreement"})
	w.connects("True", v1alpha1.ConnectedReason)
	w.Expect(s.Status.CredentialsRevision).NotTo(BeEmpty())
	for _, e := range rotated.Control().Requests() {
		w.Expect(e.Path != signIn || e.Status == 200).To(BeTrue(), "the old key is not tried on the way")
	}
}

func TestARunThatTheProcessLeftUndoneGoesOn(t *testing.T) {
	w := newWorld(t)
	w.add("/Contracts/Heronlease.txt", "the lease")
	w.add("/Contracts/Heronloan.txt", long())
	w.slowDownloadOf("Heronloan")
	w.createAll()
	w.eventually(func(g Gomega) {
		g.Expect(w.sync(contracts).Status.Progress).To(HaveValue(HaveField("Done", int64(1))))
	})
	w.stopOperator()
	w.source.Control().ClearFaults()

	w.startOperator()
	s := w.settles(contracts, "True", v1alpha1.SyncedReason)
	w.Expect(s.Status.LastSync.Uploaded).To(Equal(int64(1)))
	w.Expect(w.standing()).To(HaveLen(2))
	w.Expect(requests(w.target, "POST", anyUpload)).To(Equal(2), "nothing is sent twice")
}

func TestARestartFindsWhatHasBecomeDue(t *testing.T) {
	w, s := synced(t)
	w.add("/Contracts/Heronloan.txt", "the loan agreement")
	w.stopOperator()
	w.intervalPasses(contracts)
	w.startOperator()
	w.settlesAfter(contracts, s.Status.LastSync.RunID, "True", v1alpha1.SyncedReason)
	w.Expect(w.standing()).To(HaveLen(2))
}

// rotateIntralinks puts a service in place of the first that has the same exchanges and takes another key only.
func (w *world) rotateIntralinks(key, secret string) *intralinkssim.Server {
	rotated := intralinkssim.New(intralinkssim.Options{
		Exchanges: w.source.Exchanges(), Apps: []intralinkssim.App{{Key: key, Secret: secret}},
	})
	w.sourceHandler.Store(handler{rotated})
	return rotated
}
