package intralinks_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"dataroom.dev/intralinks-operator/internal/simulator/control"
	"dataroom.dev/intralinks-operator/internal/simulator/intralinks"
)

// admin calls the admin API and expects a status.
func (s *service) admin(method, path, body string, want int) answer {
	s.t.Helper()
	a := s.send(method, "/_sim/"+path, body)
	s.g.Expect(a.status).To(Equal(want), a.body)
	if want >= 400 {
		s.g.Expect(a.text("error")).NotTo(BeEmpty(), "every refusal says why")
	}
	return a
}

func (a answer) id() int64 {
	id, _ := a.at("id").(float64)
	return int64(id)
}

func TestAdminDocuments(t *testing.T) {
	s := start(t)
	s.enter(plain, true)
	in := fmt.Sprintf("exchanges/%d/", plain)
	id := s.admin("POST", in+"documents?path=/Contracts/Leases/Lease.pdf", "agreed", 201).id()
	s.g.Expect(s.file(id).body).To(Equal("agreed"))
	s.g.Expect(s.row(id)["parentName"]).To(Equal("Leases"))
	s.admin("PUT", fmt.Sprintf("%sdocuments/%d/content", in, id), "signed", 204)
	s.g.Expect(s.file(id).body).To(Equal("signed"))
	s.g.Expect(s.row(id)["versionNumber"]).To(Equal(2.0))
	s.g.Expect(s.admin("GET", fmt.Sprintf("%sdocuments/%d/content", in, id), "", 200).body).To(Equal("signed"))
	s.admin("PATCH", fmt.Sprintf("%sdocuments/%d", in, id), `{"name":"Head lease","extension":"","watermarked":true,"folder":0}`, 204)
	s.g.Expect(s.row(id)).To(And(HaveKeyWithValue("name", "Head lease"), Not(HaveKey("extension")), HaveKeyWithValue("parentId", -1.0)))

	placeholder := s.admin("POST", in+"documents?path=/To+follow.pdf&placeholder=true", "", 201).id()
	s.g.Expect(s.row(placeholder)["mimeType"]).To(Equal("NONE/NONE"))
	s.admin("GET", fmt.Sprintf("%sdocuments/%d/content", in, placeholder), "", 404)
	huge := s.admin("POST", in+"documents?path=/Huge.bin&size=10000000000", "", 201).id()
	s.g.Expect(s.room.Documents()).To(HaveLen(3))
	s.admin("DELETE", fmt.Sprintf("%sdocuments/%d", in, huge), "", 204)
	s.admin("DELETE", fmt.Sprintf("%sdocuments/%d?keep=true", in, id), "", 204)
	s.g.Expect(s.room.Documents()).To(HaveLen(2))

	tree := s.admin("GET", in+"tree", "", 200)
	s.g.Expect(tree.rows("folders")).To(HaveLen(2))
	s.g.Expect(tree.rows("documents")[0]).To(And(HaveKeyWithValue("path", "/Head lease"), HaveKeyWithValue("deleted", true), HaveKeyWithValue("version", 2.0)))
}

func TestAdminFolders(t *testing.T) {
	s := start(t)
	in := fmt.Sprintf("exchanges/%d/", plain)
	leases := s.admin("POST", in+"folders", `{"path":"/Contracts/Leases"}`, 201).id()
	contracts := s.folder("/Contracts")
	s.admin("PATCH", fmt.Sprintf("%sfolders/%d", in, leases), `{"name":"Rents","hidden":true}`, 204)
	s.g.Expect(s.admin("GET", in+"tree", "", 200).rows("folders")).To(ContainElement(
		And(HaveKeyWithValue("path", "/Contracts/Rents"), HaveKeyWithValue("hidden", true))))
	s.admin("PATCH", fmt.Sprintf("%sfolders/%d", in, contracts), fmt.Sprintf(`{"folder":%d}`, leases), 204)
	s.admin("GET", in+"tree", "", 200) // a cycle has an end
	s.admin("DELETE", fmt.Sprintf("%sfolders/%d", in, contracts), "", 204)
	s.g.Expect(s.room.Folders()).To(BeEmpty())
}

