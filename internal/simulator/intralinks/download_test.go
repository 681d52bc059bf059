package intralinks_test

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"dataroom.dev/intralinks-operator/internal/simulator/dataroom"
)

// withLease starts a service with one document, whose exchange is entered.
func withLease(t *testing.T, text string) (*service, int64) {
	t.Helper()
	s := start(t)
	s.enter(plain, true)
	return s, s.document(s.folder("/Contracts"), "Lease – Zürich", ".pdf", text)
}

func (s *service) row(id int64) map[string]any {
	s.t.Helper()
	row, _ := s.get(exchange(plain, fmt.Sprintf("/documents/%d", id))).at("document", 0).(map[string]any)
	return row
}

func TestAPlainDownload(t *testing.T) {
	s, id := withLease(t, "agreed")
	a := s.file(id, "Accept", "application/json", "Range", "bytes=2-3")
	s.g.Expect(a.status).To(Equal(200), "no ranges by default")
	s.g.Expect(a.body).To(Equal("agreed"))
	s.g.Expect(a.header.Get("Content-Type")).To(Equal("application/octet-stream"))
	s.g.Expect(a.header.Get("Content-Length")).To(Equal("6"))
	for _, header := range []string{"Accept-Ranges", "Etag", "Content-Disposition", "Last-Modified", "Content-Encoding"} {
		s.g.Expect(a.header).NotTo(HaveKey(header))
	}
	s.g.Expect(s.row(id)["fileHash"]).To(Equal(hashOf(a.body)))
}

func TestHeadersOfADownload(t *testing.T) {
	s, id := withLease(t, repeat("0123456789", 100_000))
	s.set("fileType", "actual", "fileDisposition", "on", "fileLength", "chunked")
	a := s.file(id)
	s.g.Expect(a.body).To(HaveLen(100_000))
	s.g.Expect(a.header.Get("Content-Type")).To(Equal("application/pdf"))
	s.g.Expect(a.header.Get("Content-Disposition")).To(HavePrefix("attachment; filename*=utf-8''Lease"))
	s.g.Expect(a.header).NotTo(HaveKey("Content-Length"))
}

func TestRanges(t *testing.T) {
	s, id := withLease(t, "0123456789")
	s.set("ranges", "on")
	whole := s.file(id)
	s.g.Expect(whole.body).To(Equal("0123456789"))
	s.g.Expect(whole.header.Get("Accept-Ranges")).To(Equal("bytes"))
	tag := whole.header.Get("ETag")
	part := s.file(id, "Range", "bytes=4-", "If-Range", tag)
	s.g.Expect([]any{part.status, part.body, part.header.Get("Content-Range")}).To(Equal([]any{206, "456789", "bytes 4-9/10"}))
	s.g.Expect(s.file(id, "Range", "bytes=10-").status).To(Equal(416))
	s.g.Expect(s.room.NewVersion(id, dataroom.Bytes("abcdefghij"))).To(Succeed())
	changed := s.file(id, "Range", "bytes=4-", "If-Range", tag)
	s.g.Expect([]any{changed.status, changed.body}).To(Equal([]any{200, "abcdefghij"}), "another version has another tag")
}

func TestIRM(t *testing.T) {
	s, id := withLease(t, "agreed")
	s.edit(id, func(d *dataroom.Document) { d.IRM = true })
	row, a := s.row(id), s.file(id)
	s.g.Expect(row["isIrmSecured"]).To(BeTrue())
	s.g.Expect(a.status).To(Equal(200))
	s.g.Expect(a.body).NotTo(ContainSubstring("agreed"))
	s.g.Expect(len(a.body)).To(BeNumerically(">", 6))
	s.g.Expect(row["fileHash"]).To(Equal(hashOf("agreed")))
	s.g.Expect(row["fileHashDownload"]).To(Equal(hashOf(a.body)))
	s.g.Expect(s.file(id).body).To(Equal(a.body), "the same each time")

	s.g.Expect(s.room.NewVersion(id, dataroom.Bytes("signed"))).To(Succeed())
	s.g.Expect(s.file(id).body).NotTo(Equal(a.body))
	s.g.Expect(s.row(id)["fileHashDownload"]).To(Equal(hashOf(s.file(id).body)))
	s.set("downloadHash", "same")
	s.g.Expect(s.row(id)["fileHashDownload"]).To(Equal(hashOf("signed")))

	s.set("irmDownload", "refuse")
	s.expectE6(s.file(id), 500, "500", "999")
	s.set("irmDownload", "plain")
	s.g.Expect(s.file(id).body).To(Equal("signed"))
}

func TestViewerOnly(t *testing.T) {
	s, id := withLease(t, "agreed")
	s.edit(id, func(d *dataroom.Document) { d.ViewerOnly = true })
	s.expectE6(s.file(id), 500, "500", "999")
	s.g.Expect(s.row(id)).To(And(HaveKeyWithValue("pdfProtection", "NONE"), HaveKeyWithValue("isIrmSecured", false), HaveKeyWithValue("unread", true)))
	s.set("viewerOnlyAnswer", "500-json", "viewerOnlyFlag", "NOSAVE")
	s.expectE1(s.file(id), 500, 500, "999")
	s.g.Expect(s.row(id)["pdfProtection"]).To(Equal("NOSAVE"))
	s.set("viewerOnlyAnswer", "403-json")
	s.expectE1(s.file(id), 403, 403, "999")
}

