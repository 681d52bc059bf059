package luminance_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"dataroom.dev/intralinks-operator/internal/simulator/luminance"
)

// Contents that a simulator, which analyses nothing, can tell apart.
var (
	plainPDF     = "%PDF-1.7\n1 0 obj <<>>\n" + strings.Repeat("x", 100_000)
	encryptedPDF = plainPDF + "\ntrailer << /Encrypt 5 0 R >>"
	sealedOffice = "\xd0\xcf\x11\xe0" + strings.Repeat("\x00", 500) + wide("EncryptedPackage")
	oldOffice    = "\xd0\xcf\x11\xe0" + strings.Repeat("\x00", 500) + "EncryptedPackage in plain text"
	lockedZIP    = "PK\x03\x04\x14\x00\x01\x00" + "rest"
	openZIP      = "PK\x03\x04\x14\x00\x00\x00" + "rest"
)

func wide(s string) string { return strings.Join(strings.Split(s, ""), "\x00") + "\x00" }

// imported is the state of a document and its QA tags.
func (i *instance) imported(id int64) string {
	i.t.Helper()
	path := fmt.Sprintf("%s/documents/%d", corporate, id)
	tags := []string{}
	for _, tag := range i.api("GET", path+"/annotations").values("type") {
		tags = append(tags, tag.(string))
	}
	return strings.Join(append([]string{i.api("GET", path).object()["state"].(string)}, tags...), " ")
}

func TestImports(t *testing.T) {
	for _, tc := range []struct {
		switches      []string
		name, content string
		want          string
	}{
		{nil, "a.pdf", plainPDF, "import_complete"},
		{nil, "a.pdf", encryptedPDF, "import_failure qa:encrypted"},
		{[]string{"encrypted", "complete"}, "a.pdf", encryptedPDF, "import_complete qa:encrypted"},
		{nil, "a.docx", sealedOffice, "import_failure qa:encrypted"},
		{nil, "a.doc", oldOffice, "import_complete"},
		{nil, "a.zip", lockedZIP, "import_failure qa:encrypted"},
		{nil, "a.zip", openZIP, "import_complete"},
		{nil, "a.dwg", "drawing", "import_complete qa:unsupportedfileformat"},
		{[]string{"unsupported", "failure"}, "a.dwg", "drawing", "import_failure qa:unsupportedfileformat"},
		{[]string{"unsupported", "failure"}, "README", "text", "import_failure qa:unsupportedfileformat"},
		{nil, "a.txt", "", "import_complete qa:emptycontent"},
		{[]string{"emptyFile", "failure"}, "a.txt", "", "import_failure qa:emptycontent"},
		{[]string{"failNames", "bad*, *.exe"}, "badly.pdf", plainPDF, "import_failure qa:contentextraction"},
		{[]string{"failNames", "bad*, *.exe"}, "good.pdf", plainPDF, "import_complete"},
		{[]string{"failMediaTypes", "image/*", "failTags", "qa:ocr, qa:render"}, "a.PNG", "pixels", "import_failure qa:ocr qa:render"},
		{[]string{"failNames", "*", "failTags", ""}, "a.txt", "text", "import_failure"},
		{[]string{"unknownState", "on"}, "a.txt", "text", "import_unverified"},
	} {
		t.Run(fmt.Sprint(tc.name, tc.switches), func(t *testing.T) {
			i := start(t, luminance.Options{})
			i.set(tc.switches...)
			a := i.upload(tc.name, tc.content, "&replace=false")
			i.g.Expect(a.object()).To(HaveKeyWithValue("state", "import_pending"))
			i.g.Expect(i.imported(a.id())).To(Equal("import_pending"), "tags come with the import")
			i.Advance(2*time.Second - 1)
			i.g.Expect(i.imported(a.id())).To(Equal("import_pending"))
			i.Advance(1)
			i.g.Expect(i.imported(a.id())).To(Equal(tc.want))
			i.g.Expect(i.Documents(false)[0].State).To(Equal(strings.Fields(tc.want)[0]))
		})
	}
}

// TestImportByListings: a test without a clock goes by how often it looked.
func TestImportByListings(t *testing.T) {
	i := start(t, luminance.Options{})
	i.set("importListings", "2")
	id := i.upload("a", "text", "&replace=false").id()
	i.Advance(time.Minute)
	i.g.Expect(i.Documents(false)[0].State).To(Equal("import_pending"), "looking in by the back door doesn't count")
	i.g.Expect(i.api("GET", rootFolder+"/documents").values("state")).To(Equal([]any{"import_pending"}))
	i.g.Expect(i.api("GET", fmt.Sprintf("%s/documents/%d", corporate, id)).object()).To(HaveKeyWithValue("state", "import_pending"))
	i.g.Expect(i.api("GET", corporate+"/documents?state=import_complete").list()).To(HaveLen(1))
	i.g.Expect(i.api("GET", corporate+"/documents?state=import_pending").list()).To(BeEmpty())
}