func TestAdminExchanges(t *testing.T) {
	s := start(t)
	made := s.admin("POST", "exchanges", `{"name":"Osprey","generate":{"seed":3,"documents":40,"folders":5,"oddities":true}}`, 201)
	s.enter(made.id(), true)
	s.g.Expect(s.get(exchange(made.id(), "/documents")).rows("document")).To(HaveLen(40))
	s.g.Expect(s.admin("POST", "exchanges", fmt.Sprintf(`{"name":"Other","id":%d}`, plain), 201).id()).NotTo(BeEquivalentTo(plain))
	s.admin("PATCH", fmt.Sprintf("exchanges/%d", made.id()), `{"phase":"HOLD","host":"Ada LLP"}`, 204)
	s.g.Expect(s.get(exchange(made.id(), "")).at("workspace", 0)).To(And(HaveKeyWithValue("phase", "HOLD"), HaveKeyWithValue("host", "Ada LLP")))
	s.expectE1(s.get(exchange(made.id(), "/documents")), 400, 400, "3-1")
	s.admin("PATCH", fmt.Sprintf("exchanges/%d", made.id()), `{"phase":"OPEN","closed":true}`, 204)
	s.expectE1(s.get(exchange(made.id(), "")), 400, 400, "3-1")
	s.g.Expect(s.admin("GET", "exchanges", "", 200).rows("exchanges")).To(HaveLen(4))
}

func TestAdminRefusals(t *testing.T) {
	s := start(t)
	in := fmt.Sprintf("exchanges/%d", plain)
	for _, tc := range []struct {
		method, path, body string
		want               int
	}{
		{"POST", "exchanges", `{}`, 400},
		{"POST", "exchanges", `{"name":"X","colour":"red"}`, 400},
		{"PATCH", in, `{"phase":"CLOSED"}`, 400},
		{"PATCH", in, `{"securityLevel":7}`, 400},
		{"PATCH", in, `{"type":"VIA"}`, 400},
		{"PATCH", in, `{"entryState":"MAYBE"}`, 400},
		{"PATCH", in, `{"name":""}`, 400},
		{"PATCH", in, `{"id":5}`, 400},
		{"PATCH", "exchanges/9", `{}`, 404},
		{"GET", "exchanges/heron/tree", ``, 404},
		{"POST", in + "/documents", "x", 400},
		{"POST", in + "/documents?path=/folder/", "x", 400},
		{"POST", in + "/documents?path=/x&size=-1", "", 400},
		{"POST", in + "/folders", `{"path":"/"}`, 400},
		{"PATCH", in + "/documents/1", `{}`, 400},
		{"PATCH", in + "/documents/x", `{}`, 400},
		{"PATCH", in + "/folders/1", `{}`, 400},
		{"DELETE", in + "/folders/1", ``, 400},
		{"PUT", in + "/documents/1/content", `x`, 400},
		{"POST", "clock", `{"advance":"-1m"}`, 400},
		{"POST", "clock", `{"advance":"soon"}`, 400},
		{"POST", "accounts/take-over", `{"email":"stranger@firm.example"}`, 404},
		{"GET", "nothing", ``, 404},
		{"POST", "faults", `{"fault":"explode"}`, 400},
		{"PUT", "switches", `{"strict":"maybe"}`, 400},
	} {
		s.admin(tc.method, tc.path, tc.body, tc.want)
	}
	s.g.Expect(s.Exchanges()[0].Phase).To(Equal("OPEN"), "a refused change changes nothing")
}

