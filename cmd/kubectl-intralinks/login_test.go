package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/gbytes"
	"golang.org/x/net/html"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/simulator/intralinks"
)

// person is one with a browser.
type person struct {
	*operated
	browser *http.Client
	at      *url.URL
	page    string
}

// opens a link.
func (w *operated) opens(link string) *person {
	w.t.Helper()
	jar, err := cookiejar.New(nil)
	w.Expect(err).NotTo(HaveOccurred())
	p := &person{operated: w, browser: &http.Client{Jar: jar}}
	w.Eventually(func() int { return p.visit(http.MethodGet, link, nil) }).Should(Equal(http.StatusOK))
	return p
}

func (p *person) visit(method, address string, form url.Values) int {
	p.t.Helper()
	request, err := http.NewRequestWithContext(p.t.Context(), method, address, strings.NewReader(form.Encode()))
	p.Expect(err).NotTo(HaveOccurred())
	if form != nil {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if p.at != nil {
			request.Header.Set("Origin", p.at.Scheme+"://"+p.at.Host)
		}
	}
	response, err := p.browser.Do(request)
	p.Expect(err).NotTo(HaveOccurred())
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	p.Expect(err).NotTo(HaveOccurred())
	p.at, p.page = response.Request.URL, string(text)
	return response.StatusCode
}

// submits the page's form, with what the person fills in.
func (p *person) submits(filled url.Values) *person {
	p.t.Helper()
	document, err := html.Parse(strings.NewReader(p.page))
	p.Expect(err).NotTo(HaveOccurred())
	form, action := url.Values{}, ""
	for node := range document.Descendants() {
		attributes := map[string]string{}
		for _, a := range node.Attr {
			attributes[a.Key] = a.Val
		}
		switch node.Data {
		case "form":
			action = attributes["action"]
		case "input":
			form.Set(attributes["name"], attributes["value"])
		}
	}
	for name, values := range filled {
		form[name] = values
	}
	to, err := p.at.Parse(action)
	p.Expect(err).NotTo(HaveOccurred())
	p.visit(http.MethodPost, to.String(), form)
	return p
}

// signsIn on both pages, or denies it on the second.
func (p *person) signsIn(action string) {
	p.t.Helper()
	p.submits(nil).submits(url.Values{"email": {intralinks.DefaultEmail}, "password": {intralinks.DefaultPassword}, "action": {action}})
}

func TestLoginAndLogout(t *testing.T) {
	w := newOperated(t)
	w.connect("production", v1alpha1.AuthorizationCodeGrant)
	w.becomes("production", v1alpha1.SignInRequiredReason)

	// A script takes the link somewhere else.
	got := w.run("login", "production", "--no-wait", "-o", "json")
	w.Expect(got.code).To(Equal(exitDone), got.err)
	var link signedIn
	w.Expect(json.Unmarshal([]byte(got.out), &link)).To(Succeed())
	w.Expect(link.SignInURL).To(HavePrefix(w.origin + "/auth/login?"))

	// A person at a terminal, who denies it first.
	for _, c := range []struct {
		action string
		code   int
		says   string
	}{
		{"deny", exitNotInOrder, `Error: production is not connected \(SignInDenied\): `},
		{"signin", exitDone, `production is signed in.*, until .* \(in `},
	} {
		k := w.atTerminal("login", "production", "--no-browser")
		w.Eventually(k.screen).Should(gbytes.Say(`ticket=`))
		w.opens(w.integration("production").Status.SignInURL).signsIn(c.action)
		w.Eventually(k.screen).Should(gbytes.Say(c.says))
		w.Eventually(k.code).Should(Receive(Equal(c.code)))
	}
	w.becomes("production", v1alpha1.ConnectedReason)

	got = w.run("logout", "production")
	w.Expect(got.code).To(Equal(exitDone), got.err)
	w.Expect(got.out).To(HavePrefix("production is signed out"))
	w.Expect(w.services.Intralinks.Stats().TokensRevoked).To(Equal(1))
	w.becomes("production", v1alpha1.SignInRequiredReason)
	w.Expect(w.run("login", "production", "--timeout", "1ms").code).To(Equal(exitTimedOut))
}

func TestNobodySignsInForAServiceAccount(t *testing.T) {
	w := newWorld(t)
	w.createIntegration("robot", v1alpha1.IntralinksIntegrationStatus{}, func(i *v1alpha1.IntralinksIntegration) {
		i.Spec.Intralinks.Grant = v1alpha1.ClientCredentialsGrant
	})
	for _, command := range []string{"login", "logout"} {
		w.Expect(w.run(command, "robot")).To(Equal(outcome{code: exitFailed,
			err: "Error: robot works with a service account (grant ClientCredentials): nobody signs in for it\n" +
				"  kubectl intralinks doctor robot tells whether the account is accepted\n"}))
	}
	w.Expect(w.run("login", "nobody").err).To(HavePrefix("Error: there is no IntralinksIntegration \"nobody\""))
}
