package console_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	. "github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/api/meta"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/simulator/intralinks"
	"dataroom.dev/intralinks-operator/internal/testenv/chromium"
)

// window is a browser's window of somebody who uses the console.
type window struct {
	*chromium.Page
	w *world
	// pictures is a folder for a picture of each page; none by default (CONSOLE_PICTURES).
	pictures string
	// checker is a script that finds what keeps people from using a page; empty where it isn't to be had.
	checker string
}

func (w *world) newWindow(b *chromium.Browser) *window {
	x := &window{Page: b.NewPage(), w: w, pictures: os.Getenv("CONSOLE_PICTURES")}
	x.Script(true)
	return x
}

// widths at which pages are looked at: a phone's, and a desk's.
var widths = []int{360, 1280}

// reads waits until the page says something, and looks whether it is fit to be used: at both widths, in light and dark.
func (x *window) reads(words, picture string) {
	x.w.t.Helper()
	x.w.Eventually(x.Text).Should(ContainSubstring(words))
	for _, dark := range []bool{false, true} {
		x.Dark(dark)
		for _, width := range widths {
			x.Size(width, 800)
			x.fits(fmt.Sprintf("%s, %d wide", picture, width))
			x.accessible(fmt.Sprintf("%s, %d wide, dark: %t", picture, width, dark))
			if x.pictures != "" {
				shade := map[bool]string{false: "light", true: "dark"}[dark]
				x.Picture(filepath.Join(x.pictures, fmt.Sprintf("%s-%d-%s.png", picture, width, shade)))
			}
		}
	}
	x.Dark(false)
	x.Size(1280, 800)
}

// fits expects that nobody has to scroll sideways, and that the page is there for those who don't see it.
func (x *window) fits(what string) {
	x.w.t.Helper()
	x.w.Expect(x.Value("document.documentElement.scrollWidth <= innerWidth")).To(Equal("true"), "%s: %s", what, x.Value(
		"Array.from(document.querySelectorAll('*')).filter(e => e.getBoundingClientRect().right > innerWidth + 1).map(e => e.outerHTML.slice(0, 120)).join('\\n')"))
	x.w.Expect(x.Value("getComputedStyle(document.body).marginTop")).To(Equal("0px"), "%s: the style sheet isn't let in", what)
	x.w.Expect(x.Value("[document.documentElement.lang, document.querySelectorAll('main h1').length, document.title !== ''].join()")).To(Equal("en,1,true"), what)
}

func (x *window) clicks(selector string) {
	x.w.t.Helper()
	x.w.Eventually(func() bool { return x.Click(selector) }).Should(BeTrue(), "%s on %s", selector, x.Text())
}

func (x *window) goes(path string) {
	x.w.t.Helper()
	x.Open(x.w.console + path)
}

// clicksOn clicks the first link, button or branch whose text begins so.
func (x *window) clicksOn(text string) {
	x.w.t.Helper()
	mark := fmt.Sprintf("(() => { const e = Array.from(document.querySelectorAll('main a, main button, main summary')).find(e => e.innerText.trim().startsWith(%q)); "+
		"if (!e) return false; document.querySelectorAll('[data-here]').forEach(o => delete o.dataset.here); e.dataset.here = ''; return true })()", text)
	// The page may replace the part that it is in, and the mark with it.
	x.w.Eventually(func() bool { return x.Value(mark) == "true" && x.Click("[data-here]") }).Should(BeTrue(), "%s on %s", text, x.Text())
}

func (x *window) types(selector, text string) {
	x.w.t.Helper()
	x.w.Eventually(func() bool { return x.Type(selector, text) }).Should(BeTrue(), "%s on %s", selector, x.Text())
}

