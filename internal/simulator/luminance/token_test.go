package luminance_test

import (
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"dataroom.dev/intralinks-operator/internal/simulator/luminance"
)

func TestSignIn(t *testing.T) {
	const form = "application/x-www-form-urlencoded"
	good := basic(luminance.DefaultClientID, luminance.DefaultClientSecret)
	for _, tc := range []struct {
		name, method, contentType, credentials, body string
		want                                         int
	}{
		{"as documented", "POST", form, good, "grant_type=client_credentials", 200},
		{"wrong secret", "POST", form, basic(luminance.DefaultClientID, "guess"), "grant_type=client_credentials", 401},
		{"credentials in the form", "POST", form, "", "grant_type=client_credentials&client_id=operator&client_secret=simulated-client-secret", 401},
		{"another grant", "POST", form, good, "grant_type=password", 400},
		{"a scope, though none exist", "POST", form, good, "grant_type=client_credentials&scope=all", 400},
		{"as JSON", "POST", "application/json", good, `{"grant_type":"client_credentials"}`, 400},
		{"with GET", "GET", form, good, "", 405},
	} {
		t.Run(tc.name, func(t *testing.T) {
			i := start(t, luminance.Options{})
			a := i.send(tc.method, "/auth/oauth2/token", strings.NewReader(tc.body), "Content-Type", tc.contentType, "Authorization", tc.credentials)
			i.g.Expect(a.status).To(Equal(tc.want), a.body)
			if tc.want == 200 {
				i.g.Expect(a.object()).To(And(HaveKeyWithValue("token_type", "Bearer"), HaveKeyWithValue("expires_in", 3600.0), HaveKey("access_token")))
			}
		})
	}
}

func TestTokensEnd(t *testing.T) {
	i := start(t, luminance.Options{})
	i.g.Expect(i.api("GET", "/users/me").status).To(Equal(200))
	i.Advance(time.Hour)
	i.g.Expect(i.api("GET", "/users/me").status).To(Equal(401), "after their time")
	i.token = i.signIn()
	i.g.Expect(i.api("GET", "/users/me").status).To(Equal(200))
	i.RevokeTokens()
	i.g.Expect(i.api("GET", "/users/me").status).To(Equal(401), "when revoked")
	i.g.Expect(i.send("GET", "/api2/users/me", nil).status).To(Equal(401), "and there is no answer without one")

	i.token = i.signIn()
	i.set("clockSkew", "3h")
	i.g.Expect(i.api("GET", "/users/me").status).To(Equal(200), "a skewed clock ends nothing")

	i.set("expiresIn", "absent", "tokenType", "bearer")
	a := i.send("POST", "/auth/oauth2/token", strings.NewReader("grant_type=client_credentials"),
		"Content-Type", "application/x-www-form-urlencoded", "Authorization", basic("operator", "simulated-client-secret"))
	i.g.Expect(a.object()).To(And(Not(HaveKey("expires_in")), HaveKeyWithValue("token_type", "bearer")))
}

func TestTokenAnswers(t *testing.T) {
	i := start(t, luminance.Options{ClientID: "service", ClientSecret: "open sesame"})
	sign := func(id, secret string) answer {
		return i.send("POST", "/auth/oauth2/token", strings.NewReader("grant_type=client_credentials"),
			"Content-Type", "application/x-www-form-urlencoded", "Authorization", basic(id, secret))
	}
	i.g.Expect(sign(luminance.DefaultClientID, luminance.DefaultClientSecret).status).To(Equal(401))
	a := sign("service", "open sesame")
	i.g.Expect(a.object()).To(HaveKeyWithValue("access_token", MatchRegexp(`^[\w-]+\.[\w-]+\.[\w-]+$`)), "1.5 speaks of JWTs")
	i.g.Expect(a.header.Get("Cache-Control")).To(Equal("no-store"))
	i.g.Expect(sign("service", "open sesame").object()["access_token"]).NotTo(Equal(a.object()["access_token"]))

	i.set("tokenTTL", "90s", "expiresIn", "string")
	a = sign("service", "open sesame")
	i.g.Expect(a.object()).To(HaveKeyWithValue("expires_in", "90"))
	token, _ := a.object()["access_token"].(string)
	for after, want := range []int{200, 401} {
		i.Advance(time.Duration(after) * 90 * time.Second)
		i.g.Expect(i.send("GET", "/api2/", nil, "Authorization", "Bearer "+token).status).To(Equal(want))
	}
	i.g.Expect(i.send("GET", "/api2/", nil, "Authorization", "Basic "+token).status).To(Equal(401))
}
