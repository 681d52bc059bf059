package doclinks

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	// reason is a constant such as SyncedReason = "Synced" in api/v1alpha1/reasons.go.
	reason = regexp.MustCompile(`(?m)^\s+\w+(?:Reason|Problem)(?: ProblemReason)? = "(\w+)"$`)
	// flagName is the definition of a flag in internal/options.
	flagName = regexp.MustCompile(`flags\.\w+\([^"\n]*"([a-z-]+)"`)
)

func TestEveryReasonHasItsLine(t *testing.T) {
	everyOneHasALine(t, "api/v1alpha1/reasons.go", reason, "docs/concepts.md", "`%`")
}

func TestEveryFlagHasItsLine(t *testing.T) {
	everyOneHasALine(t, "internal/options/options.go", flagName, "docs/installation.md", "`--%`")
}

// everyOneHasALine fails unless each name that the source defines stands in the first column of a table of
// the page, which may hold several names; mark is the name's spelling there, with % for the name.
func everyOneHasALine(t *testing.T, source string, name *regexp.Regexp, document, mark string) {
	t.Helper()
	code, err := os.ReadFile(filepath.Join(root, source))
	if err != nil {
		t.Fatal(err)
	}
	names := name.FindAllStringSubmatch(string(code), -1)
	if len(names) < 5 {
		t.Fatalf("found %d names in %s: it is not written as this test thinks", len(names), source)
	}
	columns := firstColumns(readPage(t, filepath.Join(root, document)))
	for _, match := range names {
		if !strings.Contains(columns, strings.ReplaceAll(mark, "%", match[1])) {
			t.Errorf("%s defines %s, and %s has no line for it", source, match[1], document)
		}
	}
}

// firstColumns are the first columns of all tables of a page.
func firstColumns(p page) string {
	var b strings.Builder
	for line := range strings.Lines(p.text) {
		if rest, ok := strings.CutPrefix(line, "| "); ok {
			column, _, _ := strings.Cut(rest, " | ")
			b.WriteString(column + "\n")
		}
	}
	return b.String()
}

// documentReason is a constant of type ProblemReason: those have a table of their own.
var documentReason = regexp.MustCompile(`(?m)^\s+\w+Problem ProblemReason = "(\w+)"$`)

// TestEveryReasonHasItsEntry: a condition's message links to the heading of its reason, below which stand what it
// means, how to see more, and what to do.
func TestEveryReasonHasItsEntry(t *testing.T) {
	code, err := os.ReadFile(filepath.Join(root, "api/v1alpha1/reasons.go"))
	if err != nil {
		t.Fatal(err)
	}
	ofDocuments := documentReason.FindAllString(string(code), -1)
	reasons := reason.FindAllStringSubmatch(string(code), -1)
	if len(reasons)-len(ofDocuments) < 30 {
		t.Fatalf("found %d reasons: the file is not written as this test thinks", len(reasons))
	}
	entries := map[string]string{}
	for _, section := range strings.Split(readPage(t, filepath.Join(root, "docs/troubleshooting.md")).text, "\n### ")[1:] {
		name, text, _ := strings.Cut(section, "\n")
		entries[name] = text
	}
	known := map[string]bool{}
	for _, match := range reasons {
		if strings.Contains(match[0], "ProblemReason") {
			continue
		}
		known[match[1]] = true
		for _, part := range []string{"- **Means** ", "- **See more**: ", "- **Do**: "} {
			if !strings.Contains(entries[match[1]], part) {
				t.Errorf("docs/troubleshooting.md: the entry of %s has no %q", match[1], part)
			}
		}
	}
	for name := range entries {
		if !known[name] {
			t.Errorf("docs/troubleshooting.md has an entry for %s, which no condition gives", name)
		}
	}
}
