package controllers_test

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"

	. "github.com/onsi/gomega"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/testenv/chromium"
)

// window is a browser's window of a person who signs in. No page may run a script in it.
type window struct {
	*chromium.Page
	w *world
	// pictures is a folder for a picture of each page; none by default (SIGN_IN_PICTURES).
	pictures string
}

func (w *world) newWindow(b *chromium.Browser) *window {
	return &window{Page: b.NewPage(), w: w, pictures: os.Getenv("SIGN_IN_PICTURES")}
}

// reads waits until the page says something, and takes its picture in two widths and in the dark.
func (x *window) reads(words, picture string) {
	x.w.t.Helper()
	x.w.Eventually(x.Text).Should(ContainSubstring(words))
	x.fits(1280)
	x.fits(360)
	if x.pictures != "" {
		x.Size(360, 740)
		x.Picture(filepath.Join(x.pictures, picture+"-360.png"))
		x.Size(1280, 800)
		x.Picture(filepath.Join(x.pictures, picture+"-1280.png"))
		x.Dark(true)
		x.Picture(filepath.Join(x.pictures, picture+"-dark.png"))
		x.Dark(false)
	}
	x.Size(1280, 800)
}

// fits expects that nobody has to scroll sideways, and that the page is there for those who don't see it.
func (x *window) fits(width int) {
	x.w.t.Helper()
	x.Size(width, 740)
	x.w.Expect(x.Value("document.documentElement.scrollWidth <= innerWidth")).To(Equal("true"), "%d wide: %s", width, x.Text())
	x.w.Expect(x.Value("getComputedStyle(document.querySelector('main')).borderTopStyle")).To(Equal("solid"), "the style sheet isn't let in")
	x.w.Expect(x.Value("[document.documentElement.lang, document.querySelectorAll('main h1').length, document.title !== ''].join()")).To(Equal("en,1,true"))
}

// reachesIntralinks opens a link and goes on.
func (x *window) reachesIntralinks(link, picture string) {
	x.w.t.Helper()
	x.Open(link)
	x.reads("Continue to Intralinks", picture)
	x.w.Expect(x.Click("button")).To(BeTrue())
	x.w.Eventually(x.Text).Should(ContainSubstring("This page stands for the one of Intralinks"))
	x.w.Expect(x.Address()).NotTo(HavePrefix(x.w.pagesURL))
}

func (x *window) fillsIn(account string) {
	x.w.t.Helper()
	x.w.Expect(x.Type("#email", account) && x.Type("#password", password)).To(BeTrue())
	x.w.Expect(x.Click("#signin")).To(BeTrue())
}

// TestSigningInInABrowser is the whole way, with what may go wrong on it, in a real browser that keeps the policies of
// the pages, and runs no script.
func TestSigningInInABrowser(t *testing.T) {
	b := chromium.Start(t)
	w := newWorldForPeople(t)
	w.add("/Contracts/Heronlease.txt", "the lease")
	w.createSync(contracts)

	nobody := w.newWindow(b)
	nobody.Open(w.integration().Status.SignInURL)
	nobody.reads("A link is needed to sign in", "no-ticket")

	denier := w.newWindow(b)
	denier.reachesIntralinks(w.asksForLink(), "login")
	w.Expect(denier.Click("#deny")).To(BeTrue())
	denier.reads("did not let the operator in", "denied")
	w.saysOfSignIn(v1alpha1.SignInDeniedReason)

	w.must(w.source.Control().Set("codeTTL", "1ns"))
	slow := w.newWindow(b)
	slow.reachesIntralinks(w.asksForLink(), "login")
	slow.fillsIn(email)
	slow.reads("20 seconds", "late")
	w.must(w.source.Control().Set("codeTTL", "20s"))

	link := w.asksForLink()
	person := w.newWindow(b)
	person.reachesIntralinks(link, "login")
	// The page reads a cache, which may lag behind a little; what the button there leads to doesn't.
	anybody := w.newBrowser()
	w.eventually(func(g Gomega) { g.Expect(anybody.open(link).status).To(Equal(http.StatusForbidden)) })
	late := w.newWindow(b)
	late.Open(link)
	late.reads("This link can’t be used any more", "used")
	person.fillsIn(email)
	person.reads("Signed in", "signed-in")
	callback := person.Address()
	w.connects("True", v1alpha1.ConnectedReason)
	w.settles(contracts, "True", v1alpha1.SyncedReason)
	w.stands(map[string]string{"/Deal/Heronlease.txt": "the lease"})

	person.Open(callback)
	person.reads("This browser didn’t begin that sign-in", "replayed")

	other := w.newWindow(b)
	other.reachesIntralinks(w.asksForLink(), "login-again")
	other.fillsIn(otherEmail)
	other.reads("Change the Intralinks account?", "confirm")
	w.Expect(other.Click("button.other")).To(BeTrue())
	other.reads("The account stays as it was", "kept")

	victim, thief := w.newWindow(b), w.newWindow(b)
	victim.reachesIntralinks(w.asksForLink(), "login-again")
	state := w.hush.state()
	thief.Open(w.callbackWith("state=" + state + "&code=stolen"))
	thief.reads("This browser didn’t begin that sign-in", "stolen")
	victim.fillsIn(email)
	victim.reads("Signed in", "signed-in")
}
