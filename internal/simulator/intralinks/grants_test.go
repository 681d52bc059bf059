package intralinks_test

import (
	"net/http"
	"sync"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"dataroom.dev/intralinks-operator/internal/simulator/intralinks"
)

func TestPKCE(t *testing.T) {
	const method = "S256"
	for _, tc := range []struct {
		name, pkce, challenge, verifier string
		status                          int
	}{
		{"none", "checked", "", "", 200},
		{"right", "checked", challenge, verifier, 200},
		{"wrong", "checked", challenge, "a-verifier-of-somebody-else-that-is-long-enough", 400},
		{"taken off", "checked", challenge, "", 400},
		{"made up", "checked", "", verifier, 400},
		{"right, required", "required", challenge, verifier, 200},
		{"ignored", "unknown", "", "", 200},
		{"verifier, not known", "unknown", "", verifier, 400},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p := startForPeople(t)
			p.set("pkceV2", tc.pkce, "pkceV3", tc.pkce)
			var more, last []string
			if tc.challenge != "" {
				more = []string{"code_challenge", tc.challenge, "code_challenge_method", method}
			}
			if tc.verifier != "" {
				last = []string{"code_verifier", tc.verifier}
			}
			p.g.Expect(p.exchange(p.codeV2(more...), last...).status).To(Equal(tc.status))
			code := append([]string{"grant_type", "authorization_code", "code", p.codeV3(more...)}, last...)
			p.g.Expect(p.asks("token", code...).status).To(Equal(tc.status))
		})
	}
	p := startForPeople(t)
	p.set("pkceV2", "required", "pkceV3", "required")
	p.g.Expect(p.comesBack(p.authorizeV2()).Get("error")).To(Equal("invalid_request"))
	p.g.Expect(p.comesBack(p.authorizeV3()).Get("error")).To(Equal("invalid_request"))
}

func TestRedirectURIAtTheTokenCall(t *testing.T) {
	p := startForPeople(t)
	p.g.Expect(p.exchange(p.codeV2(), "redirect_uri", callback).status).To(Equal(200))
	p.expectNoGrant(p.exchange(p.codeV2(), "redirect_uri", "https://evil.example"), "Invalid redirect_uri")
	p.expectNoGrant(p.exchange(p.codeV2("redirect_uri", callback)), "Required param : redirect_uri")
	code := p.codeV2("redirect_uri", callback)
	p.expectNoGrant(p.exchange(code), "Required param : redirect_uri")
	p.g.Expect(p.exchange(code, "redirect_uri", callback).status).To(Equal(200))
}

func TestACodeBelongsToItsApplicationAndVersion(t *testing.T) {
	s := startWith(t, intralinks.Options{Apps: []intralinks.App{
		{Key: intralinks.DefaultAPIKey, Secret: intralinks.DefaultAPISecret, Callback: callback}, {Key: "other", Secret: "s", Callback: callback},
	}})
	p := &person{service: s, page: servePages(t, s)}
	code := p.codeV2()
	p.expectNoGrant(p.exchange(code, "client_id", "other", "client_secret", "s"), "Invalid Authorization Code")
	p.g.Expect(p.asks("token", "grant_type", "authorization_code", "code", code).status).To(Equal(400))
	p.g.Expect(p.exchange(code).status).To(Equal(200))
}

func TestV2RefreshTokensOfPeople(t *testing.T) {
	p := startForPeople(t)
	token := p.exchange(p.codeV2()).text("refresh_token")
	p.g.Expect(token).NotTo(BeEmpty(), "documented, whether or not it can be used")
	p.expectE4(p.renew(token), 400, "unsupported_grant_type", "not enabled")
	p.set("refreshGrant", "on")
	p.g.Expect(p.renew(token).status).To(Equal(200))

	p.set("refreshGrant", "off", "codeRefreshToken", "enabled")
	p.g.Expect(p.exchange(p.codeV2()).at()).NotTo(HaveKey("refresh_token"))
}

func TestRefreshTokensRotate(t *testing.T) {
	p := startForPeople(t)
	p.set("refreshGrant", "on")
	first := p.exchange(p.codeV2())
	old := first.text("refresh_token")
	second := p.renew(old)
	p.g.Expect(second.text("refresh_token")).NotTo(Or(BeEmpty(), Equal(old)))
	p.expectNoGrant(p.renew(old), "Invalid Refresh Token")
	p.g.Expect(p.Stats().RefreshTokensReused).To(Equal(1))
	p.token = second.text("access_token")
	p.g.Expect(p.get("/v2/workspaces").status).To(Equal(200))

	p.set("refreshReuse", "revokes")
	p.expectNoGrant(p.renew(old), "Invalid Refresh Token")
	p.expectE3(p.get("/v2/workspaces"), p.token)
	p.expectNoGrant(p.renew(second.text("refresh_token")), "Invalid Refresh Token")
}

