package luminance

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

var classes = []Class{Auth, InvalidCredentials, Forbidden, NotFound, Conflict, Invalid, TooLarge, RateLimited, Transient}

// Whatever a server sends with a status that is no success, it becomes an Error of a class by that status
// alone, whose texts are short, in one line, and without a secret or the document's name.
func FuzzErrors(f *testing.F) {
	for _, seed := range []struct {
		status                                        int
		contentType, retryAfter, date, location, body string
	}{
		{401, "application/json", "", "", "", `{"error":"invalid_token","error_description":"Bearer hunter2hunter2 expired"}`},
		{400, "application/json", "", "", "", `{"error":"invalid_client","message":"client_secret=hunter2hunter2"}`},
		{422, "application/json", "", "", "", `{"message":"Projekt Reiher & Söhne.pdf exists; so does Projekt\u200b Reiher & Söhne.pdf"}`},
		{422, "text/plain", "", "", "", "Projekt%20Reiher%20&%20S%C3%B6hne.pdf, Projekt+Reiher+%26+S%C3%B6hne.pdf"},
		{422, "text/plain", "", "", "", "Projekt Reiher\n& Söhne.pdf, hunter2\u200bhunter2, hunter2\xffhunter2"},
		{422, "application/json", "", "", "", `{"errors":[{"message":"Projekt Reiher \u0026 S\u00f6hne.pdf is there"}],"cut": `},
		{429, "", "120", "", "", ""}, {503, "", "Wed, 21 Oct 2099 07:28:00 GMT", "Wed, 21 Oct 2099 07:27:00 GMT", "", "busy"}, {503, "", "-5", "", "", ""},
		{503, "", "99999999999999999999", "", "", ""}, {302, "text/html", "", "", "https://sso.example/hunter2hunter2?x=hunter2hunter2", "<html>"}, {302, "", "", "", "::", ""},
		{502, "text/html", "", "", "", "<html>hunter2hunter2</html>"}, {404, "application/json", "", "", "", `{"detail":"\u202egnp.exe","error":{"a":1}}`},
		{500, "application/json", "", "", "", `["eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2ln"]`}, {202, "", "", "", "", strings.Repeat("very busy ", 50)}, {409, "", "", "", "", "\x00"},
	} {
		f.Add(seed.status, seed.contentType, seed.retryAfter, seed.date, seed.location, seed.body)
	}
	f.Fuzz(func(t *testing.T, status int, contentType, retryAfter, date, location, body string) {
		resp := func() *http.Response {
			return answer(status, body, "Content-Type", contentType, "Retry-After", retryAfter, "Date", date, "Location", location)
		}
		for _, op := range []string{opListFolders, opUpload} {
			r := &request{op: op, on: "division 4", hide: []string{documentName, secret}}
			e := r.statusError(resp())
			checkError(t, e)
			if plain := r.statusError(answer(status, "")); e.Class != plain.Class || e.Status != status {
				t.Errorf("status %d with %q: class %s, alone %s", status, body, e.Class, plain.Class)
			}
		}
		token := &request{op: opToken, hide: []string{documentName, secret}}
		e := token.tokenRefused(resp())
		checkError(t, e)
		if status == http.StatusUnauthorized && e.Class != InvalidCredentials {
			t.Errorf("refused credentials have class %s", e.Class)
		}
	})
}

func checkError(t *testing.T, e *Error) {
	t.Helper()
	if !slices.Contains(classes, e.Class) || ClassOf(e) != e.Class {
		t.Errorf("class %q", e.Class)
	}
	if e.RetryAfter < 0 || e.RetryAfter > 24*time.Hour {
		t.Errorf("retry after %v", e.RetryAfter)
	}
	if len(e.Message) > messageLimit {
		t.Errorf("%d bytes: %q", len(e.Message), e.Message)
	}
	if e.Uncertain {
		t.Error("a read is uncertain")
	}
	checkText(t, e.Error())
	checkText(t, strings.NewReplacer(`\u0026`, "&", `\u00f6`, "ö").Replace(e.Message))
	for _, spelling := range []string{url.QueryEscape(documentName), url.PathEscape(documentName)} {
		if strings.Contains(e.Message, spelling) {
			t.Errorf("%q tells the name of the document", e.Message)
		}
	}
}

// Whatever a server sends for a token, it becomes one that a header can bear, with an end in sight, or an
// error without it.
func FuzzTokenDecoder(f *testing.F) {
	for _, seed := range []string{
		`{"access_token":"at","token_type":"bearer","expires_in":3600}`, `{"access_token":"at"}`, `{"access_token":"at","expires_in":"60"}`,
		`{"access_token":"at","expires_in":1e18}`, `{"access_token":"at","expires_in":-1}`, `{"access_token":"at","expires_in":9000000000}`, `{"access_token":"at","expires_in":3600.5}`, `{"access_token":"a\nb"}`,
		`{"access_token":""}`, `{"access_token":1}`, `{"error":"invalid_client"}`, `[]`, `<html>`, ``,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		token, err := (&request{op: opToken}).decodeToken(strings.NewReader(body))
		if err != nil {
			checkText(t, err.Error())
			return
		}
		if lifetime := time.Until(token.Expiry); lifetime <= 0 || lifetime > maxTokenLifetime {
			t.Errorf("%q gives a token for %v", body, lifetime)
		}
		if token.AccessToken == "" || strings.ContainsFunc(token.AccessToken, func(r rune) bool { return r <= ' ' || r == 0x7f }) {
			t.Errorf("no header bears the token %q", token.AccessToken)
		}
		if !json.Valid([]byte(body)) {
			t.Errorf("%q gives a token", body)
		}
	})
}
