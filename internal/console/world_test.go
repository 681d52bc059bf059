package console_test

import (
	"context"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/onsi/gomega"
	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/simulator"
	"dataroom.dev/intralinks-operator/internal/simulator/intralinks"
	"dataroom.dev/intralinks-operator/internal/simulator/luminance"
	"dataroom.dev/intralinks-operator/internal/testenv"
)

// Names of a world's integration and sync.
const (
	production = "production"
	contracts  = "project-heron-contracts"
)

// world is both services, simulated, a namespace of a real API server, and the operator as it ships, with its console.
type world struct {
	*gomega.WithT
	t         *testing.T
	env       *testenv.Env
	namespace string
	services  *simulator.Running
	// console is the origin of the console, and signIn that of the sign-in pages.
	console, signIn string
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{WithT: gomega.NewWithT(t), t: t, env: testenv.Start(t)}
	w.SetDefaultEventuallyTimeout(2 * time.Minute)
	w.SetDefaultEventuallyPollingInterval(50 * time.Millisecond)
	w.namespace = w.env.Namespace(t)
	api, pages := testenv.FreeAddress(t), testenv.FreeAddress(t)
	w.console, w.signIn = "http://"+api, "http://"+pages
	services, err := simulator.Start(t.Context(), simulator.Options{
		Callback: w.signIn + "/auth/callback", Received: filepath.Join(t.TempDir(), "received"), Budget: "unlimited",
	})
	w.must(err)
	w.services = services
	t.Cleanup(func() { w.must(services.Close()) })
	w.env.RunOperator(t, "--external-url="+w.signIn, "--sign-in-bind-address="+pages, "--api-bind-address="+api, "--console",
		"--watch-namespaces="+w.namespace)
	w.Eventually(func() int { return w.newBrowser().get("/console/sign-in").status }).Should(gomega.Equal(http.StatusOK))
	return w
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) create(objects ...client.Object) {
	w.t.Helper()
	for _, object := range objects {
		object.SetNamespace(w.namespace)
		w.must(w.env.Client.Create(w.t.Context(), object))
	}
}

// connect creates the integration, with a service account unless a person is to sign in.
func (w *world) connect(grant v1alpha1.Grant) {
	w.t.Helper()
	w.connectWithin(grant, v1alpha1.RequestBudget{Requests: 1000})
}

// connectWithin creates it with an allowance.
func (w *world) connectWithin(grant v1alpha1.Grant, allowed v1alpha1.RequestBudget) {
	w.t.Helper()
	w.create(&corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: "intralinks"}, StringData: map[string]string{
		"apiKey": intralinks.DefaultAPIKey, "apiSecret": intralinks.DefaultAPISecret}},
		&corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: "luminance"}, StringData: map[string]string{
			"clientID": luminance.DefaultClientID, "clientSecret": luminance.DefaultClientSecret}})
	i := &v1alpha1.IntralinksIntegration{ObjectMeta: metav1.ObjectMeta{Name: production}}
	i.Spec.Intralinks = v1alpha1.IntralinksConnection{Grant: grant, BaseURL: w.services.IntralinksURL, CredentialsSecretRef: v1alpha1.SecretReference{Name: "intralinks"}}
	i.Spec.Luminance = v1alpha1.LuminanceConnection{
		BaseURL: w.services.LuminanceURL, CredentialsSecretRef: v1alpha1.SecretReference{Name: "luminance"},
		RequestBudget: allowed,
	}
	w.create(i)
}

// connects waits until the operator has found that both services answer.
func (w *world) connects() {
	w.t.Helper()
	w.Eventually(func() bool {
		var i v1alpha1.IntralinksIntegration
		w.must(w.env.Client.Get(w.t.Context(), client.ObjectKey{Namespace: w.namespace, Name: production}, &i))
		return meta.IsStatusConditionTrue(i.Status.Conditions, v1alpha1.ReadyCondition)
	}).Should(gomega.BeTrue())
}

// newSync is a FolderSync of /Contracts of Project Heron.
func (w *world) newSync(name string) *v1alpha1.FolderSync {
	s := &v1alpha1.FolderSync{ObjectMeta: metav1.ObjectMeta{Name: name}}
	s.Spec = v1alpha1.FolderSyncSpec{
		IntegrationRef: v1alpha1.IntegrationReference{Name: production},
		Source:         v1alpha1.Source{Exchange: v1alpha1.ExchangeReference{Name: "Project Heron"}, Folder: "/Contracts", Splash: v1alpha1.Splash{Accept: true}},
		Destination:    v1alpha1.Destination{Division: v1alpha1.DivisionReference{Name: "Corporate"}, Folder: "/" + name},
	}
	return s
}