func TestRefreshTokensThatStay(t *testing.T) {
	for _, how := range []string{"same", "absent"} {
		p := startForPeople(t)
		p.set("refreshGrant", "on", "refreshRotation", how)
		first := p.exchange(p.codeV2())
		token := first.text("refresh_token")
		for range 3 {
			again := p.renew(token)
			p.g.Expect(again.status).To(Equal(200), again.body)
			if how == "same" {
				p.g.Expect(again.text("refresh_token")).To(Equal(token))
			} else {
				p.g.Expect(again.at()).NotTo(HaveKey("refresh_token"))
			}
			p.g.Expect(again.text("access_token")).NotTo(Equal(p.token))
			p.token = again.text("access_token")
			p.g.Expect(p.get("/v2/workspaces").status).To(Equal(200))
		}
		p.g.Expect(p.Stats().RefreshTokensReused).To(BeZero())
	}
}

// However many ask at once with one token that rotates, one of them gets the next.
func TestOneRefreshWins(t *testing.T) {
	p := startForPeople(t)
	p.set("refreshGrant", "on")
	token := p.exchange(p.codeV2()).text("refresh_token")
	answers := make([]answer, 32)
	var all sync.WaitGroup
	for i := range answers {
		all.Go(func() { answers[i] = p.renew(token) })
	}
	all.Wait()
	won := 0
	for _, a := range answers {
		if a.status == 200 {
			won++
		}
	}
	p.g.Expect(won).To(Equal(1))
	p.g.Expect(p.Stats().RefreshTokensReused).To(Equal(31))
}

func TestWhenASignInEnds(t *testing.T) {
	const days = 24 * time.Hour
	p := startForPeople(t)
	p.set("refreshGrant", "on", "refreshLifetime", "on", "refreshTTL", "720h")
	first := p.exchange(p.codeV2())
	p.g.Expect(first.at("refresh_expires_in")).To(Equal(30.0 * 24 * 3600))
	p.Advance(20 * days)
	second := p.renew(first.text("refresh_token"))
	p.g.Expect(second.at("refresh_expires_in")).To(Equal(30.0 * 24 * 3600))
	p.set("refreshExpiry", "fixed")
	p.Advance(20 * days)
	third := p.renew(second.text("refresh_token"))
	p.g.Expect(third.at("refresh_expires_in")).To(Equal(10.0 * 24 * 3600))
	p.Advance(10 * days)
	p.expectNoGrant(p.renew(third.text("refresh_token")), "Refresh Token expired")
}

func TestPeopleUnderTheRuleOfOneSession(t *testing.T) {
	p := startForPeople(t)
	p.set("sessions", "single", "refreshGrant", "on")
	p.token = p.signInV2()
	p.expectE2(p.exchange(p.codeV2()), "018")
	p.g.Expect(p.get("/v2/workspaces").status).To(Equal(200))
	won := p.exchange(p.codeV2(), "endOtherSessions", "True")
	p.g.Expect(won.status).To(Equal(200), won.body)
	p.expectE1(p.get("/v2/workspaces"), 401, 401, "1-1-3-2")

	p.expectE2(p.renew(won.text("refresh_token")), "018")
	p.g.Expect(p.renew(won.text("refresh_token"), "endOtherSessions", "True").status).To(Equal(200), "a refused refresh uses nothing up")
	p.g.Expect(p.exchange(p.codeV2("endOtherSessions", "true")).status).To(Equal(200), "the page ends them, too")
}

