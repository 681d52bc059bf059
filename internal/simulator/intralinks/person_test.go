package intralinks_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"dataroom.dev/intralinks-operator/internal/simulator/intralinks"
)

const (
	callback = "https://operator.firm.example/auth/callback"
	// The verifier and its challenge that RFC 7636 takes for an example.
	verifier  = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
	challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
)

// person is a service with its sign-in page and a registered callback.
type person struct {
	*service
	page string
}

func startForPeople(t *testing.T) *person {
	t.Helper()
	s := start(t)
	s.g.Expect(s.RegisterCallback(intralinks.DefaultAPIKey, callback)).To(Succeed())
	return &person{service: s, page: servePages(t, s)}
}

func servePages(t *testing.T, s *service) string {
	t.Helper()
	pages := httptest.NewServer(s.SignInPages())
	t.Cleanup(pages.Close)
	s.SetSignInURL(pages.URL)
	return pages.URL
}

// parameters of the page; more is pairs of name and value, an empty value leaves one out.
func with(v url.Values, more ...string) url.Values {
	for i := 0; i < len(more); i += 2 {
		if v.Set(more[i], more[i+1]); more[i+1] == "" {
			v.Del(more[i])
		}
	}
	return v
}

func (p *person) authorizeV2(more ...string) answer {
	p.t.Helper()
	return p.send("GET", "/v2/oauth/authorize?"+with(url.Values{"client_id": {intralinks.DefaultAPIKey}, "state": {"a state"}}, more...).Encode(), "")
}

func (p *person) authorizeV3(more ...string) answer {
	p.t.Helper()
	return p.send("GET", "/v3/apis/il-iam/oauth/authorize?"+with(url.Values{
		"client_id": {intralinks.DefaultAPIKey}, "state": {"a state"}, "response_type": {"code"},
	}, more...).Encode(), "")
}

var handle = regexp.MustCompile(`name="request" value="([A-Za-z0-9]{32})"`)

// opens follows to the page and gives the handle that its form holds.
func (p *person) opens(a answer) string {
	p.t.Helper()
	p.g.Expect(a.status).To(Equal(302), a.body)
	to := a.header.Get("Location")
	p.g.Expect(to).To(HavePrefix(p.page+"/login?request="), "a host of its own")
	shown := p.send("GET", to, "")
	p.g.Expect(shown.status).To(Equal(200))
	found := handle.FindStringSubmatch(shown.body)
	p.g.Expect(found).To(HaveLen(2), shown.body)
	return found[1]
}

// fills sends the form of the page.
func (p *person) fills(handle string, more ...string) answer {
	p.t.Helper()
	v := with(url.Values{
		"request": {handle}, "action": {"signin"}, "email": {intralinks.DefaultEmail}, "password": {intralinks.DefaultPassword},
	}, more...)
	return p.send("POST", p.page+"/login", v.Encode(), "Content-Type", formType)
}

// comesBack is the query that reached the callback.
func (p *person) comesBack(a answer) url.Values {
	p.t.Helper()
	p.g.Expect(a.status).To(Equal(302), a.body)
	to, err := url.Parse(a.header.Get("Location"))
	p.g.Expect(err).NotTo(HaveOccurred())
	query := to.Query()
	to.RawQuery = ""
	p.g.Expect(to.String()).To(Equal(callback))
	return query
}

func (p *person) codeV2(more ...string) string {
	p.t.Helper()
	return p.comesBack(p.fills(p.opens(p.authorizeV2(more...)))).Get("code")
}

func (p *person) codeV3(more ...string) string {
	p.t.Helper()
	return p.comesBack(p.fills(p.opens(p.authorizeV3(more...)))).Get("code")
}

// exchange asks V2 for the tokens of a code.
func (p *person) exchange(code string, more ...string) answer {
	p.t.Helper()
	return p.form(password(append([]string{"grant_type", "authorization_code", "code", code, "email", "", "password", ""}, more...)...))
}

func (p *person) renew(token string, more ...string) answer {
	p.t.Helper()
	return p.form(password(append([]string{"grant_type", "refresh_token", "refresh_token", token, "email", "", "password", ""}, more...)...))
}

