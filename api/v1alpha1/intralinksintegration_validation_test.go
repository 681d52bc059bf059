package v1alpha1_test

import (
	"slices"
	"strings"
	"testing"
)

var integrationRefusals = slices.Concat(
	urlRefusals("spec.intralinks.baseURL", "https://api.intralinks.com"),
	urlRefusals("spec.intralinks.authURL", "https://api.intralinks.com"),
	urlRefusals("spec.luminance.baseURL", "https://acme-corporate.app.luminance.com"),
	callRefusals("authorizeURL"), callRefusals("tokenURL"), callRefusals("revokeURL"), signInRefusals,
	choiceRefusals, budgetRefusals, requiredIntegrationFields)

// callRefusals holds for each of the addresses of a person's sign-in, which have a path.
func callRefusals(name string) []refusal {
	field := "spec.intralinks.signIn." + name
	example := "https://api.intralinks.com/v2/oauth/" + strings.ToLower(strings.TrimSuffix(name, "URL"))
	scheme := name + " must begin with https://, such as " + example + "; http:// is for loopback addresses only"
	more := name + " must hold no user, query or fragment: write scheme, host and path only, such as " + example
	return []refusal{
		{field: field, value: `""`, says: scheme},
		{field: field, value: `/v2/oauth/authorize`, says: scheme},
		{field: field, value: `http://api.intralinks.com/v2/oauth/token`, says: scheme},
		{field: field, value: `http://127.evil.example/v2`, says: scheme},
		{field: field, value: `javascript:alert(1)`, says: scheme},
		{field: field, value: `https://somebody@api.intralinks.com/v2`, says: more},
		{field: field, value: `https://api.intralinks.com/v2?realm=x`, says: more},
		{field: field, value: `https://api.intralinks.com/v2#top`, says: more},
		{field: field, value: "https://" + long(512), says: "may not be more than 512"},
	}
}

var signInRefusals = []refusal{
	{
		field: "spec.intralinks", value: `{credentialsSecretRef: {name: x}, grant: ClientCredentials, signIn: {pkce: true}}`,
		says: "signIn is for grant AuthorizationCode: remove it, or set grant to AuthorizationCode",
	},
	{field: "spec.intralinks.signIn.scope", value: `""`, says: "scope is one word, or several with single blanks between them"},
	{field: "spec.intralinks.signIn.scope", value: `" a"`, says: "scope is one word, or several with single blanks between them"},
	{field: "spec.intralinks.signIn.scope", value: `a  b`, says: "scope is one word, or several with single blanks between them"},
	{field: "spec.intralinks.signIn.scope", value: `'a"b'`, says: "scope is one word, or several with single blanks between them"},
	{field: "spec.intralinks.signIn.scope", value: `'a\b'`, says: "scope is one word, or several with single blanks between them"},
	{field: "spec.intralinks.signIn.scope", value: `"a\nb"`, says: "scope is one word, or several with single blanks between them"},
	{field: "spec.intralinks.signIn.pkce", value: `"yes"`, says: "must be of type boolean"},
}

// urlRefusals holds for each of the three URLs.
func urlRefusals(field, example string) []refusal {
	name := field[strings.LastIndex(field, ".")+1:]
	scheme := name + " must begin with https://, such as " + example + "; http:// is for loopback addresses only"
	more := name + " must hold no user, query or fragment: write scheme and host only, such as " + example
	return []refusal{
		{field: field, value: `""`, says: scheme},
		{field: field, value: `api.intralinks.com`, says: scheme},
		{field: field, value: `//api.intralinks.com`, says: scheme},
		{field: field, value: `ftp://api.intralinks.com`, says: scheme},
		{field: field, value: `https:api.intralinks.com`, says: scheme},
		{field: field, value: `https://`, says: scheme},
		{field: field, value: `https:///v2`, says: scheme},
		{field: field, value: `https://:443`, says: scheme},
		{field: field, value: `https://api.intralinks.com:port`, says: scheme},
		{field: field, value: `https://api intralinks com`, says: scheme},
		{field: field, value: `" https://api.intralinks.com"`, says: scheme},
		{field: field, value: `"https://api.intralinks.com\n"`, says: scheme},
		{field: field, value: `"https://api.intralinks\0.com"`, says: scheme},
		{field: field, value: `http://api.intralinks.com`, says: scheme},
		{field: field, value: `http://127.evil.example`, says: scheme},
		{field: field, value: `http://127.0.0.1.evil.example`, says: scheme},
		{field: field, value: `http://localhost.evil.example`, says: scheme},
		{field: field, value: `http://evil.example/127.0.0.1`, says: scheme},
		{field: field, value: `http://128.0.0.1`, says: scheme},
		{field: field, value: `http://0.0.0.0`, says: scheme},
		{field: field, value: `http://169.254.169.254`, says: scheme},
		{field: field, value: `http://10.0.0.1`, says: scheme},
		{field: field, value: `"http://[::2]"`, says: scheme},
		{field: field, value: `"http://[::ffff:10.0.0.1]"`, says: scheme},
		{field: field, value: `"http://[::1].evil.example"`, says: scheme},
		{field: field, value: `https://somebody@api.intralinks.com`, says: more},
		{field: field, value: `https://somebody:secret@api.intralinks.com`, says: more},
		{field: field, value: `https://api.intralinks.com?key=1`, says: more},
		{field: field, value: `https://api.intralinks.com/#top`, says: more},
		{field: field, value: "https://" + long(256), says: "may not be more than 256"},
	}
}

