package engine_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"dataroom.dev/intralinks-operator/internal/engine"
)

// Whatever the patterns and the path are, a Filter answers, in bounded time; case and composition of either
// make no difference; and for patterns without classes it answers as a plain reading of their rules does.
func FuzzFilter(f *testing.F) {
	for _, seed := range []struct{ include, exclude, path string }{
		{"*.pdf", "", "Scan.PDF"}, {"**/*.pdf", "**/Drafts/**", "x/Drafts/y/a.pdf"}, {"Leases/**", "", "Leases"}, {"Leases/**", "", "Leases/a"}, {"**", "", "a/b"},
		{"**/*.{pdf,docx}", "{a,b{c,d}}/*", "bd/x.docx"}, {"{a,b{c,d}}/*", "", "bd/x.docx"}, {"ᾳ", "", "α\u0345"}, {"{a,}{,b}*{.pdf,}", "", "ab"}, {"[A-C]*/**", "[^a]", "Board/a"}, {"?.pdf", "", "字.pdf"},
		{"a\\*b", "\\{*\\}", "{1}"}, {"a/**/b", "", "a/b"}, {"a/**/**", "", "a"}, {"a***", "**a", "aa"}, {"a*/**", "", "a"}, {"x**/y", "", "xx/y"},
		{"Miet\u00eb/*", "", "Miete\u0308/a"}, {"λόγος", "", "ΛΌΓΟΣ"}, {"J\u030c", "", "\u01f0"}, {"istanbul*", "ISPARTA", "İstanbul"}, {"µ", "", "Μ"},
		{"*a*a*a*a*a*a*a*b", "", strings.Repeat("a", 200)}, {strings.Repeat("**/", 100) + "x", "", strings.Repeat("a/", 100) + "b"},
		{strings.Repeat("{a,a}", 100) + "b", "", strings.Repeat("a", 200)}, {strings.Repeat("{a,b}", 9), "", "abababaab"}, {strings.Repeat("{", 200) + strings.Repeat("}", 200), "", ""},
		{"[", "", "a"}, {"{a", "", "a"}, {"a\\", "", "a"}, {"\xff*", "", "\xfe"}, {"", "", ""}, {"/", "", "/"}, {"[]-]", "", "]"}, {"{a,[},]b}", "", "}b"},
	} {
		f.Add(seed.include, seed.exclude, seed.path)
	}
	f.Fuzz(func(t *testing.T, include, exclude, path string) {
		if max(len(include), len(exclude)) > 512 || len(path) > 4096 {
			return // longer patterns are refused by the API
		}
		in, excluding := newFilter(t, []string{include}, nil), newFilter(t, nil, []string{exclude})
		both := newFilter(t, []string{include}, []string{exclude})
		if in == nil || excluding == nil {
			return
		}
		if opposite := newFilter(t, []string{exclude}, nil); opposite == nil || opposite.Match(path) == excluding.Match(path) {
			t.Errorf("%q includes and excludes %q", exclude, path)
		}
		if both == nil || both.Match(path) != (in.Match(path) && excluding.Match(path)) {
			t.Errorf("%q without %q is not both of them for %q", include, exclude, path)
		}
		if utf8.ValidString(include) && utf8.ValidString(path) {
			checkFolding(t, in, include, path)
		}
		if plain(include) && plain(path) && wellFormed(path) && sensible(include) {
			if want := matchesAny(writtenOut(include), path); in.Match(path) != want {
				t.Errorf("%q lets %q through: %t, want %t", include, path, !want, want)
			}
		}
	})
}

func newFilter(t *testing.T, include, exclude []string) *engine.Filter {
	t.Helper()
	filter, err := engine.NewFilter(include, exclude)
	if err != nil {
		if text := err.Error(); !strings.HasPrefix(text, "spec.source.") || !utf8.ValidString(text) {
			t.Errorf("an error that explains nothing: %q", text)
		}
		return nil
	}
	return &filter
}

