package intralinks_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	. "github.com/onsi/gomega"
)

func TestWhatIsNotThere(t *testing.T) {
	s := start(t)
	s.set("v3CodeFlow", "off")
	s.enter(plain, true)
	folder := s.folder("/Contracts")
	document := s.document(folder, "Lease", ".pdf", "x")
	for _, path := range []string{
		"/", "/v2", "/v2/", "/v2/workspaces/", "/v2//workspaces", "/v2/workspaces/../workspaces", "/V2/workspaces", "/v2/exchanges", "/_sim",
		"/v1/services/workspaces", "/services/workspaces",
		"/v2/oauth2/token", "/v2/auth/token", "/v2/session", "/v2/token", "/v3/workspaces", "/v3/apis/il-iam/oauth/revoke",
		"/v3/apis/il-iam/oauth/authorize", "/v2/swaggeroauth/authorize", "/login",
		exchange(plain, "/customfields"), exchange(plain, "/items"),
		exchange(plain, fmt.Sprintf("/documents/%d/download", document)),
		exchange(plain, fmt.Sprintf("/documents/%d/file/", document)),
		exchange(plain, fmt.Sprintf("/documents/%d/versions", document)),
		exchange(plain, fmt.Sprintf("/folders/%d/documents?max=10", folder)),
	} {
		s.expectHTML(s.get(path), 404, "Your request cannot be completed")
		s.expectHTML(s.send("POST", path, "{}"), 404, "Your request cannot be completed")
	}
}

func TestWrongMethods(t *testing.T) {
	s := start(t)
	one := exchange(plain, "/documents/1")
	for path, allowed := range map[string]string{
		"/v2/oauth/authorize":                      "GET",
		"/v2/oauth/token":                          "POST",
		"/v2/oauth/revoke":                         "PUT",
		"/v3/apis/il-iam/oauth/authorize":          "GET",
		"/v3/apis/il-iam/oauth/token":              "POST",
		"/v3/apis/il-iam/oauth/revoke":             "POST",
		"/v2/workspaces":                           "GET",
		"/v2/users/ada@firm.example":               "GET",
		exchange(plain, ""):                        "GET",
		exchange(plain, "/splash"):                 "GET, POST",
		exchange(plain, "/folders"):                "GET",
		exchange(plain, "/folders/1"):              "GET",
		exchange(plain, "/folders/1/contents"):     "GET",
		exchange(plain, "/documents"):              "GET",
		one:                                        "GET",
		one + "/file":                              "GET",
		one + "/permissions":                       "GET",
		one + "/accessReport":                      "GET",
		exchange(plain, "/users"):                  "GET",
		exchange(plain, "/groups"):                 "GET",
		exchange(plain, "/groups/1/users"):         "GET",
		exchange(plain, "/settings"):               "GET",
		exchange(plain, "/fieldDefinitions"):       "GET",
		exchange(plain, "/customFields"):           "GET",
		one + "/customFields":                      "GET",
		exchange(plain, "/folders/1/customFields"): "GET",
		exchange(plain, "/groups/1/customFields"):  "GET",
		exchange(plain, "/batches"):                "GET",
		exchange(plain, "/batches/1"):              "GET",
	} {
		for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"} {
			a := s.api(method, path)
			if strings.Contains(allowed, method) {
				s.g.Expect(a.status).NotTo(Or(Equal(404), Equal(405)), method+" "+path)
				continue
			}
			s.g.Expect(a.status).To(Equal(405), method+" "+path)
			s.g.Expect(a.header.Get("Allow")).To(Equal(allowed))
			s.g.Expect(a.header.Get("Content-Type")).To(HavePrefix("text/html"))
		}
	}
}

func TestStrictQueries(t *testing.T) {
	s := start(t)
	s.enter(plain, true)
	folder := s.folder("/Contracts")
	document := s.document(folder, "Lease", ".pdf", "x")
	for _, path := range []string{
		"/v2/workspaces?offset=0", "/v2/workspaces?limit=10", "/v2/workspaces?startIndex=0", "/v2/workspaces?PHASE=OPEN",
		"/v2/users/operator@firm.example?x=1",
		exchange(plain, "?returnTotal=true"), exchange(plain, "/splash?x=1"),
		exchange(plain, "/folders?parentId=1"), exchange(plain, fmt.Sprintf("/folders/%d?x=1", folder)),
		exchange(plain, "/documents?modifiedSince=1"), exchange(plain, "/documents?itemsPerPage=10"), exchange(plain, "/documents?returnTotal=true"),
		exchange(plain, fmt.Sprintf("/documents/%d?x=1", document)),
		exchange(plain, fmt.Sprintf("/documents/%d/file?version=1", document)),
		exchange(plain, fmt.Sprintf("/folders/%d/contents?max=1", folder)),
	} {
		s.set("strict", "on")
		s.expectE1(s.get(path), 400, 400, "sim-strict")
		s.set("errorsAs200", "on")
		s.g.Expect(s.get(path).status).To(Equal(400), "strictness is never dressed as a success")
		s.set("strict", "off", "errorsAs200", "off")
		s.g.Expect(s.get(path).status).To(Equal(200), path)
	}
	s.set("strict", "on", "paging", "capped")
	for path, want := range map[string]int{
		"/v2/workspaces?startIndex=0&itemsPerPage=1":                              200,
		exchange(plain, "/folders?startIndex=0"):                                  200,
		exchange(plain, "/documents?itemsPerPage=1"):                              200,
		exchange(plain, "?startIndex=0"):                                          400,
		exchange(plain, fmt.Sprintf("/documents/%d/file?startIndex=0", document)): 400,
		"/v2/workspaces?offset=0":                                                 400,
	} {
		s.g.Expect(s.get(path).status).To(Equal(want), path)
	}
}

func TestKnownQueriesOfTheExchangeList(t *testing.T) {
	s := start(t)
	for query, want := range map[string]int{
		"brandId=1&userId=2&addUserRight=T&excludeProduct=Courier,VIA": 200,
		"addUserRight=F":    200,
		"addUserRight=true": 400,
	} {
		s.g.Expect(s.get("/v2/workspaces?"+query).status).To(Equal(want), query)
	}
}

func TestIDsThatAreNone(t *testing.T) {
	s := start(t)
	s.enter(plain, true)
	for _, path := range []string{
		"/v2/workspaces/heron", exchange(9, ""), exchange(9, "/splash"), exchange(9, "/folders"),
		exchange(plain, "/folders/1"), exchange(plain, "/folders/x/contents"), exchange(plain, "/documents/1"),
		exchange(plain, "/folders/99999999999999999999"),
	} {
		s.expectE1(s.get(path), 400, 400, "3-1")
	}
	s.expectE6(s.file(1), 400, "400", "3-1")
	s.set("fileErrors", "json")
	s.expectE1(s.file(1), 400, 400, "3-1")
	s.set("errorsAs200", "on")
	s.expectE1(s.file(1), 200, 400, "3-1")
	s.expectE1(s.get(exchange(9, "")), http.StatusOK, 400, "3-1")
}
