package doclinks

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// link is a Markdown link; what it shows may hold code, but no brackets.
var link = regexp.MustCompile(`\[[^\[\]]*\]\(([^()\s]+)\)`)

func TestEveryLinkBetweenPagesLeadsSomewhere(t *testing.T) {
	checked := 0
	for _, p := range pages(t) {
		for _, match := range link.FindAllStringSubmatch(p.prose(), -1) {
			if strings.Contains(match[1], "://") || strings.HasPrefix(match[1], "mailto:") {
				continue // of others; a test does not depend on the network
			}
			checked++
			if problem := broken(t, p, match[1]); problem != "" {
				t.Errorf("%s links to %s: %s", p.path, match[1], problem)
			}
		}
	}
	if checked == 0 {
		t.Error("no links were found: this test looks at the wrong thing")
	}
}

// broken tells what is wrong with a link, "" if nothing is.
func broken(t *testing.T, from page, target string) string {
	t.Helper()
	file, anchor, _ := strings.Cut(target, "#")
	to := from
	if file != "" {
		path := filepath.Join(root, filepath.Dir(from.path), filepath.FromSlash(file))
		info, err := os.Stat(path)
		switch {
		case err != nil:
			return "there is no such file"
		case anchor == "":
			return ""
		case info.IsDir():
			return "a folder has no headings"
		}
		to = readPage(t, path)
	}
	if !to.anchors()[anchor] {
		return "the page has no such heading"
	}
	return ""
}

func TestWhatALinkCheckSees(t *testing.T) {
	from := page{path: "docs/README.md", text: "# Here it is, again!\n\n```sh\n# not a heading\n```\n"}
	for _, c := range []struct {
		target string
		broken bool
	}{
		{"architecture.md", false},
		{"../LICENSE", false},
		{"../docs", false},
		{"architecture.md#errors", false},
		{"#here-it-is-again", false},
		{"#not-a-heading", true},
		{"missing.md", true},
		{"architecture.md#missing", true},
		{"../docs#errors", true},
	} {
		if problem := broken(t, from, c.target); (problem != "") != c.broken {
			t.Errorf("%s: got %q, want broken to be %v", c.target, problem, c.broken)
		}
	}
}
