package apiclient_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/go-logr/logr"
	. "github.com/onsi/gomega"
	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
	"k8s.io/utils/clock"

	"dataroom.dev/intralinks-operator/internal/apiclient"
	"dataroom.dev/intralinks-operator/internal/apiserver"
	"dataroom.dev/intralinks-operator/internal/findings"
	"dataroom.dev/intralinks-operator/internal/guard"
	"dataroom.dev/intralinks-operator/internal/inspect"
	"dataroom.dev/intralinks-operator/internal/testenv"
)

// cluster is a real API server with a node, on which replicas of the operator's API run.
type cluster struct {
	*WithT
	t         *testing.T
	env       *testenv.Env
	namespace string
	kubelet   *kubelet
	node      string
}

func newCluster(t *testing.T) *cluster {
	t.Helper()
	c := &cluster{WithT: NewWithT(t), t: t, env: testenv.Start(t), kubelet: newKubelet(t)}
	c.namespace = c.env.Namespace(t)
	c.node = c.namespace
	node := &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: c.node}}
	c.Expect(c.env.Client.Create(t.Context(), node)).To(Succeed())
	t.Cleanup(func() { _ = c.env.Client.Delete(context.Background(), node) })
	node.Status.Addresses = []corev1.NodeAddress{{Type: corev1.NodeInternalIP, Address: "127.0.0.1"}}
	node.Status.DaemonEndpoints.KubeletEndpoint.Port = c.kubelet.port(t)
	c.Expect(c.env.Client.Status().Update(t.Context(), node)).To(Succeed())
	return c
}

// replica is a pod of the operator that serves the API. The one that leads answers; the others name it.
func (c *cluster) replica(name, leader string, ready bool) {
	c.t.Helper()
	hc, err := rest.HTTPClientFor(c.env.Config)
	c.Expect(err).NotTo(HaveOccurred())
	door, err := guard.New(c.env.Config, hc)
	c.Expect(err).NotTo(HaveOccurred())
	elected := make(chan struct{})
	if name == leader {
		close(elected)
	}
	server := &apiserver.Server{
		Guard: door, Elected: elected, Leader: func(context.Context) string { return leader }, Log: logr.Discard(),
		Inspector: &inspect.Inspector{Objects: c.env.Client, Clock: clock.RealClock{}},
	}
	listener, err := (&net.ListenConfig{}).Listen(c.t.Context(), "tcp", "127.0.0.1:0")
	c.Expect(err).NotTo(HaveOccurred())
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(ctx, listener) }()
	c.t.Cleanup(func() {
		cancel()
		c.Expect(<-ended).To(Succeed())
	})
	_, port, err := net.SplitHostPort(listener.Addr().String())
	c.Expect(err).NotTo(HaveOccurred())
	number, err := strconv.ParseInt(port, 10, 32)
	c.Expect(err).NotTo(HaveOccurred())
	c.pod(name, int32(number), ready)
}

func (c *cluster) pod(name string, port int32, ready bool) {
	c.t.Helper()
	pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: c.namespace, Name: name, Labels: map[string]string{"app.kubernetes.io/name": "intralinks-operator"}}}
	pod.Spec.NodeName = c.node
	pod.Spec.Containers = []corev1.Container{{Name: "manager", Image: "manager", Ports: []corev1.ContainerPort{{Name: "api", ContainerPort: port}}}}
	c.Expect(c.env.Client.Create(c.t.Context(), pod)).To(Succeed())
	pod.Status.Phase = corev1.PodRunning
	if ready {
		pod.Status.Conditions = []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionTrue}}
	}
	c.Expect(c.env.Client.Status().Update(c.t.Context(), pod)).To(Succeed())
}