// asks sends a V3 call with data; pairs of name and value.
func (p *person) asks(path string, pairs ...string) answer {
	p.t.Helper()
	data := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		data[pairs[i]] = pairs[i+1]
	}
	body, err := json.Marshal(map[string]any{"data": data})
	p.g.Expect(err).NotTo(HaveOccurred())
	return p.send(http.MethodPost, "/v3/apis/il-iam/oauth/"+path, string(body),
		"Content-Type", "application/json", "Authorization", basic(intralinks.DefaultAPIKey, intralinks.DefaultAPISecret))
}

func TestAPersonSignsInByV2(t *testing.T) {
	p := startForPeople(t)
	back := p.comesBack(p.fills(p.opens(p.authorizeV2())))
	p.g.Expect(back).To(And(HaveLen(2), HaveKeyWithValue("state", []string{"a state"}), HaveKey("code")))
	a := p.exchange(back.Get("code"))
	p.g.Expect(a.status).To(Equal(200), a.body)
	p.g.Expect(a.at()).To(Equal(map[string]any{
		"access_token": a.text("access_token"), "refresh_token": a.text("refresh_token"), "token_type": "BearerToken",
		"expires_in": 3599.0, "email": intralinks.DefaultEmail,
	}))
	p.token = a.text("access_token")
	p.g.Expect(p.get("/v2/workspaces").status).To(Equal(200))
	p.g.Expect(p.Stats().CodesIssued).To(Equal(1))
}

func TestACodeIsGoodOnceAndFor20Seconds(t *testing.T) {
	p := startForPeople(t)
	code := p.codeV2()
	p.Advance(19 * time.Second)
	first := p.exchange(code)
	p.g.Expect(first.status).To(Equal(200), first.body)
	p.expectNoGrant(p.exchange(code), "Invalid Authorization Code")
	p.g.Expect(p.Stats().CodesReused).To(Equal(1))
	p.token = first.text("access_token")
	p.g.Expect(p.get("/v2/workspaces").status).To(Equal(200))

	late := p.codeV2()
	p.Advance(20 * time.Second)
	p.expectNoGrant(p.exchange(late), "Invalid Authorization Code")

	p.set("codeReplay", "revokes")
	p.expectNoGrant(p.exchange(code), "Invalid Authorization Code")
	p.expectE3(p.get("/v2/workspaces"), p.token)
}

func TestHowAGrantIsRefused(t *testing.T) {
	p := startForPeople(t)
	p.set("grantError", "017")
	p.expectE2(p.exchange("guess"), "017")
	p.set("grantError", "oauth")
	a := p.exchange("guess")
	p.g.Expect(a.status).To(Equal(400))
	p.g.Expect(a.at()).To(Equal(map[string]any{"error": "invalid_grant", "error_description": "Invalid Authorization Code"}))
}

func TestHowTheCallbackCallsTheCode(t *testing.T) {
	p := startForPeople(t)
	p.set("codeParameter", "accesscode")
	back := p.comesBack(p.fills(p.opens(p.authorizeV2("state", ""))))
	p.g.Expect(back).To(And(HaveLen(1), HaveKey("accesscode")), "no state came, none goes")
	p.g.Expect(p.exchange(back.Get("accesscode")).status).To(Equal(200))
	p.g.Expect(p.comesBack(p.fills(p.opens(p.authorizeV3())))).To(HaveKey("code"))
}

func TestAPersonDenies(t *testing.T) {
	p := startForPeople(t)
	form := p.opens(p.authorizeV2())
	p.g.Expect(p.comesBack(p.fills(form, "action", "deny", "password", ""))).To(And(
		HaveLen(3), HaveKeyWithValue("error", []string{"access_denied"}), HaveKeyWithValue("state", []string{"a state"})))
	p.g.Expect(p.fills(form).status).To(Equal(400), "it is over")
	p.set("denial", "stays")
	p.g.Expect(p.fills(p.opens(p.authorizeV2()), "action", "deny").status).To(Equal(200))
	p.g.Expect(p.Stats().CodesIssued).To(BeZero())
}

