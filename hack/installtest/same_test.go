package installtest

import (
	"os"
	"path/filepath"
	"testing"

	. "github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

func kustomize(t testing.TB, folder string) objects {
	t.Helper()
	text, err := run(t, nil, tool(t, "hack/tools/go.mod", "kustomize"), "build", folder)
	if err != nil {
		t.Fatal(err)
	}
	return parse(t, text)
}

func TestChartAndKustomizeYieldTheSameObjects(t *testing.T) {
	for _, tt := range []struct{ name, overlay, values string }{
		{name: "by default"},
		{"with sign-in pages", `
components: [../../config/components/sign-in]
patches:
  - target: {kind: Deployment}
    patch: |-
      - {op: add, path: /spec/template/spec/containers/0/args/-, value: "--external-url=https://operator.example.com"}
`, "signIn.externalURL=https://operator.example.com"},
		{"with a watch of Secrets", "components: [../../config/components/watch-labelled-secrets]\n", "watch.labelledSecrets=true"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			folder := filepath.Join(root, "dist", "overlay-under-test")
			g := NewWithT(t)
			g.Expect(os.MkdirAll(folder, 0o750)).To(Succeed())
			t.Cleanup(func() { _ = os.RemoveAll(folder) }) // nothing looks there
			overlay := "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [../../config/default]\n" + tt.overlay
			g.Expect(os.WriteFile(filepath.Join(folder, "kustomization.yaml"), []byte(overlay), 0o600)).To(Succeed())
			compare(t, render(t, "--set", tt.values), kustomize(t, "dist/overlay-under-test"))
		})
	}
}

func compare(t *testing.T, chart, config objects) {
	t.Helper()
	g := NewWithT(t)
	fromChart, fromKustomize := stripped(chart), stripped(config)

	// Helm makes the namespace itself, where it is told to.
	delete(fromKustomize, "Namespace /"+namespace)

	g.Expect(len(fromChart)).To(BeNumerically(">", 12))
	for name, object := range fromKustomize {
		g.Expect(fromChart).To(HaveKey(name), "only in config/default")
		g.Expect(fromChart[name]).To(Equal(object), name)
	}
	for name := range fromChart {
		g.Expect(fromKustomize).To(HaveKey(name), "only in the chart")
	}
}

// stripped leaves out what tells only which tool made an object, and makes a map of them.
func stripped(all objects) map[string]map[string]any {
	found := map[string]map[string]any{}
	for _, object := range all {
		for _, metadata := range [][]string{{"metadata"}, {"spec", "template", "metadata"}} {
			for _, label := range []string{"helm.sh/chart", "app.kubernetes.io/managed-by", "app.kubernetes.io/version"} {
				unstructured.RemoveNestedField(object.Object, append(metadata, "labels", label)...)
			}
			annotations, _, _ := unstructured.NestedMap(object.Object, append(metadata, "annotations")...)
			delete(annotations, "helm.sh/resource-policy")
			if len(annotations) == 0 {
				unstructured.RemoveNestedField(object.Object, append(metadata, "annotations")...)
			} else {
				_ = unstructured.SetNestedMap(object.Object, annotations, append(metadata, "annotations")...) // it was read from there
			}
		}
		found[object.GetKind()+" "+object.GetNamespace()+"/"+object.GetName()] = object.Object
	}
	return found
}
