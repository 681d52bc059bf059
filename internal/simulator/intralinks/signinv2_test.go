package intralinks_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"dataroom.dev/intralinks-operator/internal/simulator/intralinks"
)

func TestTokenV2(t *testing.T) {
	s := start(t)
	a := s.form(password())
	s.g.Expect(a.status).To(Equal(200), a.body)
	s.g.Expect(a.at()).To(Equal(map[string]any{
		"access_token": a.text("access_token"), "token_type": "BearerToken", "expires_in": 3599.0, "email": intralinks.DefaultEmail,
	}), "and no refresh token")
	s.g.Expect(a.text("access_token")).To(HaveLen(28))
	s.token = a.text("access_token")
	s.g.Expect(s.get("/v2/workspaces").status).To(Equal(200), "BearerToken goes out as Bearer")
	s.g.Expect(s.send("GET", "/v2/workspaces", "", "Authorization", "BearerToken "+s.token).status).To(Equal(401))
}

func TestTokenV2WhereParametersStand(t *testing.T) {
	s := start(t)
	person := url.Values{"email": {intralinks.DefaultEmail}, "password": {intralinks.DefaultPassword}}.Encode()
	app := password("email", "", "password", "").Encode()
	send := func(query, body, contentType string) answer {
		return s.send(http.MethodPost, "/v2/oauth/token?"+query, body, "Content-Type", contentType)
	}
	s.g.Expect(send(app, person, formType).status).To(Equal(200), "the application may be in the query")
	s.expectE2(send(app+"&"+person, "", formType), "017")
	s.expectE2(send(app+"&password="+intralinks.DefaultPassword, "email="+intralinks.DefaultEmail, formType), "017")
	s.expectE4(send("", `{"grant_type":"client_credentials"}`, "application/json"), 400, "invalid_request", "consumer key: null")
}

func TestTokenV2Refusals(t *testing.T) {
	s := start(t)
	s.expectE4(s.form(password("client_id", "nobody")), 400, "invalid_request", "invalid or null consumer key: nobody")
	s.expectE4(s.form(password("client_id", "")), 400, "invalid_request", "invalid or null consumer key: null")
	s.expectE4(s.form(password("client_secret", "guess")), 401, "invalid_client", "client credentials")
	s.expectE4(s.form(password("grant_type", "password")), 400, "unsupported_grant_type", "grant type")
	s.expectE4(s.form(password("grant_type", "refresh_token", "refresh_token", "x")), 400, "unsupported_grant_type", "not enabled")
	s.expectE4(s.form(password("scope", "ilservices")), 400, "invalid_request", "strict mode")
	s.expectE2(s.form(password("password", "guess")), "017")
	s.expectE2(s.form(password("password", "")), "017")
	s.expectE2(s.form(password("email", "stranger@firm.example")), "017")
	s.expectNoGrant(s.form(password("grant_type", "authorization_code", "code", "stale")), "Invalid Authorization Code")
	s.g.Expect(s.form(password("email", "Operator@FIRM.example")).status).To(Equal(200), "addresses have no case")

	s.set("strict", "off", "wrongSecret", "400", "clientCredentials", "off")
	s.expectE4(s.form(password("client_secret", "guess")), 400, "invalid_client", "client credentials")
	s.expectE4(s.form(password("scope", "ilservices")), 400, "unsupported_grant_type", "not enabled")
}

func TestKeysAreIssuedForAVersion(t *testing.T) {
	s := startWith(t, intralinks.Options{Apps: []intralinks.App{
		{Key: "old", Secret: "s", Versions: []string{"v2"}}, {Key: "new", Secret: "s", Versions: []string{"v3"}},
	}})
	s.g.Expect(s.form(password("client_id", "old", "client_secret", "s")).status).To(Equal(200))
	s.expectE4(s.form(password("client_id", "new", "client_secret", "s")), 400, "invalid_request", "consumer key: new")
	s.g.Expect(s.tokenV3("new", "s", grantV3).status).To(Equal(200))
	s.g.Expect(s.tokenV3("old", "s", grantV3).status).To(Equal(401))
}

func TestAccountsCanLock(t *testing.T) {
	s := start(t)
	s.set("lockAfter", "2")
	s.expectE2(s.form(password("password", "guess")), "017")
	s.g.Expect(s.form(password()).status).To(Equal(200), "one is forgiven")
	s.expectE2(s.form(password("password", "guess")), "017")
	s.g.Expect(s.form(password()).status).To(Equal(200), "in a row, that is")
	s.expectE2(s.form(password("password", "guess")), "017")
	s.expectE2(s.form(password("password", "guess")), "017")
	s.expectE2(s.form(password()), "017")
	s.set("lockAfter", "0")
	s.g.Expect(s.form(password()).status).To(Equal(200), "never by default")
}

func TestSignInFlags(t *testing.T) {
	s := start(t)
	s.set("signInFlags", "on")
	s.g.Expect(s.form(password()).at("flags")).To(Equal([]any{map[string]any{"name": "NEW"}}))
}

