package rightstest

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"

	"github.com/onsi/gomega"
	"golang.org/x/net/html"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
)

// A person's account of Intralinks.
const (
	person   = "partner@firm.example"
	password = "a password"
)

// signsIn has a person sign in for an integration, once more than it takes, so that tokens are replaced as well.
func (w *world) signsIn() {
	w.t.Helper()
	w.createIntegration(byPeople, func(i *v1alpha1.IntralinksIntegration) {
		i.Spec.Intralinks.Grant = v1alpha1.AuthorizationCodeGrant
	})
	for _, wish := range []string{"one", "two"} {
		link := w.linkFor(wish)
		jar, err := cookiejar.New(nil)
		w.must(err)
		browser := &http.Client{Jar: jar}
		page := w.visit(browser, http.MethodGet, link, nil)
		page = w.submit(browser, page, nil)
		page = w.submit(browser, page, url.Values{"email": {person}, "password": {password}, "action": {"signin"}})
		w.Expect(page.status).To(gomega.Equal(http.StatusOK), page.body)
		w.Eventually(func(g gomega.Gomega) {
			i := w.integration(byPeople)
			g.Expect(meta.IsStatusConditionTrue(i.Status.Conditions, v1alpha1.ReadyCondition)).To(gomega.BeTrue())
		}).Should(gomega.Succeed())
	}
}

// linkFor asks for a link to sign in by, and waits for it.
func (w *world) linkFor(wish string) (link string) {
	w.t.Helper()
	w.Eventually(func(g gomega.Gomega) {
		i := w.integration(byPeople)
		before := i.DeepCopy()
		metav1.SetMetaDataAnnotation(&i.ObjectMeta, v1alpha1.SignInRequestAnnotation, wish)
		g.Expect(w.client.Patch(w.t.Context(), i, client.MergeFrom(before))).To(gomega.Succeed())
		g.Expect(i.Status.LastHandledSignInAt).To(gomega.Equal(wish))
		link = i.Status.SignInURL
		g.Expect(link).To(gomega.ContainSubstring("ticket="))
	}).Should(gomega.Succeed())
	return link
}

func (w *world) integration(name string) *v1alpha1.IntralinksIntegration {
	w.t.Helper()
	var i v1alpha1.IntralinksIntegration
	w.must(w.client.Get(w.t.Context(), client.ObjectKey{Namespace: w.deals, Name: name}, &i))
	return &i
}

// page is where a browser has got to.
type page struct {
	status int
	url    *url.URL
	body   string
}

func (w *world) visit(browser *http.Client, method, address string, form url.Values) page {
	w.t.Helper()
	req, err := http.NewRequestWithContext(w.t.Context(), method, address, strings.NewReader(form.Encode()))
	w.must(err)
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Sec-Fetch-Site", "same-origin")
		req.Header.Set("Origin", req.URL.Scheme+"://"+req.URL.Host)
	}
	resp, err := browser.Do(req)
	w.must(err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	w.must(err)
	return page{resp.StatusCode, resp.Request.URL, string(body)}
}

// submit sends the form of a page, with what a person fills in.
func (w *world) submit(browser *http.Client, on page, filled url.Values) page {
	w.t.Helper()
	root, err := html.Parse(strings.NewReader(on.body))
	w.must(err)
	action, form := "", url.Values{}
	for n := range root.Descendants() {
		attributes := map[string]string{}
		for _, a := range n.Attr {
			attributes[a.Key] = a.Val
		}
		switch n.Data {
		case "form":
			to, err := on.url.Parse(attributes["action"])
			w.must(err)
			action = to.String()
		case "input":
			form.Set(attributes["name"], attributes["value"])
		}
	}
	w.Expect(action).NotTo(gomega.BeEmpty(), "no form on %s: %s", on.url, on.body)
	for name, values := range filled {
		form[name] = values
	}
	return w.visit(browser, http.MethodPost, action, form)
}
