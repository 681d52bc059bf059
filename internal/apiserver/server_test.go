package apiserver_test

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/go-logr/logr"
	. "github.com/onsi/gomega"
	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	"k8s.io/utils/clock"

	"dataroom.dev/intralinks-operator/internal/apiserver"
	"dataroom.dev/intralinks-operator/internal/findings"
	"dataroom.dev/intralinks-operator/internal/guard"
	"dataroom.dev/intralinks-operator/internal/inspect"
	"dataroom.dev/intralinks-operator/internal/testenv"
)

// desk is a server in front of a real API server, in which nothing is set up.
type desk struct {
	*WithT
	t         *testing.T
	env       *testenv.Env
	namespace string
	url       string
	elected   chan struct{}
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{WithT: NewWithT(t), t: t, env: testenv.Start(t), elected: make(chan struct{})}
	d.SetDefaultEventuallyTimeout(time.Minute)
	d.namespace = d.env.Namespace(t)
	hc, err := rest.HTTPClientFor(d.env.Config)
	d.Expect(err).NotTo(HaveOccurred())
	door, err := guard.New(d.env.Config, hc)
	d.Expect(err).NotTo(HaveOccurred())
	server := &apiserver.Server{
		Hosts: []string{"operator.example.com"}, Guard: door, Elected: d.elected, Log: logr.Discard(),
		Leader:    func(context.Context) string { return "operator-b" },
		Inspector: &inspect.Inspector{Objects: d.env.Client, Namespaces: []string{d.namespace}, Clock: clock.RealClock{}},
	}
	server.Handle("/console/", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) }))
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	d.Expect(err).NotTo(HaveOccurred())
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(ctx, listener) }()
	t.Cleanup(func() {
		cancel()
		d.Expect(<-ended).To(Succeed())
	})
	d.url = "http://" + listener.Addr().String()
	return d
}

// token of a new service account with rights, in the desk's namespace.
func (d *desk) token(name string, rights ...apiserver.Right) string {
	d.t.Helper()
	account := &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: d.namespace, Name: name}}
	d.Expect(d.env.Client.Create(d.t.Context(), account)).To(Succeed())
	role := &rbacv1.Role{ObjectMeta: metav1.ObjectMeta{Namespace: d.namespace, Name: name}}
	for _, r := range rights {
		resource := strings.TrimSuffix(r.Resource+"/"+r.Subresource, "/")
		role.Rules = append(role.Rules, rbacv1.PolicyRule{APIGroups: []string{"dataroom.dev"}, Resources: []string{resource}, Verbs: []string{r.Verb}, ResourceNames: []string{"heron"}})
	}
	d.Expect(d.env.Client.Create(d.t.Context(), role)).To(Succeed())
	d.Expect(d.env.Client.Create(d.t.Context(), &rbacv1.RoleBinding{
		ObjectMeta: metav1.ObjectMeta{Namespace: d.namespace, Name: name}, RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: name},
		Subjects: []rbacv1.Subject{{Kind: "ServiceAccount", Namespace: d.namespace, Name: name}},
	})).To(Succeed())
	request := &authenticationv1.TokenRequest{}
	d.Expect(d.env.Client.SubResource("token").Create(d.t.Context(), account, request)).To(Succeed())
	return request.Status.Token
}

// ask sends a request and gives the status, and the error where that is what came.
func (d *desk) ask(method, path, token string, headers ...string) (status int, refusal findings.Error) {
	d.t.Helper()
	req, err := http.NewRequestWithContext(d.t.Context(), method, d.url+path, http.NoBody)
	d.Expect(err).NotTo(HaveOccurred())
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
		if headers[i] == "Host" {
			req.Host = headers[i+1]
		}
	}
	resp, err := http.DefaultClient.Do(req)
	d.Expect(err).NotTo(HaveOccurred())
	defer resp.Body.Close()
	_ = json.NewDecoder(resp.Body).Decode(&refusal) // where it is one
	return resp.StatusCode, refusal
}

func (d *desk) sync(name, question string) string {
	return apiserver.Prefix + d.namespace + "/foldersyncs/" + name + "/" + question
}

func (d *desk) integration(name, question string) string {
	return apiserver.Prefix + d.namespace + "/intralinksintegrations/" + name + "/" + question
}

