package luminance_test

import (
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"dataroom.dev/intralinks-operator/internal/simulator/luminance"
)

// files are the documents below a folder for received documents, by path, and the
// directories, which end in a slash.
func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	found := map[string]string{}
	root := os.DirFS(dir)
	err := fs.WalkDir(root, ".", func(path string, e fs.DirEntry, err error) error {
		switch {
		case err != nil || path == ".", path == ".received-by-luminance-simulator":
			return err
		case e.IsDir():
			found[path+"/"] = ""
			return nil
		}
		data, err := fs.ReadFile(root, path)
		found[path] = string(data)
		return err
	})
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	for _, always := range []string{".incoming/", "Corporate/", "Litigation/", "Twin/", "Twin~twin-two/", "Closed/"} {
		NewWithT(t).Expect(found).To(HaveKey(always))
		delete(found, always)
	}
	return found
}

func TestReceivedDocumentsLieAsFiles(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "folder")
	i := start(t, luminance.Options{ReceivedDir: dir})
	contracts := i.makeFolder(52001, "Contracts").id()
	i.uploadRaw(folderPath(contracts), "name=lease.pdf&replace=false", "b25l")
	i.uploadRaw(folderPath(contracts), "name=lease.pdf&replace=true", "dHdv")
	i.upload("契約書.docx", "three", "&replace=false")
	_, err := i.PersonUploads("litigation", "/Evidence/photo.jpg", []byte("four"))
	i.g.Expect(err).NotTo(HaveOccurred())
	i.g.Expect(files(t, dir)).To(Equal(map[string]string{
		"Corporate/契約書.docx":   "three",
		"Corporate/Contracts/": "", "Corporate/Contracts/lease.pdf": "two",
		"Corporate/Contracts/.versions/": "", "Corporate/Contracts/.versions/370001/": "",
		"Corporate/Contracts/.versions/370001/lease.pdf": "one",
		"Litigation/Evidence/":                           "", "Litigation/Evidence/photo.jpg": "four",
	}))
	for _, d := range i.Documents(true) {
		data, err := os.ReadFile(filepath.Join(dir, d.File))
		i.g.Expect(err).NotTo(HaveOccurred())
		i.g.Expect(string(data)).To(Equal(i.content(d.ID)))
	}

	i.set("profile", "v1.4")
	i.g.Expect(i.apiJSON("PATCH", folderPath(contracts), `{"name":"Deals"}`).status).To(Equal(200))
	i.g.Expect(files(t, dir)).To(HaveKeyWithValue("Corporate/Deals/lease.pdf", "two"), "a renamed folder moves")
	i.g.Expect(i.content(370001)).To(Equal("one"))

	i.g.Expect(i.api("DELETE", corporate+"/documents/370001").status).To(Equal(204))
	i.g.Expect(i.api("DELETE", corporate+"/documents/370002").status).To(Equal(204))
	i.g.Expect(i.api("DELETE", corporate+"/documents/370003").status).To(Equal(204))
	i.g.Expect(files(t, dir)).To(Equal(map[string]string{
		"Corporate/Deals/": "", "Litigation/Evidence/": "", "Litigation/Evidence/photo.jpg": "four",
	}), "what is deleted is gone")
}

// TestHostileNames: whatever a name is, its file lies in the directory of its
// folder, and no other is harmed.
func TestHostileNames(t *testing.T) {
	long := strings.Repeat("ä", 200)
	for name, want := range map[string]string{
		"..":                               "%2E.",
		".":                                "%2E",
		"../../etc/passwd":                 "..%2F..%2Fetc%2Fpasswd",
		"/etc/passwd":                      "%2Fetc%2Fpasswd",
		`..\..\boot.ini`:                   `..\..\boot.ini`,
		".versions":                        "%2Eversions",
		".Versions":                        "%2EVersions",
		".attachments":                     "%2Eattachments",
		".incoming":                        "%2Eincoming",
		".received-by-luminance-simulator": "%2Ereceived-by-luminance-simulator",
		"nul\x00byte":                      "nul%00byte",
		"new\nline":                        "new\nline",
		"-rf *":                            "-rf *",
		".pdf":                             ".pdf",
		"\u202efdp.exe":                    "\u202efdp.exe",
		long + ".pdf":                      strings.Repeat("ä", 125) + ".pdf",
		long:                               strings.Repeat("ä", 127),
	} {
		dir := t.TempDir()
		i := start(t, luminance.Options{ReceivedDir: dir})
		i.g.Expect(i.upload(name, "content", "&replace=false").status).To(Equal(200), "%q", name)
		i.g.Expect(i.Documents(false)[0].Name).To(Equal(name))
		i.g.Expect(i.makeFolderJSON(name).status).To(Equal(201))
		got := files(t, dir)
		i.g.Expect(got).To(HaveLen(2))
		i.g.Expect(got).To(HaveKeyWithValue("Corporate/"+want, "content"), "%q", name)
	}
}