var choiceRefusals = []refusal{
	{field: "spec.intralinks.authAPIVersion", value: `v1`, says: `supported values: "v3", "v2"`},
	{field: "spec.intralinks.authAPIVersion", value: `3`, says: "must be of type string"},
	{field: "spec.intralinks.grant", value: `Password`, says: `supported values: "AuthorizationCode", "ClientCredentials"`},
	{field: "spec.intralinks.endOtherSessions", value: `"no"`, says: "must be of type boolean"},
	{field: "spec.luminance.apiVersion", value: `v2`, says: `supported values: "v1.5", "v1.4", "v1.3"`},
	{field: "spec.luminance.apiVersion", value: `1.5`, says: "must be of type string"},
}

var budgetRefusals = []refusal{
	{field: "spec.luminance.requestBudget.requests", value: `0`, says: "write what the instance allows, such as 100"},
	{field: "spec.luminance.requestBudget.requests", value: `-100`, says: "requests must be between 1 and 1000000"},
	{field: "spec.luminance.requestBudget.requests", value: `1000001`, says: "requests must be between 1 and 1000000"},
	{field: "spec.luminance.requestBudget.requests", value: `unlimited`, says: "must be of type integer"},
	{field: "spec.luminance.requestBudget.per", value: `0s`, says: "per must be a duration between 1s and 24h, such as 10m"},
	{field: "spec.luminance.requestBudget.per", value: `999ms`, says: "per must be a duration between 1s and 24h"},
	{field: "spec.luminance.requestBudget.per", value: `25h`, says: "per must be a duration between 1s and 24h"},
	{field: "spec.luminance.requestBudget.per", value: `-10m`, says: "such as 10m"},
	{field: "spec.luminance.requestBudget.per", value: `1d`, says: "such as 10m"},
	{field: "spec.luminance.requestBudget.per", value: `ten minutes`, says: "such as 10m"},
	{field: "spec.luminance.requestBudget.per", value: `99999999999h`, says: "such as 10m"},
	{field: "spec.luminance.requestBudget.reserve", value: `-1`, says: "reserve is a percentage between 0 and 90: write 20 to leave a fifth"},
	{field: "spec.luminance.requestBudget.reserve", value: `91`, says: "reserve is a percentage between 0 and 90"},
	{field: "spec.luminance.requestBudget.reserve", value: `20%`, says: "must be of type integer"},
}

var requiredIntegrationFields = []refusal{
	{field: "spec", value: leftOut, says: "Required value"},
	{field: "spec.intralinks", value: leftOut, says: "Required value"},
	{field: "spec.intralinks.credentialsSecretRef", value: leftOut, says: "Required value"},
	{field: "spec.intralinks.credentialsSecretRef.name", value: leftOut, says: "Required value"},
	{field: "spec.intralinks.credentialsSecretRef.name", value: `""`, says: "should be at least 1 chars long"},
	{field: "spec.luminance", value: leftOut, says: "Required value"},
	{field: "spec.luminance.baseURL", value: leftOut, says: "Required value"},
	{field: "spec.luminance.credentialsSecretRef", value: leftOut, says: "Required value"},
	{field: "spec.luminance.credentialsSecretRef.name", value: leftOut, says: "Required value"},
	{field: "spec.luminance.credentialsSecretRef.name", value: `""`, says: "should be at least 1 chars long"},
}

func TestIntralinksIntegrationIsRefused(t *testing.T) {
	expectRefusals(t, leastIntegration, integrationRefusals)
}

func TestIntralinksIntegrationIsAccepted(t *testing.T) {
	var acceptances []acceptance
	for _, field := range []string{"spec.intralinks.baseURL", "spec.intralinks.authURL", "spec.luminance.baseURL"} {
		acceptances = append(acceptances,
			acceptance{field, `https://api.intralinks.com`},
			acceptance{field, `https://api.intralinks.com/`},
			acceptance{field, `https://api.intralinks.com:8443`},
			acceptance{field, `https://192.0.2.1`},
			acceptance{field, `"https://[2001:db8::1]:8443"`},
			acceptance{field, `http://127.0.0.1`},
			acceptance{field, `http://127.0.0.1:8811`},
			acceptance{field, `http://127.0.0.1:8811/`},
			acceptance{field, `http://127.255.255.254:8811`},
			acceptance{field, `http://localhost`},
			acceptance{field, `http://localhost:8811`},
			acceptance{field, `"http://[::1]"`},
			acceptance{field, `"http://[::1]:8811"`},
		)
	}
	for _, name := range []string{"authorizeURL", "tokenURL", "revokeURL"} {
		acceptances = append(acceptances,
			acceptance{"spec.intralinks.signIn." + name, `https://login.intralinks.com/oauth/` + name},
			acceptance{"spec.intralinks.signIn." + name, `http://127.0.0.1:8811/v2/oauth/` + name},
		)
	}
	expectAcceptances(t, leastIntegration, append(acceptances, []acceptance{
		{"spec.intralinks.signIn", `{}`},
		{"spec.intralinks.signIn", `{pkce: false, sendRedirectURI: true, scope: ilservices}`},
		{"spec.intralinks.signIn.scope", `openid offline_access`},
		{"spec.intralinks.authAPIVersion", `v3`},
		{"spec.intralinks.authAPIVersion", `v2`},
		{"spec.intralinks.grant", `AuthorizationCode`},
		{"spec.intralinks.grant", `ClientCredentials`},
		{"spec.intralinks.endOtherSessions", `true`},
		{"spec.luminance.apiVersion", `v1.5`},
		{"spec.luminance.apiVersion", `v1.4`},
		{"spec.luminance.apiVersion", `v1.3`},
		{"spec.luminance.requestBudget", `{}`},
		{"spec.luminance.requestBudget", `{requests: 1}`},
		{"spec.luminance.requestBudget", `{requests: 1000000, per: 24h, reserve: 90}`},
		{"spec.luminance.requestBudget", `{per: 1s, reserve: 0}`},
	}...))
}
