package controllers_test

import (
	"crypto/sha256"
	"encoding/hex"
	"testing"
	"time"

	. "github.com/onsi/gomega"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	intralinkssim "dataroom.dev/intralinks-operator/internal/simulator/intralinks"
)

func textHash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// showsSplash changes the text of the splash and ends all sessions, so that it has to be accepted again.
func (w *world) showsSplash(text string) {
	w.t.Helper()
	w.source.EditExchange(heron, func(e *intralinkssim.Exchange) { e.Splash, e.SplashText = true, text })
	w.source.RevokeTokens()
}

func accepts(accept bool) func(*v1alpha1.FolderSync) {
	return func(s *v1alpha1.FolderSync) { s.Spec.Source.Splash.Accept = accept }
}

func TestWhichSplashWasAcceptedIsKept(t *testing.T) {
	w := newWorld(t, func(s *setup) { s.exchanges[0].Splash, s.exchanges[0].SplashText = true, "<p>Be quiet.</p>" })
	w.add("/Contracts/Heronlease.txt", "the lease")
	began := time.Now().Truncate(time.Second)
	w.createAll(accepts(true))
	first := w.settles(contracts, "True", v1alpha1.SyncedReason)
	w.Expect(first.Status.Splash).NotTo(BeNil())
	w.Expect(first.Status.Splash.TextHash).To(Equal(textHash("<p>Be quiet.</p>")))
	w.Expect(first.Status.Splash.AcceptedAt.Time).To(And(BeTemporally(">=", began), BeTemporally("<=", time.Now())))

	// The same text again, in another session: it stays what it was, and when.
	long := metav1.NewTime(began.Add(-24 * time.Hour))
	before := first.DeepCopy()
	first.Status.Splash.AcceptedAt = long
	w.must(w.client.Status().Patch(t.Context(), first, client.MergeFrom(before)))
	w.source.RevokeTokens()
	w.intervalPasses(contracts)
	again := w.settlesAfter(contracts, first.Status.LastSync.RunID, "True", v1alpha1.SyncedReason)
	w.Expect(again.Status.Splash.AcceptedAt.Time).To(BeTemporally("==", long.Time))
	w.Expect(requests(w.source, "POST", "/v2/workspaces/*/splash")).To(Equal(2))
}

func TestAnotherSplashStopsTheSyncUntilSomebodyConsents(t *testing.T) {
	w := newWorld(t, func(s *setup) { s.exchanges[0].Splash, s.exchanges[0].SplashText = true, "<p>Be quiet.</p>" })
	w.add("/Contracts/Heronlease.txt", "the lease")
	w.createAll(accepts(true))
	first := w.settles(contracts, "True", v1alpha1.SyncedReason)

	const second = "<p>Be quiet, and pay.</p>"
	w.showsSplash(second)
	w.add("/Contracts/Heronloan.txt", "the loan")
	w.forgetRequests()
	w.intervalPasses(contracts)
	stopped := w.says(contracts, v1alpha1.SplashNotAcceptedReason, true,
		textHash("<p>Be quiet.</p>"), "acceptedTextHash to "+textHash(second))
	w.Expect(stopped.Status.Splash).To(Equal(first.Status.Splash), "what was accepted stays on record")
	w.Expect(requests(w.source, "POST", "/v2/workspaces/*/splash")).To(BeZero(), "nothing is accepted unasked")

	w.changeSync(contracts, func(s *v1alpha1.FolderSync) { s.Spec.Source.Splash.AcceptedTextHash = textHash(second) })
	mended := w.settles(contracts, "True", v1alpha1.SyncedReason)
	w.Expect(mended.Status.Splash.TextHash).To(Equal(textHash(second)))
	w.stands(map[string]string{"/Deal/Heronlease.txt": "the lease", "/Deal/Heronloan.txt": "the loan"})
}

// Who consents anew consents to what is shown then.
func TestAConsentThatIsRenewedIsToTheNewSplash(t *testing.T) {
	w := newWorld(t, func(s *setup) { s.exchanges[0].Splash, s.exchanges[0].SplashText = true, "<p>Be quiet.</p>" })
	w.add("/Contracts/Heronlease.txt", "the lease")
	w.createAll(accepts(true))
	w.settles(contracts, "True", v1alpha1.SyncedReason)
	w.showsSplash("<p>Be quiet, and pay.</p>")

	w.changeSync(contracts, accepts(false))
	withdrawn := w.says(contracts, v1alpha1.SplashNotAcceptedReason, true, "spec.source.splash.accept to true", textHash("<p>Be quiet, and pay.</p>"))
	w.Expect(withdrawn.Status.Splash).To(BeNil())
	w.changeSync(contracts, accepts(true))
	renewed := w.settles(contracts, "True", v1alpha1.SyncedReason)
	w.Expect(renewed.Status.Splash.TextHash).To(Equal(textHash("<p>Be quiet, and pay.</p>")))
}

func TestASplashThatTheSpecDoesNotMeanIsNotAccepted(t *testing.T) {
	w := newWorld(t, func(s *setup) { s.exchanges[0].Splash = true })
	w.add("/Contracts/Heronlease.txt", "the lease")
	w.createAll(accepts(true), func(s *v1alpha1.FolderSync) { s.Spec.Source.Splash.AcceptedTextHash = textHash("another") })
	stopped := w.says(contracts, v1alpha1.SplashNotAcceptedReason, true, textHash("another"))
	w.Expect(stopped.Status.Splash).To(BeNil())
	w.Expect(requests(w.source, "POST", "/v2/workspaces/*/splash")).To(BeZero())
}
