package tokens_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/clock"

	"dataroom.dev/intralinks-operator/internal/intralinks"
	"dataroom.dev/intralinks-operator/internal/simulator/control"
	sim "dataroom.dev/intralinks-operator/internal/simulator/intralinks"
	"dataroom.dev/intralinks-operator/internal/tokens"
)

func TestATokenIsRenewedAfterMostOfItsLifeAndKeptOverARestart(t *testing.T) {
	for _, version := range []string{intralinks.V2, intralinks.V3} {
		t.Run(version, func(t *testing.T) {
			d := newDesk(t, version, "refreshGrant", "on", "v3Email", "on")
			signedIn := d.signIn()
			k := d.process()
			first, err := k.Token(t.Context())
			d.Expect(err).NotTo(HaveOccurred())
			d.Expect(first.AccessToken).To(Equal(signedIn.AccessToken))
			d.Expect(first.Expiry).To(And(BeTemporally("<=", signedIn.AccessUntil), BeTemporally(">=", signedIn.AccessUntil.Add(-6*time.Minute))))

			d.clock.step(45 * time.Minute)
			again, err := d.process().Token(t.Context())
			d.Expect(err).NotTo(HaveOccurred())
			d.Expect(again.AccessToken).To(Equal(first.AccessToken), "another process finds it, and it is good for a while")

			d.clock.step(5 * time.Minute)
			second, err := k.Token(t.Context())
			d.Expect(err).NotTo(HaveOccurred())
			d.Expect(second.AccessToken).NotTo(Equal(first.AccessToken))
			d.Expect(d.accepts(second)).To(BeTrue())
			stored, err := d.secrets.Load(t.Context(), d.owner)
			d.Expect(err).NotTo(HaveOccurred())
			d.Expect(stored.AccessToken).To(Equal(second.AccessToken))
			d.Expect(stored.RefreshToken).NotTo(Equal(signedIn.RefreshToken), "it rotates")
			d.Expect(stored.Renewing).To(BeEmpty())
			d.Expect(stored.Account).To(Equal(sim.DefaultEmail))
			d.Expect(stored.ObtainedAt).To(Equal(signedIn.ObtainedAt), "it is the same sign-in")
			d.Expect(stored.Until()).To(BeTemporally("~", d.clock.Now().Add(30*24*time.Hour), time.Minute))
		})
	}
}

func TestNobodyHasSignedIn(t *testing.T) {
	d := newDesk(t, intralinks.V2)
	_, err := d.process().Token(t.Context())
	d.Expect(required(err)).To(BeEmpty())
	d.Expect(intralinks.ClassOf(err)).To(Equal(intralinks.Auth), "it concerns the run and not a document")
	d.Expect(err.Error()).To(ContainSubstring("nobody has signed in"))
}

func TestATokenIsForTheServiceThatItWasGotFrom(t *testing.T) {
	d := newDesk(t, intralinks.V2)
	d.signIn()
	k := d.process()
	k.Service = "evil.firm.example"
	_, err := k.Token(t.Context())
	d.Expect(required(err)).To(BeEmpty())
}

func TestWithoutARefreshTokenTheSignInEndsWithTheAccessToken(t *testing.T) {
	d := newDesk(t, intralinks.V2, "codeRefreshToken", "enabled")
	stored := d.signIn()
	d.Expect(stored.Until()).To(Equal(stored.AccessUntil))
	k := d.process()
	d.clock.step(55 * time.Minute)
	_, err := k.Token(t.Context())
	d.Expect(err).NotTo(HaveOccurred(), "it is all that there is")
	d.clock.step(6 * time.Minute)
	_, err = k.Token(t.Context())
	d.Expect(required(err)).To(Equal(tokens.NeverHad))
	d.Expect(d.service.Stats().TokensIssued).To(Equal(1))
}

func TestWhatTheAnswerSaysWins(t *testing.T) {
	d := newDesk(t, intralinks.V2, "refreshLifetime", "on", "refreshTTL", "240h", "tokenTTL", "10m")
	stored := d.signIn()
	d.Expect(stored.RefreshUntil).To(Equal(d.clock.Now().Add(240 * time.Hour)))
	d.Expect(stored.AccessUntil).To(Equal(d.clock.Now().Add(10 * time.Minute)))
}