func TestAnnotations(t *testing.T) {
	i := start(t, luminance.Options{})
	i.set("importDelay", "0s", "failNames", "a", "failTags", "qa:antivirus,qa:ocr")
	i.upload("a", "text", "&replace=false")
	path := corporate + "/documents/370001/annotations"
	list := func(query string) []any { return i.api("GET", path+query).values("type") }
	i.g.Expect(list("")).To(Equal([]any{"qa:unsupportedfileformat", "qa:antivirus", "qa:ocr"}))
	i.g.Expect(list("?type=qa:antivirus")).To(Equal([]any{"qa:antivirus"}))
	i.g.Expect(list("?type=qa:render")).To(BeEmpty())
	i.g.Expect(list("?state=deleted")).To(BeEmpty())
	i.g.Expect(list("?pretty=true&id=37000102")).To(Equal([]any{"qa:ocr"}))
	i.g.Expect(list("?roles=Counter-Party&roles=Other")).To(BeEmpty())
	i.g.Expect(i.api("GET", rootFolder+"/documents/370001/annotations").list()).To(HaveLen(3))
	i.g.Expect(i.api("GET", rootFolder+"/documents/370001/annotations?type=qa:ocr").status).To(Equal(422), "1.5 declares no filter here")
	i.set("profile", "v1.4")
	i.g.Expect(list("?limit=1")).To(Equal([]any{"qa:unsupportedfileformat"}))
	i.g.Expect(i.api("POST", path).status).To(Equal(405))
}

// TestContainers: what is in an archive or a mail becomes documents that nobody
// uploaded.
func TestContainers(t *testing.T) {
	for name, expands := range map[string]bool{"a.zip": true, "a.eml": true, "a.msg": true, "a.pdf": false} {
		i := start(t, luminance.Options{ReceivedDir: t.TempDir()})
		i.set("containerExpansion", "on", "importDelay", "0s")
		id := i.upload(name, openZIP, "&replace=false").id()
		if !expands {
			i.g.Expect(i.imported(id)).To(Equal("import_complete"))
			continue
		}
		i.g.Expect(i.imported(id)).To(Equal("import_extracted"))
		inside := i.api("GET", fmt.Sprintf("%s/documents?parent_id=%d", corporate, id))
		i.g.Expect(inside.values("state")).To(Equal([]any{"import_complete", "import_complete"}))
		i.g.Expect(inside.values("folder_id")).To(Equal([]any{52001.0, 52001.0}))
		part := inside.list()[0]["name"].(string)
		i.g.Expect(i.content(int64(inside.list()[0]["id"].(float64)))).To(HavePrefix("Part 1"))
		i.g.Expect(i.upload(part, "ours", "&replace=false").status).To(Equal(200), "the name of a part is free")
	}
	i := start(t, luminance.Options{})
	i.set("importDelay", "0s")
	i.g.Expect(i.imported(i.upload("a.zip", openZIP, "&replace=false").id())).To(Equal("import_complete"), "off by default")
}

// TestStatesByHand: what no upload comes to by itself.
func TestStatesByHand(t *testing.T) {
	i := start(t, luminance.Options{})
	i.set("importDelay", "0s")
	id := i.upload("a.txt", "text", "&replace=false").id()
	for _, state := range []string{"upload_failure", "upload_cancelled", "import_pending", "something_new"} {
		i.g.Expect(i.change(id, map[string]any{"state": state, "tags": []string{"qa:antivirus"}})).To(Equal(204))
		i.g.Expect(i.api("GET", corporate+"/documents?state="+state).list()).To(HaveLen(1))
	}
	i.g.Expect(i.imported(id)).To(Equal("something_new qa:antivirus"))
	i.g.Expect(i.change(id, map[string]any{"state": ""})).To(Equal(204))
	i.g.Expect(i.imported(id)).To(Equal("import_complete qa:antivirus"), "it goes its own way again")
}

// change changes a document over the admin API.
func (i *instance) change(id int64, change map[string]any) int {
	i.t.Helper()
	body, err := json.Marshal(change)
	i.g.Expect(err).NotTo(HaveOccurred())
	return i.send("PATCH", fmt.Sprintf("/_sim/documents/%d", id), strings.NewReader(string(body))).status
}
