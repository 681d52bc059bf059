package guard_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/go-logr/logr"
	. "github.com/onsi/gomega"
	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"dataroom.dev/intralinks-operator/internal/guard"
	"dataroom.dev/intralinks-operator/internal/testenv"
)

// door is a guarded server of a real API server's people.
type door struct {
	*WithT
	t         *testing.T
	env       *testenv.Env
	namespace string
	url       string
}

func newDoor(t *testing.T, config *rest.Config, env *testenv.Env) *door {
	t.Helper()
	d := &door{WithT: NewWithT(t), t: t, env: env, namespace: env.Namespace(t)}
	hc, err := rest.HTTPClientFor(config)
	d.Expect(err).NotTo(HaveOccurred())
	filter, err := guard.Filter(config, hc)
	d.Expect(err).NotTo(HaveOccurred())
	guarded, err := filter(logr.Discard(), http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) }))
	d.Expect(err).NotTo(HaveOccurred())
	server := httptest.NewServer(guarded)
	t.Cleanup(server.Close)
	d.url = server.URL
	return d
}

// token is that of a new service account.
func (d *door) token(name string) string {
	d.t.Helper()
	account := &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: d.namespace, Name: name}}
	d.Expect(d.env.Client.Create(d.t.Context(), account)).To(Succeed())
	request := &authenticationv1.TokenRequest{}
	d.Expect(d.env.Client.SubResource("token").Create(d.t.Context(), account, request)).To(Succeed())
	return request.Status.Token
}

// allow gives a service account the right to do something at a path.
func (d *door) allow(name, path, verb string) {
	d.t.Helper()
	role := &rbacv1.ClusterRole{
		ObjectMeta: metav1.ObjectMeta{Name: d.namespace + "-" + name + "-" + verb},
		Rules:      []rbacv1.PolicyRule{{NonResourceURLs: []string{path}, Verbs: []string{verb}}},
	}
	binding := &rbacv1.ClusterRoleBinding{
		ObjectMeta: metav1.ObjectMeta{Name: role.Name},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: role.Name},
		Subjects:   []rbacv1.Subject{{Kind: "ServiceAccount", Namespace: d.namespace, Name: name}},
	}
	for _, object := range []client.Object{role, binding} {
		d.Expect(d.env.Client.Create(d.t.Context(), object)).To(Succeed())
		d.t.Cleanup(func() { _ = d.env.Client.Delete(context.Background(), object) })
	}
}

// answers gives the status of an answer.
func (d *door) answers(method, path, authorization string) int {
	d.t.Helper()
	req, err := http.NewRequestWithContext(d.t.Context(), method, d.url+path, http.NoBody)
	d.Expect(err).NotTo(HaveOccurred())
	if authorization != "" {
		req.Header.Set("Authorization", authorization)
	}
	resp, err := http.DefaultClient.Do(req)
	d.Expect(err).NotTo(HaveOccurred())
	defer resp.Body.Close()
	return resp.StatusCode
}

func TestOnlyWhoMayComesIn(t *testing.T) {
	env := testenv.Start(t)
	d := newDoor(t, env.Config, env)
	scraper, stranger := d.token("scraper"), d.token("stranger")
	d.allow("scraper", "/metrics", "get")

	d.Eventually(func() int { return d.answers("GET", "/metrics", "Bearer "+scraper) }).Should(Equal(http.StatusOK))
	for _, tt := range []struct {
		name, method, path, authorization string
		status                            int
	}{
		{"without a token", "GET", "/metrics", "", http.StatusUnauthorized},
		{"an empty token", "GET", "/metrics", "Bearer ", http.StatusUnauthorized},
		{"another scheme", "GET", "/metrics", "Basic " + scraper, http.StatusUnauthorized},
		{"an invented token", "GET", "/metrics", "Bearer " + scraper + "x", http.StatusUnauthorized},
		{"somebody without the right", "GET", "/metrics", "Bearer " + stranger, http.StatusForbidden},
		{"another path", "GET", "/debug/log-level", "Bearer " + scraper, http.StatusForbidden},
		{"another method", "PUT", "/metrics", "Bearer " + scraper, http.StatusForbidden},
	} {
		t.Run(tt.name, func(t *testing.T) {
			NewWithT(t).Expect(d.answers(tt.method, tt.path, tt.authorization)).To(Equal(tt.status))
		})
	}
}

func TestARightThatIsTakenAwayIsGone(t *testing.T) {
	env := testenv.Start(t)
	d := newDoor(t, env.Config, env)
	token := d.token("scraper")
	d.allow("scraper", "/metrics", "get")
	d.Eventually(func() int { return d.answers("GET", "/metrics", "Bearer "+token) }).Should(Equal(http.StatusOK))

	d.Expect(env.Client.Delete(t.Context(), &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: d.namespace, Name: "scraper"}})).To(Succeed())
	d.Eventually(func() int { return d.answers("GET", "/metrics", "Bearer "+token) }).WithTimeout(time.Minute).Should(Equal(http.StatusUnauthorized))
}

func TestNobodyComesInWhileNobodyCanBeAsked(t *testing.T) {
	env := testenv.Start(t)
	// Nobody listens there.
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	d := newDoor(t, &rest.Config{Host: closed.URL}, env)

	NewWithT(t).Expect(d.answers("GET", "/metrics", "Bearer whatever")).To(Equal(http.StatusServiceUnavailable))
	NewWithT(t).Expect(d.answers("GET", "/metrics", "")).To(Equal(http.StatusUnauthorized))
}
