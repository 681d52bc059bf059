package intralinks

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"html"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"
)

const secret = "hunter2hunter2"

var classes = []Class{
	Auth, InvalidCredentials, GrantRefused, SessionTaken, NotEntered, NotFoundOrDenied, Denied, Protected, Throttled, Transient, Canceled, Permanent,
}

// Whatever a server sends for a failure, it becomes an Error with a class whose texts are short, in one line
// and without what was marked as a secret.
func FuzzErrorDecoder(f *testing.F) {
	for _, seed := range []struct {
		status                        int
		contentType, retryAfter, body string
	}{
		{400, "application/json;charset=UTF-8", "", `{"status":{"code":400,"subcode":"3-1"},"errors":[{"code":400,"subCode":"3-1","message":"m"}]}`},
		{401, "application/json", "", `{"status":"Unauthorized","error":{"code":401,"description":"invalid access token: Bearer hunter2hunter2"}}`},
		{400, "application/json", "", `{"ErrorCode":"invalid_request","Error":"hunter2hunter2","Hint":"h"}`},
		{400, "application/json", "", `{"error":"invalid_client","error_description":"hunter2\u200bhunter2 and hunter2\u0000hunter2"}`},
		{500, "application/json", "5", `{"fault":{"faultstring":"Rate limit quota violation","detail":{"errorcode":"policies.ratelimit.QuotaViolation"}}}`},
		{200, "application/json", "", `{"status":{"code":200},"subcode":"9-9-9-1"}`},
		{200, "application/json", "", `{"data":null,"_status":{"code":"403","message":"hunter2  hunter2"}}`},
		{500, "text/xml", "", `<xmlResponse><errors><error><code>500</code><subCode>999</subCode></error></errors></xmlResponse>`},
		{503, "application/xml", "Wed, 21 Oct 2099 07:28:00 GMT", `<?xml version="1.0" encoding="latin1"?><Error><Code>SlowDown</Code><Message>hunter2hunter2</Message></Error>`},
		{504, "txt/html", "-1", "<html><title>Gateway\nTimeout</title>"},
		{404, "text/html", "99999999999", "<!DOCTYPE html><h1>hunter2<b>hunter2</b></h1>"},
		{303, "application/json", "", `{"status":{"code":303,"subcode":"1","message":"Workspace entrance requirements not met."}}`},
		{403, "a\u200bb\x01/\xffxml;;", "", "{}"}, {200, "", "", "\x00\xff"}, {502, "", "", "  <xmlResponse>"}, {502, "", "", ""},
	} {
		f.Add(seed.status, seed.contentType, seed.retryAfter, seed.body)
	}
	f.Fuzz(func(t *testing.T, status int, contentType, retryAfter, body string) {
		header := http.Header{"Content-Type": {contentType}, "Retry-After": {retryAfter}}
		for _, op := range []string{OpGetExchange, OpDownloadDocument, OpSignInV2} {
			e := newError(answer{
				op: op, target: "exchange 1", status: status, header: header,
				body: []byte(body), secrets: []string{secret},
			})
			checkError(t, e)
		}
	})
}

// checkError holds what is promised of every Error.
func checkError(t *testing.T, e *Error) {
	t.Helper()
	if !slices.Contains(classes, e.Class) {
		t.Errorf("class %q", e.Class)
	}
	if e.RetryAfter < 0 || e.RetryAfter > 24*time.Hour {
		t.Errorf("retry after %v", e.RetryAfter)
	}
	if ClassOf(e) != e.Class {
		t.Errorf("class %q, and %q by ClassOf", e.Class, ClassOf(e))
	}
	for _, text := range []string{e.Error(), e.Message, e.SubCode, e.ErrorID, e.ContentType} {
		checkText(t, text)
	}
	for _, text := range []string{e.Error(), e.Message, e.SubCode} {
		if strings.Contains(text, secret) {
			t.Errorf("%q holds the secret", text)
		}
	}
}

