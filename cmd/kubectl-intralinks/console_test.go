package main

import (
	"io"
	"net/http"
	"regexp"
	"testing"

	. "github.com/onsi/gomega"
)

var consoleLink = regexp.MustCompile(`http://\S+/console/enter\?ticket=\S+`)

// TestTheConsoleOpensAsWhoRunsIt: the link leads to a page that names them, and holds no token.
func TestTheConsoleOpensAsWhoRunsIt(t *testing.T) {
	w := newOperatedOn(t, room(t), "--console")
	w.account("ada", permission("list", "foldersyncs"))
	got := w.consoleOf("ada", "--no-browser")
	w.Expect(got.code).To(Equal(exitDone), got.err)
	w.Expect(got.err).To(ContainSubstring("The console opens as system:serviceaccount:" + w.namespace + ":ada"))
	w.Expect(got.out).To(BeEmpty())
	link := consoleLink.FindString(got.err)
	w.Expect(link).NotTo(BeEmpty(), got.err)
	w.Expect(len(link)).To(BeNumerically("<", 150), "a ticket and no token: %s", link)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, link, http.NoBody)
	w.Expect(err).NotTo(HaveOccurred())
	response, err := http.DefaultClient.Do(request)
	w.Expect(err).NotTo(HaveOccurred())
	defer response.Body.Close()
	page, err := io.ReadAll(response.Body)
	w.Expect(err).NotTo(HaveOccurred())
	w.Expect(string(page)).To(And(ContainSubstring(w.namespace+":ada"), ContainSubstring("Open the console")))
}

// TestNoConsole: where it is switched off, that and how to switch it on is said.
func TestNoConsole(t *testing.T) {
	w := newOperatedOn(t, room(t))
	w.account("ada", permission("list", "foldersyncs"))
	got := w.consoleOf("ada")
	w.Expect(got.code).To(Equal(exitFailed))
	w.Expect(got.err).To(And(ContainSubstring("serves no console"), ContainSubstring("console.enabled=true")))
}

// consoleOf runs the command once the operator listens.
func (w *operated) consoleOf(account string, flags ...string) (got outcome) {
	w.t.Helper()
	w.Eventually(func() string {
		got = w.asking(account, append([]string{"console"}, flags...)...)
		return got.err
	}).ShouldNot(ContainSubstring("connection refused"))
	return got
}
