package luminance_test

import (
	"crypto/sha1"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"

	. "github.com/onsi/gomega"

	"dataroom.dev/intralinks-operator/internal/simulator/luminance"
)

func TestUploadKeepsEveryByte(t *testing.T) {
	for _, dir := range []string{"", t.TempDir()} {
		for _, size := range []int{0, 1, 2, 3, 48<<10 - 1, 48 << 10, 48<<10 + 1, 300_001} {
			i := start(t, luminance.Options{ReceivedDir: dir})
			data := strings.Repeat("0123456789abcdefghijklmnopqrstuvwxyz\x00\xff\n", size/39+1)[:size]
			a := i.upload("a.pdf", data, "&replace=false")
			i.g.Expect(a.status).To(Equal(200))
			sum := sha1.Sum([]byte(data))
			got := i.Documents(false)[0]
			i.g.Expect(got.SHA1).To(Equal(hex.EncodeToString(sum[:])))
			i.g.Expect(got.Size).To(BeEquivalentTo(size))
			i.g.Expect(i.content(got.ID)).To(Equal(data))
			i.g.Expect(a.object()).NotTo(Or(HaveKey("size"), HaveKey("sha1")), "the API tells neither size nor hash")
		}
	}
}

func TestUploadIsStrict(t *testing.T) {
	const good = "aGVsbG8=" // hello
	for _, tc := range []struct {
		name, folder, query, body string
		want                      int
	}{
		{"as documented", rootFolder, "name=a.txt&replace=false", good, 200},
		{"no name", rootFolder, "replace=false", good, 422},
		{"an unknown parameter", rootFolder, "name=a&replace=false&overwrite=true", good, 422},
		{"replace is true or false", rootFolder, "name=a&replace=1", good, 422},
		{"no such folder", corporate + "/folders/1", "name=a&replace=false", good, 404},
		{"no such Division", "/projects/99/folders/52001", "name=a&replace=false", good, 404},
		{"raw bytes", rootFolder, "name=a&replace=false", "%PDF-1.7 and so on", 422},
		{"raw text that looks like base64 at first", rootFolder, "name=a&replace=false", strings.Repeat("word", 40_000) + "!", 422},
		{"without padding", rootFolder, "name=a&replace=false", "aGVsbG8", 422},
		{"the URL alphabet", rootFolder, "name=a&replace=false", "_-_-", 422},
		{"with a line break", rootFolder, "name=a&replace=false", "aGVs\nbG8=", 422},
		{"in lines, all the same a multiple of four", rootFolder, "name=a&replace=false", "aGVs\r\n\r\nbG8=", 422},
		{"something after the padding", rootFolder, "name=a&replace=false", good + good, 422},
		{"stray bits", rootFolder, "name=a&replace=false", "aGVsbG9=", 422},
		{"tasks of the Division", rootFolder, "name=a&replace=false&task_id=12&task_id=15", good, 200},
		{"a task that is not there", rootFolder, "name=a&replace=false&task_id=13", good, 422},
		{"a list in one parameter", rootFolder, "name=a&replace=false&task_id=12,15", good, 422},
	} {
		t.Run(tc.name, func(t *testing.T) {
			i := start(t, luminance.Options{})
			a := i.uploadRaw(tc.folder, tc.query, tc.body)
			i.g.Expect(a.status).To(Equal(tc.want), a.body)
			if tc.want != 200 {
				i.g.Expect(i.Documents(true)).To(BeEmpty(), "nothing is stored")
			}
		})
	}
}

func TestUploadContentTypes(t *testing.T) {
	for _, tc := range []struct {
		version, contentType string
		want                 int
	}{
		{"v1.5", "application/octet-stream", 200},
		{"v1.5", "text/plain", 200},
		{"v1.4", "text/plain", 422},
		{"v1.5", "multipart/form-data; boundary=x", 422},
		{"v1.5", "application/pdf", 422},
		{"v1.5", "", 422},
	} {
		i := start(t, luminance.Options{})
		i.set("profile", tc.version)
		a := i.send("POST", "/api2"+rootFolder+"/upload?name=a&replace=false", strings.NewReader("aGVsbG8="),
			"Authorization", "Bearer "+i.token, "Content-Type", tc.contentType)
		i.g.Expect(a.status).To(Equal(tc.want), "%v", tc)
	}
}

func TestUploadParametersByVersion(t *testing.T) {
	for query, want := range map[string][2]int{ // 1.4, 1.5
		"&task_id=12":                     {422, 200},
		"&matter_version_type=attachment": {422, 200},
		"&type=attachment":                {200, 422},
		"&matter_id=1":                    {422, 422}, // there are no matters
	} {
		for n, version := range []string{"v1.4", "v1.5"} {
			i := start(t, luminance.Options{})
			i.set("profile", version)
			i.g.Expect(i.upload("a", "a", "&replace=false"+query).status).To(Equal(want[n]), version+query)
		}
	}
}

func TestUploadWithoutLength(t *testing.T) {
	i := start(t, luminance.Options{})
	chunked := func() answer {
		return i.send("POST", "/api2"+rootFolder+"/upload?name=a&replace=false", io.MultiReader(strings.NewReader("aGVsbG8=")),
			"Authorization", "Bearer "+i.token, "Content-Type", "application/octet-stream")
	}
	i.g.Expect(chunked().status).To(Equal(411))
	i.set("chunkedUpload", "accept")
	i.g.Expect(chunked().status).To(Equal(200))
}

