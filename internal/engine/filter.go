package engine

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/bmatcuk/doublestar/v4"
	"golang.org/x/text/unicode/norm"
)

// Filter chooses documents by their path below the source folder. The zero Filter lets all through.
type Filter struct {
	include, exclude []string
}

// maxPatterns bounds the patterns of a list, each combination of alternatives in { } counted: twenty pairs of
// alternatives are a million patterns, and each of them is held against every path.
const maxPatterns = 1000

// NewFilter makes a Filter of doublestar globs. Case and Unicode composition make no difference: a person
// who writes *.pdf means Scan.PDF too.
func NewFilter(include, exclude []string) (Filter, error) {
	var f Filter
	var err error
	if f.include, err = patterns("include", include); err != nil {
		return Filter{}, err
	}
	f.exclude, err = patterns("exclude", exclude)
	return f, err
}

func patterns(field string, globs []string) ([]string, error) {
	var all []string
	for i, glob := range globs {
		if !doublestar.ValidatePattern(glob) {
			return nil, fmt.Errorf("spec.source.%s[%d]: %q is not a valid pattern: close every [ and {, and write \\ before a character that stands for itself", field, i, glob)
		}
		plain, ok := writeOut(glob, maxPatterns-len(all))
		if !ok {
			return nil, fmt.Errorf("spec.source.%s[%d]: with %q, %s comes to more than %d patterns, every combination of the alternatives in { } counted: write fewer of them, or * in their place", field, i, glob, field, maxPatterns)
		}
		for _, pattern := range plain {
			if strings.HasSuffix(pattern, "/**") {
				pattern += "/*" // the documents below a folder, not one with the folder's name
			}
			all = append(all, fold(pattern))
		}
	}
	return all, nil
}

// Match tells whether a document is let through.
func (f Filter) Match(path string) bool {
	if len(f.include)+len(f.exclude) == 0 {
		return true
	}
	path = fold(path)
	return (len(f.include) == 0 || anyMatch(f.include, path)) && !anyMatch(f.exclude, path)
}

func anyMatch(globs []string, path string) bool {
	for _, glob := range globs {
		if doublestar.MatchUnvalidated(glob, path) {
			return true
		}
	}
	return false
}

// fold makes one text of all that differ in case or composition only. Capitals come first, because several
// small letters may have one: σ and ς, s and ſ. A dot above i goes, as it does in small letters.
func fold(s string) string {
	previous := rune(0)
	return norm.NFC.String(strings.Map(func(r rune) rune {
		r = unicode.ToLower(unicode.ToUpper(r))
		if r == '\u0307' && previous == 'i' {
			return -1
		}
		previous = r
		return r
	}, norm.NFD.String(s)))
}
