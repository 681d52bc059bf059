package spreadsheet_test

import (
	"testing"

	. "github.com/onsi/gomega"

	"dataroom.dev/intralinks-operator/internal/spreadsheet"
)

// TestNoCellIsAFormula to the programs that open a CSV file.
func TestNoCellIsAFormula(t *testing.T) {
	g := NewWithT(t)
	for _, text := range []string{"=1+1", "+1", "-1", "@x", "\tx", "\rx", " =1+1", "  @x"} {
		g.Expect(spreadsheet.Cell(text)).To(Equal("'" + text))
	}
	g.Expect(spreadsheet.Cell("/Contracts/=1.pdf")).To(Equal("/Contracts/=1.pdf"))
	g.Expect(spreadsheet.Cell(" a b")).To(Equal(" a b"))
	g.Expect(spreadsheet.Cell("")).To(BeEmpty())
}
