package doclinks

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	alertName  = regexp.MustCompile(`(?m)^ +- alert: (\w+)$`)
	alertLink  = regexp.MustCompile(`(?m)^ +runbook_url: https://\S+/docs/runbooks\.md#(\S+)$`)
	secondHead = regexp.MustCompile(`(?m)^## (.+)$`)
)

// Every alert links an entry of its own, and no entry is about an alert that there isn't.
func TestEveryAlertHasItsRunbook(t *testing.T) {
	rules, err := os.ReadFile(filepath.Join(root, "config", "prometheus", "alerts.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	names, links := firsts(alertName, string(rules)), firsts(alertLink, string(rules))
	if len(names) < 5 {
		t.Fatalf("found %d alerts: they are not written as this test thinks", len(names))
	}
	if len(links) != len(names) {
		t.Fatalf("%d alerts have %d links to docs/runbooks.md", len(names), len(links))
	}
	for i, name := range names {
		if links[i] != strings.ToLower(name) {
			t.Errorf("%s links the entry %s", name, links[i])
		}
	}
	entries := firsts(secondHead, readPage(t, filepath.Join(root, "docs", "runbooks.md")).text)
	slices.Sort(names)
	if !slices.Equal(names, entries) {
		t.Errorf("the alerts are\n%s\nand docs/runbooks.md has, in this order,\n%s", strings.Join(names, "\n"), strings.Join(entries, "\n"))
	}
}

// firsts are the first groups of all matches.
func firsts(pattern *regexp.Regexp, text string) (found []string) {
	for _, match := range pattern.FindAllStringSubmatch(text, -1) {
		found = append(found, match[1])
	}
	return found
}
