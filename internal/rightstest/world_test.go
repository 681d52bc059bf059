package rightstest

import (
	"net/http/httptest"
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
	"dataroom.dev/intralinks-operator/internal/simulator/dataroom"
	intralinkssim "dataroom.dev/intralinks-operator/internal/simulator/intralinks"
	luminancesim "dataroom.dev/intralinks-operator/internal/simulator/luminance"
	"dataroom.dev/intralinks-operator/internal/testenv"
)

// patience is how long anything is waited for: far above what it takes, because the machine may be busy.
const patience = 2 * time.Minute

// Names of the objects.
const (
	production = "production"
	byPeople   = "by-people"
	contracts  = "contracts"
)

// world is an API server that notes who asks for what, both services, and a namespace for deals.
type world struct {
	*gomega.WithT
	t      *testing.T
	env    *testenv.Env
	client client.Client
	// own is the operator's namespace, deals that of the objects.
	own, deals           string
	room                 *dataroom.Room
	source               *intralinkssim.Server
	sourceURL, targetURL string
}

// TestMain has the API server note everything.
func TestMain(m *testing.M) {
	testenv.WithAuditLog()
	m.Run()
}

func newWorld(t *testing.T) *world {
	t.Helper()
	env := testenv.Start(t)
	w := &world{
		WithT: gomega.NewWithT(t), t: t, env: env, client: env.Client, own: env.Namespace(t), deals: env.Namespace(t), room: dataroom.New(1),
	}
	w.SetDefaultEventuallyTimeout(patience)
	w.SetDefaultEventuallyPollingInterval(20 * time.Millisecond)
	w.add("Heronlease", "the lease")
	w.source = intralinkssim.New(intralinkssim.Options{
		Exchanges: []intralinkssim.Exchange{{ID: 7100015, Name: "Project Heron", Room: w.room}},
		Apps:      []intralinkssim.App{{Key: "key", Secret: "secret"}},
		Accounts:  []intralinkssim.Account{{Email: person, Password: password}},
	})
	w.must(w.source.Control().Set("refreshGrant", "on"))
	source, pages := httptest.NewServer(w.source), httptest.NewServer(w.source.SignInPages())
	t.Cleanup(source.Close)
	t.Cleanup(pages.Close)
	w.source.SetSignInURL(pages.URL)
	simulator, err := luminancesim.New(luminancesim.Options{ClientID: "client", ClientSecret: "secret"})
	w.must(err)
	target := httptest.NewServer(simulator)
	t.Cleanup(target.Close)
	w.sourceURL, w.targetURL = source.URL, target.URL
	return w
}

// add puts a document into the exchange.
func (w *world) add(name, content string) {
	w.t.Helper()
	_, err := w.room.AddDocument(0, name, ".txt", dataroom.Bytes(content))
	w.must(err)
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) create(object client.Object) {
	w.t.Helper()
	if err := w.client.Create(w.t.Context(), object); err != nil {
		w.t.Fatalf("create %T %s: %v", object, object.GetName(), err)
	}
}

// token gives a token of a service account of the operator's namespace.
func (w *world) token(name string) string {
	w.t.Helper()
	account := &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: w.own, Name: name}}
	request := &authenticationv1.TokenRequest{}
	w.must(w.client.SubResource("token").Create(w.t.Context(), account, request))
	return request.Status.Token
}

// accountWith creates a service account that has a ClusterRole, and gives its token.
func (w *world) accountWith(name, role string) string {
	w.t.Helper()
	w.create(&corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: w.own, Name: name}})
	w.create(&rbacv1.ClusterRoleBinding{
		ObjectMeta: metav1.ObjectMeta{Name: w.own + "-" + name},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: role},
		Subjects:   []rbacv1.Subject{{Kind: "ServiceAccount", Namespace: w.own, Name: name}},
	})
	return w.token(name)
}

func (w *world) createSecret(name string, values map[string]string) {
	w.t.Helper()
	w.create(&corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: w.deals, Name: name}, StringData: values})
}

func (w *world) createIntegration(name string, change ...func(*v1alpha1.IntralinksIntegration)) {
	w.t.Helper()
	i := &v1alpha1.IntralinksIntegration{ObjectMeta: metav1.ObjectMeta{Namespace: w.deals, Name: name}}
	i.Spec.Intralinks = v1alpha1.IntralinksConnection{
		Grant: v1alpha1.ClientCredentialsGrant, BaseURL: w.sourceURL, CredentialsSecretRef: v1alpha1.SecretReference{Name: "intralinks-api"},
	}
	i.Spec.Luminance = v1alpha1.LuminanceConnection{
		BaseURL: w.targetURL, CredentialsSecretRef: v1alpha1.SecretReference{Name: "luminance-service-user"},
	}
	for _, c := range change {
		c(i)
	}
	w.create(i)
}

func (w *world) createSync() {
	w.t.Helper()
	s := &v1alpha1.FolderSync{ObjectMeta: metav1.ObjectMeta{Namespace: w.deals, Name: contracts}}
	s.Spec = v1alpha1.FolderSyncSpec{
		IntegrationRef: v1alpha1.IntegrationReference{Name: production},
		Source:         v1alpha1.Source{Exchange: v1alpha1.ExchangeReference{Name: "Project Heron"}, Folder: "/"},
		Destination:    v1alpha1.Destination{Division: v1alpha1.DivisionReference{Name: "Corporate"}, Folder: "/Deal"},
	}
	w.create(s)
}

func (w *world) sync() *v1alpha1.FolderSync {
	w.t.Helper()
	var s v1alpha1.FolderSync
	w.must(w.client.Get(w.t.Context(), client.ObjectKey{Namespace: w.deals, Name: contracts}, &s))
	return &s
}

// changeSync patches the FolderSync.
func (w *world) changeSync(change func(*v1alpha1.FolderSync)) {
	w.t.Helper()
	s := w.sync()
	before := s.DeepCopy()
	change(s)
	w.must(w.client.Patch(w.t.Context(), s, client.MergeFrom(before)))
}

// settles waits until Ready of the FolderSync has a reason.
func (w *world) settles(reason string) {
	w.t.Helper()
	w.Eventually(func(g gomega.Gomega) {
		s := w.sync()
		g.Expect(s.Status.ObservedGeneration).To(gomega.Equal(s.Generation))
		g.Expect(meta.FindStatusCondition(s.Status.Conditions, v1alpha1.ReadyCondition)).To(gomega.HaveValue(gomega.HaveField("Reason", reason)))
		g.Expect(meta.IsStatusConditionTrue(s.Status.Conditions, v1alpha1.ReconcilingCondition)).To(gomega.BeFalse())
	}).Should(gomega.Succeed())
}
