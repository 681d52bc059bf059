package installtest

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/discovery"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/envtest"

	"dataroom.dev/intralinks-operator/internal/testenv"
)

var strangers sync.Once

// cluster is the API server of this test binary, with the kinds of others that the chart has objects of, and the
// namespaces that it is rendered for.
func cluster(t testing.TB) *testenv.Env {
	t.Helper()
	env := testenv.Start(t)
	strangers.Do(func() {
		gateway, prometheus := module(t, "sigs.k8s.io/gateway-api"), module(t, "github.com/prometheus-operator/prometheus-operator")
		_, err := envtest.InstallCRDs(env.Config, envtest.CRDInstallOptions{
			Scheme: env.Scheme, MaxTime: time.Minute, PollInterval: 100 * time.Millisecond,
			Paths: []string{
				filepath.Join(gateway, "config/crd/standard/gateway.networking.k8s.io_httproutes.yaml"),
				filepath.Join(prometheus, "example/prometheus-operator-crd/monitoring.coreos.com_servicemonitors.yaml"),
				filepath.Join(prometheus, "example/prometheus-operator-crd/monitoring.coreos.com_prometheusrules.yaml"),
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{namespace, "deals", "deals-archive"} {
			err := env.Client.Create(t.Context(), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}})
			if err != nil && !apierrors.IsAlreadyExists(err) {
				t.Fatal(err)
			}
		}
	})
	return env
}

// module returns the folder of a module that hack/tools/crds pins.
func module(t testing.TB, path string) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), "go", "mod", "download", "-json", path)
	command.Dir = filepath.Join(root, "hack/tools/crds")
	output, err := command.Output()
	var downloaded struct{ Dir, Error string }
	if jsonErr := json.Unmarshal(output, &downloaded); err != nil || jsonErr != nil {
		t.Fatalf("download %s: %v %v %s", path, explained(err), jsonErr, downloaded.Error)
	}
	return downloaded.Dir
}

// The API server knows every field of every kind, and with strict validation refuses the ones that it doesn't.
func TestTheAPIServerTakesEveryRendering(t *testing.T) {
	env := cluster(t)
	for _, file := range valuesFiles(t) {
		t.Run(file, func(t *testing.T) {
			for _, object := range render(t, "--values", file) {
				apply(t, env, object)
			}
		})
	}
	t.Run("config/default", func(t *testing.T) {
		for _, object := range kustomize(t, "config/default") {
			apply(t, env, object)
		}
	})
}

func apply(t *testing.T, env *testenv.Env, object client.Object) {
	t.Helper()
	err := env.Client.Patch(t.Context(), object, client.Apply, client.DryRunAll, client.ForceOwnership, //nolint:staticcheck // unstructured objects are what a rendering has
		client.FieldOwner("installtest"), client.FieldValidation(metav1.FieldValidationStrict))
	if err != nil {
		t.Errorf("%s: %v", object.GetObjectKind().GroupVersionKind().Kind, err)
	}
}

func TestTheAPIServerRefusesAFieldThatItDoesNotKnow(t *testing.T) {
	g := NewWithT(t)
	env := cluster(t)
	for _, tt := range []struct{ values, kind, says string }{
		{"defaults", "Deployment", "spec.replica"}, {"everything", "HTTPRoute", "spec.replica"}, {"everything", "ServiceMonitor", "spec.replica"},
	} {
		object := render(t, values(tt.values)...).only(t, tt.kind)
		object.Object["spec"].(map[string]any)["replica"] = int64(1)
		err := env.Client.Patch(t.Context(), object, client.Apply, client.DryRunAll, client.ForceOwnership, //nolint:staticcheck // as above
			client.FieldOwner("installtest"), client.FieldValidation(metav1.FieldValidationStrict))
		g.Expect(err).To(MatchError(ContainSubstring(tt.says)), tt.kind)
	}
}

// kubeconform's own schemas lie on the network; these are made from what the API server publishes, in which the kinds
// of the CRDs are, too.
func TestKubeconformTakesEveryRendering(t *testing.T) {
	g := NewWithT(t)
	schemas := t.TempDir()
	g.Expect(writeSchemas(t, cluster(t), schemas)).To(BeNumerically(">", 100))
	kubeconform := tool(t, "hack/tools/go.mod", "kubeconform")
	check := func(text string) (string, error) {
		return run(t, strings.NewReader(text), kubeconform, "-strict", "-summary", "-verbose", "-output", "json",
			"-schema-location", schemas+"/{{.Group}}-{{.ResourceAPIVersion}}-{{.ResourceKind}}.json")
	}
	for _, file := range valuesFiles(t) {
		text, err := template(t, "--values", file)
		g.Expect(err).NotTo(HaveOccurred())
		report, err := check(text)
		g.Expect(err).NotTo(HaveOccurred(), "%s: %s", file, report)
		g.Expect(report).To(And(ContainSubstring(`"invalid": 0`), ContainSubstring(`"skipped": 0`)))
		g.Expect(report).NotTo(ContainSubstring(`"valid": 0`))
	}
	text, err := template(t)
	g.Expect(err).NotTo(HaveOccurred())
	report, err := check(strings.Replace(text, "enableServiceLinks:", "enableServicesLinks:", 1))
	g.Expect(err).To(HaveOccurred())
	g.Expect(report).To(ContainSubstring("enableServicesLinks"))
}

// writeSchemas writes a JSON schema for each kind that the API server has, and returns how many they are.
func writeSchemas(t *testing.T, env *testenv.Env, folder string) int {
	t.Helper()
	g := NewWithT(t)
	api, err := discovery.NewDiscoveryClientForConfig(env.Config)
	g.Expect(err).NotTo(HaveOccurred())
	paths, err := api.OpenAPIV3().Paths()
	g.Expect(err).NotTo(HaveOccurred())
	written := 0
	for path, group := range paths {
		if !strings.HasPrefix(path, "api") {
			continue
		}
		text, err := group.Schema("application/json")
		g.Expect(err).NotTo(HaveOccurred())
		var document struct {
			Components struct {
				Schemas map[string]map[string]any `json:"schemas"`
			} `json:"components"`
		}
		g.Expect(json.Unmarshal(text, &document)).To(Succeed())
		for _, schema := range document.Components.Schemas {
			closed(schema)
		}
		for name, schema := range document.Components.Schemas {
			kinds, _ := schema["x-kubernetes-group-version-kind"].([]any)
			for _, kind := range kinds {
				kind := kind.(map[string]any)
				group := kind["group"]
				if group == "" {
					group = kind["version"] // what kubeconform takes for the group of the core
				}
				self := map[string]any{"$ref": "#/components/schemas/" + name, "components": document.Components}
				text, err := json.Marshal(self)
				g.Expect(err).NotTo(HaveOccurred())
				file := strings.ToLower(fmt.Sprintf("%s-%s-%s.json", group, kind["version"], kind["kind"]))
				g.Expect(os.WriteFile(filepath.Join(folder, file), text, 0o600)).To(Succeed())
				written++
			}
		}
	}
	return written
}

// closed lets objects have no other fields than those that their schema names.
func closed(schema map[string]any) {
	if properties, ok := schema["properties"].(map[string]any); ok {
		if _, told := schema["additionalProperties"]; !told && schema["x-kubernetes-preserve-unknown-fields"] != true {
			schema["additionalProperties"] = false
		}
		for _, property := range properties {
			if property, ok := property.(map[string]any); ok {
				closed(property)
			}
		}
	}
	if items, ok := schema["items"].(map[string]any); ok {
		closed(items)
	}
}