func TestWatermarks(t *testing.T) {
	s, id := withLease(t, "agreed")
	s.edit(id, func(d *dataroom.Document) { d.Watermarked = true })
	s.set("ranges", "on")
	first, second := s.file(id), s.file(id, "Range", "bytes=0-1")
	for _, a := range []answer{first, second} {
		s.g.Expect(a.status).To(Equal(200), "no part of what is made anew each time")
		s.g.Expect(a.header.Get("Content-Length")).To(Equal(strconv.Itoa(len(a.body))))
		s.g.Expect(s.row(id)).To(And(HaveKeyWithValue("fileSize", 6.0), HaveKeyWithValue("fileHash", Not(Equal(hashOf(a.body))))))
	}
	s.g.Expect(first.body).NotTo(Equal(second.body), "other bytes each time")
}

func TestARedirectedDownload(t *testing.T) {
	s, id := withLease(t, "agreed")
	s.set("fileRedirect", "on")
	a := s.file(id)
	s.g.Expect(a.status).To(Equal(302))
	to := a.header.Get("Location")
	s.g.Expect(to).NotTo(HavePrefix(s.url), "another host")
	s.g.Expect(to).To(HavePrefix("http://localhost:"))
	s.g.Expect(s.file(id, "Host", "localhost:8811").header.Get("Location")).To(HavePrefix("http://127.0.0.1:8811/"), "another one from there, too")
	here := s.url + to[strings.Index(to, "/storage/"):] // localhost may be another address
	s.g.Expect(s.send("GET", here, "").body).To(Equal("agreed"))
	s.g.Expect(s.Stats().BearersLeaked).To(BeZero())
	s.expectE6(s.send("GET", here, "", "Authorization", "Bearer "+s.token), 400, "400", "sim-storage")
	s.g.Expect(s.Stats().BearersLeaked).To(Equal(1))
	s.expectHTML(s.send("GET", here+"x", ""), 404, "cannot be completed")
	s.expectHTML(s.send("GET", strings.Replace(here, fmt.Sprint(id), "1", 1), ""), 404, "cannot be completed")
	s.g.Expect(s.room.DeleteDocument(id, false)).To(Succeed())
	s.expectHTML(s.send("GET", here, ""), 404, "cannot be completed")
}

func TestBrokenDownloads(t *testing.T) {
	text := repeat("0123456789", 1_000_000)
	s, id := withLease(t, text)
	for _, tc := range []struct {
		fault string
		args  []string
		check func(answer)
	}{
		{"truncate", []string{"after", "600000"}, func(a answer) { s.broken(a); s.g.Expect(a.body).To(Equal(text[:600_000])) }},
		{"truncate", nil, func(a answer) { s.broken(a); s.g.Expect(a.body).To(Equal(text[:500_000])) }},
		{"reset", []string{"after", "600000"}, func(a answer) { s.broken(a); s.g.Expect(len(a.body)).To(BeNumerically("<=", 600_000)) }},
		{"cut", []string{"after", "10"}, func(a answer) { s.broken(a); s.g.Expect(a.body).To(Equal(text[:10])) }},
		{"corrupt", []string{"at", "123456"}, func(a answer) {
			s.g.Expect(a.err).NotTo(HaveOccurred())
			spoiled := []byte(text)
			spoiled[123456] ^= 0xff
			s.g.Expect(a.body == string(spoiled)).To(BeTrue(), "one byte differs")
		}},
		{"slow", []string{"delay", "1ms", "every", "300000"}, func(a answer) { s.g.Expect(a.body == text).To(BeTrue()) }},
		{"drop", nil, func(a answer) { s.g.Expect(a.status).To(BeZero()) }},
		{"html200", nil, func(a answer) { s.expectHTML(a, 200, "Maintenance") }},
		{"json200", nil, func(a answer) { s.g.Expect(a.at("status", "code")).To(Equal(200.0)) }},
		{"xml200", nil, func(a answer) { s.expectE6(a, 200, "500", "999") }},
		{"server999", nil, func(a answer) { s.expectE6(a, 500, "500", "999") }},
	} {
		t.Run(tc.fault, func(t *testing.T) {
			s.t, s.g = t, NewWithT(t)
			s.fault(tc.fault, "/**/file", tc.args...)
			tc.check(s.file(id))
			s.g.Expect(s.file(id).body == text).To(BeTrue(), "once, and then it is over")
		})
	}
}

// TestAChunkedDownloadThatIsCutLooksWhole holds why lengths have to be compared.
func TestAChunkedDownloadThatIsCutLooksWhole(t *testing.T) {
	s, id := withLease(t, "0123456789")
	s.set("fileLength", "chunked")
	s.fault("cut", "/**/file", "after", "4")
	a := s.file(id)
	s.g.Expect(a.err).NotTo(HaveOccurred())
	s.g.Expect(a.body).To(Equal("0123"))
}

func TestAHugeFileTakesNoMemory(t *testing.T) {
	s := start(t)
	s.enter(plain, true)
	d, err := s.room.AddDocument(0, "Huge", ".bin", dataroom.Noise(1, 4<<30))
	s.g.Expect(err).NotTo(HaveOccurred())
	s.set("ranges", "on")
	a := s.file(d.ID, "Range", "bytes=4294967290-")
	s.g.Expect([]any{a.status, len(a.body), a.header.Get("Content-Range")}).To(
		Equal([]any{http.StatusPartialContent, 6, "bytes 4294967290-4294967295/4294967296"}))
}
