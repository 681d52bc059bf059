package v1alpha1_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	. "github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"dataroom.dev/intralinks-operator/internal/testenv"
)

// wholeManifests sets every field of both kinds, as the documentation shows them.
const wholeManifests = "testdata/project-heron.yaml"

func TestManifestsOfTheDocumentationApply(t *testing.T) {
	g := NewWithT(t)
	env := testenv.Start(t)
	file, namespace := inNamespace(t, env, wholeManifests)

	g.Expect(lines(env.Kubectl(t, "apply", "-f", file))).To(Equal([]string{
		"secret/intralinks-api created",
		"secret/luminance-service-user created",
		"intralinksintegration.dataroom.dev/intralinks-production created",
		"foldersync.dataroom.dev/project-heron-contracts created",
	}))
	// Argo CD compares what lies in Git with what the cluster holds: every value has to come back as written.
	for _, manifest := range manifests(t, file)[2:] {
		stored := manifest.DeepCopy()
		g.Expect(env.Client.Get(t.Context(), client.ObjectKeyFromObject(manifest), stored)).To(Succeed())
		g.Expect(stored.Object["spec"]).To(Equal(manifest.Object["spec"]), manifest.GetKind())
	}
	g.Expect(env.Kubectl(t, "diff", "-n", namespace, "-f", file)).To(BeEmpty())
}

func TestManifestsApplyOnTheServerSide(t *testing.T) {
	env := testenv.Start(t)
	file, _ := inNamespace(t, env, wholeManifests)

	env.Kubectl(t, "apply", "--server-side", "-f", file)
	env.Kubectl(t, "apply", "--server-side", "-f", file)
}

func TestSamplesApply(t *testing.T) {
	env := testenv.Start(t)
	samples, err := filepath.Glob(filepath.Join(testenv.CRDFolder(t), "..", "..", "samples", "project-*.yaml"))
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	NewWithT(t).Expect(samples).NotTo(BeEmpty())
	for _, sample := range samples {
		t.Run(filepath.Base(sample), func(t *testing.T) {
			file, _ := inNamespace(t, env, sample)

			env.Kubectl(t, "apply", "-f", file)
		})
	}
}

func TestUnknownFieldsAreNamed(t *testing.T) {
	for _, c := range []struct{ manifest, field string }{
		{leastFolderSync, "spec.source.recursive"},
		{leastFolderSync, "spec.destination.division.title"},
		{leastFolderSync, "spec.schedule"},
		{leastIntegration, "spec.intralinks.apiKey"},
		{leastIntegration, "spec.luminance.requestBudget.burst"},
	} {
		t.Run(c.field, func(t *testing.T) {
			env := testenv.Start(t)
			object := object(t, c.manifest, env.Namespace(t), c.field, `1`)
			file := filepath.Join(t.TempDir(), "manifest.yaml")
			content, err := object.MarshalJSON()
			g := NewWithT(t)
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(os.WriteFile(file, content, 0o600)).To(Succeed())

			g.Expect(env.KubectlRefused(t, "apply", "-f", file)).To(ContainSubstring(`unknown field "` + c.field + `"`))
		})
	}
}

// inNamespace copies manifests of the namespace deals into one of the test's own.
func inNamespace(t *testing.T, env *testenv.Env, file string) (copied, namespace string) {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(content), "namespace: deals") {
		t.Fatalf("%s holds nothing of the namespace deals", file)
	}
	namespace = env.Namespace(t)
	copied = filepath.Join(t.TempDir(), filepath.Base(file))
	text := strings.ReplaceAll(string(content), "namespace: deals", "namespace: "+namespace)
	if err := os.WriteFile(copied, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return copied, namespace
}

func manifests(t *testing.T, file string) []*unstructured.Unstructured {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var found []*unstructured.Unstructured
	for _, document := range strings.Split(string(content), "\n---\n") {
		found = append(found, read(t, document))
	}
	return found
}

func lines(text string) []string { return strings.Split(strings.TrimSpace(text), "\n") }