// checkFolding spells path and pattern in all the ways that must make no difference.
func checkFolding(t *testing.T, filter *engine.Filter, include, path string) {
	t.Helper()
	for _, s := range []string{include, path} {
		if strings.ContainsRune(s, '\u0345') && !norm.NFD.IsNormalString(s) {
			return // an accent whose capital is a letter, which then bears the accents behind it
		}
	}
	want := filter.Match(path)
	for name, spell := range map[string]func(string) string{
		"decomposed": norm.NFD.String, "composed": norm.NFC.String, "in capitals": strings.ToUpper, "in small letters": strings.ToLower,
		"in capitals, decomposed": func(s string) string { return norm.NFD.String(strings.ToUpper(s)) },
		"decomposed, in capitals": func(s string) string { return strings.ToUpper(norm.NFD.String(s)) },
		"in the other case":       func(s string) string { return strings.Map(unicode.SimpleFold, s) },
	} {
		if filter.Match(spell(path)) != want {
			t.Errorf("%q lets %q through: %t, but not so %s: %q", include, path, want, name, spell(path))
		}
		if strings.Contains(include, "[") {
			continue // a range from A to z is another one in small letters
		}
		if other := newFilter(t, []string{spell(include)}, nil); other == nil || other.Match(path) != want {
			t.Errorf("%q lets %q through: %t, but not so %s: %q", include, path, want, name, spell(include))
		}
	}
}

// plain tells a text of which nobody doubts how it looks without case.
func plain(s string) bool {
	for _, r := range s {
		if r == utf8.RuneError || r >= 0x80 && (unicode.SimpleFold(r) != r || unicode.IsMark(r) || !norm.NFD.IsNormalString(string(r))) {
			return false
		}
	}
	return norm.NFC.IsNormalString(s)
}

// sensible tells a pattern that this test can read, and that somebody might write.
func sensible(pattern string) bool {
	return !strings.Contains(pattern, "[") && !strings.Contains(pattern, "***") && !strings.Contains(pattern, `\/`) && !strings.HasSuffix(pattern, "/")
}

// wellFormed tells what the path of a document is like.
func wellFormed(path string) bool {
	return path != "" && !strings.HasPrefix(path, "/") && !strings.HasSuffix(path, "/") && !strings.Contains(path, "//")
}

// writtenOut are the patterns without braces that a valid one stands for.
func writtenOut(pattern string) []string {
	open := unescaped(pattern, "{")
	if open < 0 {
		return []string{pattern}
	}
	var all []string
	depth, from := 0, open+1
	for at := open + 1; ; at++ {
		switch c := pattern[at]; {
		case c == '\\':
			at++
		case c == '{':
			depth++
		case depth > 0 && c == '}':
			depth--
		case depth == 0 && c == ',':
			all = append(all, pattern[:open]+pattern[from:at])
			from = at + 1
		case c == '}':
			all = append(all, pattern[:open]+pattern[from:at])
			var out []string
			for _, first := range all {
				out = append(out, writtenOut(first+pattern[at+1:])...)
			}
			return out
		}
	}
}

// unescaped finds the first of the characters that no backslash precedes.
func unescaped(s, chars string) int {
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' {
			i++
		} else if strings.IndexByte(chars, s[i]) >= 0 {
			return i
		}
	}
	return -1
}

func matchesAny(patterns []string, path string) bool {
	for _, p := range patterns {
		if matches(segments(strings.ToLower(p)), strings.Split(strings.ToLower(path), "/")) {
			return true
		}
	}
	return false
}

func segments(pattern string) (all []string) {
	for {
		slash := unescaped(pattern, "/")
		if slash < 0 {
			return append(all, pattern)
		}
		all, pattern = append(all, pattern[:slash]), pattern[slash+1:]
	}
}

// matches says the rules of a pattern in so many words: ** as a whole part is any number of parts, none too, but
// one at the end; any other part is one part. reached[i] tells whether the pattern so far can end after i parts
// of the path.
func matches(pattern, path []string) bool {
	if pattern[len(pattern)-1] == "**" {
		pattern = append(pattern, "*")
	}
	reached := make([]bool, len(path)+1)
	reached[0] = true
	for _, part := range pattern {
		next := make([]bool, len(path)+1)
		for i := range reached {
			if part == "**" {
				next[i] = reached[i] || i > 0 && next[i-1]
			} else {
				next[i] = i > 0 && reached[i-1] && matchesPart([]rune(part), []rune(path[i-1]))
			}
		}
		reached = next
	}
	return reached[len(path)]
}

// matchesPart: * is any number of characters, ? is one, \ makes the next one stand for itself.
func matchesPart(pattern, name []rune) bool {
	reached := make([]bool, len(name)+1)
	reached[0] = true
	for p := 0; p < len(pattern); p++ {
		next := make([]bool, len(name)+1)
		escaped := pattern[p] == '\\'
		if escaped {
			p++
		}
		for i := range reached {
			switch {
			case !escaped && pattern[p] == '*':
				next[i] = reached[i] || i > 0 && next[i-1]
			case i > 0:
				next[i] = reached[i-1] && (!escaped && pattern[p] == '?' || pattern[p] == name[i-1])
			}
		}
		reached = next
	}
	return reached[len(name)]
}
