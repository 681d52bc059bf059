package doclinks

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"
)

// root is the top level of the repository.
const root = "../.."

// page is a page of documentation.
type page struct {
	path string // from the top level
	text string
}

// pages reads those at the top level and all below docs.
func pages(t *testing.T) []page {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(root, "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	err = filepath.WalkDir(filepath.Join(root, "docs"), func(path string, entry fs.DirEntry, err error) error {
		if err == nil && filepath.Ext(path) == ".md" {
			paths = append(paths, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	all := make([]page, 0, len(paths))
	for _, path := range paths {
		all = append(all, readPage(t, path))
	}
	if len(all) < 5 {
		t.Fatalf("found %d pages only: this test looks in the wrong place", len(all))
	}
	return all
}

func readPage(t *testing.T, path string) page {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	name, err := filepath.Rel(root, path)
	if err != nil {
		t.Fatal(err)
	}
	return page{path: filepath.ToSlash(name), text: string(text)}
}

var fence = regexp.MustCompile("(?ms)^```([a-z]*)\n(.*?)^```$")

// prose is the page without its code, where brackets are no links and # is no heading.
func (p page) prose() string {
	return inlineCode.ReplaceAllString(fence.ReplaceAllString(p.text, ""), "`code`")
}

var inlineCode = regexp.MustCompile("`[^`\n]+`")

// blocks are the page's code blocks of a language.
func (p page) blocks(language string) []string {
	var found []string
	for _, match := range fence.FindAllStringSubmatch(p.text, -1) {
		if match[1] == language {
			found = append(found, match[2])
		}
	}
	return found
}

var heading = regexp.MustCompile(`(?m)^#{1,6} +(.+?) *#*$`)

// anchors are the page's headings as GitHub names them in a link.
func (p page) anchors() map[string]bool {
	anchors := map[string]bool{}
	for _, match := range heading.FindAllStringSubmatch(fence.ReplaceAllString(p.text, ""), -1) {
		anchors[slug(match[1])] = true
	}
	return anchors
}

// slug is how GitHub turns a heading into an anchor.
func slug(heading string) string {
	var b bytes.Buffer
	for _, r := range strings.ToLower(heading) {
		switch {
		case unicode.IsLetter(r), unicode.IsDigit(r), r == '-', r == '_':
			b.WriteRune(r)
		case r == ' ':
			b.WriteByte('-')
		}
	}
	return b.String()
}