// auditor is a service account that may see the documents of all syncs of the namespace, and reach the operator.
func (c *cluster) auditor() (token string) {
	c.t.Helper()
	account := &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: c.namespace, Name: "auditor"}}
	c.Expect(c.env.Client.Create(c.t.Context(), account)).To(Succeed())
	c.Expect(c.env.Client.Create(c.t.Context(), &rbacv1.Role{ObjectMeta: metav1.ObjectMeta{Namespace: c.namespace, Name: "auditor"}, Rules: []rbacv1.PolicyRule{
		{APIGroups: []string{"dataroom.dev"}, Resources: []string{"foldersyncs/documents"}, Verbs: []string{"get"}},
		{APIGroups: []string{""}, Resources: []string{"pods"}, Verbs: []string{"get", "list"}},
		{APIGroups: []string{""}, Resources: []string{"pods/portforward"}, Verbs: []string{"create", "get"}},
	}})).To(Succeed())
	c.Expect(c.env.Client.Create(c.t.Context(), &rbacv1.RoleBinding{
		ObjectMeta: metav1.ObjectMeta{Namespace: c.namespace, Name: "auditor"}, RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: "auditor"},
		Subjects: []rbacv1.Subject{{Kind: "ServiceAccount", Namespace: c.namespace, Name: "auditor"}},
	})).To(Succeed())
	request := &authenticationv1.TokenRequest{}
	c.Expect(c.env.Client.SubResource("token").Create(c.t.Context(), account, request)).To(Succeed())
	return request.Status.Token
}

// as is the kubeconfig of somebody with a token.
func (c *cluster) as(token string) *rest.Config {
	config := rest.AnonymousClientConfig(c.env.Config)
	config.BearerToken = token
	return config
}

// asks wants the plan of a sync that there is none of: that it is missing tells the leader, and nobody else.
func (c *cluster) asks(o apiclient.Options) error {
	c.t.Helper()
	client, err := apiclient.New(c.t.Context(), o)
	if err != nil {
		return err
	}
	defer client.Close()
	_, err = client.Plan(c.t.Context(), apiclient.Object{Namespace: c.namespace, Name: "heron"})
	return err
}

func TestTheLeaderIsFoundByAPortForward(t *testing.T) {
	c := newCluster(t)
	token := c.auditor()
	c.replica("operator-a", "operator-c", true)
	c.replica("operator-b", "operator-c", true)
	c.replica("operator-c", "operator-c", false)
	var err error
	c.Eventually(func() error { // until the right is there
		err = c.asks(apiclient.Options{Config: c.as(token), OperatorNamespace: c.namespace})
		return err
	}).WithTimeout(time.Minute).Should(MatchError(ContainSubstring("there is no FolderSync")))
	last := c.kubelet.forwarded()
	c.Expect(last[len(last)-2:]).To(Equal([]string{"operator-a", "operator-c"}), "a ready one first, and then the one that it names")
}

func TestAPodThatDoesNotAnswerIsPassedBy(t *testing.T) {
	c := newCluster(t)
	token := c.auditor()
	closed, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	c.Expect(err).NotTo(HaveOccurred())
	port := closed.Addr().(*net.TCPAddr).Port
	c.Expect(closed.Close()).To(Succeed())
	c.pod("operator-a", int32(port), true)
	c.replica("operator-b", "operator-b", false)
	c.Eventually(func() error {
		return c.asks(apiclient.Options{Config: c.as(token), OperatorNamespace: c.namespace})
	}).WithTimeout(time.Minute).Should(MatchError(ContainSubstring("there is no FolderSync")))
}

// TestAPodThatCallsItselfTheOperatorElsewhereGetsNoToken: anybody who may make a pod may label it.
func TestAPodThatCallsItselfTheOperatorElsewhereGetsNoToken(t *testing.T) {
	c := newCluster(t)
	c.auditor()
	c.replica("impostor", "impostor", true)
	none, _ := errors.AsType[*apiclient.NoOperatorError](c.asks(apiclient.Options{Config: c.env.Config, ServiceAccountNamespace: c.namespace, ServiceAccount: "auditor"}))
	c.Expect(none).To(HaveValue(Equal(apiclient.NoOperatorError{Namespace: apiclient.DefaultNamespace})))
	c.Expect(c.kubelet.forwarded()).To(BeEmpty())
}