func TestAdminSessionsClockAndStats(t *testing.T) {
	s := start(t)
	s.token = s.signInV2()
	s.admin("POST", "accounts/take-over", fmt.Sprintf(`{"email":%q}`, intralinks.DefaultEmail), 204)
	s.expectE1(s.get("/v2/workspaces"), 401, 401, "1-1-3-2")
	s.token = s.signIn()
	s.admin("POST", "tokens/revoke", "", 204)
	s.expectE3(s.get("/v2/workspaces"), s.token)

	s.token = s.signIn()
	s.g.Expect(s.admin("POST", "clock", `{"advance":"1h"}`, 200).at("now")).To(Equal("2026-03-02T13:00:00Z"))
	s.expectE3(s.get("/v2/workspaces"), s.token)
	s.g.Expect(s.admin("GET", "stats", "", 200).at()).To(Equal(map[string]any{
		"inFlight": 0.0, "maxInFlight": 1.0, "tokensIssued": 4.0, "entriesMade": 0.0, "bearersLeaked": 0.0,
		"codesIssued": 0.0, "codesReused": 0.0, "refreshTokensReused": 0.0, "tokensRevoked": 0.0,
	}))
}

func TestSwitchesOverHTTP(t *testing.T) {
	s := start(t)
	s.admin("PUT", "switches", `{"tokenTTL":"10s","sessions":"single"}`, 200)
	s.g.Expect(s.form(password()).at("expires_in")).To(Equal(10.0))
	s.admin("POST", "faults", `{"fault":"html200","path":"/v2/workspaces","times":-1}`, 201)
	s.expectHTML(s.get("/v2/workspaces"), 200, "Maintenance")
	s.admin("DELETE", "faults", "", 204)
	s.g.Expect(s.get("/v2/workspaces").status).To(Equal(200))
}

// TestTheLogTellsEverythingButSecrets uses every way to sign in and to read a
// document, and finds nothing of it in the log that would let others do the same.
func TestTheLogTellsEverythingButSecrets(t *testing.T) {
	s, id := withLease(t, "agreed")
	s.set("refreshGrant", "on")
	pair := s.form(password())
	s.send(http.MethodPost, "/v2/oauth/token?"+password().Encode(), "", "Content-Type", formType)
	s.send(http.MethodPost, "/v2/oauth/token?"+password("grant_type", "refresh_token", "refresh_token", pair.text("refresh_token")).Encode(), "")
	s.send(http.MethodPut, "/v2/oauth/revoke?"+password("grant_type", "", "token", s.token, "email", "", "password", "").Encode(), "", "Authorization", "Bearer "+s.token)
	s.token = s.signIn()
	s.enter(plain, true)
	s.get("/v2/users/operator@firm.example")
	s.set("fileRedirect", "on")
	to := s.file(id).header.Get("Location")
	at := strings.Index(to, "/storage/")
	s.g.Expect(s.send("GET", s.url+to[at:], "").body).To(Equal("agreed"))

	log := s.send("GET", "/_sim/requests", "").body
	var entries []control.Entry
	s.g.Expect(json.Unmarshal([]byte(log), &entries)).To(Succeed())
	last := entries[len(entries)-1]
	s.g.Expect(last.Path).To(Equal(fmt.Sprintf("/storage/%d", id)))
	s.g.Expect([]any{last.Method, last.Status, last.BytesOut, last.At.Equal(noon)}).To(Equal([]any{"GET", 200, int64(6), true}))
	s.g.Expect(log).To(ContainSubstring("client_id=" + intralinks.DefaultAPIKey))
	_, ticket, _ := strings.Cut(to, "token=")
	s.g.Expect(ticket).NotTo(BeEmpty())
	for _, secret := range []string{
		intralinks.DefaultAPISecret, intralinks.DefaultPassword, intralinks.DefaultEmail, "operator@", s.token, ticket,
		pair.text("access_token"), pair.text("refresh_token"), "Bearer", "Basic",
	} {
		s.g.Expect(log).NotTo(ContainSubstring(secret))
	}
}