func TestRefreshing(t *testing.T) {
	s := start(t)
	s.set("refreshGrant", "on")
	first := s.form(password())
	s.g.Expect(first.text("refresh_token")).NotTo(BeEmpty())
	renew := func(refresh string) answer {
		return s.form(password("grant_type", "refresh_token", "refresh_token", refresh, "email", "", "password", ""))
	}
	s.token = first.text("access_token")
	s.g.Expect(s.enter(plain, true)).To(Equal("ALLOW"))

	second := renew(first.text("refresh_token"))
	s.g.Expect(second.status).To(Equal(200), second.body)
	s.g.Expect(second.at("email")).To(Equal(intralinks.DefaultEmail))
	s.expectE3(s.get("/v2/workspaces"), s.token)
	s.expectNoGrant(renew(first.text("refresh_token")), "Invalid Refresh Token")
	s.token = second.text("access_token")
	s.expectE1(s.get(exchange(plain, "/folders")), 303, 303, "1")

	s.set("refreshKeepsEntry", "on")
	s.enter(plain, true)
	third := renew(second.text("refresh_token"))
	s.token = third.text("access_token")
	s.g.Expect(s.get(exchange(plain, "/folders")).status).To(Equal(200), "an entry can outlive a token")

	s.Advance(30*24*time.Hour - time.Second)
	fourth := renew(third.text("refresh_token"))
	s.g.Expect(fourth.status).To(Equal(200), "a refresh token lives 30 days")
	s.Advance(30 * 24 * time.Hour)
	s.expectNoGrant(renew(fourth.text("refresh_token")), "Refresh Token expired")
}

func TestTokensEndWithTime(t *testing.T) {
	s := start(t)
	s.token = s.signInV2()
	s.Advance(59*time.Minute + 58*time.Second)
	s.g.Expect(s.get("/v2/workspaces").status).To(Equal(200))
	s.Advance(time.Second)
	s.expectE3(s.get("/v2/workspaces"), s.token)

	s.set("tokenTTL", "2s")
	a := s.form(password())
	s.g.Expect(a.at("expires_in")).To(Equal(2.0))
	s.token = a.text("access_token")
	s.g.Expect(s.get("/v2/workspaces").status).To(Equal(200))
	s.Advance(2 * time.Second)
	s.expectE3(s.get("/v2/workspaces"), s.token)
}

func TestRevoking(t *testing.T) {
	for _, inQuery := range []bool{false, true} {
		s := start(t)
		s.set("refreshGrant", "on")
		pair := s.form(password())
		s.token = pair.text("access_token")
		parameters := url.Values{"token": {s.token}, "client_id": {intralinks.DefaultAPIKey}, "client_secret": {intralinks.DefaultAPISecret}}.Encode()
		query, body := "", parameters
		if inQuery {
			query, body = "?"+parameters, ""
		}
		revoke := func(bearer string) answer {
			return s.send(http.MethodPut, "/v2/oauth/revoke"+query, body, "Content-Type", formType, "Authorization", bearer)
		}
		s.expectE3(revoke("Bearer wrong"), "wrong")
		a := revoke("Bearer " + s.token)
		s.g.Expect(a.status).To(Equal(200), a.body)
		s.g.Expect(a.at()).To(And(HaveKeyWithValue("token", s.token), HaveKeyWithValue("cascade", "true"), HaveKey("message"), HaveLen(3)))
		s.expectE3(s.get("/v2/workspaces"), s.token)
		s.expectNoGrant(s.form(password("grant_type", "refresh_token", "refresh_token", pair.text("refresh_token"))), "Invalid Refresh Token")
	}
}

func TestRevokingByTheRefreshToken(t *testing.T) {
	s := start(t)
	s.set("refreshGrant", "on")
	pair := s.form(password())
	s.token = pair.text("access_token")
	v := password("grant_type", "", "email", "", "password", "", "token", pair.text("refresh_token"))
	s.g.Expect(s.send(http.MethodPut, "/v2/oauth/revoke", v.Encode(), "Content-Type", formType, "Authorization", "Bearer "+s.token).status).To(Equal(200))
	s.expectE3(s.get("/v2/workspaces"), s.token)
}

func TestRevokingRefusals(t *testing.T) {
	s := start(t)
	s.token = s.signInV2()
	revoke := func(more ...string) answer {
		v := password(append([]string{"grant_type", "", "email", "", "password", "", "token", s.token}, more...)...)
		return s.send(http.MethodPut, "/v2/oauth/revoke", v.Encode(), "Content-Type", formType, "Authorization", "Bearer "+s.token)
	}
	s.expectE4(revoke("client_secret", "guess"), 401, "invalid_client", "client credentials")
	s.expectE4(revoke("token_type_hint", "access_token"), 400, "invalid_request", "strict mode")
	s.expectE3(revoke("token", "unheard-of"), "unheard-of")
	s.g.Expect(s.get("/v2/workspaces").status).To(Equal(200))
	s.g.Expect(s.api("POST", "/v2/oauth/revoke").status).To(Equal(405), "it is a PUT")
	s.g.Expect(revoke().status).To(Equal(200))
}
