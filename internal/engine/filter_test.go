package engine_test

import (
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"dataroom.dev/intralinks-operator/internal/engine"
)

func TestFilter(t *testing.T) {
	type globs = []string
	for _, tt := range []struct {
		name             string
		include, exclude globs
		through, out     []string
	}{
		{"none lets all through", nil, nil, []string{"a.pdf", "Drafts/a.pdf", "", "no extension"}, nil},
		{"a name at the top only", globs{"*.pdf"}, nil, []string{"a.pdf"}, []string{"a.docx", "x/a.pdf", "a.pdf.zip"}},
		{"** is any depth, none too", globs{"**/*.pdf"}, nil, []string{"a.pdf", "x/a.pdf", "x/y/z/a.pdf"}, []string{"a.docx", "x/pdf"}},
		{"a folder with all below it", globs{"Leases/**"}, nil, []string{"Leases/a", "Leases/x/y/a"}, []string{"a", "Old/Leases/a", "Leases 2/a", "Leases"}},
		{"a folder anywhere", nil, globs{"**/Drafts/**"}, []string{"a", "x/a"}, []string{"Drafts/a", "x/Drafts/y/a"}},
		{"any of several", globs{"*.pdf", "**/*.docx"}, nil, []string{"a.pdf", "x/a.docx"}, []string{"x/a.pdf"}},
		{"alternatives", globs{"**/*.{pdf,docx}"}, nil, []string{"a.pdf", "x/a.docx"}, []string{"a.xlsx"}},
		{"alternatives in alternatives", globs{"{Q{1,2},H1}/**"}, nil, []string{"Q1/a", "Q2/a", "H1/x/a"}, []string{"Q3/a", "H2/a", "Q/a"}},
		{"alternatives of nothing", globs{"Draft{, 2}*{.docx,}"}, nil, []string{"Draft", "Draft 2", "Draft 2 (old).docx"}, []string{"Final"}},
		{"braces and commas that stand for themselves", globs{`{a\,b,c\}}`, "[{,}]"}, nil, []string{"a,b", "c}", "{", ","}, []string{"a", "b", "c"}},
		{"classes", globs{"[A-C]*/**"}, nil, []string{"Board/a", "board/a"}, []string{"Drafts/a"}},
		{"exclude wins over include", globs{"**/*.pdf"}, globs{"Drafts/**"}, []string{"a.pdf"}, []string{"Drafts/a.pdf", "a.docx"}},
		{"case makes no difference in the name", globs{"**/*.pdf"}, nil, []string{"Scan.PDF"}, nil},
		{"nor in the pattern", nil, globs{"DRAFTS/**"}, []string{"a"}, []string{"drafts/a", "Drafts/a"}},
		{"nor in other scripts", globs{"договор*"}, nil, []string{"ДОГОВОР 1.pdf"}, nil},
		{"nor for letters that share a capital", globs{"λόγος*", "masse", "µ*"}, nil, []string{"ΛΌΓΟΣ.pdf", "ma\u017f\u017fe", "Μ.pdf"}, []string{"λόγο.pdf"}},
		{"nor for the Turkish i", globs{"istanbul*", "ısparta"}, nil, []string{"İstanbul.pdf", "ISTANBUL", "ISPARTA"}, nil},
		{"nor where only small letters have a composed form", globs{"\u01f0*"}, nil, []string{"J\u030c.pdf"}, nil},
		{"composition makes none either", globs{"Miet\u00eb/*"}, nil, []string{"Miete\u0308/a", "Miet\u00eb/a"}, []string{"Miete/a"}},
		{"a character that stands for itself", globs{`a\*b`, `\[1\]*`}, nil, []string{"a*b", "[1] x"}, []string{"axb", "1 x"}},
		{"? is one character, not a slash", globs{"?.pdf"}, nil, []string{"a.pdf", "字.pdf", "\u00e9.pdf", "e\u0301.pdf"}, []string{"ab.pdf", "/.pdf"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			g := NewWithT(t)
			filter, err := engine.NewFilter(tt.include, tt.exclude)
			g.Expect(err).NotTo(HaveOccurred())
			for _, path := range tt.through {
				g.Expect(filter.Match(path)).To(BeTrue(), "%q should be let through", path)
			}
			for _, path := range tt.out {
				g.Expect(filter.Match(path)).To(BeFalse(), "%q should be left out", path)
			}
		})
	}
}

// What alternatives multiply to is what they cost, at every path.
func TestAlternativesAreBounded(t *testing.T) {
	g := NewWithT(t)
	thousand := strings.Repeat("{0,1,2,3,4,5,6,7,8,9}", 3)
	filter, err := engine.NewFilter([]string{thousand}, []string{thousand})
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(filter.Match("042")).To(BeFalse(), "excluded")

	_, err = engine.NewFilter([]string{thousand, "x"}, nil)
	g.Expect(err).To(MatchError(`spec.source.include[1]: with "x", include comes to more than 1000 patterns, ` +
		`every combination of the alternatives in { } counted: write fewer of them, or * in their place`))
	_, err = engine.NewFilter(nil, []string{strings.Repeat("{a,b}", 100)})
	g.Expect(err).To(MatchError(HavePrefix("spec.source.exclude[0]: ")), "as many as there are atoms, refused at once")
}

func TestAnInvalidPatternIsExplained(t *testing.T) {
	g := NewWithT(t)
	const advice = " is not a valid pattern: close every [ and {, and write \\ before a character that stands for itself"
	_, err := engine.NewFilter([]string{"**/*.pdf", "[a-"}, nil)
	g.Expect(err).To(MatchError(`spec.source.include[1]: "[a-"` + advice))
	_, err = engine.NewFilter([]string{"**"}, []string{"*.{pdf,docx"})
	g.Expect(err).To(MatchError(`spec.source.exclude[0]: "*.{pdf,docx"` + advice))
	_, err = engine.NewFilter(nil, []string{`a\`})
	g.Expect(err).To(MatchError(`spec.source.exclude[0]: "a\\"` + advice))
}
