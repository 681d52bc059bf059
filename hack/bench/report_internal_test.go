package main

import (
	"os"
	"path/filepath"
	"testing"

	. "github.com/onsi/gomega"
)

// The table goes between the marks, however long it and what was there before are; the rest of the page stays as it is.
func TestOnlyWhatIsBetweenTheMarksIsReplaced(t *testing.T) {
	g := NewWithT(t)
	page := filepath.Join(t.TempDir(), "page.md")
	const head, rest = "# Figures\n", "\n\n## What comes after\n\nstays\n"
	g.Expect(os.WriteFile(page, []byte(head+tableBegins+tableEnds+rest), 0o600)).To(Succeed())
	for _, text := range []string{"a table that is longer than all of the page was before it, and a little longer still\n", "a short one\n"} {
		g.Expect(between(page, text)).To(Succeed())
		got, err := os.ReadFile(page)
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(string(got)).To(Equal(head + tableBegins + "\n" + text + "\n" + tableEnds + rest))
	}
}

func TestAPageWithoutMarksIsLeftAlone(t *testing.T) {
	g := NewWithT(t)
	page := filepath.Join(t.TempDir(), "page.md")
	g.Expect(os.WriteFile(page, []byte("# Figures\n"), 0o600)).To(Succeed())
	g.Expect(between(page, "a table\n")).To(MatchError(ContainSubstring("which are not there")))
}
