package console_test

import (
	"testing"

	. "github.com/onsi/gomega"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/testenv/chromium"
)

// TestWithoutScript: a data room can be looked through, and a sync set up and stopped, in a browser that runs none.
func TestWithoutScript(t *testing.T) {
	b := chromium.Start(t)
	w := newWorld(t)
	w.connect(v1alpha1.ClientCredentialsGrant)
	w.connects()
	x := w.newWindow(b)
	x.Script(false)
	x.signsIn(w.person("ada", seeing, browsing, editing))
	x.goes("/console/integrations/" + w.namespace + "/" + production + "/browse?exchange=7100025")
	x.clicks("summary .sum")
	x.clicksOn("Open Contracts")
	w.Eventually(x.Address).Should(ContainSubstring("folder=%2FContracts"))
	x.clicksOn("Sync this folder")
	w.Eventually(x.Text).Should(ContainSubstring("Division of Luminance"))
	x.Value("(() => { const s = document.querySelector('#division'); s.value = Array.from(s.options).find(o => o.text === 'Corporate').value })()") // as by keyboard
	x.clicksOn("Copy YAML")
	w.Eventually(x.Text).Should(ContainSubstring("kind: FolderSync"))
	w.Expect(x.Value("getComputedStyle(document.querySelector('[data-copy]')).display")).To(Equal("none"), "a button that does nothing")
	x.clicksOn("Back to the form")
	w.Eventually(x.Text).Should(ContainSubstring("Division of Luminance"))
	x.Value("(() => { const s = document.querySelector('#division'); s.value = Array.from(s.options).find(o => o.text === 'Corporate').value })()")
	x.clicksOn("Activate sync")
	w.Eventually(x.Text).Should(ContainSubstring("project-merlin-contracts"))
	x.clicksOn("Suspend")
	w.Eventually(x.Text).Should(ContainSubstring("Nothing is carried until it is resumed"))
	w.Expect(w.sync("project-merlin-contracts").Spec.Suspend).To(BeTrue())
}
