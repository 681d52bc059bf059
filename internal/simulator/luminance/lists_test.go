package luminance_test

import (
	"fmt"
	"testing"

	. "github.com/onsi/gomega"

	"dataroom.dev/intralinks-operator/internal/simulator/luminance"
)

// numbered fills the root folder of Corporate with so many documents, and the
// instance's Divisions are three.
func numbered(t *testing.T, documents int) *instance {
	i := start(t, luminance.Options{Divisions: luminance.DefaultDivisions()[:3]})
	for n := range documents {
		i.g.Expect(i.upload(fmt.Sprintf("%03d", n), "", "&replace=false").status).To(Equal(200))
	}
	return i
}

// span tells the first and the last name of a list, and how many there are.
func span(a answer) string {
	list := a.list()
	if len(list) == 0 {
		return fmt.Sprint(a.status, ": none")
	}
	return fmt.Sprintf("%d: %v-%v %d", a.status, list[0]["name"], list[len(list)-1]["name"], len(list))
}

// TestPagingAsDeclared: 1.3 and 1.4 know limit, 50 by default, and no offset; 1.5
// has both for Divisions and neither for folders and documents.
func TestPagingAsDeclared(t *testing.T) {
	for _, tc := range []struct{ version, query, want string }{
		{"v1.3", "", "200: 000-049 50"},
		{"v1.4", "", "200: 000-049 50"},
		{"v1.4", "?limit=7", "200: 000-006 7"},
		{"v1.4", "?limit=1000", "200: 000-059 60"},
		{"v1.4", "?limit=0", "200: none"},
		{"v1.4", "?limit=7&offset=7", "422: none"},
		{"v1.5", "", "200: 000-059 60"},
		{"v1.5", "?limit=7", "422: none"},
	} {
		t.Run(tc.version+tc.query, func(t *testing.T) {
			i := numbered(t, 60)
			i.set("profile", tc.version)
			i.g.Expect(span(i.api("GET", corporate+"/documents"+tc.query))).To(Equal(tc.want))
			i.g.Expect(span(i.api("GET", rootFolder+"/documents"+tc.query))).To(Equal(tc.want))
		})
	}
	i := numbered(t, 0)
	i.g.Expect(i.api("GET", "/projects?limit=1&offset=1").values("id")).To(Equal([]any{12.0}))
	i.g.Expect(i.api("GET", "/projects?offset=2").values("id")).To(Equal([]any{13.0}))
	i.set("defaultLimit", "2")
	i.g.Expect(i.api("GET", "/projects").list()).To(HaveLen(3), "1.5 states no default")
	i.g.Expect(i.api("GET", "/projects?offset=9").body).To(Equal("[]\n"), "beyond the end")
}

func TestPagingSwitched(t *testing.T) {
	for _, tc := range []struct {
		switches []string
		query    string
		want     string
	}{
		{[]string{"paging", "limit+offset"}, "", "200: 000-049 50"},
		{[]string{"paging", "limit+offset"}, "?limit=10&offset=55", "200: 055-059 5"},
		{[]string{"paging", "limit+offset"}, "?offset=20", "200: 020-059 40"},
		{[]string{"paging", "limit+offset"}, "?limit=0", "422: none"},
		{[]string{"paging", "limit"}, "", "200: 000-049 50"},
		{[]string{"paging", "limit"}, "?limit=10&offset=10", "200: 000-009 10"},
		{[]string{"paging", "none"}, "?limit=10&offset=10", "200: 000-059 60"},
		{[]string{"paging", "none", "maxLimit", "20"}, "?limit=40&offset=20", "200: 000-019 20"},
		{[]string{"paging", "limit+offset", "maxLimit", "20"}, "?limit=40&offset=50", "200: 050-059 10"},
		{[]string{"paging", "limit+offset", "maxLimit", "20"}, "", "200: 000-019 20"},
		{[]string{"maxLimit", "20"}, "", "200: 000-019 20"},
		{[]string{"paging", "limit+offset", "defaultLimit", "5"}, "", "200: 000-004 5"},
		{[]string{"paging", "limit+offset", "defaultLimit", "0"}, "", "200: 000-059 60"},
	} {
		t.Run(fmt.Sprint(tc.switches, tc.query), func(t *testing.T) {
			i := numbered(t, 60)
			i.set(tc.switches...)
			i.g.Expect(span(i.api("GET", corporate+"/documents"+tc.query))).To(Equal(tc.want))
		})
	}
}

