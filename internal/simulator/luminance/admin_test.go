package luminance_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"dataroom.dev/intralinks-operator/internal/simulator/luminance"
)

// admin calls the admin API; it needs no token.
func (i *instance) admin(method, path, body string) answer {
	i.t.Helper()
	return i.send(method, "/_sim/"+path, strings.NewReader(body))
}

// tree is what GET /_sim/tree tells, by path.
func (i *instance) tree(query string) (documents map[string]luminance.Stored, folders map[string]luminance.StoredFolder) {
	i.t.Helper()
	var told struct {
		Documents []luminance.Stored
		Folders   []luminance.StoredFolder
	}
	i.g.Expect(json.Unmarshal([]byte(i.admin("GET", "tree"+query, "").body), &told)).To(Succeed())
	documents, folders = map[string]luminance.Stored{}, map[string]luminance.StoredFolder{}
	for _, d := range told.Documents {
		documents[fmt.Sprintf("%s:%s v%d", d.Moniker, d.Path, d.Version)] = d
	}
	for _, f := range told.Folders {
		folders[f.Moniker+":"+f.Path] = f
	}
	return documents, folders
}

func TestTree(t *testing.T) {
	i := start(t, luminance.Options{ReceivedDir: t.TempDir()})
	folder := i.makeFolder(52001, "A").id()
	i.uploadRaw(folderPath(folder), "name=a.txt&replace=false&task_id=15", "b25l")
	i.uploadRaw(folderPath(folder), "name=a.txt&replace=true", "dHdv")
	documents, folders := i.tree("")
	i.g.Expect(documents).To(HaveLen(1))
	i.g.Expect(documents["corporate:/A/a.txt v2"]).To(Equal(luminance.Stored{
		Division: "Corporate", Moniker: "corporate", Folder: "/A", Path: "/A/a.txt", Name: "a.txt",
		ID: 370002, FolderID: folder, Version: 2, VersionState: "active", CreatedBy: 4, ByService: true,
		SHA1:   "ad782ecdac770fc6eb9a62e44f90873fb97fb26b",
		SHA256: "3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3",
		Size:   3, MediaType: "text/plain", State: "import_pending", File: "Corporate/A/a.txt",
	}))
	i.g.Expect(folders["corporate:/A"]).To(Equal(luminance.StoredFolder{
		Division: "Corporate", Moniker: "corporate", Path: "/A", ID: folder, ParentID: 52001, State: "active", CreatedBy: 4,
	}))
	i.g.Expect(folders).To(HaveKey("litigation:/"))
	documents, _ = i.tree("?versions=all")
	i.g.Expect(documents).To(HaveLen(2))
	i.g.Expect(documents["corporate:/A/a.txt v1"].TaskIDs).To(Equal([]int64{15}))
	i.g.Expect(i.admin("GET", "documents/370001/content", "").body).To(Equal("one"))
	i.g.Expect(i.admin("GET", "documents/370009/content", "").status).To(Equal(404))
}

// TestPeople: what people do in the web pages.
func TestPeople(t *testing.T) {
	i := start(t, luminance.Options{})
	a := i.admin("POST", "documents?division=corporate&path=/New/deep/a.txt", "one")
	i.g.Expect(a.status).To(Equal(201))
	i.g.Expect(i.admin("POST", "documents?division=11&path=/New/deep/a.txt", "two").status).To(Equal(201))
	found := i.api("GET", corporate+"/documents").list()
	i.g.Expect(found).To(HaveLen(2), "theirs has versions too")
	i.g.Expect(found[1]).To(And(HaveKeyWithValue("created_by", 9.0), HaveKeyWithValue("version", 2.0)))
	i.g.Expect(i.api("GET", corporate+"/folders?name=deep").values("created_by")).To(Equal([]any{9.0}))

	id := int64(found[1]["id"].(float64))
	i.g.Expect(i.change(id, map[string]any{"version_state": "draft"})).To(Equal(204))
	i.g.Expect(i.api("GET", corporate+"/documents?version_state=draft").list()).To(HaveLen(1))
	i.g.Expect(i.change(id, map[string]any{"version_state": "lost"})).To(Equal(400))
	i.g.Expect(i.change(id, map[string]any{"colour": "red"})).To(Equal(400))
	i.g.Expect(i.change(1, map[string]any{"version_state": "draft"})).To(Equal(404))
	i.g.Expect(i.admin("DELETE", fmt.Sprint("documents/", id), "").status).To(Equal(204))
	i.g.Expect(i.admin("DELETE", fmt.Sprint("documents/", id), "").status).To(Equal(404))
	i.g.Expect(i.api("GET", corporate+"/documents").list()).To(HaveLen(1))

	folder := i.admin("POST", "folders", `{"division":"litigation","path":"/X/Y"}`)
	i.g.Expect(folder.status).To(Equal(201))
	again := i.admin("POST", "folders", `{"division":"Litigation","path":"X/Y/"}`)
	i.g.Expect(again.id()).To(Equal(folder.id()), "it is there already")
	i.g.Expect(i.admin("POST", "folders", `{"division":"Twin","path":"/X"}`).status).To(Equal(404), "two have this name")
	above := i.api("GET", "/projects/12/folders?name=X").list()[0]["id"]
	i.g.Expect(i.admin("DELETE", fmt.Sprint("folders/", above), "").status).To(Equal(204), "with all that is in it")
	i.g.Expect(i.api("GET", "/projects/12/folders?state=deleted").values("name")).To(Equal([]any{"X", "Y"}))
	i.g.Expect(i.admin("DELETE", "folders/52001", "").status).To(Equal(404), "a root stays")
	i.g.Expect(i.admin("DELETE", "folders/root", "").status).To(Equal(400))
}

