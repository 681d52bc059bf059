package installtest

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/envtest"
)

func TestTheExamplesForArgoCDAreValid(t *testing.T) {
	g := NewWithT(t)
	env := cluster(t)
	_, err := envtest.InstallCRDs(env.Config, envtest.CRDInstallOptions{
		Scheme: env.Scheme, MaxTime: time.Minute, PollInterval: 100 * time.Millisecond,
		Paths: []string{
			filepath.Join(module(t, "github.com/argoproj/argo-cd/v3"), "manifests/crds/application-crd.yaml"),
			filepath.Join(module(t, "github.com/argoproj/argo-cd/v3"), "manifests/crds/applicationset-crd.yaml"),
			filepath.Join(module(t, "github.com/argoproj/argo-cd/v3"), "manifests/crds/appproject-crd.yaml"),
		},
	})
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(env.Client.Create(t.Context(), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "argocd"}})).To(Succeed())
	files, err := filepath.Glob(filepath.Join(root, "config/argocd/examples/*.yaml"))
	g.Expect(files, err).To(HaveLen(3))
	for _, file := range files {
		text, err := os.ReadFile(file)
		g.Expect(err).NotTo(HaveOccurred())
		for _, object := range parse(t, string(text)) {
			apply(t, env, object)
			if values, ok, _ := unstructured.NestedMap(object.Object, "spec", "source", "helm", "valuesObject"); ok {
				rendersWith(t, values)
			}
		}
	}
}

// The layout that docs/gitops.md shows: each deal is a folder, and what they share is a base.
func TestTheExampleOfARepositoryIsValid(t *testing.T) {
	g := NewWithT(t)
	env := cluster(t)
	deals, err := filepath.Glob(filepath.Join(root, "config/argocd/examples/data-rooms/deals/*"))
	g.Expect(deals, err).To(HaveLen(2))
	for _, deal := range deals {
		all := kustomize(t, strings.TrimPrefix(deal, root+"/"))
		g.Expect(all.names()).To(ConsistOf("deal-"+filepath.Base(deal)+"/intralinks", "deal-"+filepath.Base(deal)+"/data-room"))
		for _, object := range all {
			object.SetNamespace("deals") // any that there is
			apply(t, env, object)
		}
	}
}

// rendersWith fails the test where the chart doesn't take the values.
func rendersWith(t *testing.T, values map[string]any) {
	t.Helper()
	text, err := json.Marshal(values)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "values.json")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	render(t, "--values", file)
}

// Argo CD compares what is in Git with what is in the cluster, text by text: a duration that the API server or the
// operator spelled in another way would be out of sync for ever.
func TestWhatIsInGitStandsInTheClusterLetterByLetter(t *testing.T) {
	g := NewWithT(t)
	env := cluster(t)
	for _, sample := range []string{"project-heron.yaml", "project-heron-service-account.yaml"} {
		text, err := os.ReadFile(filepath.Join(root, "config/samples", sample))
		g.Expect(err).NotTo(HaveOccurred())
		for _, object := range parse(t, string(text)) {
			if object.GetKind() == "Secret" {
				continue
			}
			inGit := object.DeepCopy()
			g.Expect(env.Client.Create(t.Context(), object)).To(Succeed())
			t.Cleanup(func() { _ = env.Client.Delete(context.Background(), object) }) // the API server ends with the tests
			live := &unstructured.Unstructured{}
			live.SetGroupVersionKind(object.GroupVersionKind())
			g.Expect(env.Client.Get(t.Context(), client.ObjectKeyFromObject(object), live)).To(Succeed())
			expectIn(t, object.GetName(), inGit.Object["spec"], live.Object["spec"])
		}
	}
}

// expectIn fails the test where the cluster has something else than Git for what Git has; it may have more.
func expectIn(t *testing.T, path string, inGit, live any) {
	t.Helper()
	if fields, ok := inGit.(map[string]any); ok {
		has, _ := live.(map[string]any)
		for name, value := range fields {
			expectIn(t, path+"."+name, value, has[name])
		}
		return
	}
	NewWithT(t).Expect(live).To(Equal(inGit), path)
}

func TestArgoCDTakesThePatchOfItsConfigMap(t *testing.T) {
	g := NewWithT(t)
	env := cluster(t)
	where := env.Namespace(t)
	env.Kubectl(t, "--namespace", where, "create", "configmap", "argocd-cm", "--from-literal=url=https://argocd.example.com")
	env.Kubectl(t, "--namespace", where, "patch", "configmap", "argocd-cm", "--patch-file", filepath.Join(root, "config/argocd/argocd-cm.yaml"))
	config := &corev1.ConfigMap{}
	g.Expect(env.Client.Get(t.Context(), client.ObjectKey{Namespace: where, Name: "argocd-cm"}, config)).To(Succeed())
	g.Expect(config.Data).To(HaveLen(1 + 2*3))
}
