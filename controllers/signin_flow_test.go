package controllers_test

import (
	"testing"
	"time"

	. "github.com/onsi/gomega"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
)

func TestAPersonSignsInAndDocumentsCross(t *testing.T) {
	for _, version := range []string{"v2", "v3"} {
		t.Run(version, func(t *testing.T) {
			w := newWorld(t)
			w.must(w.source.Control().Set("v3Email", "on"))
			w.add("/Contracts/Heronlease.txt", "the lease")
			w.createSecrets()
			w.createIntegration(forPeople(func(i *v1alpha1.IntralinksIntegration) {
				i.Spec.Intralinks.AuthAPIVersion = v1alpha1.AuthAPIVersion(version)
			}))
			w.createSync(contracts)
			i := w.saysOfSignIn(v1alpha1.SignInRequiredReason, "nobody has signed in", "kubectl -n "+w.namespace+" annotate ili production", i0(w))
			w.Expect(i.Status.SignInURL).To(And(HavePrefix(w.pagesURL+"/auth/login?integration="), Not(ContainSubstring("ticket"))))
			w.Expect(requests(w.source, "", anyPath)).To(BeZero())
			w.settles(contracts, "False", v1alpha1.IntegrationNotReadyReason)

			link := w.asksForLink()
			w.saysOfSignIn(v1alpha1.SignInRequiredReason, "A link is ready, until")
			person := w.newBrowser()
			offered := person.open(link)
			w.Expect(offered.text()).To(And(ContainSubstring(w.namespace+"/production"), ContainSubstring("127.0.0.1"), ContainSubstring("Continue to Intralinks")))
			done := person.reachesIntralinks(link).fillsIn(email)
			w.Expect(done.status).To(Equal(200), done.text())
			w.Expect(done.text()).To(And(ContainSubstring("Signed in"), ContainSubstring(email)))

			i = w.connects("True", v1alpha1.ConnectedReason)
			w.Expect(i.Status.Account).To(Equal(email))
			w.Expect(i.Status.SignInURL).To(BeEmpty())
			w.Expect(i.Status.TokenExpiresAt.Time).To(BeTemporally("~", time.Now().Add(30*24*time.Hour), time.Hour))
			w.Expect(i.Status.TokenSecretRef).To(HaveValue(HaveField("Name", "production-intralinks-token")))
			w.Expect(i.Finalizers).To(ConsistOf(v1alpha1.SignInFinalizer))
			w.settles(contracts, "True", v1alpha1.SyncedReason)
			w.stands(map[string]string{"/Deal/Heronlease.txt": "the lease"})
		})
	}
}

// i0 is the page without a ticket, as a message gives it.
func i0(w *world) string {
	return w.pagesURL + "/auth/login?integration=" + w.namespace + "%2Fproduction"
}

func TestAnAccountThatIsAnotherThanBeforeHasToBeConfirmed(t *testing.T) {
	w := newWorldForPeople(t)
	w.signsIn(email)
	w.connects("True", v1alpha1.ConnectedReason)

	asked := w.signsIn(otherEmail)
	w.Expect(asked.text()).To(And(ContainSubstring("Keep "+email), ContainSubstring("Change to "+otherEmail)))
	w.Expect(string(w.tokenSecret().Data["account"])).To(Equal(email), "nothing has changed yet")
	kept := asked.submit("decision", "keep")
	w.Expect(kept.text()).To(ContainSubstring("The account stays as it was"))
	w.Expect(w.source.Stats().TokensRevoked).To(Equal(1))
	w.Expect(string(w.tokenSecret().Data["account"])).To(Equal(email))
	w.Expect(asked.submit("decision", "change").status).To(Equal(403), "the question was answered")

	changed := w.signsIn(otherEmail).submit("decision", "change")
	w.Expect(changed.text()).To(And(ContainSubstring("Signed in"), ContainSubstring(otherEmail)))
	w.eventually(func(g Gomega) { g.Expect(w.integration().Status.Account).To(Equal(otherEmail)) })
	w.connects("True", v1alpha1.ConnectedReason)
	w.Expect(w.source.Stats().TokensRevoked).To(Equal(2), "the token of the account before")
}

