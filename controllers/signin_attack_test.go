package controllers_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
)

// unharmed expects that nobody has got anything in, and that the person whose sign-in it is can still go on.
func (w *world) unharmed(page *visited) {
	w.t.Helper()
	var secrets corev1.SecretList
	w.must(w.client.List(w.t.Context(), &secrets, client.InNamespace(w.namespace)))
	for i := range secrets.Items {
		w.Expect(secrets.Items[i].Data).NotTo(HaveKey("accessToken"), secrets.Items[i].Name)
	}
	w.Expect(page.fillsIn(email).text()).To(ContainSubstring("Signed in"))
}

// TestAStateIsOfNoUseInAnotherBrowser, not even to spoil the sign-in.
func TestAStateIsOfNoUseInAnotherBrowser(t *testing.T) {
	w := newWorldForPeople(t)
	page := w.newBrowser().reachesIntralinks(w.asksForLink())
	state := stateOf(page)
	thief := w.newBrowser()
	// Whoever knows the state knows the cookie's name, and which integration it is for; not what binds the browser.
	forged := *page.b.client.Jar.Cookies(page.pagesURL())[0]
	forged.Value = strings.Repeat("A", 43) + forged.Value[43:]
	w.Expect(forged.Value).To(HaveSuffix(":" + w.namespace + "/production"))
	forger := w.newBrowser()
	forger.client.Jar.SetCookies(page.pagesURL(), secured([]*http.Cookie{&forged}))
	v := forger.open(w.callbackWith("state=" + state + "&error=access_denied"))
	w.Expect(v.status).To(Equal(http.StatusForbidden))
	w.Expect(v.text()).To(ContainSubstring("This browser didn’t begin that sign-in"))
	for _, code := range []string{"code=" + strings.Repeat("c", 40), "error=access_denied"} {
		v := thief.open(w.callbackWith("state=" + state + "&" + code))
		w.Expect(v.status).To(Equal(http.StatusForbidden))
		w.Expect(v.text()).To(ContainSubstring("This browser didn’t begin that sign-in"))
	}
	w.unharmed(page)
}

// stateOf is what the authorize page was asked with.
func stateOf(page *visited) string {
	for _, address := range page.chain {
		u, err := url.Parse(address)
		page.b.w.must(err)
		if state := u.Query().Get("state"); state != "" {
			page.b.w.hush.addLong(state)
			return state
		}
	}
	page.b.w.t.Fatalf("no state in %q", page.chain)
	return ""
}

// TestACallbackIsGoodOnce also for who has its cookie.
func TestACallbackIsGoodOnce(t *testing.T) {
	w := newWorldForPeople(t)
	page := w.newBrowser().reachesIntralinks(w.asksForLink())
	back := page.stopsAtCallback(email)
	cookies := page.b.client.Jar.Cookies(page.pagesURL())
	w.Expect(page.b.open(back).text()).To(ContainSubstring("Signed in"))
	page.b.client.Jar.SetCookies(page.pagesURL(), secured(cookies))
	v := page.b.open(back)
	w.Expect(v.status).To(Equal(http.StatusGone))
	w.Expect(v.text()).To(ContainSubstring("This sign-in is over"))
	w.Expect(w.source.Stats().CodesReused).To(BeZero())
}

func (v *visited) pagesURL() *url.URL {
	u, err := url.Parse(v.b.w.pagesURL)
	v.b.w.must(err)
	return u
}

func secured(cookies []*http.Cookie) []*http.Cookie {
	for _, c := range cookies {
		c.Path, c.Secure = "/", true
	}
	return cookies
}

// TestACodeOfSomebodyElseIsOfNoUse: an attacker's code in the victim's callback would connect the victim's integration
// to the attacker's data room.
func TestACodeOfSomebodyElseIsOfNoUse(t *testing.T) {
	w := newWorld(t)
	w.createSecrets()
	w.createIntegration(forPeople()) // v3, which has PKCE
	attackers := w.newBrowser().reachesIntralinks(w.asksForLink()).stopsAtCallback(otherEmail)
	page := w.newBrowser().reachesIntralinks(w.asksForLink())
	u, err := url.Parse(attackers)
	w.must(err)
	v := page.b.open(w.callbackWith("state=" + stateOf(page) + "&code=" + u.Query().Get("code")))
	w.Expect(v.status).To(Equal(http.StatusBadRequest), v.text())
	w.Expect(w.integration().Status.TokenSecretRef).To(BeNil())
	w.saysOfSignIn(v1alpha1.SignInFailedReason, "code_verifier")
}

