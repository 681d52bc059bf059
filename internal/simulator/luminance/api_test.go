package luminance_test

import (
	"net/http"
	"testing"

	. "github.com/onsi/gomega"

	"dataroom.dev/intralinks-operator/internal/simulator/luminance"
)

// TestWhatExists holds the paths, methods, parameters and body fields of the
// three API versions; 404 is an unknown path, 405 a wrong method, 422 something
// that this version does not declare.
func TestWhatExists(t *testing.T) {
	for _, tc := range []struct {
		method, path, body string
		v13, v14, v15      int
	}{
		{"GET", "/", "", 200, 200, 200},
		{"GET", "", "", 404, 404, 404},
		{"GET", "/users/me", "", 200, 200, 200},
		{"POST", "/users/me", "", 405, 405, 405},
		{"GET", "/users/me/", "", 404, 404, 404},
		{"GET", "/exchanges", "", 404, 404, 404},
		{"GET", "/projects", "", 200, 200, 200},
		{"GET", "/projects?name=Corporate&moniker=corporate&id=11&state=active&type=corporate", "", 200, 200, 200},
		{"GET", "/projects?limit=5", "", 200, 200, 200},
		{"GET", "/projects?limit=5&offset=1", "", 422, 422, 200},
		{"GET", "/projects?limit=0", "", 200, 200, 422},
		{"GET", "/projects?limit=-1", "", 422, 422, 422},
		{"GET", "/projects?features=bulkredact&features=other", "", 200, 200, 422},
		{"GET", "/projects?permissions=native", "", 200, 200, 200},
		{"GET", "/projects?state=sleeping", "", 422, 422, 200},
		{"GET", "/projects?id=corporate", "", 422, 422, 422},
		{"GET", "/projects?id=11&id=12", "", 422, 422, 422},
		{"GET", "/projects/11", "", 200, 200, 200},
		{"GET", "/projects/99", "", 404, 404, 404},
		{"GET", "/projects/corporate", "", 404, 404, 404},
		{"GET", "/projects/+11", "", 404, 404, 404},
		{"HEAD", "/projects/11", "", 405, 405, 405},
		{"OPTIONS", "/projects/11", "", 405, 405, 405},
		{"GET", "/projects/11/tasks", "", 200, 200, 200},
		{"GET", "/projects/11/tasks?type=precedent", "", 200, 200, 422},
		{"GET", "/projects/11/tasks/12", "", 200, 200, 200},
		{"GET", corporate + "/folders", "", 200, 200, 200},
		{"GET", corporate + "/folders?parent_id=52001&name=A&state=active&type=folder", "", 200, 200, 200},
		{"GET", corporate + "/folders?id=52001", "", 422, 422, 200},
		{"GET", corporate + "/folders?limit=5", "", 200, 200, 422},
		{"GET", corporate + "/folders?limit=5&offset=0", "", 422, 422, 422},
		{"POST", corporate + "/folders", `{"parent_id":52001,"name":"A"}`, 201, 201, 201},
		{"POST", corporate + "/folders", `{"parent_id":52001,"name":"B","type":"custodian"}`, 201, 201, 201},
		{"POST", corporate + "/folders", `{"name":"C"}`, 422, 422, 201},
		{"POST", corporate + "/folders", `{"parent_id":null,"name":"D"}`, 422, 422, 201},
		{"POST", corporate + "/folders", `{"parent_id":52001}`, 422, 422, 422},
		{"POST", corporate + "/folders", `{"parent_id":1,"name":"E"}`, 422, 422, 422},
		{"POST", corporate + "/folders", `{"parent_id":52001,"name":"F","colour":"red"}`, 422, 422, 422},
		{"POST", corporate + "/folders", `{"parent_id":"52001","name":"G"}`, 422, 422, 422},
		{"POST", corporate + "/folders", `[]`, 400, 400, 400},
		{"PATCH", rootFolder, `{"state":"active"}`, 200, 200, 200},
		{"PATCH", rootFolder, `{"type":"custodian"}`, 200, 200, 422},
		{"PATCH", rootFolder, `{"parent_id":52001}`, 422, 422, 422},
		{"DELETE", rootFolder, "", 405, 405, 422},
		{"GET", rootFolder, "", 200, 200, 200},
		{"GET", corporate + "/documents", "", 200, 200, 200},
		{"GET", corporate + "/documents?folder_id=52001&name=a&media_type=b&state=import_complete&version_group=1&version=1&version_state=active&parent_id=1&id=1", "", 200, 200, 200},
		{"GET", corporate + "/documents?limit=5", "", 200, 200, 422},
		{"GET", corporate + "/documents?created_by=4&created_at=2026-03-02T12:00:00.000Z", "", 200, 200, 422},
		{"GET", corporate + "/documents?version_state=newest", "", 422, 422, 200},
		{"GET", rootFolder + "/documents", "", 200, 200, 200},
		{"GET", rootFolder + "/documents?name=a", "", 200, 200, 422},
		{"GET", corporate + "/documents/1", "", 404, 404, 404},
		{"PATCH", corporate + "/documents/1", `{}`, 405, 405, 405},
		{"PUT", rootFolder + "/upload?name=a", "", 405, 405, 405},
	} {
		want := map[string]int{"v1.3": tc.v13, "v1.4": tc.v14, "v1.5": tc.v15}
		for version, status := range want {
			t.Run(version+" "+tc.method+" "+tc.path+" "+tc.body, func(t *testing.T) {
				i := start(t, luminance.Options{})
				i.set("profile", version)
				a := i.apiJSON(tc.method, tc.path, tc.body)
				i.g.Expect(a.status).To(Equal(status), a.body)
				if status == 405 {
					i.g.Expect(a.header).To(HaveKey("Allow"))
				}
			})
		}
	}
}