func TestAQuestionThatNobodyAnswersKeepsTheAccount(t *testing.T) {
	w := newWorldForPeople(t)
	w.signsIn(email)
	w.connects("True", v1alpha1.ConnectedReason)
	asked := w.signsIn(otherEmail)
	w.clock.move(11 * time.Minute)
	w.eventually(func(g Gomega) { g.Expect(w.source.Stats().TokensRevoked).To(Equal(1)) })
	w.Expect(asked.submit("decision", "change").status).To(Equal(410))
	w.Expect(string(w.tokenSecret().Data["account"])).To(Equal(email))
	w.connects("True", v1alpha1.ConnectedReason)
}

// TestTheSameAccountNeedsNoConfirmation, however it is spelled, also when the sign-in before is long over.
func TestTheSameAccountNeedsNoConfirmation(t *testing.T) {
	w := newWorldForPeople(t)
	w.signsIn(email)
	w.connects("True", v1alpha1.ConnectedReason)
	w.Expect(w.signsIn(email).text()).To(ContainSubstring("Signed in"))
}

func TestEachWayOfFailingHasItsWords(t *testing.T) {
	for _, tt := range []struct {
		name     string
		switches []string
		prepare  func(w *world)
		person   func(w *world, v *visited) *visited
		reason   string
		words    []string
	}{
		{name: "the person denies", person: func(_ *world, v *visited) *visited { return v.submit("action", "deny") },
			reason: v1alpha1.SignInDeniedReason, words: []string{"did not let the operator in"}},
		{name: "the code is over", switches: []string{"codeTTL", "1ns"},
			reason: v1alpha1.SignInTimedOutReason, words: []string{"20 seconds"}},
		{name: "the code is over, in other words", switches: []string{"codeTTL", "1ns", "grantError", "017"},
			reason: v1alpha1.SignInTimedOutReason, words: []string{"20 seconds"}},
		{name: "the person comes late", person: func(w *world, v *visited) *visited {
			back := v.stopsAtCallback(email)
			w.clock.move(11 * time.Minute)
			w.saysOfSignIn(v1alpha1.CallbackNotRegisteredReason)
			return v.b.open(back)
		}, reason: v1alpha1.SignInTimedOutReason, words: []string{"more than ten minutes"}},
		{name: "the clock is wrong", switches: []string{"clockSkew", "-90s", "codeTTL", "1ns"},
			reason: v1alpha1.ClockWrongReason, words: []string{"differ by 1m", "NTP"}},
		{name: "the secret is wrong", prepare: func(w *world) {
			w.updateSecret("intralinks-api", "apiKey", apiKey, "apiSecret", "hush-wrong-1679091c")
		}, reason: v1alpha1.InvalidCredentialsReason, words: []string{"correct the Secret"}},
		{name: "signed in elsewhere", prepare: func(w *world) {
			rule := faultOn("errors200", "/v2/oauth/token")
			rule.Args = map[string]string{"code": "403", "subcode": "018"}
			w.breaks(w.source, rule)
		},
			reason: v1alpha1.SessionTakenReason, words: []string{"endOtherSessions"}},
		{name: "no answer", prepare: func(w *world) { w.breaks(w.source, faultOn("html", "/v2/oauth/token")) },
			reason: v1alpha1.SignInFailedReason, words: []string{"HTTP 504"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorldForPeople(t)
			for i := 0; i < len(tt.switches); i += 2 {
				w.must(w.source.Control().Set(tt.switches[i], tt.switches[i+1]))
			}
			if tt.prepare != nil {
				tt.prepare(w)
			}
			page := w.newBrowser().reachesIntralinks(w.asksForLink())
			person := tt.person
			if person == nil {
				person = func(_ *world, v *visited) *visited { return v.fillsIn(email) }
			}
			end := person(w, page)
			w.Expect(end.status).To(Equal(400), end.text())
			w.Expect(end.text()).To(ContainSubstring(tt.reason))
			for _, word := range tt.words {
				w.Expect(end.text()).To(ContainSubstring(word))
			}
			w.saysOfSignIn(tt.reason, append(tt.words, "annotate ili production")...)
			w.eventually(func(g Gomega) { g.Expect(w.events(production)).To(ContainElement(HavePrefix(tt.reason + ": "))) })
		})
	}
}

