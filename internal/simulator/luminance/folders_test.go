package luminance_test

import (
	"fmt"
	"testing"

	. "github.com/onsi/gomega"

	"dataroom.dev/intralinks-operator/internal/simulator/luminance"
)

// makeFolder creates a folder in Corporate; parent is an id or null.
func (i *instance) makeFolder(parent any, name string) answer {
	i.t.Helper()
	return i.apiJSON("POST", corporate+"/folders", fmt.Sprintf(`{"parent_id":%v,"name":%q}`, parent, name))
}

func folderPath(id int64) string { return fmt.Sprintf("%s/folders/%d", corporate, id) }

func TestFolders(t *testing.T) {
	i := start(t, luminance.Options{})
	a := i.makeFolder(52001, "Contracts")
	i.g.Expect(a.status).To(Equal(201))
	i.g.Expect(a.object()).To(Equal(map[string]any{
		"id": 52006.0, "created_at": "2026-03-02T12:00:00.000Z", "created_by": 4.0, "parent_id": 52001.0,
		"name": "Contracts", "project_id": 11.0, "state": "active", "type": "folder",
	}))
	below := i.makeFolder(a.id(), "2026").id()
	i.g.Expect(i.api("GET", folderPath(below)).object()).To(HaveKeyWithValue("parent_id", float64(a.id())))
	i.g.Expect(i.api("GET", fmt.Sprintf("%s/folders?parent_id=%d", corporate, a.id())).values("name")).To(Equal([]any{"2026"}))
	i.g.Expect(i.api("GET", corporate+"/folders?name=Contracts").values("id")).To(Equal([]any{float64(a.id())}))
	i.g.Expect(i.api("GET", rootFolder).object()).To(And(HaveKeyWithValue("name", "All Documents"), HaveKeyWithValue("parent_id", BeNil())))
	i.g.Expect(i.api("GET", "/projects/12"+fmt.Sprintf("/folders/%d", below)).status).To(Equal(404), "of another Division")
}

func TestFoldersOfOneName(t *testing.T) {
	for _, tc := range []struct {
		duplicates, match, second string
		want                      int
	}{
		{"allow", "exact", "Contracts", 201},
		{"422", "exact", "Contracts", 422},
		{"422", "exact", "CONTRACTS", 201},
		{"422", "case-insensitive", "CONTRACTS", 422},
	} {
		i := start(t, luminance.Options{})
		i.set("folderDuplicateNames", tc.duplicates, "nameMatch", tc.match)
		first := i.makeFolder(52001, "Contracts").id()
		i.g.Expect(i.makeFolder(52001, tc.second).status).To(Equal(tc.want), "%v", tc)
		i.g.Expect(i.makeFolder(first, tc.second).status).To(Equal(201), "elsewhere it is free")
		i.g.Expect(i.apiJSON("PATCH", folderPath(first), `{"state":"deleted"}`).status).To(Equal(422), "it isn't empty")
	}
}

func TestFolderNameOfADeletedOneIsFree(t *testing.T) {
	i := start(t, luminance.Options{})
	i.set("folderDuplicateNames", "422")
	first := i.makeFolder(52001, "A").id()
	i.g.Expect(i.api("DELETE", folderPath(first)).status).To(Equal(204))
	i.g.Expect(i.makeFolder(52001, "A").status).To(Equal(201))
	i.g.Expect(i.api("GET", corporate+"/folders?name=A").values("state")).To(Equal([]any{"deleted", "active"}))
}

// TestFolderWithoutParent: 1.5 lets parent_id be null and doesn't say what that means.
func TestFolderWithoutParent(t *testing.T) {
	for where, want := range map[string]struct {
		status int
		parent OmegaMatcher
	}{"root": {201, Equal(52001.0)}, "top": {201, BeNil()}, "422": {422, BeNil()}} {
		i := start(t, luminance.Options{})
		i.set("nullParent", where)
		a := i.makeFolder("null", "A")
		i.g.Expect(a.status).To(Equal(want.status), where)
		i.g.Expect(a.object()["parent_id"]).To(want.parent, where)
		if a.status == 201 {
			i.g.Expect(i.uploadRaw(folderPath(a.id()), "name=a&replace=false", "").status).To(Equal(200))
		}
	}
}

