package intralinks_test

import (
	"fmt"
	"testing"

	. "github.com/onsi/gomega"

	"dataroom.dev/intralinks-operator/internal/simulator/intralinks"
)

func TestMembers(t *testing.T) {
	s := startWith(t, intralinks.Options{Accounts: []intralinks.Account{{Email: "zoe@firm.example", Password: "p"}, {Email: "ada@firm.example", Password: "p"}}})
	s.token = s.signIn()
	a := s.get(exchange(plain, "/users"))
	s.g.Expect(values(a.rows("users"), "emailId")).To(Equal([]any{"ada@firm.example", "zoe@firm.example"}))
	s.g.Expect(a.rows("users")).To(HaveEach(And(HaveKeyWithValue("status", "ACTIVE"), HaveKeyWithValue("roleType", "PUBLISHER"), HaveKeyWithValue("isPlaceholderUser", false))))
	one := s.get(exchange(plain, "/users?email=Zoe@firm.example")).rows("users")
	s.g.Expect(values(one, "emailId")).To(Equal([]any{"zoe@firm.example"}))
	s.g.Expect(s.get(exchange(plain, "/users?email=nobody@firm.example")).at()).To(Not(HaveKey("users")))

	elsewhere := s.get(exchange(merlin, "/users?email=zoe@firm.example")).rows("users")[0]
	s.g.Expect(elsewhere["userId"]).To(Equal(one[0]["userId"]), "global")
	s.g.Expect(elsewhere["id"]).NotTo(Equal(one[0]["id"]), "of one exchange")
	s.g.Expect(s.get("/v2/users/zoe@firm.example").at("user", 0)).To(And(HaveKeyWithValue("userId", one[0]["userId"]), Not(HaveKey("id"))))
	s.expectE1(s.get("/v2/users/nobody@firm.example"), 400, 400, "3-1")
}

func TestGroups(t *testing.T) {
	s := start(t)
	a := s.get(exchange(plain, "/groups"))
	s.g.Expect(a.at()).To(And(HaveKey("groups"), HaveLen(1)), "no status here")
	s.g.Expect(a.at("groups", 0)).To(And(
		HaveKeyWithValue("note", " "), HaveKeyWithValue("groupMemberCount", 1.0), HaveKeyWithValue("buyerGroupDetails", map[string]any{}),
		HaveKeyWithValue("version", MatchRegexp(`^[0-9a-f]{40}$`))))
	id := int64(a.at("groups", 0, "id").(float64))
	members := s.get(exchange(plain, "/groups?includeWorkspaceGroupMembers=true")).rows("workspaceGroupMembers")
	user := s.get(exchange(plain, fmt.Sprintf("/groups/%d/users", id))).rows("users")[0]
	s.g.Expect(members).To(ConsistOf(map[string]any{"workspaceGroupId": float64(id), "workspaceUserId": user["id"], "userId": user["userId"]}))
	s.expectE1(s.get(exchange(plain, "/groups/1/users")), 400, 400, "3-1")
}

func TestReports(t *testing.T) {
	s := startWith(t, intralinks.Options{
		Exchanges: []intralinks.Exchange{{ID: plain, Name: "Project Heron"}},
		Accounts: []intralinks.Account{
			{Email: "ada@firm.example", Password: "p"}, {Email: intralinks.DefaultEmail, Password: intralinks.DefaultPassword},
		},
	})
	signIn := func(email, password string) {
		s.token = s.signInV2("email", email, "password", password)
		s.enter(plain, true)
	}
	signIn(intralinks.DefaultEmail, intralinks.DefaultPassword)
	id := s.document(s.folder("/Contracts"), "Lease", ".pdf", "agreed")
	of := func(what string) answer { return s.get(exchange(plain, fmt.Sprintf("/documents/%d/%s", id, what))) }
	viewed := func() []any { return values(of("accessReport").rows("docAccessInfo"), "viewed") }
	s.g.Expect(viewed()).To(Equal([]any{false, false}))
	s.g.Expect(of("accessReport").at("docAccessInfo", 0)).To(And(
		HaveKeyWithValue("descriptor", "USER"), HaveKeyWithValue("firstViewedOn", map[string]any{})))
	s.file(id)
	s.g.Expect(viewed()).To(Equal([]any{false, true}))
	s.g.Expect(of("accessReport").at("docAccessInfo", 1, "lastViewedOn")).To(HaveKey("milliseconds"))
	s.g.Expect(s.row(id)["unread"]).To(BeFalse())
	signIn("ada@firm.example", "p")
	s.g.Expect(s.row(id)["unread"]).To(BeTrue(), "each account has its own")
	s.g.Expect(viewed()).To(Equal([]any{false, true}), "whoever asks")

	s.fault("notReady", "/**/accessReport")
	a := of("accessReport")
	s.g.Expect([]any{a.status, a.at("subcode"), a.at("status")}).To(Equal([]any{200, "9-9-9-1", nil}), "at the top level")
	s.g.Expect(of("accessReport").at()).To(HaveKey("docAccessInfo"))

	s.expectE1(of("permissions"), 401, 401, "1-1-3")
	s.set("role", "manager")
	s.g.Expect(of("permissions").at("permissions", "permissioned", 0)).To(And(
		HaveKeyWithValue("permission", "CONTROL"), HaveKeyWithValue("drm", "NONE"), HaveKeyWithValue("granteeInfo", HaveKeyWithValue("granteeType", "WORKSPACE"))))
}

func TestWhatIsKnownByItsKeyOnly(t *testing.T) {
	s, id := withLease(t, "agreed")
	s.set("emptyList", "empty")
	s.g.Expect(s.get(exchange(plain, "/settings")).rows("workspaceSettings")).To(HaveLen(1))
	group := s.get(exchange(plain, "/groups")).at("groups", 0, "id").(float64)
	for path, key := range map[string]string{
		"/fieldDefinitions": "fieldDefinitions", "/customFields": "customFields", "/batches?operationType=Bulk%20Upload": "batches",
		fmt.Sprintf("/documents/%d/customFields", id):                   "customFields",
		fmt.Sprintf("/folders/%d/customFields", s.folder("/Contracts")): "customFields",
		fmt.Sprintf("/groups/%d/customFields", int64(group)):            "customFields",
	} {
		s.g.Expect(s.get(exchange(plain, path)).at(key)).To(Equal([]any{}), path)
	}
	for _, path := range []string{"/documents/1/customFields", "/folders/1/customFields", "/groups/1/customFields", "/batches/1"} {
		s.expectE1(s.get(exchange(plain, path)), 400, 400, "3-1")
	}
}