// TestTwoIntegrationsAreNotMixedUp although one browser signs in for both, in two namespaces, under one name.
func TestTwoIntegrationsAreNotMixedUp(t *testing.T) {
	w := newWorld(t, func(s *setup) { s.second = true })
	first, second := w.namespace, w.second
	b := w.newBrowser()
	pages, states := map[string]*visited{}, map[string]string{}
	for _, namespace := range []string{first, second} {
		w.in(namespace, func() {
			w.createSecrets()
			w.createIntegration(forPeople(byV2))
			w.connects("False", v1alpha1.SignInRequiredReason)
			pages[namespace] = b.reachesIntralinks(w.asksForLink())
			states[namespace] = stateOf(pages[namespace])
		})
	}
	back, otherBack := pages[first].stopsAtCallback(email), pages[second].stopsAtCallback(otherEmail)

	// The cookie of one in the name of the other, and the name of one in the cookie of the other.
	cookies := b.client.Jar.Cookies(pages[first].pagesURL())
	w.Expect(cookies).To(HaveLen(2))
	forger := w.newBrowser()
	for i, c := range secured(cookies) {
		renamed, redirected := *c, *c
		renamed.Name = cookies[1-i].Name
		redirected.Value = strings.Replace(strings.Replace(strings.Replace(c.Value, first, "X", 1), second, first, 1), "X", second, 1)
		for _, forged := range []http.Cookie{renamed, redirected} {
			forger.client.Jar.SetCookies(pages[first].pagesURL(), []*http.Cookie{&forged})
			for _, address := range []string{back, otherBack} {
				w.Expect(forger.open(address).status).To(Equal(http.StatusForbidden))
			}
		}
	}

	w.Expect(b.open(otherBack).text()).To(And(ContainSubstring(second+"/production"), ContainSubstring(otherEmail)))
	w.Expect(b.open(back).text()).To(And(ContainSubstring(first+"/production"), ContainSubstring(email)))
	for namespace, account := range map[string]string{first: email, second: otherEmail} {
		w.in(namespace, func() { w.Expect(string(w.tokenSecret().Data["account"])).To(Equal(account)) })
	}
}

// in does something in another namespace.
func (w *world) in(namespace string, do func()) {
	was := w.namespace
	defer func() { w.namespace = was }()
	w.namespace = namespace
	do()
}

// TestSeveralSignInsInOneBrowserEachEndWhereTheyBelong.
func TestSeveralSignInsInOneBrowserEachEndWhereTheyBelong(t *testing.T) {
	w := newWorldForPeople(t)
	b := w.newBrowser()
	first := b.reachesIntralinks(w.asksForLink())
	second := b.reachesIntralinks(w.asksForLink())
	w.Expect(first.fillsIn(email).status).To(Equal(http.StatusForbidden), "the second link has ended it")
	w.Expect(second.fillsIn(email).text()).To(ContainSubstring("Signed in"))
}

// TestAFormHasToComeFromThePage: CSRF, and login CSRF, by which a victim would sign in for the attacker's integration
// without seeing for what.
func TestAFormHasToComeFromThePage(t *testing.T) {
	w := newWorldForPeople(t)
	link := w.asksForLink()
	b := w.newBrowser()
	action, form := b.open(link).form()
	for name, header := range map[string][]string{
		"another site":                 {"Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example"},
		"a sister of the site":         {"Sec-Fetch-Site", "same-site", "Origin", "https://evil.firm.example"},
		"another site, older browser":  {"Origin", "https://evil.example"},
		"a sandboxed frame":            {"Origin", "null"},
		"a client that says nothing":   nil,
		"an origin with our name":      {"Origin", w.pagesURL + ".evil.example"},
		"typed in, or a bookmark":      {"Sec-Fetch-Site", "none"},
		"another port, older browser":  {"Origin", "https://127.0.0.1:1"},
		"plain http, an older browser": {"Origin", strings.Replace(w.pagesURL, "https", "http", 1)},
	} {
		v := b.post(action, form, header...)
		w.Expect(v.status).To(Equal(http.StatusForbidden), name)
		w.Expect(v.header.Values("Set-Cookie")).To(BeEmpty(), name)
	}
	w.unharmed(b.reachesIntralinks(link))

	asked := w.signsIn(otherEmail)
	action, form = asked.form()
	form.Set("decision", "change")
	w.Expect(asked.b.post(action, form, "Sec-Fetch-Site", "cross-site").status).To(Equal(http.StatusForbidden))
	w.Expect(string(w.tokenSecret().Data["account"])).To(Equal(email))
}

// TestALinkPreviewUsesNothingUp.
func TestALinkPreviewUsesNothingUp(t *testing.T) {
	w := newWorldForPeople(t)
	link := w.asksForLink()
	for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodGet} {
		w.Expect(w.newBrowser().send(method, link, nil).status).To(Equal(http.StatusOK))
	}
	page := w.newBrowser().reachesIntralinks(link)
	w.Expect(page.b.send(http.MethodHead, w.callbackWith("state="+stateOf(page)+"&error=access_denied"), nil).status).To(Equal(http.StatusMethodNotAllowed))
	w.unharmed(page)
}

