package console_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// TestSigningIn: nobody gets in without a token that the cluster knows, and nobody stays in for longer than it does.
func TestSigningIn(t *testing.T) {
	w := newWorld(t)
	w.connect("ClientCredentials")
	token := w.person("viewer", seeing)
	b := w.newBrowser()

	for _, path := range []string{"/console/", "/console/syncs", "/console/integrations", "/console/syncs/" + w.namespace + "/x", "/console/nowhere"} {
		v := b.get(path)
		w.Expect(v.path).To(HavePrefix("/console/sign-in"), path)
		w.Expect(v.body).NotTo(ContainSubstring(production))
	}
	for _, wrong := range []string{"", "nonsense", token[:len(token)-8] + "AAAAAAAA"} {
		v := b.post("/console/sign-in", url.Values{"token": {wrong}})
		w.Expect(v.status).To(Equal(http.StatusUnauthorized))
		w.Expect(v.body).To(ContainSubstring("doesn’t take this token"))
		w.Expect(b.get("/console/integrations").path).To(HavePrefix("/console/sign-in"))
	}

	v := b.get("/console/integrations")
	next, err := url.QueryUnescape(strings.TrimPrefix(v.path, "/console/sign-in?next="))
	w.must(err)
	v = b.post("/console/sign-in", url.Values{"token": {token}, "next": {next}})
	w.Expect(v.path).To(Equal("/console/integrations"))
	w.Expect(v.body).To(And(ContainSubstring(production), ContainSubstring("system:serviceaccount:"+w.namespace+":viewer")))
	w.Expect(v.body).NotTo(ContainSubstring(token))
	for _, away := range []string{"https://evil.example/", "//evil.example/", "/console/../evil", `/console/\evil`, "/auth/login"} {
		v := w.newBrowser().post("/console/sign-in", url.Values{"token": {token}, "next": {away}})
		w.Expect(v.path).To(Or(Equal("/console/syncs"), HavePrefix("/console/sign-in")), away)
	}

	v = b.post("/console/sign-out", v.form())
	w.Expect(v.path).To(Equal("/console/sign-in"))
	w.Expect(b.get("/console/integrations").path).To(HavePrefix("/console/sign-in"))

	// A token that the cluster takes back ends the session at the next page.
	again := w.signsIn(token)
	w.Expect(again.get("/console/integrations").status).To(Equal(http.StatusOK))
	w.must(w.env.Client.Delete(t.Context(), &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: w.namespace, Name: "viewer"}}))
	w.Eventually(func() string {
		return again.get("/console/integrations/" + w.namespace + "/" + production).body
	}).Should(ContainSubstring("Your token is over"))
}

// TestTheCookie: it names a session and nothing else, no script reads it, and no other site sends it.
func TestTheCookie(t *testing.T) {
	w := newWorld(t)
	token := w.person("viewer", seeing)
	b := w.newBrowser()
	b.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	v := b.post("/console/sign-in", url.Values{"token": {token}})
	w.Expect(v.status).To(Equal(http.StatusSeeOther))
	cookie := v.header.Get("Set-Cookie")
	w.Expect(cookie).To(And(ContainSubstring("HttpOnly"), ContainSubstring("SameSite=Strict"), ContainSubstring("Path=/console/")))
	w.Expect(cookie).NotTo(Or(ContainSubstring(token), ContainSubstring("Secure")))
	v = b.post("/console/sign-in", url.Values{"token": {token}}, "X-Forwarded-Proto", "https")
	w.Expect(v.header.Get("Set-Cookie")).To(ContainSubstring("Secure"))
}

// TestFormsOfOthers: what another site, or another session's page, sends changes nothing.
func TestFormsOfOthers(t *testing.T) {
	w := newWorld(t)
	w.connect("ClientCredentials")
	w.create(w.newSync(contracts))
	token := w.person("editor", seeing, editing)
	b, other := w.signsIn(token), w.signsIn(token)
	at := "/console/syncs/" + w.namespace + "/" + contracts
	own, foreign := b.get(at).form(), other.get(at).form()
	for what, v := range map[string]*visited{
		"no proof":        b.post(at+"/suspend", url.Values{}),
		"another's proof": b.post(at+"/suspend", foreign),
		"another site":    b.send(http.MethodPost, at+"/suspend", own, "Sec-Fetch-Site", "cross-site"),
		"another origin":  b.send(http.MethodPost, at+"/suspend", own, "Origin", "https://evil.example"),
		"sign-in by others": w.newBrowser().send(http.MethodPost, "/console/sign-in", url.Values{"token": {token}},
			"Sec-Fetch-Site", "cross-site"),
	} {
		w.Expect(v.status).To(Equal(http.StatusForbidden), what)
	}
	w.Expect(b.get(at+"/suspend").status).To(Equal(http.StatusNotFound), "a link changes nothing")
	w.Expect(w.sync(contracts).Spec.Suspend).To(BeFalse())
	w.Expect(b.post(at+"/suspend", own).status).To(Equal(http.StatusOK))
	w.Expect(w.sync(contracts).Spec.Suspend).To(BeTrue())
}