// TestHowARenewalEnds: what is definite leaves the refresh token as it is, what isn't takes it away, unless the service
// was seen to keep it.
func TestHowARenewalEnds(t *testing.T) {
	for _, tt := range []struct {
		name, fault string
		down        bool
		stays       bool
		lost        tokens.Loss
	}{
		{name: "no connection", down: true},
		{name: "too many requests", fault: "throttle"},
		{name: "the answer is lost", fault: "truncate", lost: tokens.OutcomeUnknown},
		{name: "the connection is lost", fault: "drop", lost: tokens.OutcomeUnknown},
		{name: "the gateway had no answer", fault: "html", lost: tokens.OutcomeUnknown},
		{name: "a server's error", fault: "server999", lost: tokens.OutcomeUnknown},
		{name: "the answer is lost, and the token stays", fault: "truncate", stays: true},
		{name: "the gateway had no answer, and the token stays", fault: "html", stays: true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rotation := "rotates"
			if tt.stays {
				rotation = "same"
			}
			d := newDesk(t, intralinks.V2, "refreshRotation", rotation, "refreshGrant", "on")
			d.signIn()
			k := d.process()
			for range 2 { // of which the second is a renewal that goes well
				_, err := k.Token(t.Context())
				d.Expect(err).NotTo(HaveOccurred())
				d.clock.step(70 * time.Minute)
			}
			d.line.down.Store(tt.down)
			if tt.fault != "" {
				d.faulty(tt.fault)
			}
			_, err := k.Token(t.Context())
			d.Expect(err).To(HaveOccurred())
			if tt.lost != "" {
				d.Expect(required(err)).To(Equal(tt.lost))
			}
			d.line.down.Store(false)
			issued := d.service.Stats().TokensIssued
			token, err := k.Token(t.Context())
			if tt.lost != "" {
				d.Expect(required(err)).To(Equal(tt.lost))
				d.Expect(d.service.Stats().TokensIssued).To(Equal(issued), "it isn't sent again")
			} else {
				d.Expect(err).NotTo(HaveOccurred())
				d.Expect(d.accepts(token)).To(BeTrue())
			}
			d.Expect(d.service.Stats().RefreshTokensReused).To(BeZero())
		})
	}
}

func TestARefusedRefreshTokenIsNotTriedAgain(t *testing.T) {
	for _, grantError := range []string{"errorCode", "017", "oauth"} {
		d := newDesk(t, intralinks.V2, "grantError", grantError, "refreshGrant", "on")
		d.signIn()
		d.clock.step(31 * 24 * time.Hour)
		k := d.process()
		for range 3 {
			_, err := k.Token(t.Context())
			d.Expect(required(err)).To(Equal(tokens.Refused), grantError)
		}
		n := 0
		for _, e := range d.service.Control().Requests() {
			if e.Path == "/v2/oauth/token" {
				n++
			}
		}
		d.Expect(n).To(Equal(2), "the code and one renewal")
	}
}

// TestAGrantThatIsNotEnabledIsSaidSo: the documentation has a refresh token in each answer to a code, also where the key
// may not use it.
func TestAGrantThatIsNotEnabledIsSaidSo(t *testing.T) {
	d := newDesk(t, intralinks.V2)
	d.signIn()
	d.clock.step(time.Hour)
	for range 2 {
		_, err := d.process().Token(t.Context())
		d.Expect(required(err)).To(Equal(tokens.NotEnabled))
	}
}

// TestAWrongSecretDoesNotCostTheSignIn: when it is corrected, all goes on.
func TestAWrongSecretDoesNotCostTheSignIn(t *testing.T) {
	d := newDesk(t, intralinks.V2, "refreshGrant", "on")
	d.signIn()
	d.clock.step(time.Hour)
	wrong, err := intralinks.NewCodeFlow(intralinks.CodeFlowOptions{Version: intralinks.V2, AuthURL: d.url, ClientID: sim.DefaultAPIKey, ClientSecret: "wrong"})
	d.Expect(err).NotTo(HaveOccurred())
	k := d.process()
	k.Grant = wrong
	_, err = k.Token(t.Context())
	d.Expect(intralinks.ClassOf(err)).To(Equal(intralinks.InvalidCredentials))
	_, err = d.process().Token(t.Context())
	d.Expect(err).NotTo(HaveOccurred())
}

// TestARenewalIsWrittenBeforeItIsUsed although the API server is away for a while.
func TestARenewalIsWrittenBeforeItIsUsed(t *testing.T) {
	d := newDesk(t, intralinks.V2, "refreshGrant", "on")
	d.signIn()
	d.clock.step(time.Hour)
	d.writer.cut(1, 5) // the mark is written
	token, err := d.process().Token(t.Context())
	d.Expect(err).NotTo(HaveOccurred())
	stored, err := d.secrets.Load(t.Context(), d.owner)
	d.Expect(err).NotTo(HaveOccurred())
	d.Expect(stored.AccessToken).To(Equal(token.AccessToken))
}

