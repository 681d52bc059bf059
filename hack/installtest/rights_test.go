package installtest

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"

	. "github.com/onsi/gomega"
	authenticationv1 "k8s.io/api/authentication/v1"
	coordinationv1 "k8s.io/api/coordination/v1"
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

// With a list of namespaces the operator runs with the account and the roles of the chart, goes through all that it does,
// and is refused nothing; and there is no right that it could do without. (internal/rightstest does the same for the
// rights in a cluster.)
func TestTheRightsInNamespacesAreExactlyThoseInUse(t *testing.T) {
	g := NewWithT(t)
	env := cluster(t)
	all := render(t, "--set", "watch.namespaces={deals}", "--set", "crds.enabled=false")
	token := account(t, env, all)
	seen := newWitness(t, env)

	kubeconfig, args := kubeconfigFor(t, seen.URL, seen.CA, token), chartArgs(t, all, filepath.Join(t.TempDir(), "ledger.db"))
	goThroughEverything(t, env, start(t, kubeconfig, args...))
	// Older API servers can't stream what there is and have to be asked for a list.
	t.Setenv("KUBE_FEATURE_WatchListClient", "false")
	start(t, kubeconfig, args...)

	rules := operatorRules(t, all)
	g.Eventually(func() []right { return seen.unused(rules) }).WithTimeout(soon).Should(BeEmpty(), "a right is never used")
	g.Expect(seen.refused()).To(BeEmpty(), "a right is missing")
	for _, use := range seen.uses() {
		g.Expect(use).NotTo(And(HaveField("Resource", "secrets"), HaveField("Verb", BeElementOf("list", "watch"))))
	}
}

func TestAMissingRightIsSeen(t *testing.T) {
	g := NewWithT(t)
	env := cluster(t)
	all := render(t, "--set", "crds.enabled=false")
	token := account(t, env, all)
	role := &rbacv1.ClusterRole{}
	g.Expect(env.Client.Get(t.Context(), client.ObjectKey{Name: "intralinks-operator-manager-role"}, role)).To(Succeed())
	for i := range role.Rules {
		if role.Rules[i].Resources[0] == "secrets" {
			role.Rules[i].ResourceNames = []string{"another"}
		}
	}
	g.Expect(env.Client.Update(t.Context(), role)).To(Succeed())
	seen := newWitness(t, env)
	start(t, kubeconfigFor(t, seen.URL, seen.CA, token), chartArgs(t, all, filepath.Join(t.TempDir(), "ledger.db"))...)
	createObjects(t, env)

	g.Eventually(seen.refused).WithTimeout(soon).Should(ContainElement(And(HaveField("Resource", "secrets"), HaveField("Verb", "get"))))
	g.Expect(seen.unused(operatorRules(t, all))).To(ContainElement(right{"get", "", "secrets"}))
}

// account creates what the chart has of an account and its roles, and returns a token of that account.
func account(t *testing.T, env *testenv.Env, all objects) string {
	t.Helper()
	for _, kind := range []string{"ServiceAccount", "ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"} {
		for _, object := range all.of(kind) {
			if err := env.Client.Create(t.Context(), object); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				if err := env.Client.Delete(context.Background(), object); err != nil { // the test's own context has ended
					t.Error(err)
				}
			})
		}
	}
	t.Cleanup(func() { // the first to take the lease creates it
		lease := &coordinationv1.Lease{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "intralinks-operator"}}
		if err := client.IgnoreNotFound(env.Client.Delete(context.Background(), lease)); err != nil {
			t.Error(err)
		}
	})
	serviceAccount := into[corev1.ServiceAccount](t, all.only(t, "ServiceAccount"))
	request := &authenticationv1.TokenRequest{}
	if err := env.Client.SubResource("token").Create(t.Context(), &serviceAccount, request); err != nil {
		t.Fatal(err)
	}
	return request.Status.Token
}