func TestUploadsOfOneNameAtOnce(t *testing.T) {
	i := start(t, luminance.Options{ReceivedDir: t.TempDir()})
	statuses := make([]int, 8)
	var all sync.WaitGroup
	for n := range statuses {
		all.Go(func() { statuses[n] = i.upload("a", fmt.Sprint(n), "&replace=false").status })
	}
	all.Wait()
	slices.Sort(statuses)
	i.g.Expect(statuses).To(Equal([]int{200, 422, 422, 422, 422, 422, 422, 422}))
	i.g.Expect(i.Documents(true)).To(HaveLen(1))
}

func TestUploadAnswers(t *testing.T) {
	for value, want := range map[string]int{"200": 200, "201": 201, "201-empty": 201} {
		i := start(t, luminance.Options{})
		i.set("uploadStatus", value)
		a := i.upload("a", "text", "&replace=false")
		i.g.Expect(a.status).To(Equal(want))
		i.g.Expect(a.body == "").To(Equal(value == "201-empty"))
		i.g.Expect(i.Documents(false)).To(HaveLen(1))
	}
}

func TestRefusalsByName(t *testing.T) {
	for _, tc := range []struct {
		switches []string
		name     string
		want     int
	}{
		{nil, strings.Repeat("x", 300) + ".pdf", 200},
		{[]string{"maxName", "10"}, "12345678901", 422},
		{[]string{"maxName", "10"}, "ééééé", 200},
		{[]string{"maxName", "10"}, "éééééé", 422},
		{[]string{"maxName", "10", "maxNameStatus", "413"}, "12345678901", 413},
		{[]string{"forbiddenCharacters", `:*?`}, "a:b", 422},
		{[]string{"nameMatch", "exact"}, "LEASE.PDF", 200},
		{[]string{"nameMatch", "case-insensitive"}, "LEASE.PDF", 422},
		{[]string{"nameMatch", "exact"}, "cafe\u0301", 200},
		{[]string{"nameMatch", "nfc"}, "cafe\u0301", 422},
	} {
		i := start(t, luminance.Options{})
		i.upload("lease.pdf", "text", "&replace=false")
		i.upload("caf\u00e9", "text", "&replace=false")
		i.set(tc.switches...)
		i.g.Expect(i.upload(tc.name, "text", "&replace=false").status).To(Equal(tc.want), "%v", tc)
	}
}

func TestRefusalsBySize(t *testing.T) {
	for _, early := range []string{"on", "off"} {
		i := start(t, luminance.Options{})
		i.set("maxBytes", "10", "earlyRefusal", early)
		for size, want := range map[int]int{9: 200, 10: 200, 11: 413, 12: 413, 13: 413} {
			i.g.Expect(i.upload(fmt.Sprint(size), strings.Repeat("x", size), "&replace=false").status).To(Equal(want), "%d bytes", size)
		}
		i.set("maxBytesStatus", "422")
		i.g.Expect(i.upload("20", strings.Repeat("x", 20), "&replace=false").status).To(Equal(422))
	}
	i := start(t, luminance.Options{})
	i.set("emptyFile", "422")
	i.g.Expect(i.upload("empty", "", "&replace=false").status).To(Equal(422))
}

// TestLargeRefusedUploadGetsItsAnswer: an answer that came while the client
// still sends would be lost now and then.
func TestLargeRefusedUploadGetsItsAnswer(t *testing.T) {
	i := start(t, luminance.Options{})
	body := base64.StdEncoding.EncodeToString(make([]byte, 4<<20))
	i.g.Expect(i.uploadRaw(corporate+"/folders/1", "name=a&replace=false", body).status).To(Equal(404))
	i.token = "wrong"
	i.g.Expect(i.uploadRaw(rootFolder, "name=a&replace=false", body).status).To(Equal(401))
	i.set("budgetRequests", "1")
	i.g.Expect(i.uploadRaw(rootFolder, "name=a&replace=false", body).status).To(Equal(429))
}

// TestRefusalWaitsForTheBody, or comes before it where that is switched on.
func TestRefusalWaitsForTheBody(t *testing.T) {
	i := start(t, luminance.Options{})
	i.token = "wrong"
	i.Control().ResetRequests()
	conn := i.sendPart("Content-Length: 8", "aGVs")
	i.g.Eventually(i.bytesIn).Should(BeEquivalentTo(4))
	_, err := io.WriteString(conn, "bG8=")
	i.g.Expect(err).NotTo(HaveOccurred())
	i.g.Expect(i.statusOn(conn)).To(Equal(401))
	i.g.Expect(i.bytesIn()).To(BeEquivalentTo(8))

	i.set("earlyRefusal", "on")
	i.g.Expect(i.statusOn(i.sendPart("Content-Length: 8000000", "aGVs"))).To(Equal(401))
	i.set("earlyRefusal", "off")
	i.g.Expect(i.statusOn(i.sendPart("Content-Length: 8000000\r\nExpect: 100-continue", ""))).To(Equal(401), "who asks first needn't send")
}

func TestOnlyHashesKept(t *testing.T) {
	i := start(t, luminance.Options{ReceivedDir: t.TempDir()})
	i.set("store", "hashes")
	id := i.upload("a", "text", "&replace=false").id()
	i.g.Expect(i.Documents(false)[0]).To(And(HaveField("Size", int64(4)), HaveField("File", "")))
	_, err := i.Open(id)
	i.g.Expect(err).To(HaveOccurred())
	i.g.Expect(i.api("GET", fmt.Sprintf("%s/documents/%d/download", corporate, id)).status).To(Equal(422))
}
