package controllers_test

import (
	"net/http"
	"testing"

	. "github.com/onsi/gomega"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	intralinkssim "dataroom.dev/intralinks-operator/internal/simulator/intralinks"
)

func TestAMissingSecretIsNamedAndPickedUp(t *testing.T) {
	w := newWorld(t)
	w.createSecret("luminance-service-user", "clientID", clientID, "clientSecret", clientSecret)
	w.createIntegration()
	i := w.connects("False", v1alpha1.SecretNotFoundReason)
	w.Expect(readyOf(i.Status.Conditions).Message).To(And(
		ContainSubstring("spec.intralinks.credentialsSecretRef"), ContainSubstring(`"intralinks-api"`),
		ContainSubstring(w.namespace), ContainSubstring("create it")))
	w.Expect(requests(w.source, "", anyPath) + requests(w.target, "", anyPath)).To(BeZero())

	w.createSecret("intralinks-api", "apiKey", apiKey, "apiSecret", apiSecret)
	w.connects("True", v1alpha1.ConnectedReason)
}

func TestAMissingKeyOfASecretIsNamedAndPickedUp(t *testing.T) {
	w := newWorld(t)
	w.createSecret("intralinks-api", "apiKey", apiKey, "api-secret", apiSecret)
	w.createSecret("luminance-service-user", "clientID", clientID, "clientSecret", clientSecret)
	w.createIntegration()
	i := w.connects("False", v1alpha1.SecretKeyMissingReason)
	w.Expect(readyOf(i.Status.Conditions).Message).To(And(
		ContainSubstring(`"intralinks-api"`), ContainSubstring(`"apiSecret"`), ContainSubstring("api-secret"), ContainSubstring("add it")))

	w.updateSecret("intralinks-api", "apiKey", apiKey, "apiSecret", apiSecret)
	w.connects("True", v1alpha1.ConnectedReason)
}

func TestANewlineAtTheEndOfASecretsValueDoesNoHarm(t *testing.T) {
	w := newWorld(t)
	w.add("/Contracts/Heronlease.txt", "the lease")
	w.createSecret("intralinks-api", "apiKey", apiKey+"\n", "apiSecret", apiSecret+"\r\n")
	w.createSecret("luminance-service-user", "clientID", clientID+"\n", "clientSecret", clientSecret+"\n")
	w.createIntegration()
	w.createSync(contracts)
	w.settles(contracts, "True", v1alpha1.SyncedReason)
}

func TestAWrongAPISecretIsTriedOnceUntilTheSecretChanges(t *testing.T) {
	w := newWorld(t)
	w.add("/Contracts/Heronlease.txt", "the lease")
	w.createSecret("intralinks-api", "apiKey", apiKey, "apiSecret", "hush-wrong-1679091c")
	w.createSecret("luminance-service-user", "clientID", clientID, "clientSecret", clientSecret)
	w.createIntegration()
	w.createSync(contracts)
	i := w.connects("False", v1alpha1.InvalidCredentialsReason)
	w.Expect(readyOf(i.Status.Conditions).Message).To(And(
		ContainSubstring("Intralinks refuses the credentials"), ContainSubstring("correct the Secret"), ContainSubstring("accounts lock")))
	w.Expect(isTrue(i.Status.Conditions, v1alpha1.StalledCondition)).To(BeTrue())
	w.Expect(isTrue(i.Status.Conditions, v1alpha1.LuminanceReachableCondition)).To(BeTrue())
	w.Expect(i.Status.NextCheckTime).To(BeNil())
	w.settles(contracts, "False", v1alpha1.IntegrationNotReadyReason)

	w.restart()
	w.changeSync(contracts, func(s *v1alpha1.FolderSync) { request(s, "now") })
	w.looksAround()
	w.Expect(requests(w.source, http.MethodPost, signIn)).To(Equal(1))

	w.updateSecret("intralinks-api", "apiKey", apiKey, "apiSecret", apiSecret)
	w.settles(contracts, "True", v1alpha1.SyncedReason)
	w.Expect(requests(w.source, http.MethodPost, signIn)).To(Equal(2))
}

// TestARefusedSecretIsNotTriedByEverySync: they are all due when the Secret has just changed, and the integration
// has not looked at it yet.
func TestARefusedSecretIsNotTriedByEverySync(t *testing.T) {
	w := newWorld(t, func(s *setup) { s.secretPoll = patience })
	w.add("/Contracts/Heronlease.txt", "the lease")
	w.createSecrets()
	w.createIntegration()
	names := []string{"one", "two", "three", "four", "five", "six"}
	for _, name := range names {
		w.createSync(name, to("/"+name))
	}
	for _, name := range names {
		w.settles(name, "True", v1alpha1.SyncedReason)
	}
	w.forgetRequests()
	w.updateSecret("intralinks-api", "apiKey", apiKey, "apiSecret", "hush-wrong-1679091c")
	for _, name := range names {
		w.intervalPasses(name)
	}
	w.connects("False", v1alpha1.InvalidCredentialsReason)
	for _, name := range names {
		w.settles(name, "False", v1alpha1.IntegrationNotReadyReason)
	}
	w.Expect(requests(w.source, http.MethodPost, signIn)).To(Equal(1))
}