// TestNobodyComesBack: Intralinks shows an error of its own where the callback isn't registered, and never leads back.
func TestNobodyComesBack(t *testing.T) {
	w := newWorldForPeople(t)
	w.must(w.source.RegisterCallback(apiKey, "https://elsewhere.example.com/auth/callback"))
	v := w.newBrowser().open(w.asksForLink()).submit()
	w.must(w.source.RegisterCallback(apiKey, ""))
	w.Expect(v.url.Host).NotTo(Equal(w.pagesURL))
	w.eventually(func(g Gomega) {
		g.Expect(readyOf(w.integration().Status.Conditions).Message).To(ContainSubstring("a sign-in is under way"))
	})
	w.clock.move(11 * time.Minute)
	w.saysOfSignIn(v1alpha1.CallbackNotRegisteredReason, "Please register the callback URL "+w.pagesURL+"/auth/callback for our API key", "client type ISV")
	w.must(w.source.RegisterCallback(apiKey, w.pagesURL+"/auth/callback"))
	w.signsIn(email)
	w.connects("True", v1alpha1.ConnectedReason)
}

// TestACallbackGoesToWhicheverProcessThereIs: between the first page and the callback the operator was replaced.
func TestACallbackGoesToWhicheverProcessThereIs(t *testing.T) {
	w := newWorldForPeople(t)
	page := w.newBrowser().reachesIntralinks(w.asksForLink())
	w.restart()
	w.eventually(func(g Gomega) {
		g.Expect(w.newBrowser().open(w.pagesURL + "/auth/login").status).To(Equal(200))
	})
	w.Expect(page.fillsIn(email).text()).To(ContainSubstring("Signed in"))
	w.connects("True", v1alpha1.ConnectedReason)
}

// TestTheCodeMayHaveEitherName: the pages of the documentation disagree.
func TestTheCodeMayHaveEitherName(t *testing.T) {
	w := newWorldForPeople(t)
	w.must(w.source.Control().Set("codeParameter", "accesscode"))
	w.signsIn(email)
	w.connects("True", v1alpha1.ConnectedReason)
}

func TestAnotherLinkEndsTheOneBefore(t *testing.T) {
	w := newWorldForPeople(t)
	first := w.asksForLink()
	second := w.asksForLink()
	b := w.newBrowser()
	w.Expect(b.open(first).text()).To(ContainSubstring("This link can’t be used any more"))
	w.Expect(b.reachesIntralinks(second).fillsIn(email).text()).To(ContainSubstring("Signed in"))
}

func TestALinkIsGoodForTenMinutesAndNeedsACredential(t *testing.T) {
	w := newWorldForPeople(t)
	link := w.asksForLink()
	form := w.newBrowser().open(link)
	w.clock.move(10*time.Minute + time.Second)
	w.Expect(form.submit().text()).To(ContainSubstring("This link can’t be used any more"))
	w.eventually(func(g Gomega) { g.Expect(w.integration().Status.SignInURL).To(Equal(i0(w))) })

	link = w.asksForLink()
	w.must(w.client.Delete(t.Context(), secretOf(w, "intralinks-api")))
	form = w.newBrowser().open(link)
	w.Expect(form.submit().text()).To(And(ContainSubstring("set up yet"), ContainSubstring("intralinks-api")))
	w.createSecret("intralinks-api", "apiKey", apiKey, "apiSecret", apiSecret)
	w.Expect(form.submit().url.Path).To(Equal("/login"), "the link is still good")
}

func TestWithoutPagesItIsSaidHowToGetThem(t *testing.T) {
	w := newWorld(t)
	w.stopOperator()
	w.pagesURL = ""
	w.startOperator()
	w.createSecrets()
	w.createIntegration(forPeople(func(i *v1alpha1.IntralinksIntegration) {
		metav1.SetMetaDataAnnotation(&i.ObjectMeta, v1alpha1.SignInRequestAnnotation, "now")
	}))
	i := w.saysOfSignIn(v1alpha1.SignInRequiredReason, "--external-url", "ClientCredentials")
	w.Expect(i.Status.SignInURL).To(BeEmpty())
}
