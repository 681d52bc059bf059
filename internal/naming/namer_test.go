package naming_test

import (
	"math"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"dataroom.dev/intralinks-operator/internal/naming"
)

func TestTheIDGoesBeforeTheExtension(t *testing.T) {
	const id = 12400000038
	for _, tc := range []struct{ got, want string }{
		{naming.WithID("Report.pdf", id), "Report (12400000038).pdf"},
		{naming.WithID("Report", id), "Report (12400000038)"},
		{naming.WithID("Letter of Mr. Jones", id), "Letter of Mr. Jones (12400000038)"},
		{naming.WithID("a/b.pdf", id), "a_b (12400000038).pdf"},
		{naming.WithID("Report .pdf", id), "Report (12400000038).pdf"},
		{naming.WithID(".pdf", id), "_ (12400000038).pdf"},
		{naming.WithID("", id), "_ (12400000038)"},
		{naming.WithID(strings.Repeat("a", 300)+".pdf", id), strings.Repeat("a", 182) + " (12400000038).pdf"},
		{naming.WithID(strings.Repeat(".", 190)+"x.pdf", id), "_ (12400000038).pdf"},
		{naming.WithIDAndCount("Report.pdf", id, 2), "Report (12400000038-2).pdf"},
		{naming.WithIDAndCount("Report.pdf", id, 1), "Report (12400000038).pdf"},
	} {
		g := NewWithT(t)
		g.Expect(tc.got).To(Equal(tc.want))
		g.Expect(naming.Document(tc.got)).To(Equal(tc.got))
	}
	longest := naming.WithIDAndCount(strings.Repeat("字", 100)+".extension-of-15", math.MinInt64, math.MaxInt64)
	NewWithT(t).Expect(len(longest)).To(BeNumerically("<=", naming.MaxBytes))
}

func TestDocumentsOfOneFolder(t *testing.T) {
	g := NewWithT(t)
	n := naming.NewNamer()
	n.Take("Known.pdf")
	for _, tc := range []struct {
		name, want string
		id         int64
	}{
		{"Report.pdf", "Report.pdf", 1},
		{"report.PDF", "report (2).PDF", 2},
		{"Report.pdf", "Report (3).pdf", 3},
		{"KNOWN.PDF", "KNOWN (4).PDF", 4},
		{"Report (6).pdf", "Report (6).pdf", 5},
		{"Report.pdf", "Report (6-2).pdf", 6},
		{"Re:port.pdf", "Re_port.pdf", 7},
		{"Re?port.pdf", "Re_port (8).pdf", 8},
	} {
		g.Expect(n.Assign(tc.name, tc.id)).To(Equal(tc.want))
	}
}

func TestSubFoldersOfOneFolder(t *testing.T) {
	g := NewWithT(t)
	n := naming.NewFolderNamer()
	g.Expect(n.Assign("Phase 1.2", 1)).To(Equal("Phase 1.2"))
	g.Expect(n.Assign("PHASE 1.2", 2)).To(Equal("PHASE 1.2 (2)"), "the id goes to the end: a folder has no extension")
	g.Expect(n.Assign("A/B", 3)).To(Equal("A_B"))
	g.Expect(n.Assign("A:B", 4)).To(Equal("A_B (4)"))
}

// A document that comes later takes nobody's name, even if its id is smaller.
func TestALaterDocumentChangesNoName(t *testing.T) {
	g := NewWithT(t)
	first := naming.NewNamer()
	known := []string{first.Assign("Report.pdf", 20), first.Assign("Report.pdf", 30)}

	second := naming.NewNamer()
	for _, name := range known {
		second.Take(name)
	}
	g.Expect(second.Assign("Report.pdf", 10)).To(Equal("Report (10).pdf"))
}
