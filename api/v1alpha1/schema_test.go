package v1alpha1_test

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	. "github.com/onsi/gomega"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"sigs.k8s.io/yaml"

	"dataroom.dev/intralinks-operator/internal/testenv"
)

// largestAnnotation is what Kubernetes allows for all annotations of an object, in bytes. `kubectl apply`
// keeps a copy of the whole object in one.
const largestAnnotation = 262_144

// A schemaField is a field of a CRD with its path, such as spec.source.folder.
type schemaField struct {
	path string
	apiextensionsv1.JSONSchemaProps
}

// fields gives the fields of a kind's schema, the root included, in the order of their paths.
func fields(t *testing.T, kind string) []schemaField {
	t.Helper()
	crd := crd(t, crdFile(t, kind))
	if len(crd.Spec.Versions) != 1 {
		t.Fatalf("%s has %d versions: the tests of the schema expect one", kind, len(crd.Spec.Versions))
	}
	return walk("", *crd.Spec.Versions[0].Schema.OpenAPIV3Schema)
}

func walk(path string, schema apiextensionsv1.JSONSchemaProps) []schemaField {
	found := []schemaField{{path, schema}}
	if schema.Items != nil && schema.Items.Schema != nil {
		schema = *schema.Items.Schema
	}
	for _, name := range slices.Sorted(maps.Keys(schema.Properties)) {
		found = append(found, walk(strings.TrimPrefix(path+"."+name, "."), schema.Properties[name])...)
	}
	return found
}

func crdFile(t *testing.T, kind string) string {
	t.Helper()
	return filepath.Join(testenv.CRDFolder(t), "dataroom.dev_"+kind+".yaml")
}

func crd(t *testing.T, file string) apiextensionsv1.CustomResourceDefinition {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var crd apiextensionsv1.CustomResourceDefinition
	if err := yaml.UnmarshalStrict(content, &crd); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return crd
}

func TestEveryFieldIsDescribed(t *testing.T) {
	for _, kind := range []string{"foldersyncs", "intralinksintegrations"} {
		t.Run(kind, func(t *testing.T) {
			g := NewWithT(t)
			for _, field := range fields(t, kind) {
				// Kubernetes describes metadata itself.
				if field.path != "metadata" {
					g.Expect(field.Description).NotTo(BeEmpty(), field.path)
				}
			}
		})
	}
}

func TestEveryRuleHasACaseThatItRefuses(t *testing.T) {
	for kind, refusals := range map[string][]refusal{
		"foldersyncs":            slices.Concat(folderSyncRefusals, folderSyncChangeRefusals),
		"intralinksintegrations": integrationRefusals,
	} {
		t.Run(kind, func(t *testing.T) {
			for _, field := range fields(t, kind) {
				for _, rule := range field.XValidations {
					tested := slices.ContainsFunc(refusals, func(r refusal) bool {
						return r.where() == field.path && strings.Contains(rule.Message, r.says)
					})
					if !tested {
						t.Errorf("no case for the rule of %s that says %q", field.path, rule.Message)
					}
				}
			}
		})
	}
}

func TestEveryChoiceHasACaseThatNamesTheOthers(t *testing.T) {
	for kind, refusals := range map[string][]refusal{"foldersyncs": folderSyncRefusals, "intralinksintegrations": integrationRefusals} {
		t.Run(kind, func(t *testing.T) {
			for _, field := range fields(t, kind) {
				if len(field.Enum) == 0 || strings.HasPrefix(field.path, "status.") {
					continue
				}
				choices := make([]string, 0, len(field.Enum))
				for _, choice := range field.Enum {
					choices = append(choices, string(choice.Raw))
				}
				tested := slices.ContainsFunc(refusals, func(r refusal) bool {
					return r.field == field.path && strings.HasSuffix(r.says, strings.Join(choices, ", "))
				})
				if !tested {
					t.Errorf("no case for the choices of %s: %s", field.path, choices)
				}
			}
		})
	}
}

func TestCRDsFitIntoTheAnnotationOfKubectlApply(t *testing.T) {
	g := NewWithT(t)
	files, err := filepath.Glob(filepath.Join(testenv.CRDFolder(t), "*.yaml"))
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(files).To(ConsistOf(crdFile(t, "foldersyncs"), crdFile(t, "intralinksintegrations")))

	for _, file := range files {
		info, err := os.Stat(file)
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(info.Size()).To(BeNumerically("<", largestAnnotation), file)
	}
}

// long is a name of that many characters.
func long(characters int) string { return strings.Repeat("x", characters) }