func (w *world) sync(name string) *v1alpha1.FolderSync {
	w.t.Helper()
	var s v1alpha1.FolderSync
	w.must(w.env.Client.Get(context.Background(), client.ObjectKey{Namespace: w.namespace, Name: name}, &s))
	return &s
}

// Rules of people.
var (
	seeing   = rule("get list watch", "foldersyncs", "intralinksintegrations")
	browsing = rule("get", "intralinksintegrations/browse", "foldersyncs/documents")
	editing  = rule("create patch", "foldersyncs")
	signing  = rule("patch", "intralinksintegrations")
)

func rule(verbs string, resources ...string) rbacv1.PolicyRule {
	return rbacv1.PolicyRule{APIGroups: []string{v1alpha1.GroupVersion.Group}, Resources: resources, Verbs: strings.Fields(verbs)}
}

// person creates a service account with rights in the world's namespace, and gives a token of it.
func (w *world) person(name string, rules ...rbacv1.PolicyRule) string {
	w.t.Helper()
	account := &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Name: name}}
	w.create(account)
	if len(rules) > 0 {
		w.create(&rbacv1.Role{ObjectMeta: metav1.ObjectMeta{Name: name}, Rules: rules},
			&rbacv1.RoleBinding{
				ObjectMeta: metav1.ObjectMeta{Name: name},
				RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: name},
				Subjects:   []rbacv1.Subject{{Kind: "ServiceAccount", Namespace: w.namespace, Name: name}},
			})
	}
	request := &authenticationv1.TokenRequest{}
	w.must(w.env.Client.SubResource("token").Create(w.t.Context(), account, request))
	return request.Status.Token
}

// browser keeps cookies and follows redirects, and runs no script.
type browser struct {
	w      *world
	client *http.Client
}

// visited is where a browser has got to.
type visited struct {
	b      *browser
	status int
	path   string
	body   string
	header http.Header
}

func (w *world) newBrowser() *browser {
	w.t.Helper()
	jar, err := cookiejar.New(nil)
	w.must(err)
	return &browser{w: w, client: &http.Client{Jar: jar, Timeout: time.Minute}}
}

func (b *browser) get(path string, header ...string) *visited {
	return b.send(http.MethodGet, path, nil, header...)
}

// post sends a form as a page of the console would.
func (b *browser) post(path string, form url.Values, header ...string) *visited {
	return b.send(http.MethodPost, path, form, append([]string{"Sec-Fetch-Site", "same-origin"}, header...)...)
}

func (b *browser) send(method, path string, form url.Values, header ...string) *visited {
	b.w.t.Helper()
	request, err := http.NewRequestWithContext(b.w.t.Context(), method, b.w.console+path, strings.NewReader(form.Encode()))
	b.w.must(err)
	if form != nil {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	response, err := b.client.Do(request)
	if err != nil {
		return &visited{b: b} // not there yet
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	b.w.must(err)
	return &visited{b: b, status: response.StatusCode, path: response.Request.URL.RequestURI(), body: string(body), header: response.Header}
}

// signsIn gives a browser in which somebody is signed in.
func (w *world) signsIn(token string) *browser {
	w.t.Helper()
	b := w.newBrowser()
	v := b.post("/console/sign-in", url.Values{"token": {token}})
	w.Expect(v.status).To(gomega.Equal(http.StatusOK), v.body)
	w.Expect(v.path).To(gomega.Equal("/console/syncs"))
	return b
}

var proof = regexp.MustCompile(`name="form" value="([^"]+)"`)

// form is what proves that a form is of this page.
func (v *visited) form(more ...string) url.Values {
	v.b.w.t.Helper()
	found := proof.FindStringSubmatch(v.body)
	v.b.w.Expect(found).To(gomega.HaveLen(2), "no form in %s", v.body)
	form := url.Values{"form": {found[1]}}
	for i := 0; i < len(more); i += 2 {
		form.Set(more[i], more[i+1])
	}
	return form
}
