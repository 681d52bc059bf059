package naming_test

import (
	"strconv"
	"strings"
	"testing"

	"dataroom.dev/intralinks-operator/internal/naming"
)

func FuzzDocument(f *testing.F) {
	for _, seed := range []string{
		"Report.pdf", ".pdf", "..", " ", "a/b\\c", "invoice\u202efdp.exe", "\ufeffa", "e\u0301", "\xff\xfe", "a. . .", strings.Repeat("a ", 150),
		strings.Repeat("a", 300) + ".pdf", strings.Repeat(".", 199) + strings.Repeat("a", 100), "👨\u200d👩\u200d👧.png",
		"x" + strings.Repeat("\u0323", 200), "<\u0338.txt", "\u1112\u1161\u11ab", "\u0345\u0301α", "\uab70",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, name string) { checkStyles(t, name) })
}

// A folder's names, one a line: "=name" stands there already, any other line is the name of the document, or
// sub-folder, whose id is the number of the line.
func FuzzNamer(f *testing.F) {
	for _, seed := range []string{
		"Report.pdf\nreport.PDF\nReport.pdf", "=Known.pdf\nKNOWN.PDF", "Report (6).pdf\n\n\n\n\nReport.pdf",
		"b.c\nb (2).c\nb (2-2).c\nB.C", "=b.c\n=b (4).c\n=b (4-2).c\nb.c", "=\n=_\n.\n..\n ", "A/B\nA:B\nA?B", "e\u0301\né\nE\u0301", "Straße\nSTRASSE",
		"=Report (3).pdf\n=report.pdf\nReport.pdf\n=Report (4).pdf\nReport.pdf", "\xff\n\xfe\n\ufffd",
		strings.Repeat("字", 90) + "1.pdf\n" + strings.Repeat("字", 90) + "2.pdf",
	} {
		f.Add(false, seed)
		f.Add(true, seed)
	}
	f.Fuzz(func(t *testing.T, folders bool, script string) {
		fresh, safe := naming.NewNamer, naming.Document
		if folders {
			fresh, safe = naming.NewFolderNamer, naming.Folder
		}
		lines := strings.Split(script, "\n")
		lines = lines[:min(len(lines), 64)]
		names := checkNamer(t, fresh(), safe, lines)

		// The next run knows all of it and meets the same names again: none is given a second time, and
		// none that is told of as taken comes out another way.
		next := fresh()
		for _, name := range names {
			next.Take(name)
		}
		for i, line := range lines {
			id := int64(i + 1 + len(lines))
			if name := next.Assign(strings.TrimPrefix(line, "="), id); hasKey(names, name) {
				t.Fatalf("document %d took over the name %q", id, name)
			}
		}
		if again := checkNamer(t, fresh(), safe, lines); strings.Join(again, "\n") != strings.Join(names, "\n") {
			t.Fatalf("the same documents are named %q, then %q", names, again)
		}
	})
}

// checkNamer plays a script, holds each name to what is promised, and returns all that stand in the folder.
func checkNamer(t *testing.T, n *naming.Namer, safe func(string) string, lines []string) []string {
	t.Helper()
	var standing []string
	for i, line := range lines {
		if name, taken := strings.CutPrefix(line, "="); taken {
			n.Take(name)
			standing = append(standing, name)
			continue
		}
		id := int64(i + 1)
		name := n.Assign(line, id)
		checkSafe(t, line, name)
		switch plain := safe(line); {
		case safe(name) != name:
			t.Fatalf("%q became %q, which is not stable: %q", line, name, safe(name))
		case hasKey(standing, name):
			t.Fatalf("%q became %q, which stands there already: %q", line, name, standing)
		case !hasKey(standing, plain) && name != plain:
			t.Fatalf("%q is free, but %q became %q", plain, line, name)
		case name != plain && !strings.Contains(name, " ("+strconv.FormatInt(id, 10)):
			t.Fatalf("%q of document %d became %q, without its id", line, id, name)
		}
		standing = append(standing, name)
	}
	return standing
}

func hasKey(names []string, name string) bool {
	for _, n := range names {
		if naming.Key(n) == naming.Key(name) {
			return true
		}
	}
	return false
}
