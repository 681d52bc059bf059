package intralinks_test

import (
	"testing"

	. "github.com/onsi/gomega"

	"dataroom.dev/intralinks-operator/internal/simulator/intralinks"
)

func TestTheGate(t *testing.T) {
	s := start(t)
	for _, path := range []string{"/v2/workspaces", exchange(plain, ""), exchange(plain, "/splash"), exchange(plain, "/users"), exchange(plain, "/groups")} {
		s.g.Expect(s.get(path).status).To(Equal(200), path+" needs no entry")
	}
	document := s.document(s.folder("/Contracts"), "Lease", ".pdf", "x")
	for _, path := range []string{"/folders", "/folders/1", "/folders/1/contents", "/documents", "/documents/1", "/settings", "/customFields"} {
		a := s.get(exchange(plain, path))
		s.expectE1(a, 303, 303, "1")
		s.g.Expect(a.at("status", "message")).To(Equal("Workspace entrance requirements not met."))
		s.g.Expect(a.header).NotTo(HaveKey("Location"))
	}
	s.expectE1(s.file(document), 303, 303, "1")
	s.set("fileErrors", "xml-all")
	s.expectE6(s.file(document), 303, "303", "1")

	s.g.Expect(s.enter(plain, true)).To(Equal("ALLOW"))
	s.g.Expect(s.get(exchange(plain, "/folders")).status).To(Equal(200))
	s.g.Expect(s.file(document).body).To(Equal("x"))
	s.expectE1(s.get(exchange(merlin, "/folders")), 303, 303, "1")
	s.g.Expect(s.Stats().EntriesMade).To(Equal(1))
}

func TestEntryIsOfTheToken(t *testing.T) {
	s := start(t)
	s.enter(plain, true)
	s.token = s.signIn()
	s.expectE1(s.get(exchange(plain, "/folders")), 303, 303, "1")

	s.set("entryScope", "account")
	s.enter(plain, true)
	s.token = s.signIn()
	s.g.Expect(s.get(exchange(plain, "/folders")).status).To(Equal(200), "the same account")
	s.token = s.signInV2()
	s.expectE1(s.get(exchange(plain, "/folders")), 303, 303, "1")
}

func TestWhichExchangesAreGated(t *testing.T) {
	for gate, want := range map[string][]int{
		"every":  {303, 303, 303, 303},
		"splash": {200, 303, 303, 303},
		"never":  {200, 200, 200, 200},
	} {
		s := start(t, intralinks.Exchange{ID: 3, Name: "Level", SecurityLevel: 4},
			intralinks.Exchange{ID: 4, Name: "Side", EntryState: "CONTENT_DECLARATION_REQUIRED"})
		s.set("entryGate", gate)
		got := []int{}
		for _, id := range []int64{plain, merlin, 3, 4} {
			got = append(got, s.get(exchange(id, "/documents")).status)
		}
		s.g.Expect(got).To(Equal(want), gate)
	}
}

func TestV3MayPassTheGate(t *testing.T) {
	s := start(t)
	s.set("v3Entry", "skipped")
	s.g.Expect(s.get(exchange(plain, "/folders")).status).To(Equal(200))
	s.token = s.signInV2()
	s.expectE1(s.get(exchange(plain, "/folders")), 303, 303, "1")
}

func TestSplash(t *testing.T) {
	s := start(t)
	a := s.get(exchange(merlin, "/splash"))
	s.g.Expect(a.status).To(Equal(200))
	s.g.Expect(a.at()).To(And(HaveKey("status"), HaveKeyWithValue("branding", HaveKey("global")), HaveLen(3)))
	s.g.Expect(a.at("splash")).To(And(
		HaveKeyWithValue("splashRequired", true), HaveKeyWithValue("hasImage", false), HaveKeyWithValue("workspaceName", "Project Merlin"),
		HaveKeyWithValue("displayType", "DISPLAY_EVERYTIME"), HaveKeyWithValue("splashType", "PUBLIC"),
		HaveKeyWithValue("splashText", HavePrefix("<p>")), HaveKey("acceptText"), HaveKey("splashUrl"), HaveLen(8)))

	s.g.Expect(s.enter(merlin, false)).To(Equal("ACCEPT_SPLASH"))
	s.expectE1(s.get(exchange(merlin, "/folders")), 303, 303, "1")
	s.g.Expect(s.post(exchange(merlin, "/splash"), `{}`).at("state")).To(Equal("ACCEPT_SPLASH"))
	s.g.Expect(s.enter(merlin, true)).To(Equal("ALLOW"))
	s.g.Expect(s.get(exchange(merlin, "/folders")).status).To(Equal(200))
	s.g.Expect(s.get(exchange(merlin, "/splash")).at("splash", "splashRequired")).To(Equal(true), "every time")
}