// TestDivisionWithoutRootFolder: that each Division has one folder on top is only
// inferred.
func TestDivisionWithoutRootFolder(t *testing.T) {
	i := start(t, luminance.Options{})
	i.set("rootFolder", "off")
	i.g.Expect(i.api("GET", corporate+"/folders").list()).To(BeEmpty())
	i.g.Expect(i.api("GET", rootFolder).status).To(Equal(404))
	i.g.Expect(i.api("GET", rootFolder+"/documents").status).To(Equal(404))
	i.g.Expect(i.upload("a", "a", "&replace=false").status).To(Equal(404))
	i.g.Expect(i.makeFolder(52001, "A").status).To(Equal(422))
	i.g.Expect(i.apiJSON("PATCH", rootFolder, `{"state":"active"}`).status).To(Equal(404))
	i.g.Expect(i.api("DELETE", rootFolder).status).To(Equal(404))
	for _, name := range []string{"A", "B"} {
		i.g.Expect(i.makeFolder("null", name).object()).To(HaveKeyWithValue("parent_id", BeNil()))
	}
	i.g.Expect(i.api("GET", corporate+"/folders?parent_id=52001").list()).To(BeEmpty())
	_, err := i.PersonUploads("corporate", "/lease.pdf", []byte("x"))
	i.g.Expect(err).NotTo(HaveOccurred())
	i.g.Expect(i.api("GET", corporate+"/documents").values("folder_id")).To(Equal([]any{nil}))
	i.g.Expect(i.api("GET", corporate+"/documents?folder_id=52001").list()).To(BeEmpty())
}

func TestChangingFolders(t *testing.T) {
	i := start(t, luminance.Options{})
	a := i.makeFolder(52001, "A").id()
	i.g.Expect(i.apiJSON("PATCH", folderPath(a), `{"name":"B"}`).status).To(Equal(422), "1.5 changes the state only")
	i.set("profile", "v1.4")
	changed := i.apiJSON("PATCH", folderPath(a), `{"name":"B","type":"custodian","media_type":"text/plain"}`).object()
	i.g.Expect(changed).To(And(HaveKeyWithValue("name", "B"), HaveKeyWithValue("type", "custodian"), HaveKeyWithValue("media_type", "text/plain")))
	i.g.Expect(i.apiJSON("PATCH", folderPath(a), `{"type":"box"}`).status).To(Equal(422))
	i.g.Expect(i.apiJSON("PATCH", folderPath(a), `{"name":7}`).status).To(Equal(422))
	i.g.Expect(i.apiJSON("PATCH", rootFolder, `{"name":"B"}`).status).To(Equal(422), "the root keeps its name")
	i.g.Expect(i.apiJSON("PATCH", folderPath(1), `{"state":"active"}`).status).To(Equal(404))
	i.g.Expect(i.apiJSON("PATCH", folderPath(a), `{"state":"deleted"}`).object()).To(HaveKeyWithValue("state", "deleted"))
	i.g.Expect(i.apiJSON("PATCH", folderPath(a), `{"state":"active"}`).object()).To(HaveKeyWithValue("state", "active"))
}

func TestDeletingFolders(t *testing.T) {
	for _, version := range []string{"v1.4", "v1.5"} {
		for switched, want := range map[string]bool{"422": false, "cascade": true} {
			i := start(t, luminance.Options{})
			i.set("deleteFolderWithContent", switched)
			outer := i.makeFolder(52001, "outer").id()
			inner := i.makeFolder(outer, "inner").id()
			i.uploadRaw(folderPath(inner), "name=a&replace=false", "")
			i.set("profile", version)
			remove := func(path string) int {
				if version == "v1.5" {
					return i.api("DELETE", path).status
				}
				return i.apiJSON("PATCH", path, `{"state":"deleted"}`).status
			}
			i.g.Expect(remove(rootFolder)).To(Equal(422), "the root stays")
			status := remove(folderPath(outer))
			i.g.Expect(status < 300).To(Equal(want), "%s: %d", version, status)
			i.g.Expect(i.api("GET", folderPath(inner)).object()["state"] == "deleted").To(Equal(want))
			i.g.Expect(i.api("GET", corporate+"/documents").list()).To(HaveLen(map[bool]int{true: 0, false: 1}[want]))
			gone := map[bool]int{true: 404, false: 422}[want]
			i.g.Expect(i.uploadRaw(folderPath(inner), "name=a&replace=false", "").status).To(Equal(gone), "nothing goes into a deleted folder")
			i.g.Expect(i.makeFolder(inner, "below").status).To(Equal(map[bool]int{true: 422, false: 201}[want]))
		}
	}
}

// TestMissing: 1.3 and 1.4 declare no 404 for what isn't there.
func TestMissing(t *testing.T) {
	for _, status := range []int{404, 403, 422} {
		i := start(t, luminance.Options{})
		i.set("missingStatus", fmt.Sprint(status))
		for _, path := range []string{
			"/projects/99", "/projects/99/folders", folderPath(1), folderPath(1) + "/documents",
			corporate + "/documents/1", corporate + "/documents/1/download", corporate + "/documents/1/annotations", corporate + "/tasks/1",
		} {
			i.g.Expect(i.api("GET", path).status).To(Equal(status), path)
		}
		i.g.Expect(i.uploadRaw(folderPath(1), "name=a&replace=false", "").status).To(Equal(status))
		i.g.Expect(i.api("DELETE", corporate+"/documents/1").status).To(Equal(status))
		i.g.Expect(i.api("GET", "/nothing").status).To(Equal(404), "a path that doesn't exist is another matter")
	}
}