func TestAPersonSignsInByV3(t *testing.T) {
	p := startForPeople(t)
	a := p.asks("token", "grant_type", "authorization_code", "code", p.codeV3("redirect_uri", callback), "redirect_uri", callback)
	p.g.Expect(a.status).To(Equal(200), a.body)
	p.g.Expect(a.at("data")).To(And(HaveKeyWithValue("principalKind", "USER"), Not(HaveKey("email")), Not(HaveKey("refreshExpiresIn"))))
	p.token = a.text("data", "accessToken")
	p.g.Expect(p.get("/v2/workspaces").status).To(Equal(200))

	p.set("v3Email", "on", "refreshLifetime", "on", "v3Lifetime", "expiresIn")
	again := p.asks("token", "grant_type", "refresh_token", "refresh_token", a.text("data", "refreshToken"))
	p.g.Expect(again.status).To(Equal(200), again.body)
	p.g.Expect(again.at("data")).To(And(
		HaveKeyWithValue("email", intralinks.DefaultEmail), HaveKeyWithValue("refreshExpiresIn", 2592000.0), HaveKeyWithValue("expiresIn", 3599.0)))
	p.expectE3(p.get("/v2/workspaces"), p.token)
	refused := p.asks("token", "grant_type", "refresh_token", "refresh_token", a.text("data", "refreshToken"))
	p.g.Expect(refused.status).To(Equal(400))
	p.g.Expect(refused.at("_status", "message")).To(Equal("Invalid Refresh Token"))

	p.token = again.text("data", "accessToken")
	p.g.Expect(p.asks("revoke", "token", p.token).status).To(Equal(200))
	p.expectE3(p.get("/v2/workspaces"), p.token)
	p.g.Expect(p.asks("revoke", "token", "unheard-of").status).To(Equal(400))
	p.g.Expect(p.Stats().TokensRevoked).To(Equal(1))
}

func TestHowV3RefusesAGrant(t *testing.T) {
	p := startForPeople(t)
	refused := func() answer { return p.asks("token", "grant_type", "refresh_token", "refresh_token", "guess") }
	p.set("v3Error", "errorCode")
	p.expectNoGrant(refused(), "Invalid Refresh Token")
	p.set("v3Error", "fault")
	a := refused()
	p.g.Expect(a.status).To(Equal(400))
	p.g.Expect(a.at("fault", "faultstring")).To(Equal("Invalid Refresh Token"))
	p.g.Expect(a.at("fault", "detail", "errorcode")).To(Equal("keymanagement.service.invalid_grant"))
}

func TestGrantsV3HaveTheirOwnParameters(t *testing.T) {
	p := startForPeople(t)
	for _, pairs := range [][]string{
		{"grant_type", "client_credentials", "code", "x"},
		{"grant_type", "authorization_code", "code", "x", "refresh_token", "y"},
		{"grant_type", "refresh_token", "refresh_token", "y", "redirect_uri", callback},
		{"grant_type", "password"},
	} {
		a := p.asks("token", pairs...)
		p.g.Expect(a.status).To(Equal(400), "%v", pairs)
		p.g.Expect(a.at("_status", "message")).To(ContainSubstring("unknown or not enabled"))
	}
	p.set("v3CodeFlow", "off")
	for _, grant := range []string{"authorization_code", "refresh_token"} {
		p.g.Expect(p.asks("token", "grant_type", grant).at("_status", "message")).To(ContainSubstring("not enabled"))
	}
	p.expectHTML(p.asks("revoke", "token", "x"), 404, "cannot be completed")
	p.expectHTML(p.authorizeV3(), 404, "cannot be completed")
}

func TestTheClockOfTheHeader(t *testing.T) {
	s := start(t)
	date := func() string { return s.get("/v2/workspaces").header.Get("Date") }
	s.g.Expect(date()).To(Equal(noon.Format(http.TimeFormat)))
	s.Advance(time.Hour)
	s.g.Expect(date()).To(Equal(noon.Format(http.TimeFormat)))
	s.set("clockSkew", "-90s")
	s.g.Expect(date()).To(Equal(noon.Add(-90 * time.Second).Format(http.TimeFormat)))
}

func TestRegisteringACallback(t *testing.T) {
	s := start(t)
	s.SetSignInURL("http://127.0.0.1:1/")
	path := "/v2/oauth/authorize?client_id=" + intralinks.DefaultAPIKey
	s.g.Expect(s.send("GET", path, "").status).To(Equal(400))
	s.admin("PATCH", "apps/"+intralinks.DefaultAPIKey, `{"callback":"`+callback+`"}`, 204)
	s.g.Expect(s.send("GET", path, "").header.Get("Location")).To(HavePrefix("http://127.0.0.1:1/login?request="))
	for _, body := range []string{`{}`, `{"callback":"/auth/callback"}`, `{"callback":"https://a.example/#x"}`, `{"callback":"://"}`} {
		s.admin("PATCH", "apps/"+intralinks.DefaultAPIKey, body, 400)
	}
	s.admin("PATCH", "apps/nobody", `{"callback":"`+callback+`"}`, 400)
}
