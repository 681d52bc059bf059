package console_test

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	. "github.com/onsi/gomega"
)

// axe is the accessibility checker, as npm has it, and the SHA-256 of its script.
const (
	axe       = "axe-core@4.14.1"
	axeDigest = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c"
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
	if output, err := command.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, output)
	}
	script, err := os.ReadFile(filepath.Join(folder, "node_modules", "axe-core", "axe.min.js"))
	if err == nil && fmt.Sprintf("%x", sha256.Sum256(script)) != axeDigest {
		err = errors.New("its script isn't the one that is known")
	}
	return string(script), err
})

// checker is axe-core's script. Without npm, or where npm can't reach its registry, the pages are tested without it, and a
// subtest is skipped that says so.
func checker(t *testing.T) string {
	t.Helper()
	script, err := fetchChecker()
	if err != nil {
		t.Run("accessibility", func(t *testing.T) { t.Skipf("it is not checked: npm gave no %s: %v", axe, err) })
		return ""
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
