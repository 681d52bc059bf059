package controllers_test

import (
	"context"
	"io"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
)

const day = 24 * time.Hour

// signedInFor is a world whose person has signed in, with a FolderSync that has carried its first document.
func signedInFor(t *testing.T) *world {
	t.Helper()
	w := newWorldForPeople(t)
	w.add("/Contracts/Heronlease.txt", "the lease")
	w.createSync(contracts)
	w.signsIn(email)
	w.settles(contracts, "True", v1alpha1.SyncedReason)
	return w
}

// TestASignInThatEndsIsAnnouncedAndNothingIsLost: the last five days, the end, and what comes after the next sign-in.
func TestASignInThatEndsIsAnnouncedAndNothingIsLost(t *testing.T) {
	w := signedInFor(t)
	// A renewal, which may come before the look at the time, doesn't put off the end.
	w.must(w.source.Control().Set("refreshExpiry", "fixed"))
	w.must(w.source.Control().Set("refreshLifetime", "on"))
	w.Expect(w.integration().Status.SignInURL).To(BeEmpty())

	w.clock.move(25*day + time.Hour)
	i := w.connects("True", v1alpha1.SignInExpiringReason)
	w.Expect(readyOf(i.Status.Conditions).Message).To(And(ContainSubstring("all works until then"), ContainSubstring("annotate ili production")))
	w.Expect(i.Status.SignInURL).To(Equal(i0(w)))
	w.eventually(func(g Gomega) { g.Expect(w.events(production)).To(ContainElement(HavePrefix("SignInExpiring: "))) })
	w.add("/Contracts/Heronloan.txt", "the loan")
	w.changeSync(contracts, func(s *v1alpha1.FolderSync) { request(s, "expiring") })
	w.eventually(func(g Gomega) { g.Expect(w.sync(contracts).Status.LastHandledReconcileAt).To(Equal("expiring")) })
	w.settles(contracts, "True", v1alpha1.SyncedReason)

	w.clock.move(6 * day)
	w.add("/Contracts/Heronlast.txt", "the last one")
	w.changeSync(contracts, func(s *v1alpha1.FolderSync) { request(s, "over") })
	w.saysOfSignIn(v1alpha1.SignInRequiredReason, "refused to renew", i0(w))
	s := w.settles(contracts, "False", v1alpha1.IntegrationNotReadyReason)
	w.Expect(s.Status.Documents.Failed).To(BeZero())
	w.Expect(s.Status.Problems).To(BeEmpty())
	w.Expect(w.standing()).To(HaveLen(2))

	w.signsIn(email)
	w.connects("True", v1alpha1.ConnectedReason)
	w.settles(contracts, "True", v1alpha1.SyncedReason)
	w.eventually(func(g Gomega) { g.Expect(w.standing()).To(HaveLen(3)) })
	w.stands(map[string]string{"/Deal/Heronlease.txt": "the lease", "/Deal/Heronloan.txt": "the loan", "/Deal/Heronlast.txt": "the last one"})
}

// TestAKeyWithoutTheRefreshGrantSaysSo: its sign-in ends within the hour.
func TestAKeyWithoutTheRefreshGrantSaysSo(t *testing.T) {
	w := newWorldForPeople(t)
	w.must(w.source.Control().Set("refreshGrant", "off"))
	w.must(w.source.Control().Set("codeRefreshToken", "enabled"))
	w.signsIn(email)
	i := w.connects("True", v1alpha1.SignInExpiringReason)
	w.Expect(readyOf(i.Status.Conditions).Message).To(ContainSubstring("ask Intralinks to enable the grant refresh_token"))
	w.clock.move(61 * time.Minute)
	w.saysOfSignIn(v1alpha1.SignInRequiredReason, "ask Intralinks to enable the grant refresh_token")
}

func TestADeletedIntegrationGivesItsTokenBack(t *testing.T) {
	w := newWorldForPeople(t)
	w.signsIn(email)
	w.connects("True", v1alpha1.ConnectedReason)
	w.clock.move(2 * time.Hour) // only a live access token can be given back
	w.deletesIntegration()
	w.Expect(w.source.Stats().TokensRevoked).To(Equal(1))
	w.Expect(w.tokenSecret().Data).To(BeEmpty(), "there is no garbage collector here that would take all of it")
}

// TestASignOutThatIsAskedForRevokes, once, and the next sign-in is as good as the first.
func TestASignOutThatIsAskedForRevokes(t *testing.T) {
	w := newWorldForPeople(t)
	w.signsIn(email)
	w.connects("True", v1alpha1.ConnectedReason)
	w.changeIntegration(func(i *v1alpha1.IntralinksIntegration) {
		metav1.SetMetaDataAnnotation(&i.ObjectMeta, v1alpha1.SignOutRequestAnnotation, "now")
	})
	w.eventually(func(g Gomega) {
		i := w.integration()
		g.Expect(i.Status.LastHandledSignOutAt).To(Equal("now"))
		g.Expect(i.Status.TokenExpiresAt).To(BeNil())
		g.Expect(i.Status.TokenSecretRef).To(BeNil())
		g.Expect(i.Status.Account).To(BeEmpty())
	})
	w.Expect(w.source.Stats().TokensRevoked).To(Equal(1))
	w.Expect(w.tokenSecret().Data).To(BeEmpty())
	w.connects("False", v1alpha1.SignInRequiredReason)

	w.signsIn(email)
	w.connects("True", v1alpha1.ConnectedReason)
	w.Expect(w.source.Stats().TokensRevoked).To(Equal(1), "an annotation that was handled says nothing more")
}

