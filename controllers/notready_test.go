package controllers_test

import (
	"context"
	"testing"

	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/simulator/control"
)

// TestSyncsOfAnIntegrationThatIsNotReadyAskNobodyAnything gives them every reason to run that there is.
func TestSyncsOfAnIntegrationThatIsNotReadyAskNobodyAnything(t *testing.T) {
	w, _ := synced(t)
	w.updateSecret("luminance-service-user", "clientID", clientID, "clientSecret", "hush-wrong-1679091c")
	w.connects("False", v1alpha1.InvalidCredentialsReason)
	s := w.settles(contracts, "False", v1alpha1.IntegrationNotReadyReason)
	w.Expect(readyOf(s.Status.Conditions).Message).To(And(
		ContainSubstring(production), ContainSubstring("InvalidCredentials"), ContainSubstring("goes on by itself")))
	w.forgetRequests()

	w.intervalPasses(contracts)
	w.changeSync(contracts, func(s *v1alpha1.FolderSync) { request(s, "now") })
	w.changeSync(contracts, func(s *v1alpha1.FolderSync) { s.Spec.Source.Exclude = []string{"*.tmp"} })
	w.createSync("minutes", from("/"), to("/Minutes"))
	w.settles("minutes", "False", v1alpha1.IntegrationNotReadyReason)
	w.settles(contracts, "False", v1alpha1.IntegrationNotReadyReason)
	w.looksAround()
	w.Expect(w.source.Control().Requests()).To(BeEmpty())
	w.Expect(w.target.Control().Requests()).To(BeEmpty(), "and refused credentials are not tried again")

	w.updateSecret("luminance-service-user", "clientID", clientID, "clientSecret", clientSecret)
	w.settles(contracts, "True", v1alpha1.SyncedReason)
	w.settles("minutes", "True", v1alpha1.SyncedReason)
}

func TestASyncWaitsForAnIntegrationThatIsNotThereYet(t *testing.T) {
	w := newWorld(t)
	w.add("/Contracts/Heronlease.txt", "the lease")
	w.createSync(contracts)
	s := w.settles(contracts, "False", v1alpha1.IntegrationNotFoundReason)
	w.Expect(readyOf(s.Status.Conditions).Message).To(And(ContainSubstring(production), ContainSubstring("create it")))

	w.createSecrets()
	w.createIntegration()
	w.settles(contracts, "True", v1alpha1.SyncedReason)
}

// TestASyncIsItselfAgainOnceItsIntegrationIs: the words about the integration go, and no run is made that isn't due.
func TestASyncIsItselfAgainOnceItsIntegrationIs(t *testing.T) {
	w, before := synced(t)
	w.must(w.client.Delete(context.Background(), w.integration()))
	w.settles(contracts, "False", v1alpha1.IntegrationNotFoundReason)
	w.createIntegration()
	w.connects("True", v1alpha1.ConnectedReason)
	after := w.settles(contracts, "True", v1alpha1.SyncedReason)
	w.Expect(readyOf(after.Status.Conditions).Message).To(Equal(readyOf(before.Status.Conditions).Message))
}

// TestWhatFailedWithTheIntegrationIsTriedOnceThatIsMended: the last run failed, so Ready does not speak of the one
// before, and nobody waits for the next interval.
func TestWhatFailedWithTheIntegrationIsTriedOnceThatIsMended(t *testing.T) {
	w, s := synced(t)
	w.add("/Contracts/Heronloan.txt", "the loan agreement")
	w.breaks(w.source, control.FaultRule{Fault: "server999", Path: anyPath})
	w.intervalPasses(contracts)
	s = w.settlesAfter(contracts, s.Status.LastSync.RunID, "False", v1alpha1.SyncFailedReason)
	w.Expect(s.Status.FailedRuns).To(Equal(int32(1)))
	w.checkIsDue()
	w.connects("False", v1alpha1.IntralinksUnreachableReason)
	w.settles(contracts, "False", v1alpha1.IntegrationNotReadyReason)

	w.source.Control().ClearFaults()
	w.checkIsDue()
	w.settlesAfter(contracts, s.Status.LastSync.RunID, "True", v1alpha1.SyncedReason)
	w.Expect(w.standing()).To(HaveLen(2))
	for _, seen := range w.witness.syncs(contracts) {
		if ready := readyOf(seen.Status.Conditions); seen.Status.FailedRuns > 0 {
			w.Expect(ready.Status).NotTo(Equal(metav1.ConditionTrue), "after a failure: %s", ready.Message)
		}
	}
}

// TestARefusalInARunIsNotTakenForTheIntegrations has Intralinks refuse the run's token for good, and not the check's.
func TestARefusalInARunIsNotTakenForTheIntegrations(t *testing.T) {
	w, s := synced(t)
	w.breaks(w.source, control.FaultRule{Fault: "unauthorized", Path: anyListing})
	w.intervalPasses(contracts)
	s = w.settlesAfter(contracts, s.Status.LastSync.RunID, "False", v1alpha1.SyncFailedReason)
	w.looksAround()
	w.connects("True", v1alpha1.ConnectedReason)
	later := w.sync(contracts)
	w.Expect(readyOf(later.Status.Conditions)).To(Equal(readyOf(s.Status.Conditions)), "the failure stands until another run")
	w.Expect(later.Status.LastSync.RunID).To(Equal(s.Status.LastSync.RunID))
}

func TestARunUnderWayStopsWithItsIntegrationAndGoesOnWithIt(t *testing.T) {
	w := busy(t)
	var secret corev1.Secret
	w.must(w.client.Get(context.Background(), w.key("luminance-service-user"), &secret))
	w.must(w.client.Delete(context.Background(), &secret))
	w.stops()
	s := w.settles(contracts, "False", v1alpha1.IntegrationNotReadyReason)
	w.Expect(readyOf(s.Status.Conditions).Message).To(ContainSubstring("luminance-service-user"))
	w.Expect(s.Status.Progress).To(BeNil())

	w.source.Control().ClearFaults()
	w.createSecret("luminance-service-user", "clientID", clientID, "clientSecret", clientSecret)
	w.settles(contracts, "True", v1alpha1.SyncedReason)
	w.Expect(w.standing()).To(HaveLen(2))
}
