package luminance_test

import (
	"fmt"
	"slices"
	"testing"

	. "github.com/onsi/gomega"

	"dataroom.dev/intralinks-operator/internal/simulator/luminance"
)

func TestSameNameAgain(t *testing.T) {
	i := start(t, luminance.Options{})
	first := i.upload("a.txt", "one", "&replace=false").id()
	i.g.Expect(i.upload("a.txt", "two", "&replace=false").status).To(Equal(422))
	i.g.Expect(i.content(first)).To(Equal("one"))
	i.g.Expect(i.Documents(true)).To(HaveLen(1))

	second := i.upload("a.txt", "two", "&replace=true").object()
	i.g.Expect(second).To(And(HaveKeyWithValue("version", 2.0), HaveKeyWithValue("version_state", "active")))
	all := i.api("GET", corporate+"/documents")
	i.g.Expect(all.values("version_state")).To(Equal([]any{"replaced", "active"}))
	i.g.Expect(i.api("GET", corporate+"/documents?version_state=active").values("id")).To(Equal([]any{second["id"]}))
	i.g.Expect(i.content(first)).To(Equal("one"), "the version before is still there")
	i.g.Expect(i.upload("b.txt", "new", "&replace=true").object()).To(HaveKeyWithValue("version", 1.0), "with nothing to replace")
}

func TestReplaceUnsaid(t *testing.T) {
	for _, tc := range []struct {
		version, byDefault string
		want               int
	}{{"v1.4", "true", 422}, {"v1.5", "false", 422}, {"v1.5", "true", 200}, {"v1.5", "422", 422}} {
		i := start(t, luminance.Options{})
		i.set("profile", tc.version, "replaceDefault", tc.byDefault)
		i.g.Expect(i.upload("a", "one", "&replace=false").status).To(Equal(200))
		i.g.Expect(i.upload("a", "two", "").status).To(Equal(tc.want), "%v", tc)
	}
}

func TestVersionGroups(t *testing.T) {
	// Ids, and after them version groups, of three versions of one document.
	for _, tc := range []struct {
		group, id string
		want      []int64
	}{
		{"new-takes-old-id", "new", []int64{1, 2, 3, 1, 1, 2}},
		{"old-takes-new-id", "new", []int64{1, 2, 3, 2, 3, 3}},
		{"stable", "new", []int64{1, 2, 3, 1, 1, 1}},
		{"stable", "kept", []int64{2, 3, 1, 1, 1, 1}},
	} {
		i := start(t, luminance.Options{})
		i.set("versionGroup", tc.group, "idOnReplace", tc.id)
		for range 3 {
			i.upload("a", "text", "&replace=true")
		}
		list := i.api("GET", corporate+"/documents").list()
		slices.SortFunc(list, func(a, b map[string]any) int { return int(a["version"].(float64) - b["version"].(float64)) })
		var got []int64
		for _, field := range []string{"id", "version_group"} {
			for _, d := range list {
				got = append(got, int64(d[field].(float64))-370000)
			}
		}
		i.g.Expect(got).To(Equal(tc.want), "%s, %s", tc.group, tc.id)
	}
}

// TestDrafts: a draft is a document that somebody has checked out. Whether it can
// be replaced is not said.
func TestDrafts(t *testing.T) {
	for switched, want := range map[string]int{"allow": 200, "422": 422} {
		i := start(t, luminance.Options{})
		i.set("draftReplace", switched)
		id := i.upload("a.docx", "one", "&replace=false").id()
		draft := "draft"
		i.g.Expect(i.ChangeDocument(id, luminance.DocumentChange{VersionState: &draft})).To(Succeed())
		i.g.Expect(i.api("GET", corporate+"/documents?version_state=draft").values("id")).To(Equal([]any{float64(id)}))
		i.g.Expect(i.upload("a.docx", "two", "&replace=false").status).To(Equal(422), "its name is taken all the same")
		i.g.Expect(i.upload("a.docx", "two", "&replace=true").status).To(Equal(want))
		i.g.Expect(i.content(id)).To(Equal("one"))
		i.g.Expect(i.Documents(false)).To(HaveLen(1))
	}
}

func TestDeletedDocuments(t *testing.T) {
	i := start(t, luminance.Options{})
	id := i.upload("a", "one", "&replace=false").id()
	other := i.upload("b", "two", "&replace=false").id()
	path := fmt.Sprintf("%s/documents/%d", corporate, id)
	i.g.Expect(i.api("DELETE", "/projects/12/documents/370001").status).To(Equal(404), "of another Division")
	i.g.Expect(i.api("DELETE", path).status).To(Equal(204))
	i.g.Expect(i.api("DELETE", path).status).To(Equal(404))
	i.g.Expect(i.api("GET", path).status).To(Equal(404))
	i.g.Expect(i.api("DELETE", fmt.Sprintf("%s/documents/%d", rootFolder, other)).status).To(Equal(204), "by way of its folder")
	i.g.Expect(i.upload("a", "three", "&replace=false").object()).To(HaveKeyWithValue("version", 1.0), "the name is free again")
}