// TestADeletionNeverHangs whatever is missing or doesn't answer.
func TestADeletionNeverHangs(t *testing.T) {
	for name, prepare := range map[string]func(w *world){
		"Intralinks doesn't answer":       func(w *world) { w.silent() },
		"Intralinks refuses":              func(w *world) { w.source.RevokeTokens() },
		"the API key is gone":             func(w *world) { w.must(w.client.Delete(context.Background(), secretOf(w, "intralinks-api"))) },
		"the tokens are gone":             func(w *world) { w.must(w.client.Delete(context.Background(), w.tokenSecret())) },
		"the Secret is somebody else's":   func(w *world) { w.disown() },
		"another sign-in is to confirm":   func(w *world) { w.signsIn(otherEmail) },
		"a link waits for somebody":       func(w *world) { w.asksForLink() },
		"the host isn't allowed any more": func(w *world) { w.leadsElsewhere() },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorldForPeople(t)
			w.signsIn(email)
			w.connects("True", v1alpha1.ConnectedReason)
			prepare(w)
			w.deletesIntegration()
		})
	}
}

// silent is a service that reads requests and never answers.
func (w *world) silent() {
	w.sourceHandler.Store(handler{http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		<-r.Context().Done()
	})})
}

func (w *world) deletesIntegration() {
	w.t.Helper()
	w.must(w.client.Delete(context.Background(), w.integration()))
	w.eventually(func(g Gomega) {
		var i v1alpha1.IntralinksIntegration
		g.Expect(apierrors.IsNotFound(w.client.Get(context.Background(), w.key(production), &i))).To(BeTrue())
	})
}

func (w *world) disown() {
	secret := w.tokenSecret()
	secret.OwnerReferences = nil
	w.must(w.client.Update(context.Background(), secret))
	w.connects("False", v1alpha1.SecretInUseReason)
}

func (w *world) leadsElsewhere() {
	w.changeIntegration(func(i *v1alpha1.IntralinksIntegration) { i.Spec.Intralinks.AuthURL = "https://elsewhere.example.com" })
	w.connects("False", v1alpha1.HostNotAllowedReason)
}

// TestATokenIsSentToNoOtherHost when the integration leads to another one by now.
func TestATokenIsSentToNoOtherHost(t *testing.T) {
	w := newWorldForPeople(t)
	w.signsIn(email)
	w.connects("True", v1alpha1.ConnectedReason)
	w.forgetRequests()
	var came atomic.Int32
	other := w.listen(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { came.Add(1) }))
	w.changeIntegration(func(i *v1alpha1.IntralinksIntegration) { i.Spec.Intralinks.BaseURL = other })
	w.saysOfSignIn(v1alpha1.SignInRequiredReason)
	w.deletesIntegration()
	w.Expect(came.Load()).To(BeZero())
}

func TestAnotherGrantSignsOut(t *testing.T) {
	w := newWorldForPeople(t)
	w.signsIn(email)
	w.connects("True", v1alpha1.ConnectedReason)
	w.changeIntegration(func(i *v1alpha1.IntralinksIntegration) {
		i.Spec.Intralinks.Grant, i.Spec.Intralinks.AuthAPIVersion = v1alpha1.ClientCredentialsGrant, v1alpha1.AuthAPIVersionV3
	})
	w.eventually(func(g Gomega) {
		i := w.integration()
		g.Expect(i.Finalizers).To(BeEmpty())
		g.Expect(i.Status.TokenSecretRef).To(BeNil())
		g.Expect(i.Status.Account).To(BeEmpty())
	})
	w.Expect(w.source.Stats().TokensRevoked).To(Equal(1))
	w.Expect(w.tokenSecret().Data).To(BeEmpty())
	w.connects("True", v1alpha1.ConnectedReason)
}

// TestARotatedKeyIsUsedWithoutARestart, and the sign-in goes on.
func TestARotatedKeyIsUsedWithoutARestart(t *testing.T) {
	w := newWorldForPeople(t)
	w.signsIn(email)
	i := w.connects("True", v1alpha1.ConnectedReason)
	w.updateSecret("intralinks-api", "apiKey", apiKey, "apiSecret", "hush-wrong-1679091c")
	w.eventually(func(g Gomega) { // before the token has to be renewed, or the right secret would be the one to do it
		g.Expect(w.integration().Status.CredentialsRevision).NotTo(Equal(i.Status.CredentialsRevision))
	})
	w.clock.move(2 * time.Hour)
	w.source.RevokeTokens()
	w.connects("False", v1alpha1.InvalidCredentialsReason)
	w.updateSecret("intralinks-api", "apiKey", apiKey, "apiSecret", apiSecret)
	w.saysOfSignIn(v1alpha1.SignInRequiredReason, "refused to renew")
}

// TestTheSecretsOfASignInBelongToTheIntegration and nobody else's is touched.
func TestTheSecretsOfASignInBelongToTheIntegration(t *testing.T) {
	w := newWorld(t)
	w.createSecrets()
	w.createSecret(production+"-intralinks-token", "accessToken", "theirs")
	w.createIntegration(forPeople(byV2))
	i := w.connects("False", v1alpha1.SecretInUseReason)
	w.Expect(readyOf(i.Status.Conditions).Message).To(ContainSubstring(`"production-intralinks-token"`))
	w.Expect(string(w.tokenSecret().Data["accessToken"])).To(Equal("theirs"))
	w.must(w.client.Delete(context.Background(), secretOf(w, production+"-intralinks-token")))
	w.connects("False", v1alpha1.SignInRequiredReason)
	w.signsIn(email)
	for _, suffix := range []string{"-intralinks-token", "-intralinks-sign-in"} {
		var secret corev1.Secret
		w.must(w.client.Get(context.Background(), w.key(production+suffix), &secret))
		w.Expect(metav1.IsControlledBy(&secret, w.integration())).To(BeTrue())
	}
}