// TestTickets: kubectl hands its token over and gets a link, which leads in once, after a click.
func TestTickets(t *testing.T) {
	w := newWorld(t)
	token := w.person("viewer", seeing)
	b := w.newBrowser()
	v := b.send(http.MethodPost, "/console/tickets", nil)
	w.Expect(v.status).To(Equal(http.StatusUnauthorized))
	v = b.send(http.MethodPost, "/console/tickets", nil, "Authorization", "Bearer nonsense")
	w.Expect(v.status).To(Equal(http.StatusUnauthorized))
	v = b.send(http.MethodPost, "/console/tickets", nil, "Authorization", "Bearer "+token)
	w.Expect(v.status).To(Equal(http.StatusOK))
	var ticket struct{ Path, User string }
	w.must(json.Unmarshal([]byte(v.body), &ticket))
	w.Expect(ticket.User).To(HaveSuffix(":viewer"))
	w.Expect(v.header.Get("Set-Cookie")).To(BeEmpty())

	// A preview of the link uses nothing up.
	w.Expect(b.get(ticket.Path).body).To(ContainSubstring(ticket.User))
	w.Expect(b.get(ticket.Path).body).To(ContainSubstring("Open the console"))
	at, err := url.Parse(ticket.Path)
	w.must(err)
	form := url.Values{"ticket": {at.Query().Get("ticket")}}
	w.Expect(b.post("/console/enter", form).path).To(Equal("/console/syncs"))
	late := w.newBrowser()
	w.Expect(late.post("/console/enter", form).status).To(Equal(http.StatusForbidden))
	w.Expect(late.get(ticket.Path).body).To(ContainSubstring("can’t be used any more"))
	w.Expect(late.get("/console/syncs").path).To(HavePrefix("/console/sign-in"))
}

// TestBehindAProxy: a bearer token is believed as far as the cluster knows it; names in headers are not.
func TestBehindAProxy(t *testing.T) {
	w := newWorld(t)
	token := w.person("viewer", seeing)
	b := w.newBrowser()
	v := b.get("/console/syncs", "Authorization", "Bearer "+token)
	w.Expect(v.status).To(Equal(http.StatusOK))
	w.Expect(v.path).To(Equal("/console/syncs"))
	w.Expect(v.body).To(ContainSubstring(":viewer"))
	w.Expect(v.body).NotTo(ContainSubstring("Sign out"))
	w.Expect(b.get("/console/syncs").path).To(HavePrefix("/console/sign-in"), "no session is left behind")
	w.Expect(b.get("/console/syncs", "Authorization", "Bearer nonsense").status).To(Equal(http.StatusUnauthorized))
	for _, header := range []string{"X-Remote-User", "X-Forwarded-User", "Impersonate-User", "X-Auth-Request-User"} {
		w.Expect(b.get("/console/syncs", header, "system:admin").path).To(HavePrefix("/console/sign-in"), header)
	}
}

// TestWhatBrowsersAreTold: every answer, whatever it is, keeps scripts, frames and caches of others out.
func TestWhatBrowsersAreTold(t *testing.T) {
	w := newWorld(t)
	b := w.signsIn(w.person("viewer", seeing))
	for _, path := range []string{"/console/syncs", "/console/sign-in", "/console/nowhere", "/console/assets/none", "/console/syncs/x/y"} {
		v := b.get(path)
		w.Expect(v.header.Get("Content-Security-Policy")).To(And(
			HavePrefix("default-src 'none'"), ContainSubstring("frame-ancestors 'none'"), Not(ContainSubstring("unsafe"))), path)
		w.Expect(v.header.Get("X-Content-Type-Options")).To(Equal("nosniff"), path)
		w.Expect(v.header.Get("Referrer-Policy")).To(Equal("no-referrer"), path)
		w.Expect(v.header.Get("Cache-Control")).To(Equal("no-store"), path)
	}
}