func TestTheSignInPage(t *testing.T) {
	p := startForPeople(t)
	p.set("lockAfter", "3")
	form := p.opens(p.authorizeV2())
	wrong := p.fills(form, "password", "guess", "email", `"><b>`)
	p.g.Expect(wrong.status).To(Equal(200))
	p.g.Expect(wrong.body).To(And(ContainSubstring(`role="alert"`), Not(ContainSubstring("<b>"))))
	p.g.Expect(p.fills(form, "password", "guess").body).To(ContainSubstring("not valid"))
	p.g.Expect(p.comesBack(p.fills(form, "email", " Operator@Firm.example ")).Get("code")).NotTo(BeEmpty(), "one may try again")
	p.expectHTML(p.fills(form), 400, "expired")
	p.expectHTML(p.send("GET", p.page+"/login?request=guess", ""), 400, "expired")
	p.expectHTML(p.send("GET", p.page+"/", ""), 404, "cannot be completed")
	p.expectHTML(p.send("PUT", p.page+"/login", ""), 405, "Not Allowed")

	slow := p.opens(p.authorizeV2())
	p.Advance(10 * time.Minute)
	p.expectHTML(p.fills(slow), 400, "expired")

	p.SetSignInURL("")
	p.expectHTML(p.authorizeV2(), 503, "No sign-in page")
}

// Nobody is sent to an address that is not registered: the error is shown instead.
func TestWhoIsNotSentBack(t *testing.T) {
	p := startForPeople(t)
	for _, a := range []answer{
		p.authorizeV2("client_id", ""), p.authorizeV2("client_id", "nobody"), p.authorizeV2("redirect_uri", "https://evil.example/auth/callback"),
		p.authorizeV2("redirect_uri", callback+"/"), p.authorizeV3("redirect_uri", callback+"?x=1"),
	} {
		p.expectHTML(a, 400, "cannot be signed in")
		p.g.Expect(a.header).NotTo(HaveKey("Location"))
	}
	p.set("v3RedirectURI", "required")
	p.expectHTML(p.authorizeV3(), 400, "redirect_uri is missing")
	p.opens(p.authorizeV3("redirect_uri", callback))
	p.opens(p.authorizeV2("redirect_uri", callback))

	p.g.Expect(p.RegisterCallback(intralinks.DefaultAPIKey, "")).To(Succeed())
	p.expectHTML(p.authorizeV2(), 400, "No callback is registered")
}

func TestKeysOfTheOtherVersionSignNobodyIn(t *testing.T) {
	s := startWith(t, intralinks.Options{Apps: []intralinks.App{{Key: "old", Secret: "s", Versions: []string{"v2"}, Callback: callback}}})
	s.expectHTML(s.send("GET", "/v3/apis/il-iam/oauth/authorize?response_type=code&client_id=old", ""), 400, "not known")
	s.SetSignInURL("http://127.0.0.1:1")
	s.g.Expect(s.send("GET", "/v2/oauth/authorize?client_id=old", "").status).To(Equal(302))
}

func TestParametersOfThePage(t *testing.T) {
	p := startForPeople(t)
	for _, tc := range []struct {
		a    answer
		want string
	}{
		{p.authorizeV2("response_type", "code"), "invalid_request"},
		{p.authorizeV2("scope", "everything"), "invalid_scope"},
		{p.authorizeV2("endOtherSessions", "yes"), "invalid_request"},
		{p.authorizeV2("code_challenge", challenge, "code_challenge_method", "S256"), "invalid_request"},
		{p.send("GET", "/v2/oauth/authorize?state=a+state&state=b&client_id="+intralinks.DefaultAPIKey, ""), "invalid_request"},
		{p.authorizeV3("response_type", ""), "unsupported_response_type"},
		{p.authorizeV3("response_type", "token"), "unsupported_response_type"},
		{p.authorizeV3("scope", "openid"), "invalid_scope"},
		{p.authorizeV3("endOtherSessions", "true"), "invalid_request"},
		{p.authorizeV3("code_challenge", challenge), "invalid_request"},
		{p.authorizeV3("code_challenge", verifier, "code_challenge_method", "plain"), "invalid_request"},
		{p.authorizeV3("code_challenge", "short", "code_challenge_method", "S256"), "invalid_request"},
	} {
		back := p.comesBack(tc.a)
		p.g.Expect(back.Get("error")).To(Equal(tc.want), "%v", back)
		p.g.Expect(back.Get("state")).To(Equal("a state"))
		p.g.Expect(back).To(And(HaveKey("error_description"), HaveLen(3)))
	}
	p.opens(p.authorizeV2("scope", "ilservices", "endOtherSessions", "false"))
	p.set("strict", "off")
	p.opens(p.authorizeV2("response_type", "code", "code_challenge", challenge, "endOtherSessions", "yes"))
	p.opens(p.authorizeV3("scope", "openid"))
}