func (i *instance) makeFolderJSON(name string) answer {
	i.t.Helper()
	escaped := strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\x00", `\u0000`).Replace(name)
	return i.apiJSON("POST", corporate+"/folders", `{"parent_id":52001,"name":"`+escaped+`"}`)
}

// TestFilesNeverTakeTheSamePlace: names are chosen so that what one turns into is
// the other.
func TestFilesNeverTakeTheSamePlace(t *testing.T) {
	dir := t.TempDir()
	i := start(t, luminance.Options{ReceivedDir: dir})
	long := strings.Repeat("x", 300)
	names := []string{
		"a/b.txt", "a%2Fb.txt",
		"plain~370004", "plain", // the fourth document would go where the third is
		"twin~52009", // where the fourth folder would go
		long + "1.txt", long + "2.txt", long + "3.txt",
	}
	i.makeFolder(52001, "plain")
	i.makeFolder(52001, "twin")
	for n, name := range names {
		i.g.Expect(i.upload(name, fmt.Sprint("content ", n), "&replace=false").status).To(Equal(200), name)
	}
	i.makeFolder(52001, "a/b.txt")
	i.g.Expect(i.makeFolder(52001, "twin").id()).To(BeEquivalentTo(52009))
	for n, name := range names {
		found := i.api("GET", corporate+"/documents?name="+url.QueryEscape(name)).list()
		i.g.Expect(found).To(HaveLen(1), name)
		i.g.Expect(found[0]["id"]).To(BeEquivalentTo(370001+n), name)
		i.g.Expect(i.content(int64(370001+n))).To(Equal(fmt.Sprint("content ", n)), name)
	}
	directories := 0
	for path := range files(t, dir) {
		if strings.HasSuffix(path, "/") {
			directories++
		}
	}
	i.g.Expect(directories).To(Equal(4))
}

func TestVersionsThatKeepTheirIDKeepTheirContent(t *testing.T) {
	for _, dir := range []string{"", t.TempDir()} {
		i := start(t, luminance.Options{ReceivedDir: dir})
		i.set("idOnReplace", "kept")
		for n := range 4 {
			i.upload("a.txt", fmt.Sprint(n+1), "&replace=true")
		}
		for _, d := range i.Documents(true) {
			i.g.Expect(i.content(d.ID)).To(Equal(fmt.Sprint(d.Version)))
		}
	}
}

func TestDeletedFoldersLeaveTheirPlace(t *testing.T) {
	dir := t.TempDir()
	i := start(t, luminance.Options{ReceivedDir: dir})
	i.set("deleteFolderWithContent", "cascade", "profile", "v1.4")
	outer := i.makeFolder(52001, "outer").id()
	inner := i.makeFolder(outer, "inner").id()
	i.uploadRaw(folderPath(inner), "name=a&replace=false", "b25l")
	state := func(id int64, state string) int {
		return i.apiJSON("PATCH", folderPath(id), fmt.Sprintf(`{"state":%q}`, state)).status
	}
	i.g.Expect(state(inner, "deleted")).To(Equal(200))
	i.g.Expect(state(outer, "deleted")).To(Equal(200))
	i.g.Expect(files(t, dir)).To(BeEmpty())
	i.g.Expect(i.apiJSON("PATCH", folderPath(outer), `{"name":"renamed"}`).status).To(Equal(200))
	again := i.makeFolder(52001, "renamed").id()
	i.uploadRaw(folderPath(again), "name=b&replace=false", "dHdv")
	i.g.Expect(state(inner, "active")).To(Equal(422), "below one that is deleted")
	i.g.Expect(state(outer, "active")).To(Equal(200))
	i.g.Expect(state(inner, "active")).To(Equal(200))
	i.g.Expect(files(t, dir)).To(Equal(map[string]string{
		"Corporate/renamed/": "", "Corporate/renamed/b": "two",
		fmt.Sprintf("Corporate/renamed~%d/", outer): "", fmt.Sprintf("Corporate/renamed~%d/inner/", outer): "",
	}))
	i.g.Expect(state(outer, "deleted")).To(Equal(200))
	i.set("folderDuplicateNames", "422")
	i.g.Expect(state(outer, "active")).To(Equal(422), "its name is taken")
}

// TestFolderOfSomebodyElse is never touched.
func TestFolderOfSomebodyElse(t *testing.T) {
	g := NewWithT(t)
	dir := t.TempDir()
	g.Expect(os.WriteFile(filepath.Join(dir, "thesis.txt"), []byte("x"), 0o600)).To(Succeed())
	_, err := luminance.New(luminance.Options{ReceivedDir: dir})
	g.Expect(err).To(MatchError(ContainSubstring("name an empty or a new folder")))
	g.Expect(filepath.Join(dir, "thesis.txt")).To(BeAnExistingFile())

	own := t.TempDir()
	i := start(t, luminance.Options{ReceivedDir: own})
	i.upload("a", "text", "&replace=false")
	start(t, luminance.Options{ReceivedDir: own})
	g.Expect(files(t, own)).To(BeEmpty(), "its own is emptied")
}