// TestTheWholeWay goes from nothing to the first documents in a browser: in by a token, the sign-in to Intralinks, a data
// room that is looked through, and a sync that is activated.
func TestTheWholeWay(t *testing.T) {
	b := chromium.Start(t)
	w := newWorld(t)
	w.connect(v1alpha1.AuthorizationCodeGrant)
	x := w.newWindow(b)
	x.checker = checker(t)
	x.goes("/console/")
	x.reads("Paste a token", "sign-in")
	x.types("#token", "nonsense")
	x.clicks("main button")
	x.reads("doesn’t take this token", "sign-in-refused")
	x.types("#token", w.person("ada", seeing, browsing, editing, signing))
	x.clicks("main button")
	x.reads("There is no sync", "syncs-none")

	x.clicksOn("Integrations")
	x.reads("Sign-in required", "integrations-signed-out")
	x.clicksOn(production)
	x.reads("Make a link to sign in", "integration-signed-out")
	x.clicksOn("Make a link to sign in")
	x.reads("The link works once", "integration-link")
	w.signsInToIntralinks(b, x.Value("document.querySelector('a[target=_blank][href*=ticket]').href"))
	x.reads("Connected", "integration")

	x.clicksOn("Browse exchanges")
	x.reads("Project Osprey", "exchanges")
	x.clicksOn("Project Merlin")
	x.reads("Documents in this folder", "browse")
	// A branch opens in its place.
	x.clicks("summary .sum")
	w.Eventually(func() string { return x.Value("document.querySelectorAll('#tree ul li').length > 0") }).Should(Equal("true"))
	x.reads("Documents in this folder", "browse-open")
	x.clicksOn("Sync this folder")
	x.reads("Division of Luminance", "activate")
	w.Expect(x.Value("document.querySelector('#name').value")).To(Equal("project-merlin"))
	w.Expect(x.Value("(() => { const s = document.querySelector('#division'); const o = Array.from(s.options).find(o => o.text === 'Corporate'); s.value = o.value; return o.text })()")).
		To(Equal("Corporate"))
	x.clicksOn("Copy YAML")
	x.reads("kind: FolderSync", "yaml")
	x.Value("history.back()")
	w.Eventually(x.Text).Should(ContainSubstring("Division of Luminance"))
	x.clicksOn("Activate sync")
	w.Eventually(func() error {
		return w.env.Client.Get(t.Context(), client.ObjectKey{Namespace: w.namespace, Name: "project-merlin"}, &v1alpha1.FolderSync{})
	}).Should(Succeed())
	w.Eventually(func() bool {
		return meta.IsStatusConditionTrue(w.sync("project-merlin").Status.Conditions, v1alpha1.ReadyCondition)
	}).Should(BeTrue())
	// The page has kept itself fresh.
	w.Eventually(x.Text).Should(ContainSubstring("Synced"))
	x.reads("stand in Luminance", "sync")
	w.Expect(w.services.Luminance.Documents(false)).NotTo(BeEmpty())

	x.clicksOn("Register of what arrived")
	x.reads("Download CSV", "documents")
	w.Expect(x.Value("document.querySelectorAll('tbody tr').length")).To(Equal(fmt.Sprint(len(w.services.Luminance.Documents(false)))))
	x.goes("/console/syncs/" + w.namespace + "/project-merlin")
	x.clicksOn("Suspend")
	x.reads("Nothing is carried until", "sync-suspended")
	w.Expect(w.sync("project-merlin").Spec.Suspend).To(BeTrue())
	x.clicksOn("Resume")
	w.Eventually(func() bool { return w.sync("project-merlin").Spec.Suspend }).Should(BeFalse())
	x.clicksOn("Sync now")
	w.Eventually(func() string { return w.sync("project-merlin").Status.LastHandledReconcileAt }).ShouldNot(BeEmpty())
	x.goes("/console/syncs")
	x.reads("project-merlin", "syncs-one")
	x.clicks(".me button")
	x.reads("Paste a token", "signed-out")
}

// signsInToIntralinks follows a link in a window of its own.
func (w *world) signsInToIntralinks(b *chromium.Browser, link string) {
	w.t.Helper()
	p := b.NewPage()
	p.Open(link)
	w.Eventually(p.Text).Should(ContainSubstring("Continue to Intralinks"))
	w.Expect(p.Click("button")).To(BeTrue())
	w.Eventually(func() bool { return p.Type("#email", intralinks.DefaultEmail) }).Should(BeTrue())
	w.Expect(p.Type("#password", intralinks.DefaultPassword) && p.Click("#signin")).To(BeTrue())
	w.Eventually(p.Text).Should(ContainSubstring("Signed in"))
}