func TestNoSplash(t *testing.T) {
	s := start(t)
	s.g.Expect(s.get(exchange(plain, "/splash")).at()).To(And(Not(HaveKey("splash")), HaveKey("branding")))
	s.set("splashAbsent", "notRequired")
	s.g.Expect(s.get(exchange(plain, "/splash")).at("splash", "splashRequired")).To(Equal(false))
	s.set("splashAbsent", "error")
	s.expectE1(s.get(exchange(plain, "/splash")), 400, 400, "3-1")

	s.g.Expect(s.enter(plain, false)).To(Equal("ALLOW"))
	s.set("acceptFalse", "ACCEPT_SPLASH")
	s.g.Expect(s.enter(plain, false)).To(Equal("ACCEPT_SPLASH"))
	s.g.Expect(s.enter(plain, true)).To(Equal("ALLOW"))
}

func TestStates(t *testing.T) {
	for _, tc := range []struct {
		exchange  intralinks.Exchange
		low, high string
	}{
		{intralinks.Exchange{SecurityLevel: 1}, "ALLOW", "ALLOW"},
		{intralinks.Exchange{SecurityLevel: 2}, "ALLOW", "SECURITY_QUESTION"},
		{intralinks.Exchange{SecurityLevel: 3}, "ALLOW", "SECURITY_QUESTION"},
		{intralinks.Exchange{SecurityLevel: 4}, "ALLOW", "ONE_TIME_PASSWORD"},
		{intralinks.Exchange{SecurityLevel: 5}, "SECURITY_QUESTION", "SECURITY_QUESTION"},
		{intralinks.Exchange{SecurityLevel: 6}, "ONE_TIME_PASSWORD", "ONE_TIME_PASSWORD"},
		{intralinks.Exchange{EntryState: "OTP_DELIVERY_OPTION"}, "OTP_DELIVERY_OPTION", "OTP_DELIVERY_OPTION"},
		{intralinks.Exchange{EntryState: "CONTENT_DECLARATION_REQUIRED", Splash: true}, "CONTENT_DECLARATION_REQUIRED", "CONTENT_DECLARATION_REQUIRED"},
	} {
		tc.exchange.ID, tc.exchange.Name = 3, "Level"
		s := start(t, tc.exchange)
		for risk, want := range map[string]string{"low": tc.low, "high": tc.high} {
			s.set("risk", risk)
			s.token = s.signIn()
			s.g.Expect(s.enter(3, true)).To(Equal(want))
			status := 303
			if want == "ALLOW" {
				status = 200
			}
			s.g.Expect(s.get(exchange(3, "/folders")).status).To(Equal(status), "only ALLOW lets in")
		}
		level := max(tc.exchange.SecurityLevel, 1)
		s.g.Expect(s.get(exchange(3, "")).at("workspace", 0, "securityLevel")).To(BeEquivalentTo(level))
	}
}

func TestStrictEntry(t *testing.T) {
	s := start(t)
	for _, body := range []string{`{"acceptSplash":true,"answer":"blue"}`, `{"accept":true}`, `{"acceptSplash":"T"}`, `acceptSplash=true`, `{"acceptSplash":true} x`, ``} {
		s.expectE1(s.post(exchange(plain, "/splash"), body), 400, 400, "sim-strict")
	}
	s.expectE1(s.send("POST", exchange(plain, "/splash"), `{"acceptSplash":true}`, "Content-Type", formType, "Authorization", "Bearer "+s.token), 400, 400, "sim-strict")
	s.g.Expect(s.Stats().EntriesMade).To(BeZero())
	s.set("strict", "off")
	s.g.Expect(s.post(exchange(plain, "/splash"), `{"acceptSplash":true,"answer":"blue"}`).at("state")).To(Equal("ALLOW"))
}

func TestEntryAnswer(t *testing.T) {
	s := start(t)
	a := s.post(exchange(plain, "/splash"), `{"acceptSplash":true}`)
	s.g.Expect(a.status).To(Equal(201))
	s.g.Expect(a.at()).To(Equal(map[string]any{
		"status": map[string]any{"code": 201.0, "message": "The entities have been created"}, "state": "ALLOW",
	}))
}
