package console_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	. "github.com/onsi/gomega"
)

// axe is the accessibility checker, as npm has it, and the digest that it is held against.
const (
	axe       = "axe-core@4.14.1"
	axeDigest = ""
)

// fetchChecker asks npm for it, once for all tests.
var fetchChecker = sync.OnceValues(func() (string, error) {
	folder, err := os.MkdirTemp("", "axe-")
	if err != nil {
		return "", err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	command := exec.Command("npm", "install", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund", axe)
	command.Dir = folder
	if err := command.Run(); err != nil {
		return "", err
	}
	script, err := os.ReadFile(filepath.Join(folder, "node_modules", "axe-core", "axe.min.js"))
	return string(script), err
})

// checker is axe-core's script; without npm, or where npm can't reach its registry, the pages are tested without it, which
// is said.
func checker(t *testing.T) string {
	t.Helper()
	if _, err := exec.LookPath("npm"); err != nil {
		t.Log("accessibility is not checked: there is no npm here")
		return ""
	}
	script, err := fetchChecker()
	if err != nil {
		t.Logf("accessibility is not checked: npm has no %s to give: %v", axe, err)
	}
	return script
}

// accessible expects that the checker finds nothing.
func (x *window) accessible(what string) {
	x.w.t.Helper()
	if x.checker == "" {
		return
	}
	x.Value(x.checker + "; 0")
	found := x.Later("axe.run(document, {resultTypes: ['violations', 'incomplete']}).then(r => r.violations.map(v => v.id + ': ' + v.nodes.map(n => n.html.slice(0, 160) + ' ' + n.failureSummary).join('; ')).join('\\n') || 'nothing')")
	x.w.Expect(found).To(Equal("nothing"), what)
}
