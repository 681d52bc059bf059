package intralinks_test

import (
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"dataroom.dev/intralinks-operator/internal/simulator/intralinks"
)

func TestManySessionsByDefault(t *testing.T) {
	s := start(t)
	first := s.signInV2()
	s.token = s.signInV2()
	s.g.Expect(s.get("/v2/workspaces").status).To(Equal(200))
	s.token = first
	s.g.Expect(s.get("/v2/workspaces").status).To(Equal(200))
}

func TestSingleSession(t *testing.T) {
	for name, prepare := range map[string]func(t *testing.T) *service{
		"for all": func(t *testing.T) *service {
			s := start(t)
			s.set("sessions", "single")
			return s
		},
		"for an account": func(t *testing.T) *service {
			return startWith(t, intralinks.Options{Accounts: []intralinks.Account{
				{Email: intralinks.DefaultEmail, Password: intralinks.DefaultPassword, SingleSession: true},
			}})
		},
		"for an exchange": func(t *testing.T) *service {
			return start(t, intralinks.Exchange{Name: "Strict", SingleSession: true})
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := prepare(t)
			first := s.signInV2()
			s.expectE2(s.form(password()), "018")
			s.expectE2(s.form(password("endOtherSessions", "False")), "018")
			s.token = first
			s.g.Expect(s.get("/v2/workspaces").status).To(Equal(200), "a refused sign-in ends nothing")

			second := s.signInV2("endOtherSessions", "True")
			s.expectE1(s.get("/v2/workspaces"), 401, 401, "1-1-3-2")
			s.token = second
			s.Advance(30 * time.Minute)
			s.g.Expect(s.get("/v2/workspaces").status).To(Equal(200))
			s.Advance(59 * time.Minute)
			s.expectE2(s.form(password()), "018") // an hour counts from the last use
			s.Advance(time.Minute)
			s.g.Expect(s.form(password()).status).To(Equal(200))
		})
	}
}

func TestAnExchangeThatIsNotSeenSetsNoRule(t *testing.T) {
	s := start(t, intralinks.Exchange{Name: "Strict", SingleSession: true, Inaccessible: true})
	s.signInV2()
	s.g.Expect(s.form(password()).status).To(Equal(200))
}

func TestWhatATakenSessionAnswers(t *testing.T) {
	s := start(t)
	s.token = s.signInV2()
	s.g.Expect(s.TakeOver("Operator@firm.example")).To(BeTrue())
	s.expectE1(s.get("/v2/workspaces"), 401, 401, "1-1-3-2")
	s.set("deniedStatus", "200")
	s.expectE1(s.get("/v2/workspaces"), 200, 401, "1-1-3-2")
	s.set("sessionTakenAnswer", "018")
	s.expectE2(s.get("/v2/workspaces"), "018")
	s.set("sessionTakenAnswer", "401")
	s.expectE3(s.get("/v2/workspaces"), s.token)
	s.g.Expect(s.TakeOver("stranger@firm.example")).To(BeFalse())

	s.set("sessions", "single")
	s.expectE2(s.form(password()), "018") // the browser's session counts
	s.Advance(time.Hour)
	s.g.Expect(s.form(password()).status).To(Equal(200))
}

func TestEndOtherSessionsWithoutTheRule(t *testing.T) {
	s := start(t)
	s.token = s.signInV2()
	s.signInV2("endOtherSessions", "True")
	s.expectE1(s.get("/v2/workspaces"), 401, 401, "1-1-3-2")

	s.set("endOtherSessions", "single")
	s.token = s.signInV2()
	s.signInV2("endOtherSessions", "True")
	s.g.Expect(s.get("/v2/workspaces").status).To(Equal(200))
}

// The refresh call has to repeat endOtherSessions: the session that it renews may
// still be live (Intralinks developer portal).
func TestRefreshingUnderTheRule(t *testing.T) {
	s := start(t)
	s.set("sessions", "single", "refreshGrant", "on")
	pair := s.form(password())
	parameters := func(more ...string) answer {
		return s.form(password(append([]string{"grant_type", "refresh_token", "refresh_token", pair.text("refresh_token"), "email", "", "password", ""}, more...)...))
	}
	s.expectE2(parameters(), "018")
	s.g.Expect(parameters("endOtherSessions", "True").status).To(Equal(200))
}

func TestV3UnderTheRule(t *testing.T) {
	s := start(t)
	s.set("sessions", "single")
	again := func() answer {
		return s.tokenV3(intralinks.DefaultAPIKey, intralinks.DefaultAPISecret, grantV3)
	}
	s.g.Expect(again().status).To(Equal(200))
	s.set("v3Sessions", "counted")
	s.expectE2(again(), "018")
}

func TestIdleSessions(t *testing.T) {
	s := start(t)
	s.set("tokenTTL", "8h")
	s.token = s.signIn()
	s.Advance(2 * time.Hour)
	s.g.Expect(s.get("/v2/workspaces").status).To(Equal(200))
	s.set("idleSession", "ends")
	s.Advance(59 * time.Minute)
	s.g.Expect(s.get("/v2/workspaces").status).To(Equal(200), "each use counts")
	s.Advance(time.Hour)
	s.expectE1(s.get("/v2/workspaces"), 401, 401, "1-1-3-2")
	s.expectE1(s.get("/v2/workspaces"), 401, 401, "1-1-3-2")
}

func TestTokensAreRepeatable(t *testing.T) {
	tokens := map[string]bool{}
	for _, seed := range []int64{1, 1, 2} {
		s := startWith(t, intralinks.Options{Seed: seed})
		tokens[s.signInV2()] = true
	}
	NewWithT(t).Expect(tokens).To(HaveLen(2), "one for a seed")
}

func TestRevokingAll(t *testing.T) {
	s := start(t)
	s.RevokeTokens()
	s.expectE3(s.get("/v2/workspaces"), s.token)
	s.expectE3(s.api("GET", "/v2/workspaces/1"), s.token)
	s.token = "made-up"
	s.expectE3(s.get("/v2/workspaces"), s.token)
	s.g.Expect(s.send("GET", "/v2/workspaces", "").status).To(Equal(401), "without any")
}
