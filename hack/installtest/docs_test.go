package installtest

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	. "github.com/onsi/gomega"
)

// What the pages name by its kind is installed under that name.
func TestTheObjectsThatThePagesNameAreInstalled(t *testing.T) {
	g := NewWithT(t)
	all := render(t)
	kinds := map[string]string{"deployment": "Deployment", "clusterrole": "ClusterRole", "persistentvolumeclaim": "PersistentVolumeClaim"}
	name := regexp.MustCompile(`\b(deployment|clusterrole|persistentvolumeclaim)[/ =](intralinks-operator[a-z-]*)`)
	// The pages themselves have these created.
	own := []string{"intralinks-operator-log-level"}
	pages, err := filepath.Glob(filepath.Join(root, "docs", "*.md"))
	g.Expect(err).NotTo(HaveOccurred())
	found := 0
	for _, page := range pages {
		text, err := os.ReadFile(page)
		g.Expect(err).NotTo(HaveOccurred())
		for _, match := range name.FindAllStringSubmatch(string(text), -1) {
			found++
			installed := slices.Concat(all.of(kinds[match[1]]).names(), own)
			g.Expect(installed).To(ContainElement(Or(Equal(match[2]), HaveSuffix("/"+match[2]))), "%s names %s", filepath.Base(page), match[0])
		}
	}
	g.Expect(found).To(BeNumerically(">", 8))
}