// shapes writes a failure in each of the forms in which the services report one.
var shapes = []struct {
	name, contentType string
	write             func(code int, subCode, message string) string
	// codeless forms have no place for a code, wordless ones none for a subcode.
	codeless, wordless bool
}{
	{name: "envelope", contentType: "application/json;charset=UTF-8", write: func(code int, subCode, message string) string {
		return asJSON(map[string]any{"status": map[string]any{"code": code, "subcode": subCode}, "errors": []any{map[string]any{"code": code, "subCode": subCode, "message": message}}})
	}},
	{name: "envelope with one error in place of the list", contentType: "application/json", write: func(code int, subCode, message string) string {
		return asJSON(map[string]any{"errors": map[string]any{"code": code, "subcode": subCode, "message": message}})
	}},
	{name: "status alone", contentType: "application/json", write: func(code int, subCode, message string) string {
		return asJSON(map[string]any{"status": map[string]any{"code": code, "subCode": subCode, "message": message}})
	}},
	{name: "status of v3", contentType: "application/json", write: func(code int, subCode, message string) string {
		return asJSON(map[string]any{"_status": map[string]any{"code": code, "subCode": subCode, "message": message}})
	}},
	{name: "error of the sign-in", contentType: "application/json", wordless: true, write: func(code int, _, message string) string {
		return asJSON(map[string]any{"status": "Unauthorized", "error": map[string]any{"code": code, "description": message}})
	}},
	{name: "error of plain OAuth", contentType: "application/json", codeless: true, write: func(_ int, subCode, message string) string {
		return asJSON(map[string]any{"error": subCode, "error_description": message})
	}},
	{name: "unknown key", contentType: "application/json", codeless: true, write: func(_ int, subCode, message string) string {
		return asJSON(map[string]any{"ErrorCode": subCode, "Error": message})
	}},
	{name: "fault of the gateway", contentType: "application/json", codeless: true, write: func(_ int, subCode, message string) string {
		return asJSON(map[string]any{"fault": map[string]any{"faultstring": message, "detail": map[string]any{"errorcode": subCode}}})
	}},
	{name: "xmlResponse", contentType: "text/xml", write: func(code int, subCode, message string) string {
		return "<xmlResponse><errors><error><code>" + asXML(code) + "</code><message>" + asXML(message) + "</message><subCode>" + asXML(subCode) + "</subCode></error></errors></xmlResponse>"
	}},
	{name: "page", contentType: "text/html", codeless: true, wordless: true, write: func(_ int, _, message string) string {
		return "<html><head><title>" + html.EscapeString(message) + "</title></head></html>"
	}},
}

func asJSON(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(text)
}

func asXML(v any) string {
	var text bytes.Buffer
	if err := xml.NewEncoder(&text).EncodeElement(v, xml.StartElement{Name: xml.Name{Local: "v"}}); err != nil {
		panic(err)
	}
	return strings.TrimSuffix(strings.TrimPrefix(text.String(), "<v>"), "</v>")
}

// In whichever form a failure is reported, the same code, subcode and message are found in it, and with them
// the same class, whether the Content-Type is told or not.
func FuzzErrorShapes(f *testing.F) {
	for shape := range shapes {
		f.Add(uint8(shape), 400, 400, "3-1", "No such workspace")
		f.Add(uint8(shape), 200, 403, "", "Forbidden")
		f.Add(uint8(shape), 200, 500, "999", "Unexpected error <&> \"occurred\"")
	}
	f.Add(uint8(0), 403, 403, "018", "Signed in elsewhere")
	f.Add(uint8(7), 500, 0, "policies.ratelimit.QuotaViolation", "Rate limit quota violation")
	f.Fuzz(func(t *testing.T, n uint8, status, code int, subCode, message string) {
		shape := shapes[int(n)%len(shapes)]
		if code < 300 || code > 1000 || !word(subCode) || subCode == "" && shape.codeless || !sentence(message) {
			return
		}
		want := problem{code: code, subCode: subCode, message: message}
		if shape.codeless {
			want.code = 0
		}
		if shape.wordless {
			want.subCode = ""
		}
		if shape.name == "page" {
			want.message = "a web page: " + want.message
		}
		body := []byte(shape.write(code, subCode, message))
		for _, contentType := range []string{shape.contentType, ""} {
			got := parseProblem(contentType, body)
			if got.shape == shapeNone || got.code != want.code || got.subCode != want.subCode || got.message != want.message {
				t.Fatalf("%s, %q as %q: found %+v, want %+v", shape.name, body, contentType, got, want)
			}
			e := newError(answer{op: OpListFolders, status: status, header: http.Header{"Content-Type": {contentType}}, body: body})
			checkError(t, e)
			if class, known := bySubCode[want.subCode]; known && e.Class != class {
				t.Errorf("%s, %q: class %s, want %s", shape.name, body, e.Class, class)
			}
			if e.Code != want.code {
				t.Errorf("%s, %q: code %d, want %d", shape.name, body, e.Code, want.code)
			}
		}
	})
}

// word tells what may be a subcode: forms differ in how they bear anything else.
func word(s string) bool {
	return strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._") == ""
}

// sentence tells what comes through all forms as it is.
func sentence(s string) bool {
	return s != "" && utf8.ValidString(s) && strings.TrimSpace(s) == s &&
		!strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) || r == utf8.RuneError })
}
