package v1alpha1_test

import (
	"path"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"dataroom.dev/intralinks-operator/internal/testenv"
)

// What kubectl explain says about a field is the field's documentation: all that it holds has to be there,
// with its description.
func TestKubectlExplainTellsEveryField(t *testing.T) {
	for _, explained := range []struct{ kind, field string }{
		{"foldersync", "spec"},
		{"foldersync", "spec.source"},
		{"foldersync", "spec.source.exchange"},
		{"foldersync", "spec.destination"},
		{"foldersync", "status"},
		{"intralinksintegration", "spec.intralinks"},
		{"intralinksintegration", "spec.luminance"},
		{"intralinksintegration", "spec.luminance.requestBudget"},
		{"intralinksintegration", "status"},
	} {
		t.Run(explained.kind+"."+explained.field, func(t *testing.T) {
			g := NewWithT(t)
			env := testenv.Start(t)

			text := oneLine(env.Kubectl(t, "explain", explained.kind+"."+explained.field))

			below := 0
			for _, field := range fields(t, explained.kind+"s") {
				if field.path != explained.field && parent(field.path) != explained.field {
					continue
				}
				g.Expect(text).To(ContainSubstring(oneLine(field.Description)), field.path)
				if field.path != explained.field {
					g.Expect(text).To(ContainSubstring(path.Base(strings.ReplaceAll(field.path, ".", "/")) + " <"))
					below++
				}
			}
			g.Expect(below).To(BeNumerically(">", 1), "fields below "+explained.field)
		})
	}
}

func parent(field string) string {
	return strings.ReplaceAll(path.Dir(strings.ReplaceAll(field, ".", "/")), "/", ".")
}

// oneLine undoes the wrapping, which differs between a terminal, a file and the source.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