// operatorRules are those of the roles that the chart binds to the operator's account.
func operatorRules(t *testing.T, all objects) []rbacv1.PolicyRule {
	t.Helper()
	var rules []rbacv1.PolicyRule
	for _, kind := range []string{"ClusterRole", "Role"} {
		for _, binding := range all.of(kind + "Binding") {
			bound := into[rbacv1.RoleBinding](t, binding)
			for _, role := range all.of(kind) {
				if role.GetName() == bound.RoleRef.Name && role.GetNamespace() == bound.Namespace {
					rules = append(rules, into[rbacv1.Role](t, role).Rules...)
				}
			}
		}
	}
	if len(rules) == 0 {
		t.Fatal("the chart binds no role")
	}
	return rules
}

// createObjects creates an integration and a sync of the generated data room, and removes them after the test.
func createObjects(t *testing.T, env *testenv.Env) *v1alpha1.FolderSync {
	t.Helper()
	services, err := simulator.Start(t.Context(), simulator.Options{Received: t.TempDir(), Budget: "unlimited"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = services.Close() }) // nothing is left to lose
	manifest := fmt.Sprintf(`
apiVersion: v1
kind: Secret
metadata: {name: intralinks-api, namespace: deals}
stringData: {apiKey: %q, apiSecret: %q}
---
apiVersion: v1
kind: Secret
metadata: {name: luminance-service-user, namespace: deals}
stringData: {clientID: %q, clientSecret: %q}
---
apiVersion: dataroom.dev/v1alpha1
kind: IntralinksIntegration
metadata: {name: production, namespace: deals}
spec:
  intralinks:
    grant: ClientCredentials
    credentialsSecretRef: {name: intralinks-api}
    baseURL: %s
    authURL: %s
  luminance:
    baseURL: %s
    credentialsSecretRef: {name: luminance-service-user}
    requestBudget: {requests: 1000000, per: 1s, reserve: 0}
---
apiVersion: dataroom.dev/v1alpha1
kind: FolderSync
metadata: {name: project-heron, namespace: deals}
spec:
  integrationRef: {name: production}
  source: {exchange: {name: Project Heron}, folder: /, splash: {accept: true}}
  destination: {division: {name: Corporate}, folder: /Project Heron}
`, intralinks.DefaultAPIKey, intralinks.DefaultAPISecret, luminance.DefaultClientID, luminance.DefaultClientSecret, services.IntralinksURL, services.IntralinksURL, services.LuminanceURL)
	for _, object := range parse(t, manifest) {
		if err := env.Client.Create(t.Context(), object); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := env.Client.Delete(context.Background(), object); err != nil {
				t.Error(err)
			}
		})
	}
	return &v1alpha1.FolderSync{ObjectMeta: metav1.ObjectMeta{Namespace: "deals", Name: "project-heron"}}
}

// goThroughEverything has the operator do each thing that it can: lead, check an integration, sync, write statuses and
// Events, an Event that repeats included, and stop.
func goThroughEverything(t *testing.T, env *testenv.Env, operator *process) {
	t.Helper()
	g := NewWithT(t)
	sync := createObjects(t, env)
	becomes := func(reason string) {
		t.Helper()
		g.Eventually(func() string {
			g.Expect(env.Client.Get(t.Context(), client.ObjectKeyFromObject(sync), sync)).To(Succeed())
			if ready := meta.FindStatusCondition(sync.Status.Conditions, v1alpha1.ReadyCondition); ready != nil {
				return ready.Reason
			}
			return ""
		}).WithTimeout(soon).Should(Equal(reason))
	}
	becomes(v1alpha1.SyncedReason)
	for range 2 { // the second time repeats the Events of the first
		suspend(t, env, sync, true)
		becomes(v1alpha1.SuspendedReason)
		suspend(t, env, sync, false)
		becomes(v1alpha1.SyncedReason)
	}
	operator.stop(t)
	g.Expect(operator.command.ProcessState.ExitCode()).To(BeZero())
}

func suspend(t *testing.T, env *testenv.Env, sync *v1alpha1.FolderSync, on bool) {
	t.Helper()
	patch := client.RawPatch("application/merge-patch+json", fmt.Appendf(nil, `{"spec":{"suspend":%t}}`, on))
	if err := env.Client.Patch(t.Context(), sync, patch); err != nil {
		t.Fatal(err)
	}
}