// TestASignInDuringARenewalWins, and the renewal's tokens are of no use any more.
func TestASignInDuringARenewalWins(t *testing.T) {
	d := newDesk(t, intralinks.V2, "refreshGrant", "on")
	d.signIn()
	d.clock.step(time.Hour)
	var anew *tokens.Stored
	k := d.process()
	k.Grant = grantFunc{d.flow, func() { anew = d.signIn() }}
	token, err := k.Token(t.Context())
	d.Expect(err).NotTo(HaveOccurred())
	d.Expect(token.AccessToken).To(Equal(anew.AccessToken))
}

// TestManyProcessesRenewOnce, at the same moment.
func TestManyProcessesRenewOnce(t *testing.T) {
	d := newDesk(t, intralinks.V2, "refreshGrant", "on")
	stored := d.signIn()
	spent := stored.Record
	spent.AccessFrom, spent.AccessUntil = time.Now().Add(-2*time.Hour), time.Now().Add(-time.Hour)
	_, err := d.secrets.Save(t.Context(), stored, spent)
	d.Expect(err).NotTo(HaveOccurred())
	// The others come while it is under way.
	d.Expect(d.service.Control().AddFault(control.FaultRule{Fault: "latency", Path: "/**/oauth/token", Args: map[string]string{"delay": "500ms"}, Times: -1})).To(Succeed())
	var processes sync.WaitGroup
	got := make([]string, 8)
	for i := range got {
		processes.Go(func() {
			k := d.process()
			k.Clock = clock.RealClock{}
			token, err := k.Token(t.Context())
			if err != nil {
				t.Error(err)
				return
			}
			got[i] = token.AccessToken
		})
	}
	processes.Wait()
	d.Expect(got).To(HaveEach(got[0]))
	d.Expect(d.service.Stats().TokensIssued).To(Equal(2))
	d.Expect(d.service.Stats().RefreshTokensReused).To(BeZero())
}

// TestATokenThatIsRefusedAtOnceIsNotRenewedAgain: that would be a request for a token with each request.
func TestATokenThatIsRefusedAtOnceIsNotRenewedAgain(t *testing.T) {
	d := newDesk(t, intralinks.V2, "refreshGrant", "on")
	d.signIn()
	k := d.process()
	for range 5 {
		d.clock.step(time.Second)
		_, err := k.Token(t.Context())
		d.Expect(err).NotTo(HaveOccurred())
	}
	d.Expect(d.service.Stats().TokensIssued).To(Equal(2))
	d.clock.step(2 * time.Minute)
	_, err := k.Token(t.Context())
	d.Expect(err).NotTo(HaveOccurred())
	d.Expect(d.service.Stats().TokensIssued).To(Equal(3))
}

// TestASecretOfSomebodyElseIsLeftAlone whatever its name.
func TestASecretOfSomebodyElseIsLeftAlone(t *testing.T) {
	d := newDesk(t, intralinks.V2)
	foreign := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: d.owner.Namespace, Name: "production-intralinks-token"}, Data: map[string][]byte{"accessToken": []byte("theirs")}}
	d.Expect(d.writer.Create(t.Context(), foreign)).To(Succeed())
	_, err := d.secrets.Load(t.Context(), d.owner)
	d.Expect(err).To(BeAssignableToTypeOf(&tokens.ForeignError{}))
	d.Expect(err.Error()).To(ContainSubstring(`"production-intralinks-token"`))
}

func TestTheSecretGoesWithItsIntegrationAndIsNoConcernOfArgoCD(t *testing.T) {
	d := newDesk(t, intralinks.V2)
	d.signIn()
	var secret corev1.Secret
	d.Expect(d.secrets.Reader.Get(t.Context(), types.NamespacedName{Namespace: d.owner.Namespace, Name: "production-intralinks-token"}, &secret)).To(Succeed())
	d.Expect(secret.OwnerReferences).To(ConsistOf(And(HaveField("UID", d.owner.UID), HaveField("Kind", "IntralinksIntegration"))))
	d.Expect(secret.Labels).To(HaveKeyWithValue("app.kubernetes.io/managed-by", "intralinks-operator"))
	d.Expect(secret.Annotations).To(HaveKeyWithValue("argocd.argoproj.io/sync-options", "Prune=false"))
	d.Expect(secret.Annotations).To(HaveKeyWithValue("argocd.argoproj.io/compare-options", "IgnoreExtraneous"))
}

func TestALongNameIsCutAndStillItsOwn(t *testing.T) {
	g := NewWithT(t)
	long := strings.Repeat("a", 252)
	one, other := tokens.NameOf(long+"b", "-intralinks-token"), tokens.NameOf(long+"c", "-intralinks-token")
	g.Expect(one).To(HaveLen(253))
	g.Expect(one).NotTo(Equal(other))
	g.Expect(tokens.NameOf("short", "-intralinks-token")).To(Equal("short-intralinks-token"))
}
