package controllers_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
)

// forPeople is an integration that a person signs in for.
func forPeople(change ...func(*v1alpha1.IntralinksIntegration)) func(*v1alpha1.IntralinksIntegration) {
	return func(i *v1alpha1.IntralinksIntegration) {
		i.Spec.Intralinks.Grant = v1alpha1.AuthorizationCodeGrant
		for _, f := range change {
			f(i)
		}
	}
}

func byV2(i *v1alpha1.IntralinksIntegration) {
	i.Spec.Intralinks.AuthAPIVersion = v1alpha1.AuthAPIVersionV2
}

// newWorldForPeople has an integration by v2 that waits for a sign-in, with more wishes.
func newWorldForPeople(t *testing.T, change ...func(*v1alpha1.IntralinksIntegration)) *world {
	t.Helper()
	w := newWorld(t)
	w.must(w.source.Control().Set("refreshGrant", "on"))
	w.createSecrets()
	w.createIntegration(forPeople(append([]func(*v1alpha1.IntralinksIntegration){byV2}, change...)...))
	w.connects("False", v1alpha1.SignInRequiredReason)
	return w
}

var asked atomic.Int64

// asksForLink asks for a link, as a person does with kubectl, and gives it.
func (w *world) asksForLink() string {
	w.t.Helper()
	value := "wish-" + strconv.FormatInt(asked.Add(1), 10)
	w.changeIntegration(func(i *v1alpha1.IntralinksIntegration) {
		metav1.SetMetaDataAnnotation(&i.ObjectMeta, v1alpha1.SignInRequestAnnotation, value)
	})
	var link string
	w.eventually(func(g gomega.Gomega) {
		i := w.integration()
		g.Expect(i.Status.LastHandledSignInAt).To(gomega.Equal(value))
		link = i.Status.SignInURL
	})
	w.Expect(ticketOf(link)).NotTo(gomega.BeEmpty())
	w.hush.addLong(ticketOf(link))
	// The pages read a cache, which may lag behind a little.
	b := w.newBrowser()
	w.eventually(func(g gomega.Gomega) { g.Expect(b.open(link).status).To(gomega.Equal(200)) })
	return link
}

func ticketOf(link string) string {
	u, err := url.Parse(link)
	if err != nil {
		return ""
	}
	return u.Query().Get("ticket")
}

// reachesIntralinks opens a link and goes on to Intralinks' page.
func (b *browser) reachesIntralinks(link string) *visited {
	b.w.t.Helper()
	v := b.open(link).submit()
	b.w.Expect(v.status).To(gomega.Equal(200), v.body)
	b.w.Expect(v.url.Path).To(gomega.Equal("/login"), "on %s", v.url.Host)
	return v
}

// fillsIn signs in on Intralinks' page, which leads back to the callback.
func (v *visited) fillsIn(account string) *visited {
	v.b.w.t.Helper()
	return v.submit("email", account, "password", password, "action", "signin")
}

// signsIn is the whole way.
func (w *world) signsIn(account string) *visited {
	w.t.Helper()
	v := w.newBrowser().reachesIntralinks(w.asksForLink()).fillsIn(account)
	w.Expect(v.status).To(gomega.Equal(200), v.text())
	return v
}

// saysOfSignIn waits until the integration isn't ready for a reason, and expects words in its message.
func (w *world) saysOfSignIn(reason string, words ...string) *v1alpha1.IntralinksIntegration {
	w.t.Helper()
	i := w.connects("False", reason)
	for _, word := range words {
		w.Expect(readyOf(i.Status.Conditions).Message).To(gomega.ContainSubstring(word))
	}
	return i
}

// tokenSecret is the Secret of the tokens, as it stands.
func (w *world) tokenSecret() *corev1.Secret {
	w.t.Helper()
	var secret corev1.Secret
	w.must(w.client.Get(context.Background(), w.key(production+"-intralinks-token"), &secret))
	return &secret
}

// callbackWith is the callback's address with a query.
func (w *world) callbackWith(query string) string {
	return fmt.Sprintf("%s/auth/callback?%s", w.pagesURL, query)
}

// stopsAtCallback fills in Intralinks' page, and doesn't follow to the callback: its address is what is given.
func (v *visited) stopsAtCallback(account string) string {
	w := v.b.w
	w.t.Helper()
	action, form := v.form()
	form.Set("email", account)
	form.Set("password", password)
	form.Set("action", "signin")
	staying := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	req, err := http.NewRequestWithContext(w.t.Context(), http.MethodPost, action, strings.NewReader(form.Encode()))
	w.must(err)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := staying.Do(req)
	w.must(err)
	_ = resp.Body.Close()
	to, err := resp.Location()
	w.must(err)
	w.hush.addLong(to.Query().Get("state"), to.Query().Get("code"))
	return to.String()
}

func secretOf(w *world, name string) *corev1.Secret {
	return &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: w.namespace, Name: name}}
}