func TestAWrongClientSecretNamesLuminance(t *testing.T) {
	w := newWorld(t)
	w.createSecret("intralinks-api", "apiKey", apiKey, "apiSecret", apiSecret)
	w.createSecret("luminance-service-user", "clientID", clientID, "clientSecret", "hush-wrong-1679091c")
	w.createIntegration()
	i := w.connects("False", v1alpha1.InvalidCredentialsReason)
	w.Expect(readyOf(i.Status.Conditions).Message).To(And(
		ContainSubstring("Luminance refuses the service user"), ContainSubstring("correct clientID and clientSecret")))
	w.Expect(isTrue(i.Status.Conditions, v1alpha1.AuthorizedCondition)).To(BeTrue())
}

// TestAKeyOfTheOtherAuthVersionIsExplained, as well as the service lets it be told from a wrong secret.
func TestAKeyOfTheOtherAuthVersionIsExplained(t *testing.T) {
	for _, c := range []struct{ answer, reason, advice string }{
		{"errorCode", v1alpha1.AuthVersionMismatchReason, "set spec.intralinks.authAPIVersion to v3 for keys issued after February 2024, to v2 for older ones"},
		{"envelope", v1alpha1.InvalidCredentialsReason, "a key issued before March 2024 needs spec.intralinks.authAPIVersion v2"},
	} {
		t.Run(c.answer, func(t *testing.T) {
			w := newWorld(t, func(s *setup) {
				s.apps = []intralinkssim.App{{Key: apiKey, Secret: apiSecret, Versions: []string{"v2"}}}
			})
			w.must(w.source.Control().Set("v3Error", c.answer))
			w.createSecret("intralinks-api", "apiKey", apiKey, "apiSecret", apiSecret, "email", email, "password", password)
			w.createSecret("luminance-service-user", "clientID", clientID, "clientSecret", clientSecret)
			w.createIntegration()
			i := w.connects("False", c.reason)
			w.Expect(readyOf(i.Status.Conditions).Message).To(ContainSubstring(c.advice))
			w.Expect(isTrue(i.Status.Conditions, v1alpha1.StalledCondition)).To(BeTrue())

			w.changeIntegration(func(i *v1alpha1.IntralinksIntegration) { i.Spec.Intralinks.AuthAPIVersion = v1alpha1.AuthAPIVersionV2 })
			i = w.connects("True", v1alpha1.ConnectedReason)
			w.Expect(i.Status.ExchangeCount).To(Equal(int32(1)))
		})
	}
}

func TestAHostThatIsNotAllowedIsNotCalled(t *testing.T) {
	w := newWorld(t)
	w.createSecrets()
	w.createIntegration(func(i *v1alpha1.IntralinksIntegration) { i.Spec.Luminance.BaseURL = "https://luminance.example.com" })
	i := w.connects("False", v1alpha1.HostNotAllowedReason)
	w.Expect(readyOf(i.Status.Conditions).Message).To(And(
		ContainSubstring("spec.luminance.baseURL"), ContainSubstring("luminance.example.com"), ContainSubstring("--allowed-hosts")))
	w.Expect(requests(w.source, "", anyPath)).To(BeZero())

	w.changeIntegration(func(i *v1alpha1.IntralinksIntegration) { i.Spec.Luminance.BaseURL = w.targetURL })
	w.connects("True", v1alpha1.ConnectedReason)
}

// TestAKeyThatIsWithdrawnIsNotTriedByEveryRun: the runs find out one after the other, and accounts lock.
func TestAKeyThatIsWithdrawnIsNotTriedByEveryRun(t *testing.T) {
	w := newWorld(t)
	w.add("/Contracts/Heronlease.txt", "the lease")
	w.createSecrets()
	w.createIntegration()
	names := []string{"one", "two", "three", "four", "five", "six"}
	for _, name := range names {
		w.createSync(name, to("/"+name))
		w.settles(name, "True", v1alpha1.SyncedReason)
	}
	withdrawn := w.rotateIntralinks("key-0f343b0931126a20", "hush-rotated-c4ca4238")
	for _, name := range names { // a poll would do with what another one has listed a moment ago
		w.changeSync(name, func(s *v1alpha1.FolderSync) { request(s, "now") })
	}
	for _, name := range names {
		w.settles(name, "False", v1alpha1.SyncFailedReason)
	}
	w.checkIsDue()
	w.connects("False", v1alpha1.InvalidCredentialsReason)
	for _, name := range names {
		w.settles(name, "False", v1alpha1.IntegrationNotReadyReason)
	}
	w.looksAround()
	w.Expect(requests(withdrawn, http.MethodPost, signIn)).To(Equal(2), "one run's, and the check's that it asked for")

	w.changeIntegration(func(i *v1alpha1.IntralinksIntegration) { request(i, "try it") })
	w.eventually(func(g Gomega) { g.Expect(w.integration().Status.LastHandledReconcileAt).To(Equal("try it")) })
	w.Expect(requests(withdrawn, http.MethodPost, signIn)).To(Equal(3))
}