func TestUnknownPathsAnswerWithAPage(t *testing.T) {
	i := start(t, luminance.Options{})
	for _, path := range []string{"/", "/api2/nothing", "/api/v1/projects", "/auth/oauth2/authorize"} {
		a := i.send("GET", path, nil, "Authorization", "Bearer "+i.token)
		i.g.Expect(a.status).To(Equal(404))
		i.g.Expect(a.header.Get("Content-Type")).To(HavePrefix("text/html"))
	}
	i.set("pathPrefix", "root")
	i.g.Expect(i.send("GET", "/users/me", nil, "Authorization", "Bearer "+i.token).status).To(Equal(200))
	i.g.Expect(i.api("GET", "/users/me").status).To(Equal(404))
}

func TestLeniency(t *testing.T) {
	i := start(t, luminance.Options{})
	i.set("strict", "off")
	i.g.Expect(i.api("GET", corporate+"/folders?limit=1&colour=red").list()).To(HaveLen(1))
	i.g.Expect(i.apiJSON("POST", corporate+"/folders", `{"parent_id":52001,"name":"F","colour":"red"}`).status).To(Equal(201))
	i.g.Expect(i.api("GET", corporate+"/folders?id=red").status).To(Equal(422), "what is declared is still checked")
}

func TestDivisions(t *testing.T) {
	i := start(t, luminance.Options{})
	i.g.Expect(i.api("GET", "/projects").values("name")).To(Equal([]any{"Corporate", "Litigation", "Twin", "Twin", "Closed"}))
	i.g.Expect(i.api("GET", "/projects?name=Twin").values("moniker")).To(Equal([]any{"twin-one", "twin-two"}))
	i.g.Expect(i.api("GET", "/projects?state=disabled").values("name")).To(Equal([]any{"Closed"}))
	i.g.Expect(i.api("GET", "/projects?name=Nobody").body).To(Equal("[]\n"))
	i.g.Expect(i.api("GET", "/projects/15/folders").status).To(Equal(403), "a disabled Division shows nothing")
	i.g.Expect(i.api("GET", "/projects/12/folders/52001").status).To(Equal(404), "a folder of another Division")
}

func TestRoles(t *testing.T) {
	for role, want := range map[string][3]int{"full": {200, 200, 201}, "read": {200, 200, 403}, "none": {200, 403, 403}} {
		i := start(t, luminance.Options{})
		i.set("role", role)
		got := [3]int{
			i.api("GET", "/projects").status, i.api("GET", corporate+"/folders").status,
			i.apiJSON("POST", corporate+"/folders", `{"parent_id":52001,"name":"A"}`).status,
		}
		i.g.Expect(got).To(Equal(want), role)
	}
}

func TestCollectionsAreNeverChanged(t *testing.T) {
	for _, version := range []string{"v1.3", "v1.4", "v1.5"} {
		i := start(t, luminance.Options{})
		i.set("profile", version)
		i.g.Expect(i.upload("a.txt", "a", "&replace=false").status).To(Equal(200))
		i.g.Expect(i.CollectionRequests()).To(BeEmpty())
		for _, path := range []string{"/documents", "/documents?id=370001", "/folders/52001/documents", "/folders", "/folders?name=A"} {
			for _, method := range []string{"DELETE", "PATCH", "PUT"} {
				a := i.apiJSON(method, corporate+path, `{"state":"deleted"}`)
				i.g.Expect(a.status).To(Equal(405))
				i.g.Expect(a.header.Get("Allow")).To(HavePrefix("GET"))
			}
		}
		i.g.Expect(i.send("DELETE", "/api2"+corporate+"/documents", nil).status).To(Equal(405), "whoever asks")
		i.g.Expect(i.Documents(true)).To(HaveLen(1))
		i.g.Expect(i.CollectionRequests()).To(HaveLen(16), version)
		i.g.Expect(i.CollectionRequests()[3]).To(Equal(luminance.Refused{
			Method: http.MethodDelete, Path: "/api2" + corporate + "/documents", Query: "id=370001", At: noon,
		}))
	}
}
