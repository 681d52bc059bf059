package installtest

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	. "github.com/onsi/gomega"
	apiextensions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
)

var update = flag.Bool("update", false, "write testdata/schema.txt anew")

// crds are those of config/crd, as kustomize builds them.
func crds(t *testing.T) []apiextensions.CustomResourceDefinition {
	t.Helper()
	var all []apiextensions.CustomResourceDefinition
	for _, object := range kustomize(t, "config/crd") {
		all = append(all, into[apiextensions.CustomResourceDefinition](t, object))
	}
	return all
}

// A client-side `kubectl apply` keeps the whole object in an annotation, which may have 262,144 bytes.
func TestTheCRDsAreSmallEnoughForKubectlApply(t *testing.T) {
	g := NewWithT(t)
	all := crds(t)
	g.Expect(all).To(HaveLen(2))
	for _, crd := range all {
		text, err := json.Marshal(crd)
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(len(text)).To(BeNumerically("<", 262_144/2), "%s: half of what kubectl takes leaves time to do something", crd.Name)
	}
}

// Whoever changes a field changes what users have written. The list says what changed in terms that a reviewer reads:
// go test ./hack/installtest -run Schema -update
func TestAChangeOfTheSchemaShows(t *testing.T) {
	g := NewWithT(t)
	var lines []string
	for _, crd := range crds(t) {
		for _, version := range crd.Spec.Versions {
			lines = append(lines, describe(crd.Spec.Names.Kind+" "+version.Name+" ", *version.Schema.OpenAPIV3Schema, "")...)
		}
	}
	text := strings.Join(lines, "\n") + "\n"
	file := filepath.Join("testdata", "schema.txt")
	if *update {
		g.Expect(os.WriteFile(file, []byte(text), 0o600)).To(Succeed())
	}
	known, err := os.ReadFile(file)
	g.Expect(err).NotTo(HaveOccurred())
	before := strings.Split(strings.TrimSpace(string(known)), "\n")
	g.Expect(without(lines, before)).To(BeEmpty(), "new or changed: if that is meant, run go test ./hack/installtest -run Schema -update")
	g.Expect(without(before, lines)).To(BeEmpty(), "gone or changed")
}

func without(lines, others []string) []string {
	return slices.DeleteFunc(slices.Clone(lines), func(line string) bool { return slices.Contains(others, line) })
}

// describe writes a line for each field: where it is, its type, and what is asked of it.
func describe(path string, schema apiextensions.JSONSchemaProps, flags string) []string {
	line := strings.TrimSpace(path) + " " + schema.Type + flags
	for _, part := range []struct {
		name string
		set  bool
		text any
	}{
		{"format", schema.Format != "", schema.Format},
		{"default", schema.Default != nil, raw(schema.Default)},
		{"enum", len(schema.Enum) > 0, rawAll(schema.Enum)},
		{"pattern", schema.Pattern != "", schema.Pattern},
		{"min", schema.Minimum != nil, deref(schema.Minimum)},
		{"max", schema.Maximum != nil, deref(schema.Maximum)},
		{"minLength", schema.MinLength != nil, deref(schema.MinLength)},
		{"maxLength", schema.MaxLength != nil, deref(schema.MaxLength)},
		{"minItems", schema.MinItems != nil, deref(schema.MinItems)},
		{"maxItems", schema.MaxItems != nil, deref(schema.MaxItems)},
		{"list", schema.XListType != nil, deref(schema.XListType)},
	} {
		if part.set {
			line += fmt.Sprintf(" %s=%v", part.name, part.text)
		}
	}
	lines := []string{line}
	for _, rule := range schema.XValidations {
		lines = append(lines, strings.TrimSpace(path)+" rule "+strings.Join(strings.Fields(rule.Rule), " "))
	}
	if schema.Items != nil {
		lines = append(lines, describe(path+"[]", *schema.Items.Schema, "")...)
	}
	names := make([]string, 0, len(schema.Properties))
	for name := range schema.Properties {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		required := ""
		if slices.Contains(schema.Required, name) {
			required = " required"
		}
		lines = append(lines, describe(path+"."+name, schema.Properties[name], required)...)
	}
	return lines
}

func raw(value *apiextensions.JSON) string {
	if value == nil {
		return ""
	}
	return string(value.Raw)
}

func rawAll(values []apiextensions.JSON) string {
	all := make([]string, 0, len(values))
	for _, value := range values {
		all = append(all, string(value.Raw))
	}
	return strings.Join(all, ",")
}

func deref[T any](value *T) any {
	if value == nil {
		return nil
	}
	return *value
}