// TestEachQuestionHasItsRight: whoever has one right has no other, and none on another object. That nobody has created the
// object is told only to those who may ask.
func TestEachQuestionHasItsRight(t *testing.T) {
	d := newDesk(t)
	close(d.elected)
	rights := map[string]apiserver.Right{
		"browser": apiserver.Browse, "viewer": apiserver.SeeIntegration, "auditor": apiserver.SeeDocuments, "verifier": apiserver.Verify,
	}
	tokens := map[string]string{}
	for name, right := range rights {
		tokens[name] = d.token(name, right)
	}
	for _, q := range []struct{ method, path, who string }{
		{"GET", d.integration("heron", "exchanges"), "browser"},
		{"GET", d.integration("heron", "exchanges/7100015"), "browser"},
		{"GET", d.integration("heron", "tree?exchange=7100015"), "browser"},
		{"GET", d.integration("heron", "divisions"), "browser"},
		{"GET", d.integration("heron", "folders?division=11"), "browser"},
		{"GET", d.integration("heron", "allowance"), "viewer"},
		{"GET", d.sync("heron", "plan"), "auditor"},
		{"GET", d.sync("heron", "problems"), "auditor"},
		{"GET", d.sync("heron", "documents"), "auditor"},
		{"GET", d.sync("heron", "register"), "auditor"},
		{"GET", d.sync("heron", "verify"), "verifier"},
		{"POST", d.sync("heron", "verify"), "verifier"},
	} {
		d.Eventually(func() int { status, _ := d.ask(q.method, q.path, tokens[q.who]); return status }).Should(Equal(http.StatusNotFound), q.path)
		for name, token := range tokens {
			if name != q.who {
				status, refusal := d.ask(q.method, q.path, token)
				d.Expect(status).To(Equal(http.StatusForbidden), "%s as %s", q.path, name)
				d.Expect(refusal.Message).To(ContainSubstring(rights[q.who].String()))
			}
		}
		other := strings.Replace(q.path, "/heron/", "/osprey/", 1)
		status, _ := d.ask(q.method, other, tokens[q.who])
		d.Expect(status).To(Equal(http.StatusForbidden), other)
		elsewhere := strings.Replace(q.path, d.namespace, "kube-system", 1)
		status, _ = d.ask(q.method, elsewhere, tokens[q.who])
		d.Expect(status).To(Equal(http.StatusForbidden), elsewhere)
	}
}

func TestWhoIsTurnedAway(t *testing.T) {
	d := newDesk(t)
	close(d.elected)
	token := d.token("auditor", apiserver.SeeDocuments)
	path := d.sync("heron", "documents")
	d.Eventually(func() int { status, _ := d.ask("GET", path, token); return status }).Should(Equal(http.StatusNotFound))
	for _, tt := range []struct {
		name, method, path, token string
		headers                   []string
		status                    int
	}{
		{"without a token", "GET", path, "", nil, http.StatusUnauthorized},
		{"with an invented token", "GET", path, token + "x", nil, http.StatusUnauthorized},
		{"by another method", "PUT", path, token, nil, http.StatusNotFound},
		{"from another site", "GET", path, token, []string{"Sec-Fetch-Site", "cross-site"}, http.StatusForbidden},
		{"from another origin", "GET", path, token, []string{"Origin", "https://evil.example.com"}, http.StatusForbidden},
		{"from another site, changing", "POST", path, token, []string{"Sec-Fetch-Site", "cross-site"}, http.StatusForbidden},
		{"under another name", "GET", path, token, []string{"Host", "evil.example.com"}, http.StatusMisdirectedRequest},
		{"under another name with a port", "GET", path, token, []string{"Host", "evil.example.com:8083"}, http.StatusMisdirectedRequest},
		{"as localhost", "GET", path, token, []string{"Host", "localhost:8083"}, http.StatusNotFound},
		{"as its name", "GET", path, token, []string{"Host", "Operator.example.com"}, http.StatusNotFound},
		{"with an object that can't be", "GET", d.sync("No%2F..", "documents"), token, nil, http.StatusBadRequest},
		{"with a bad limit", "GET", path + "?limit=0", token, nil, http.StatusBadRequest},
		{"at no question", "GET", d.sync("heron", "everything"), token, nil, http.StatusNotFound},
		{"pages, under another name", "GET", "/console/", "", []string{"Host", "evil.example.com"}, http.StatusMisdirectedRequest},
		{"pages, changing from another site", "POST", "/console/", "", []string{"Sec-Fetch-Site", "cross-site"}, http.StatusForbidden},
		{"pages, by a link from another site", "GET", "/console/", "", []string{"Sec-Fetch-Site", "cross-site"}, http.StatusTeapot},
	} {
		t.Run(tt.name, func(t *testing.T) {
			status, _ := d.ask(tt.method, tt.path, tt.token, tt.headers...)
			NewWithT(t).Expect(status).To(Equal(tt.status))
		})
	}
}

// TestOnlyTheLeaderAnswers, and only those who may ask are told who that is.
func TestOnlyTheLeaderAnswers(t *testing.T) {
	d := newDesk(t)
	token := d.token("auditor", apiserver.SeeDocuments)
	path := d.sync("heron", "documents")
	d.Eventually(func() int { status, _ := d.ask("GET", path, token); return status }).Should(Equal(http.StatusServiceUnavailable))
	_, refusal := d.ask("GET", path, token)
	d.Expect(refusal).To(And(HaveField("Reason", findings.NotLeaderReason), HaveField("Leader", "operator-b"), HaveField("Message", ContainSubstring("operator-b"))))
	status, _ := d.ask("GET", path, "")
	d.Expect(status).To(Equal(http.StatusUnauthorized))
	close(d.elected)
	status, _ = d.ask("GET", path, token)
	d.Expect(status).To(Equal(http.StatusNotFound), "that is an answer")
}