func TestATicketIsGoodOnce(t *testing.T) {
	w := newWorldForPeople(t)
	link := w.asksForLink()
	b := w.newBrowser()
	form := b.open(link)
	page := form.submit()
	again := form.submit()
	w.Expect(again.status).To(Equal(http.StatusForbidden))
	w.Expect(again.header.Values("Set-Cookie")).To(BeEmpty())
	w.eventually(func(g Gomega) { g.Expect(w.newBrowser().open(link).status).To(Equal(http.StatusForbidden)) })
	w.unharmed(page)
}

// TestTenThousandTickets are guessed, and none fits, and none costs the API server a request.
func TestTenThousandTickets(t *testing.T) {
	w := newWorldForPeople(t)
	link := w.asksForLink()
	before := w.signInSecret().ResourceVersion
	b := w.newBrowser()
	for i := range 10_000 {
		ticket := fmt.Sprintf("%043d", i)
		if i%2 == 0 {
			ticket = strings.ToUpper(ticketOf(link)[:20]) + ticket[20:]
		}
		to := w.pagesURL + "/auth/login?integration=" + w.namespace + "%2Fproduction&ticket=" + ticket
		w.Expect(b.open(to).status).To(Equal(http.StatusForbidden))
	}
	w.Expect(w.signInSecret().ResourceVersion).To(Equal(before))
	w.unharmed(w.newBrowser().reachesIntralinks(link))
}

// TestManyLinksLeaveOneTicket: whoever asks again and again fills nothing up.
func TestManyLinksLeaveOneTicket(t *testing.T) {
	w := newWorldForPeople(t)
	links := map[string]bool{}
	last := ""
	for range 50 {
		last = w.asksForLink()
		links[ticketOf(last)] = true
	}
	w.Expect(links).To(HaveLen(50))
	w.Expect(w.signInSecret().Data).To(HaveLen(1))
	w.Expect(string(w.signInSecret().Data["pending"])).NotTo(ContainSubstring(ticketOf(last)), "only a hash of it is kept")
	w.unharmed(w.newBrowser().reachesIntralinks(last))
}

func (w *world) signInSecret() *corev1.Secret {
	w.t.Helper()
	var secret corev1.Secret
	w.must(w.client.Get(w.t.Context(), w.key(production+"-intralinks-sign-in"), &secret))
	return &secret
}

// TestNoParameterLeadsElsewhereOrIsEchoed: open redirects, markup, headers and commands in whatever a stranger may send.
func TestNoParameterLeadsElsewhereOrIsEchoed(t *testing.T) {
	w := newWorldForPeople(t)
	link := w.asksForLink()
	b := w.newBrowser()
	page := b.reachesIntralinks(link)
	state := stateOf(page)
	const markup = `"><script>alert(1)</script><a href="javascript:alert(2)">`
	evil := []string{
		markup, "https://evil.example/", "//evil.example", `\evil.example`, "a\r\nSet-Cookie: x=y", "a\x00b", "$(reboot)", "`reboot`", "x;reboot",
		"deals/../../kube-system", strings.Repeat("A", 8000), "%zz", "{{.Ticket}}", "\u202eevil",
	}
	strange := w.newBrowser()
	for _, value := range evil {
		for _, name := range []string{"integration", "ticket", "state", "code", "error", "error_description", "redirect_uri", "next", "return"} {
			for _, path := range []string{"/auth/login", "/auth/callback"} {
				v := strange.open(w.pagesURL + path + "?" + name + "=" + url.QueryEscape(value))
				w.Expect(v.chain).To(HaveLen(1), "it leads nowhere")
				w.Expect(v.body).NotTo(Or(ContainSubstring("<script"), ContainSubstring("evil"), ContainSubstring("reboot"), ContainSubstring("AAAAAAAA"), ContainSubstring("alert")))
				w.Expect(v.header).NotTo(HaveKey("Set-Cookie"))
				w.Expect(v.header.Get("Content-Security-Policy")).To(ContainSubstring("default-src 'none'"))
			}
		}
	}
	// Also where the sign-in is really the browser's own, of which this is the end.
	v := b.open(w.callbackWith("state=" + state + "&error=" + url.QueryEscape(markup) + "&error_description=" + url.QueryEscape(markup)))
	w.Expect(v.status).To(Equal(http.StatusBadRequest))
	w.Expect(v.body).NotTo(Or(ContainSubstring("<script"), ContainSubstring("alert")))
	i := w.saysOfSignIn(v1alpha1.SignInFailedReason, "an error that it doesn't name")
	w.Expect(readyOf(i.Status.Conditions).Message).NotTo(ContainSubstring("alert"))
}

