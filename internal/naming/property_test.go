package naming_test

import (
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"dataroom.dev/intralinks-operator/internal/naming"
)

type fataler interface {
	Helper()
	Fatalf(format string, args ...any)
}

// checkSafe holds a made name against the rules, told another way than the code tells them.
func checkSafe(t fataler, in, out string) {
	t.Helper()
	switch {
	case out == "", out == ".", out == "..":
		t.Fatalf("%q became %q", in, out)
	case len(out) > naming.MaxBytes:
		t.Fatalf("%q became %d bytes long", in, len(out))
	case !utf8.ValidString(out):
		t.Fatalf("%q became invalid UTF-8: %q", in, out)
	case !norm.NFC.IsNormalString(out):
		t.Fatalf("%q became %q, which is not in form NFC", in, out)
	case strings.ContainsAny(out, "/\\:*?\"<>|\ufeff\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"):
		t.Fatalf("%q became %q, which has a forbidden character", in, out)
	case strings.ContainsFunc(out, unicode.IsControl):
		t.Fatalf("%q became %q, which has a control character", in, out)
	case strings.TrimSpace(out) != out, strings.HasSuffix(out, "."):
		t.Fatalf("%q became %q, which ends in a space or a dot or begins with a space", in, out)
	}
}

func checkStyles(t fataler, in string) {
	t.Helper()
	for name, safe := range map[string]func(string) string{
		"Document": naming.Document,
		"Folder":   naming.Folder,
		"WithID":   func(s string) string { return naming.WithID(s, 12400000038) },
	} {
		out := safe(in)
		checkSafe(t, in, out)
		again := naming.Document
		if name == "Folder" {
			again = naming.Folder
		}
		if twice := again(out); twice != out {
			t.Fatalf("%s(%q) = %q is not stable: %q", name, in, out, twice)
		}
	}
	if utf8.ValidString(in) {
		checkKey(t, in)
	}
}

// checkKey holds names that have to be the same for Key against each other.
func checkKey(t fataler, in string) {
	t.Helper()
	composed, decomposed := norm.NFC.String(in), norm.NFD.String(in)
	same := []string{naming.Key(in), composed, decomposed}
	if !strings.ContainsRune(decomposed, '\u0345') { // an accent whose capital is a letter
		same = append(same, strings.Map(unicode.SimpleFold, decomposed))
	}
	for _, other := range same {
		if naming.Key(other) != naming.Key(in) {
			t.Fatalf("Key(%q) = %q, but Key(%q) = %q", in, naming.Key(in), other, naming.Key(other))
		}
	}
}

// names are of what names are made of, and now and then of anything.
func names() *rapid.Generator[string] {
	parts := rapid.SampledFrom([]string{
		"Report", "report", "REPORT", "a", "A", ".", "..", " ", "/", ":", "\u202e", "\ufeff", "\x00", "\xff", "é", "e\u0301",
		"\u0301", "ß", "ss", "İ", "字", "한", "\u1112\u1161", "👨\u200d👩", "\u200d", ".pdf", ".PDF", ".tar.gz", " (1)", " (2)", "(1-2)",
		strings.Repeat("x", 97), strings.Repeat("é", 60), strings.Repeat(".", 120), strings.Repeat("\u0323", 70), "\u0345", "ᾳ", "\uab70", "\u13a0",
	})
	return rapid.OneOf(
		rapid.Map(rapid.SliceOfN(parts, 0, 6), func(p []string) string { return strings.Join(p, "") }),
		rapid.String(),
		rapid.Map(rapid.SliceOfN(rapid.Byte(), 0, 400), func(b []byte) string { return string(b) }),
	)
}

func TestEveryNameIsSafeAndStable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { checkStyles(t, names().Draw(t, "name")) })
}

// Names are unique in a folder, and the same from run to run: what the first run named keeps its
// name, and a run that starts anew with the same documents gives the same names.
func TestNamesAreUniqueAndTheSameFromRunToRun(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		byID := rapid.MapOfN(rapid.Int64Range(1, 30), names(), 0, 20).Draw(t, "documents")
		later := rapid.MapOfN(rapid.Int64Range(1, 60), names(), 0, 10).Draw(t, "later")
		known := assign(t, nil, byID)
		if again := assign(t, nil, byID); !equal(known, again) {
			t.Fatalf("another run names them differently: %v, then %v", known, again)
		}
		for id := range byID {
			delete(later, id)
		}
		assign(t, known, later)
	})
}

// assign names documents in ascending order of id, beside those that have their names already.
func assign(t *rapid.T, known, byID map[int64]string) map[int64]string {
	n := naming.NewNamer()
	keys := map[string]bool{}
	for _, name := range known {
		n.Take(name)
		keys[naming.Key(name)] = true
	}
	ids := make([]int64, 0, len(byID))
	for id := range byID {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	given := map[int64]string{}
	for _, id := range ids {
		given[id] = n.Assign(byID[id], id)
		checkSafe(t, byID[id], given[id])
		if keys[naming.Key(given[id])] {
			t.Fatalf("%q was given twice", given[id])
		}
		keys[naming.Key(given[id])] = true
	}
	return given
}

func equal(a, b map[int64]string) bool {
	for id, name := range a {
		if b[id] != name {
			return false
		}
	}
	return len(a) == len(b)
}
