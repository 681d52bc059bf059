package doclinks

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dataroom.dev/intralinks-operator/internal/testenv"
)

// namespaceOfExamples is where the examples and the samples put their objects.
const namespaceOfExamples = "namespace: deals"

// The API server checks every field, so an example that names one that isn't there is refused.
func TestEveryExampleIsTakenByTheAPIServer(t *testing.T) {
	env := testenv.Start(t)
	namespace := env.Namespace(t)
	found := 0
	for _, p := range pages(t) {
		for _, block := range p.blocks("yaml") {
			if !strings.Contains(block, "apiVersion: dataroom.dev/") {
				continue
			}
			found++
			manifest := filepath.Join(t.TempDir(), "example.yaml")
			elsewhere := strings.ReplaceAll(block, namespaceOfExamples, "namespace: "+namespace)
			if err := os.WriteFile(manifest, []byte(elsewhere), 0o600); err != nil {
				t.Fatal(err)
			}
			t.Log(p.path + ": " + env.Kubectl(t, "create", "--dry-run=server", "--validate=strict", "-f", manifest))
		}
	}
	if found == 0 {
		t.Error("no examples were found: this test looks at the wrong thing")
	}
}

func TestTheReadmeShowsWhatTheSamplesHold(t *testing.T) {
	samples, err := os.ReadFile(filepath.Join(root, "config", "samples", "project-heron-service-account.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	examples := readPage(t, filepath.Join(root, "README.md")).blocks("yaml")
	if len(examples) == 0 {
		t.Fatal("the README shows no example")
	}
	for _, example := range examples {
		for object := range strings.SplitSeq(example, "---\n") {
			if !strings.Contains(string(samples), object) {
				t.Errorf("config/samples/project-heron-service-account.yaml does not hold what the README shows:\n%s", object)
			}
		}
	}
}