func TestDocumentFilters(t *testing.T) {
	i := start(t, luminance.Options{})
	i.set("importDelay", "0s")
	folder := i.makeFolder(52001, "A").id()
	i.upload("a.txt", "one", "&replace=false")
	i.upload("a.txt", "two", "&replace=true")
	i.uploadRaw(folderPath(folder), "name=b.pdf&replace=false", "")
	_, err := i.PersonUploads("corporate", "/A/theirs.txt", nil)
	i.g.Expect(err).NotTo(HaveOccurred())
	_, err = i.PersonUploads("litigation", "/elsewhere.txt", nil)
	i.g.Expect(err).NotTo(HaveOccurred())
	for query, want := range map[string][]any{
		"":                                    {1, 2, 3, 4},
		"id=370003":                           {3},
		"folder_id=52001":                     {1, 2},
		fmt.Sprint("folder_id=", folder):      {3, 4},
		"parent_id=370001":                    {},
		"name=a.txt":                          {1, 2},
		"name=A.TXT":                          {},
		"media_type=application/pdf":          {3},
		"state=import_complete":               {1, 2, 3, 4},
		"state=import_pending":                {},
		"version=2":                           {2},
		"version_group=370003":                {3},
		"version_state=replaced":              {1},
		"version_state=active&name=a.txt":     {2},
		"created_by=4":                        {1, 2, 3},
		"created_by=9":                        {4},
		"created_at=2026-03-02T12:00:00.000Z": {1, 2, 3, 4},
		"created_at=2026-03-02T12:00:01.000Z": {},
	} {
		i.set("profile", "v1.4")
		for n := range want {
			want[n] = float64(370000 + want[n].(int))
		}
		i.g.Expect(i.api("GET", corporate+"/documents?"+query).values("id")).To(Equal(want), query)
	}
	i.set("nameMatch", "case-insensitive")
	i.g.Expect(i.api("GET", corporate+"/documents?name=A.TXT").list()).To(HaveLen(2))
}

// TestWhatListsLeaveOut: whether lists hold what is deleted, replaced or of another
// type than usual is not said.
func TestWhatListsLeaveOut(t *testing.T) {
	i := start(t, luminance.Options{})
	i.upload("a", "one", "&replace=false")
	i.upload("a", "two", "&replace=true")
	i.makeFolder(52001, "kept")
	i.api("DELETE", folderPath(i.makeFolder(52001, "deleted").id()))
	i.apiJSON("POST", corporate+"/folders", `{"parent_id":52001,"name":"custodian","type":"custodian"}`)

	i.g.Expect(i.api("GET", corporate+"/folders").values("name")).To(Equal([]any{"All Documents", "kept", "deleted", "custodian"}))
	i.set("listDeletedFolders", "off")
	i.g.Expect(i.api("GET", corporate+"/folders").values("name")).To(Equal([]any{"All Documents", "kept", "custodian"}))
	i.g.Expect(i.api("GET", corporate+"/folders?state=deleted").values("name")).To(Equal([]any{"deleted"}))
	i.set("listCustodianFolders", "off")
	i.g.Expect(i.api("GET", corporate+"/folders").values("name")).To(Equal([]any{"All Documents", "kept"}))
	i.g.Expect(i.api("GET", corporate+"/folders?type=custodian").values("name")).To(Equal([]any{"custodian"}))

	i.g.Expect(i.api("GET", rootFolder+"/documents").values("version")).To(Equal([]any{1.0, 2.0}))
	i.set("listReplaced", "off")
	i.g.Expect(i.api("GET", rootFolder+"/documents").values("version")).To(Equal([]any{2.0}))
	i.g.Expect(i.api("GET", corporate+"/documents?version_state=replaced").values("version")).To(Equal([]any{1.0}))
}

// TestListsThatAreObjects: the document of 1.5 types two lists as an object.
func TestListsThatAreObjects(t *testing.T) {
	i := start(t, luminance.Options{})
	i.set("importDelay", "0s", "objectLists", "on")
	i.upload("a", "", "&replace=false")
	i.upload("b.txt", "text", "&replace=false")
	i.g.Expect(i.api("GET", corporate+"/tasks").object()).To(HaveKeyWithValue("id", 12.0))
	i.g.Expect(i.api("GET", corporate+"/documents/370001/annotations").object()).To(HaveKeyWithValue("type", "qa:unsupportedfileformat"))
	i.g.Expect(i.api("GET", corporate+"/documents/370002/annotations").body).To(Equal("{}\n"))
	i.g.Expect(i.api("GET", corporate+"/documents").list()).To(HaveLen(2), "this one is typed as a list")
	i.set("profile", "v1.4")
	i.g.Expect(i.api("GET", corporate+"/tasks").list()).To(HaveLen(2))
}