func TestWhereNobodyIs(t *testing.T) {
	c := newCluster(t)
	token := c.auditor()
	c.Eventually(func() *apiclient.NoOperatorError {
		none, _ := errors.AsType[*apiclient.NoOperatorError](c.asks(apiclient.Options{Config: c.as(token), OperatorNamespace: c.namespace}))
		return none
	}).WithTimeout(time.Minute).Should(HaveValue(Equal(apiclient.NoOperatorError{Namespace: c.namespace})))
	c.Expect(c.asks(apiclient.Options{Config: c.env.Config, ServiceAccountNamespace: c.namespace, ServiceAccount: "auditor", URL: "http://127.0.0.1:1"})).
		To(MatchError(ContainSubstring("ask the operator")))

	stranger := serve(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>")) })
	c.Expect(c.asks(apiclient.Options{Config: c.as(token), URL: stranger})).To(MatchError(ContainSubstring("is not the operator's API")))
}

// TestTheTokenComesByEveryWayOfAKubeconfig, and what can't be handed on is told.
func TestTheTokenComesByEveryWayOfAKubeconfig(t *testing.T) {
	g := NewWithT(t)
	seen := make(chan string, 1)
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		seen <- r.Header.Get("Authorization")
		w.WriteHeader(http.StatusNotFound)
	})
	file := filepath.Join(t.TempDir(), "token")
	g.Expect(os.WriteFile(file, []byte("from a file\n"), 0o600)).To(Succeed())
	plugin := filepath.Join(t.TempDir(), "plugin")
	g.Expect(os.WriteFile(plugin, []byte(`#!/bin/sh
echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"from a plugin"}}'
`), 0o700)).To(Succeed())
	for want, config := range map[string]*rest.Config{
		"Bearer written in it": {BearerToken: "written in it"},
		"Bearer from a file":   {BearerTokenFile: file},
		"Bearer from a plugin": {ExecProvider: &clientcmdapi.ExecConfig{
			Command: plugin, APIVersion: "client.authentication.k8s.io/v1", InteractiveMode: clientcmdapi.NeverExecInteractiveMode,
		}},
	} {
		config.Host = "https://cluster.example.com"
		client, err := apiclient.New(t.Context(), apiclient.Options{Config: config, URL: url})
		g.Expect(err).NotTo(HaveOccurred())
		_, err = client.Exchanges(t.Context(), apiclient.Object{Namespace: "deals", Name: "production"})
		g.Expect(err).To(HaveOccurred())
		g.Expect(<-seen).To(Equal(want))
		client.Close()
	}
	for by, config := range map[string]*rest.Config{
		"a certificate":     {},
		"name and password": {Username: "me", Password: "secret"},
		"impersonated":      {BearerToken: "mine", Impersonate: rest.ImpersonationConfig{UserName: "another"}},
	} {
		config.Host = "https://cluster.example.com"
		_, err := apiclient.New(t.Context(), apiclient.Options{Config: config, URL: url})
		g.Expect(err).To(MatchError(ContainSubstring(by)))
	}
}

// TestAnAnswerThatIsCutOffIsNoAnswer: without its last line nobody knows whether it is whole.
func TestAnAnswerThatIsCutOffIsNoAnswer(t *testing.T) {
	g := NewWithT(t)
	for name, body := range map[string]string{
		"in a line":        `{"plan":{"upload":1}}` + "\n" + `{"action":{"act`,
		"between lines":    `{"plan":{"upload":1}}` + "\n",
		"with an error":    `{"plan":{"upload":1}}` + "\n" + `{"error":{"code":503,"reason":"Unavailable","message":"gone"}}`,
		"before the first": "",
	} {
		url := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", findings.MediaTypeLines)
			_, _ = w.Write([]byte(body))
		})
		client, err := apiclient.New(t.Context(), apiclient.Options{Config: &rest.Config{BearerToken: "mine"}, URL: url})
		g.Expect(err).NotTo(HaveOccurred())
		_, err = client.Plan(t.Context(), apiclient.Object{Namespace: "deals", Name: "heron"})
		g.Expect(err).To(MatchError(Or(ContainSubstring("cut off"), ContainSubstring("gone"))), name)
		client.Close()
	}
}

func serve(t *testing.T, handler http.HandlerFunc) string {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: time.Minute}
	go func() { _ = server.Serve(listener) }() // ends with ErrServerClosed
	t.Cleanup(func() { _ = server.Close() })
	return "http://" + listener.Addr().String()
}
