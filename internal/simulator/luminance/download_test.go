package luminance_test

import (
	"fmt"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"dataroom.dev/intralinks-operator/internal/simulator/luminance"
)

func downloadPath(id int64) string { return fmt.Sprintf("%s/documents/%d/download", corporate, id) }

func TestDownloads(t *testing.T) {
	for _, dir := range []string{"", t.TempDir()} {
		for version, contentType := range map[string]string{"v1.4": "application/pdf", "v1.5": "application/octet-stream"} {
			i := start(t, luminance.Options{ReceivedDir: dir})
			data := strings.Repeat("0123456789\x00\xff", 30_000)
			id := i.upload("a.pdf", data, "&replace=false").id()
			i.upload("a.pdf", "newer", "&replace=true")
			i.set("profile", version)
			a := i.api("GET", downloadPath(id))
			i.g.Expect(a.status).To(Equal(200))
			i.g.Expect(a.body == data).To(BeTrue(), "an older version stays what it was")
			i.g.Expect(a.header.Get("Content-Type")).To(Equal(contentType))
			i.g.Expect(a.header.Get("Content-Length")).To(Equal(fmt.Sprint(len(data))))
			i.g.Expect(i.api("GET", fmt.Sprintf("%s/documents/%d/download", rootFolder, id+1)).body).To(Equal("newer"), "by way of its folder")
			other := i.makeFolder(52001, "other").id()
			i.g.Expect(i.api("GET", fmt.Sprintf("%s/documents/%d/download", folderPath(other), id)).status).To(Equal(404))
			i.g.Expect(i.api("GET", downloadPath(1)).status).To(Equal(404))
		}
	}
}

// TestDownloadPermission: a Division's permission gates downloads, and uploads not.
func TestDownloadPermission(t *testing.T) {
	for permission, want := range map[string]int{"none": 403, "preview": 403, "native": 200} {
		i := start(t, luminance.Options{})
		i.set("permissions", permission)
		id := i.upload("a", "text", "&replace=false").id()
		i.g.Expect(i.api("GET", downloadPath(id)).status).To(Equal(want), permission)
	}
}

func TestDownloadsWithTokensLinked(t *testing.T) {
	i := start(t, luminance.Options{})
	word := i.upload("a.docx", "text", "&replace=false").id()
	pdf := i.upload("a.pdf", "text", "&replace=false").id()
	for version, parameter := range map[string]string{"v1.4": "?enable_token_based_linking=", "v1.5": "?enable_token_linking="} {
		i.set("profile", version)
		i.g.Expect(i.api("GET", downloadPath(word)+parameter+"true").status).To(Equal(200))
		i.g.Expect(i.api("GET", downloadPath(pdf)+parameter+"true").status).To(Equal(422), "Word documents only")
		i.g.Expect(i.api("GET", downloadPath(pdf)+parameter+"false").status).To(Equal(200))
	}
}

func TestCorruptDownload(t *testing.T) {
	i := start(t, luminance.Options{})
	id := i.upload("a", "text", "&replace=false").id()
	i.breaks("corrupt-download", "/**/download")
	i.g.Expect(i.api("GET", downloadPath(id)).body).To(Equal("\x8bext"))
	i.g.Expect(i.api("GET", downloadPath(id)).body).To(Equal("text"))
}

func TestDownloadThatBreaksOff(t *testing.T) {
	i := start(t, luminance.Options{})
	id := i.upload("a", "0123456789", "&replace=false").id()
	i.breaks("broken-answer", "/**/download")
	a := i.api("GET", downloadPath(id))
	i.g.Expect(a.status).To(BeZero())
	i.g.Expect(a.body).To(Equal("01234"))
	i.g.Expect(a.header.Get("Content-Length")).To(Equal("10"))
}
