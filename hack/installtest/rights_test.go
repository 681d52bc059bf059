package installtest

import (
	"context"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"testing"

	. "github.com/onsi/gomega"
	authenticationv1 "k8s.io/api/authentication/v1"
	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/simulator"
	"dataroom.dev/intralinks-operator/internal/simulator/intralinks"
	"dataroom.dev/intralinks-operator/internal/simulator/luminance"
	"dataroom.dev/intralinks-operator/internal/testenv"
)

// internal/rightstest holds the rights in the cluster against what the operator asks for. Those in a list of namespaces
// are the same, but for asking who scrapes the metrics, and looking for other deployments.
func TestTheRightsInNamespacesAreThoseInTheCluster(t *testing.T) {
	g := NewWithT(t)
	inCluster := into[rbacv1.ClusterRole](t, named(t, render(t).of("ClusterRole"), "intralinks-operator-manager-role"))
	rules := slices.DeleteFunc(inCluster.Rules, func(rule rbacv1.PolicyRule) bool {
		return slices.ContainsFunc([]string{"tokenreviews", "subjectaccessreviews", "leases"}, func(r string) bool { return slices.Contains(rule.Resources, r) })
	})
	g.Expect(rules).To(HaveLen(len(inCluster.Rules)-3), "what is left out is three rules")
	for _, namespace := range []string{"deals", "deals-archive"} {
		role := into[rbacv1.Role](t, named(t, render(t, values("namespaces")...).of("Role"), namespace+"/intralinks-operator-manager-role"))
		g.Expect(role.Rules).To(Equal(rules))
	}
}

func named(t *testing.T, all objects, name string) *unstructured.Unstructured {
	t.Helper()
	i := slices.Index(all.names(), name)
	if i < 0 {
		t.Fatalf("no %s among %v", name, all.names())
	}
	return all[i]
}

func TestNothingIsRefusedWithRightsInNamespaces(t *testing.T) {
	g := NewWithT(t)
	env := cluster(t)
	all := render(t, "--set", "watch.namespaces={deals}", "--set", "crds.enabled=false")
	token := account(t, env, all)
	seen := newWitness(t, env)
	operator := start(t, kubeconfigFor(t, seen.URL, seen.CA, token), chartArgs(t, all, filepath.Join(t.TempDir(), "ledger.db"))...)

	forPeople := createForPeople(t, env)
	goThroughEverything(t, env, operator)

	g.Expect(env.Client.Get(t.Context(), client.ObjectKeyFromObject(forPeople), forPeople)).To(Succeed())
	g.Expect(meta.FindStatusCondition(forPeople.Status.Conditions, v1alpha1.ReadyCondition)).To(HaveValue(And(
		HaveField("Reason", v1alpha1.SignInRequiredReason), HaveField("Message", ContainSubstring("have --external-url set")))))
	g.Expect(seen.refused()).To(BeEmpty())
	g.Expect(seen.uses()).To(ContainElement(And(HaveField("Resource", "secrets"), HaveField("Code", http.StatusOK))))
	for _, use := range seen.uses() {
		g.Expect(use).NotTo(And(HaveField("Resource", "secrets"), HaveField("Verb", BeElementOf("list", "watch"))))
	}
}

// createForPeople creates an integration that nobody can sign in for, where there are no pages for it.
func createForPeople(t *testing.T, env *testenv.Env) *v1alpha1.IntralinksIntegration {
	t.Helper()
	integration := &v1alpha1.IntralinksIntegration{ObjectMeta: metav1.ObjectMeta{Namespace: "deals", Name: "by-people"}}
	integration.Spec.Intralinks = v1alpha1.IntralinksConnection{
		Grant: v1alpha1.AuthorizationCodeGrant, BaseURL: "https://127.0.0.1:1", CredentialsSecretRef: v1alpha1.SecretReference{Name: "intralinks-api"},
	}
	integration.Spec.Luminance = v1alpha1.LuminanceConnection{
		BaseURL: "https://127.0.0.1:1", CredentialsSecretRef: v1alpha1.SecretReference{Name: "luminance-service-user"},
	}
	if err := env.Client.Create(t.Context(), integration); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := env.Client.Delete(context.Background(), integration); err != nil {
			t.Error(err)
		}
	})
	return integration
}

func TestARefusalIsSeen(t *testing.T) {
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
		if err := env.Client.DeleteAllOf(context.Background(), &coordinationv1.Lease{}, client.InNamespace(namespace)); err != nil {
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
