package intralinks_test

import (
	"net/http"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"dataroom.dev/intralinks-operator/internal/simulator/intralinks"
)

func TestTokenV3(t *testing.T) {
	s := start(t)
	a := s.tokenV3(intralinks.DefaultAPIKey, intralinks.DefaultAPISecret, grantV3)
	s.g.Expect(a.status).To(Equal(200), a.body)
	s.g.Expect(a.at()).To(And(HaveLen(3), HaveKey("data")))
	s.g.Expect(a.at("_links", "self", "href")).To(Equal("/v3/apis/il-iam/oauth/token"))
	s.g.Expect(a.at("_status", "code")).To(Equal(200.0))
	s.g.Expect(a.at("data")).To(And(
		HaveKey("id"), HaveKey("principalKind"), HaveKey("accessToken"), HaveKey("refreshToken"), HaveKey("providerId"), HaveKey("createdBy"),
		HaveLen(6)), "no lifetime")
	s.token = a.text("data", "accessToken")
	s.g.Expect(s.get("/v2/workspaces").status).To(Equal(200), "the same bearer works on v2")
	s.Advance(time.Hour)
	s.expectE3(s.get("/v2/workspaces"), s.token)
}

func TestTokenV3Refusals(t *testing.T) {
	const key, secret = intralinks.DefaultAPIKey, intralinks.DefaultAPISecret
	for _, tc := range []struct {
		name, path, contentType, credentials, body string
		want                                       int
	}{
		{"wrong secret", "", "application/json", basic(key, "guess"), grantV3, 401},
		{"unknown key", "", "application/json", basic("nobody", secret), grantV3, 401},
		{"no credentials", "", "application/json", "", grantV3, 401},
		{"a form", "", formType, basic(key, secret), "grant_type=client_credentials", 400},
		{"JSON that says it is a form", "", formType, basic(key, secret), grantV3, 400},
		{"the grant outside of data", "", "application/json", basic(key, secret), `{"grant_type":"client_credentials"}`, 400},
		{"another grant", "", "application/json", basic(key, secret), `{"data":{"grant_type":"password"}}`, 400},
		{"a field that is not known", "", "application/json", basic(key, secret), `{"data":{"grant_type":"client_credentials","scope":"x"}}`, 400},
		{"more than one value", "", "application/json", basic(key, secret), grantV3 + grantV3, 400},
		{"a query", "?endOtherSessions=True", "application/json", basic(key, secret), grantV3, 400},
		{"in upper case", "", "Application/JSON; charset=utf-8", basic(key, secret), grantV3, 200},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := start(t)
			a := s.send(http.MethodPost, "/v3/apis/il-iam/oauth/token"+tc.path, tc.body,
				"Content-Type", tc.contentType, "Authorization", tc.credentials)
			s.g.Expect(a.status).To(Equal(tc.want), a.body)
			if tc.want != 200 {
				s.g.Expect(a.at("_status", "code")).To(BeEquivalentTo(tc.want))
			}
		})
	}
}

func TestTokenV3Unknowns(t *testing.T) {
	s := start(t)
	refused := func() answer { return s.tokenV3(intralinks.DefaultAPIKey, "guess", grantV3) }
	s.set("v3Error", "fault", "v3ErrorStatus", "403")
	s.g.Expect(refused().status).To(Equal(403))
	s.g.Expect(refused().at("fault", "detail", "errorcode")).To(Equal("oauth.v2.InvalidClient"))
	s.set("v3Error", "errorCode", "v3ErrorStatus", "400")
	s.expectE4(refused(), 400, "invalid_client", "client credentials")
	s.expectE4(s.tokenV3("no-such-key", "guess", grantV3), 400, "invalid_request", "consumer key")

	s.set("v3Lifetime", "expiresIn", "v3Token", "jwt", "tokenTTL", "10m")
	a := s.tokenV3(intralinks.DefaultAPIKey, intralinks.DefaultAPISecret, grantV3)
	s.g.Expect(a.at("data", "expiresIn")).To(Equal(600.0))
	s.g.Expect(a.text("data", "accessToken")).To(MatchRegexp(`^\w{120}\.\w{400}\.\w{342}$`))

	s.set("strict", "off")
	s.g.Expect(s.tokenV3(intralinks.DefaultAPIKey, intralinks.DefaultAPISecret, `{"data":{"grant_type":"client_credentials","scope":"x"}}`).status).To(Equal(200))
}