// TestMalformedCallbacksEndNothing.
func TestMalformedCallbacksEndNothing(t *testing.T) {
	w := newWorldForPeople(t)
	page := w.newBrowser().reachesIntralinks(w.asksForLink())
	state := stateOf(page)
	for _, query := range []string{
		"", "state=", "code=x", "state=" + state[:42] + "&code=x", "state=" + state + "&state=" + state + "&code=x",
		"state=" + state + "%0d%0a&code=x", "state=" + state + "=&code=x", "state[]=" + state + "&code=x", "state=" + strings.Repeat("a", 43) + "&code=x",
	} {
		v := page.b.open(w.callbackWith(query))
		w.Expect(v.status).To(Equal(http.StatusForbidden), query)
	}
	for path, status := range map[string]int{
		"/": 404, "/auth": 404, "/auth/confirm": 405, "/auth/login/../../etc/passwd": 404, "/metrics": 404, "/debug/pprof/": 404,
	} {
		w.Expect(page.b.open(w.pagesURL+path).status).To(Or(Equal(status), Equal(404)), path)
	}
	w.Expect(page.b.post(w.pagesURL+"/auth/callback?state="+state+"&code=x", url.Values{}).status).To(Or(Equal(404), Equal(405)))
	w.Expect(page.b.post(w.pagesURL+"/auth/login", url.Values{"ticket": {strings.Repeat("t", 100_000)}}, "Sec-Fetch-Site", "same-origin").status).To(Equal(400))
	w.unharmed(page)
}

// TestAnIntegrationThatIsNotThereLooksLikeOneThatIs, so that nobody finds out which there are.
func TestAnIntegrationThatIsNotThereLooksLikeOneThatIs(t *testing.T) {
	w := newWorldForPeople(t)
	w.asksForLink()
	b := w.newBrowser()
	ticket := strings.Repeat("t", 42) + "A"
	there := b.open(w.pagesURL + "/auth/login?integration=" + w.namespace + "%2Fproduction&ticket=" + ticket)
	none := b.open(w.pagesURL + "/auth/login?integration=" + w.namespace + "%2Fproductiom&ticket=" + ticket)
	w.Expect(strings.ReplaceAll(none.body, "productiom", "production")).To(Equal(there.body))
	w.Expect(none.status).To(Equal(there.status))
}

// TestEveryAnswerIsProtected, the errors too.
func TestEveryAnswerIsProtected(t *testing.T) {
	w := newWorldForPeople(t)
	link := w.asksForLink()
	b := w.newBrowser()
	form := b.open(link)
	for _, v := range []*visited{form, b.open(w.pagesURL + "/nowhere"), b.open(w.callbackWith("state=x")), b.open(w.pagesURL + "/auth/login")} {
		w.Expect(v.header.Get("Content-Security-Policy")).To(And(
			ContainSubstring("default-src 'none'"), ContainSubstring("frame-ancestors 'none'"), ContainSubstring("base-uri 'none'"),
			ContainSubstring("form-action 'self'"), Not(ContainSubstring("unsafe")), Not(ContainSubstring("script-src"))))
		for name, value := range map[string]string{
			"Referrer-Policy": "no-referrer", "X-Frame-Options": "DENY", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store",
		} {
			w.Expect(v.header.Get(name)).To(Equal(value))
		}
		w.Expect(v.body).NotTo(Or(ContainSubstring("<script"), ContainSubstring("onclick"), ContainSubstring("style=")))
	}
	action, fields := form.form()
	stay := *b.client
	stay.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, action, strings.NewReader(fields.Encode()))
	w.must(err)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	resp, err := stay.Do(req)
	w.must(err)
	_ = resp.Body.Close()
	w.Expect(resp.StatusCode).To(Equal(http.StatusSeeOther))
	w.Expect(resp.Cookies()).To(ConsistOf(And(
		HaveField("Name", HavePrefix("__Host-")), HaveField("Secure", true), HaveField("HttpOnly", true),
		HaveField("SameSite", http.SameSiteLaxMode), HaveField("Path", "/"), HaveField("Domain", ""))))
}

// TestNobodySignsInForWhatTakesNobody: another grant, or an integration on its way out.
func TestNobodySignsInForWhatTakesNobody(t *testing.T) {
	w := newWorldForPeople(t)
	link := w.asksForLink()
	form := w.newBrowser().open(link)
	w.changeIntegration(func(i *v1alpha1.IntralinksIntegration) {
		i.Spec.Intralinks.Grant, i.Spec.Intralinks.AuthAPIVersion = v1alpha1.ClientCredentialsGrant, v1alpha1.AuthAPIVersionV3
	})
	w.connects(metav1.ConditionTrue, v1alpha1.ConnectedReason)
	w.eventually(func(g Gomega) { g.Expect(form.submit().status).To(Equal(http.StatusForbidden)) })
}