func TestAdminOfTokensAndTime(t *testing.T) {
	i := start(t, luminance.Options{})
	i.g.Expect(i.admin("POST", "tokens/revoke", "").status).To(Equal(204))
	i.g.Expect(i.api("GET", "/").status).To(Equal(401))
	i.token = i.signIn()
	i.g.Expect(i.admin("POST", "clock", `{"advance":"90m"}`).object()).To(Equal(map[string]any{"now": "2026-03-02T13:30:00.000Z"}))
	i.g.Expect(i.api("GET", "/").status).To(Equal(401), "an hour is over")
	i.g.Expect(i.api("GET", "/").header.Get("Date")).To(Equal("Mon, 02 Mar 2026 13:30:00 GMT"))
	for _, body := range []string{`{"advance":"soon"}`, `{"advance":"-1s"}`, `{}`, `90m`} {
		i.g.Expect(i.admin("POST", "clock", body).status).To(Equal(400))
	}
	i.g.Expect(i.admin("DELETE", "usage", "").status).To(Equal(204))
	i.g.Expect(i.admin("GET", "usage", "").object()).To(HaveKeyWithValue("total", 0.0))
	i.api("DELETE", corporate+"/folders")
	i.g.Expect(i.admin("GET", "collection-requests", "").list()).To(HaveLen(1))
}

// TestAdminSwitchesAndFaults goes the way of somebody with curl.
func TestAdminSwitchesAndFaults(t *testing.T) {
	i := start(t, luminance.Options{})
	i.g.Expect(i.admin("PUT", "switches", `{"profile":"v1.4","permissions":"none"}`).status).To(Equal(200))
	i.g.Expect(i.api("GET", corporate).object()).To(HaveKeyWithValue("permissions", "none"))
	refused := i.admin("PUT", "switches", `{"profile":"v9"}`)
	i.g.Expect(refused.status).To(Equal(400))
	i.g.Expect(refused.body).To(ContainSubstring(`switch profile takes v1.5 or v1.4 or v1.3, not \"v9\"`))
	i.g.Expect(i.admin("POST", "faults", `{"fault":"error-before-commit","method":"GET","path":"/api2/projects/*","skip":1,"args":{"status":"500"}}`).status).To(Equal(201))
	statuses := []int{}
	for range 3 {
		statuses = append(statuses, i.api("GET", corporate).status)
	}
	i.g.Expect(statuses).To(Equal([]int{200, 500, 200}))
	for _, s := range i.admin("GET", "switches", "").list() {
		i.g.Expect(s["about"]).NotTo(BeEmpty())
		i.g.Expect(s["evidence"]).To(BeElementOf("documented", "inferred", "our choice"))
	}
}

// TestRequestLogKeepsSecretsOut, whatever way they come.
func TestRequestLogKeepsSecretsOut(t *testing.T) {
	i := start(t, luminance.Options{})
	i.upload("a", "the document's text", "&replace=false")
	i.api("GET", "/users/me?access_token="+i.token+"&client_secret="+luminance.DefaultClientSecret)
	i.send("POST", "/auth/oauth2/token?password=hunter2", strings.NewReader("client_secret="+luminance.DefaultClientSecret),
		"Content-Type", "application/x-www-form-urlencoded", "Authorization", basic("operator", "another secret"))
	log := i.admin("GET", "requests", "")
	i.g.Expect(log.list()).To(HaveLen(4))
	i.g.Expect(log.list()[1]).To(And(HaveKeyWithValue("method", "POST"), HaveKeyWithValue("status", 200.0),
		HaveKeyWithValue("path", "/api2"+rootFolder+"/upload"), HaveKeyWithValue("query", "name=a&replace=false"), HaveKeyWithValue("bytesIn", 28.0)))
	parts := strings.Split(i.token, ".")
	for _, secret := range []string{
		i.token, parts[1], parts[2], luminance.DefaultClientSecret, "hunter2", "another secret", basic("operator", "another secret")[6:], "document's text",
	} {
		i.g.Expect(log.body).NotTo(ContainSubstring(secret))
	}
	i.g.Expect(log.body).To(ContainSubstring("access_token=…"))
	i.g.Expect(i.admin("DELETE", "requests", "").status).To(Equal(204))
	i.g.Expect(i.admin("GET", "requests", "").list()).To(BeEmpty())
}
