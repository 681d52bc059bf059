package intralinks_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode"

	"dataroom.dev/intralinks-operator/internal/intralinks"
)

const jsonType = "application/json;charset=UTF-8"

// Every form in which the service and what stands before it report failures.
func TestErrorShapes(t *testing.T) {
	for _, tt := range []struct {
		name        string
		status      int
		contentType string
		body        string
		want        intralinks.Error // Class, Code, SubCode, Message, ErrorID, ContentType
	}{
		{"envelope", 400, jsonType,
			`{"status":{"code":400,"subcode":"3-1","message":"Not found","errorId":"0c57-1712345678000"},
			  "errors":[{"code":400,"subCode":"3-1","message":"The entity was not found"}]}`,
			intralinks.Error{Class: intralinks.NotFoundOrDenied, Code: 400, SubCode: "3-1", Message: "The entity was not found",
				ErrorID: "0c57-1712345678000", ContentType: "application/json"}},
		{"envelope without errors", 400, jsonType, `{"status":{"code":"400","subcode":"3-1","message":"Not found"}}`,
			intralinks.Error{Class: intralinks.NotFoundOrDenied, Code: 400, SubCode: "3-1", Message: "Not found", ContentType: "application/json"}},
		{"admin users only, on HTTP 200", 200, jsonType, `{"status":{"code":200},"errors":[{"code":400,"subCode":"21-3","message":"adminUsers"}]}`,
			intralinks.Error{Class: intralinks.Denied, Code: 400, SubCode: "21-3", Message: "adminUsers", ContentType: "application/json"}},
		{"no permission, as 401", 401, jsonType, `{"errors":[{"code":401,"subCode":"1-1-3","message":"No permission; ask Ada Stone"}]}`,
			intralinks.Error{Class: intralinks.Denied, Code: 401, SubCode: "1-1-3", Message: "No permission; ask Ada Stone", ContentType: "application/json"}},
		{"session ended", 400, jsonType, `{"errors":[{"code":401,"subCode":"1-1-3-2","message":"Session invalid"}]}`,
			intralinks.Error{Class: intralinks.SessionTaken, Code: 401, SubCode: "1-1-3-2", Message: "Session invalid", ContentType: "application/json"}},
		{"error object", 403, jsonType, `{"error":{"code":403,"message":"Logged in elsewhere","subcode":"018","errorid":""}}`,
			intralinks.Error{Class: intralinks.SessionTaken, Code: 403, SubCode: "018", Message: "Logged in elsewhere", ContentType: "application/json"}},
		{"gateway, bad token", 401, jsonType,
			`{"status":"Unauthorized","error":{"code":401,"description":"invalid access token: Bearer kJ8sTq","subcode":"The token is bad"}}`,
			intralinks.Error{Class: intralinks.Auth, Code: 401, SubCode: "The token is bad",
				Message: "invalid access token: Bearer [redacted]", ContentType: "application/json"}},
		{"key error", 400, jsonType, `{"ErrorCode":"invalid_request","Error":"invalid or null consumer key","Hint":null}`,
			intralinks.Error{Class: intralinks.Permanent, SubCode: "invalid_request", Message: "invalid or null consumer key", ContentType: "application/json"}},
		{"fault: script", 500, jsonType, `{"fault":{"faultstring":"JavaScript execution failed: Unterminated string literal"}}`,
			intralinks.Error{Class: intralinks.Transient, Message: "JavaScript execution failed: Unterminated string literal", ContentType: "application/json"}},
		{"fault: script, as 400", 400, jsonType, `{"fault":{"faultstring":"JavaScript execution failed"}}`,
			intralinks.Error{Class: intralinks.Transient, Message: "JavaScript execution failed", ContentType: "application/json"}},
		{"fault: quota, as 500", 500, jsonType,
			`{"fault":{"faultstring":"Rate limit quota violation","detail":{"errorcode":"policies.ratelimit.QuotaViolation"}}}`,
			intralinks.Error{Class: intralinks.Throttled, SubCode: "policies.ratelimit.QuotaViolation", Message: "Rate limit quota violation", ContentType: "application/json"}},
		{"fault: spike arrest, as 429", 429, jsonType,
			`{"fault":{"faultstring":"Spike arrest violation","detail":{"errorcode":"policies.ratelimit.SpikeArrestViolation"}}}`,
			intralinks.Error{Class: intralinks.Throttled, SubCode: "policies.ratelimit.SpikeArrestViolation", Message: "Spike arrest violation", ContentType: "application/json"}},
		{"429 and nothing else", 429, "", ``, intralinks.Error{Class: intralinks.Throttled}},
		{"XML", 500, "text/xml", `<xmlResponse><status><code>500</code></status><errors><error><code>500</code><subCode>999</subCode>
			<message>Unexpected</message><errorId>abc-1</errorId></error></errors></xmlResponse>`,
			intralinks.Error{Class: intralinks.Transient, Code: 500, SubCode: "999", Message: "Unexpected", ErrorID: "abc-1", ContentType: "text/xml"}},
		{"XML on HTTP 200", 200, "text/xml", `<xmlResponse><status><code>401</code><subCode>1-1-3</subCode></status></xmlResponse>`,
			intralinks.Error{Class: intralinks.Denied, Code: 401, SubCode: "1-1-3", ContentType: "text/xml"}},
		{"XML cut short", 500, "text/xml", `<xmlResponse><status><code>500</code><message>Unex`,
			intralinks.Error{Class: intralinks.Transient, Code: 500, Message: "Unex", ContentType: "text/xml"}},
		{"JSON declared as XML", 400, "text/xml", `{"errors":[{"code":400,"subCode":"3-1"}]}`,
			intralinks.Error{Class: intralinks.NotFoundOrDenied, Code: 400, SubCode: "3-1", ContentType: "text/xml"}},
		{"wrong URL", 404, "text/html", `<!DOCTYPE html><html><title>Your request cannot be completed</title></html>`,
			intralinks.Error{Class: intralinks.Permanent, Message: "a web page: Your request cannot be completed", ContentType: "text/html"}},
		{"CDN", 504, "txt/html", `<HTML><HEAD><TITLE>Gateway Timeout - In read </TITLE></HEAD><BODY><H1>Gateway Timeout</H1>Reference #1.2</BODY></HTML>`,
			intralinks.Error{Class: intralinks.Transient, Message: "a web page: Gateway Timeout - In read", ContentType: "txt/html"}},
		{"a page on HTTP 200", 200, "text/html", `<h1>We are <b>down</b> &amp; out</h1>`,
			intralinks.Error{Class: intralinks.Transient, Message: "a web page: We are down & out", ContentType: "text/html"}},
		{"forbidden by a firewall", 403, "text/html", `<html></html>`,
			intralinks.Error{Class: intralinks.Denied, Message: "a web page", ContentType: "text/html"}},
		{"nothing", 502, "", ``, intralinks.Error{Class: intralinks.Transient}},
		{"native v3 envelope", 403, jsonType, `{"_status":{"code":403,"message":"No"}}`,
			intralinks.Error{Class: intralinks.Denied, Code: 403, Message: "No", ContentType: "application/json"}},
		{"errors that are no objects", 400, jsonType, `{"errors":["x"]}`, intralinks.Error{Class: intralinks.Permanent, ContentType: "application/json"}},
		{"report not ready", 200, jsonType, `{"subcode":"9-9-9-1"}`,
			intralinks.Error{Class: intralinks.Transient, SubCode: "9-9-9-1", ContentType: "application/json"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newService(t)
			s.answers(inExchange(""), func(w http.ResponseWriter, r *http.Request) {
				w.Header()["Content-Type"] = []string{tt.contentType}
				replyAs(tt.status, tt.contentType, tt.body)(w, r)
			})
			_, err := s.client(t).Exchange(t.Context(), exchange)
			got := *asError(t, err)
			if got.Status != tt.status || got.Op != intralinks.OpGetExchange || got.Target != "exchange 7100015" {
				t.Errorf("Status, Op, Target = %d, %q, %q", got.Status, got.Op, got.Target)
			}
			got = intralinks.Error{Class: got.Class, Code: got.Code, SubCode: got.SubCode, Message: got.Message,
				ErrorID: got.ErrorID, ContentType: got.ContentType}
			if got != tt.want {
				t.Errorf("got  %+v\nwant %+v", got, tt.want)
			}
		})
	}
}

func TestErrorTextHoldsNoSecretAndIsOneShortLine(t *testing.T) {
	const token = "kJ8sTq0PzLw3vXyB5nRmC7dFgH2a"
	const jwt = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJlLXRoYXQtaXMtbG9uZw"
	for _, message := range []string{
		"invalid access token: Bearer " + token,
		"invalid access token: bearer\t" + token[:9],
		"token " + token + " has expired",
		"token=" + jwt,
		`{"authorization":"Bearer ` + jwt + `"}`,
		"AbCdEfGhIjKlMnOpQrStUvWxYzAb is not valid",
		"line\r\nbreak\x00\x1b[31m\u202etxt.exe\u2028end " + token,
		strings.Repeat("ü", 5000),
	} {
		e := &intralinks.Error{Op: intralinks.OpListDocuments, Target: "exchange 7100015", Status: 401, Class: intralinks.Auth,
			SubCode: message, Message: message, Err: errors.New(message)}
		text := e.Error()
		if len(text) > 300 {
			t.Errorf("%d bytes: %q", len(text), text)
		}
		for _, secret := range []string{token, token[:9], "AbCdEfGhIj", "eyJhbGci", "c2lnbmF0"} {
			if strings.Contains(text, secret) {
				t.Errorf("%q holds %q", text, secret)
			}
		}
		if strings.ContainsFunc(text, func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) }) {
			t.Errorf("%q has control characters", text)
		}
	}
}

func TestErrorTextKeepsWhatPeopleNeed(t *testing.T) {
	e := &intralinks.Error{Op: intralinks.OpListFolders, Target: "exchange 7100015", Status: 401, SubCode: "1-1-3", Class: intralinks.Denied,
		Message: "Exchange access is restricted. Please contact Maximiliane Oberstaufenbacher-Wolkenstein at Example LLP."}
	want := "ListFolders of exchange 7100015: HTTP 401 subcode 1-1-3; Exchange access is restricted. Please contact " +
		"Maximiliane Oberstaufenbacher-Wolkenstein at Example LLP.; ask a manager of the exchange for access"
	if got := e.Error(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestClassOf(t *testing.T) {
	for _, tt := range []struct {
		err  error
		want intralinks.Class
	}{
		{nil, ""},
		{&intralinks.Error{Class: intralinks.Denied}, intralinks.Denied},
		{fmt.Errorf("run: %w", &intralinks.Error{Class: intralinks.Auth}), intralinks.Auth},
		{&intralinks.Error{Class: intralinks.Transient, Err: context.DeadlineExceeded}, intralinks.Transient},
		{fmt.Errorf("run: %w", &intralinks.EntryError{State: "ONE_TIME_PASSWORD"}), intralinks.NotEntered},
		{context.Canceled, intralinks.Canceled},
		{fmt.Errorf("run: %w", context.DeadlineExceeded), intralinks.Canceled},
		{&net.OpError{Op: "dial", Err: errors.New("refused")}, intralinks.Transient},
		{io.ErrUnexpectedEOF, intralinks.Transient},
		{errors.New("who knows"), intralinks.Permanent},
	} {
		if got := intralinks.ClassOf(tt.err); got != tt.want {
			t.Errorf("ClassOf(%v) = %q, want %q", tt.err, got, tt.want)
		}
	}
}

func TestRetryAfterIsRead(t *testing.T) {
	for value, want := range map[string]time.Duration{
		"600": 10 * time.Minute, "-5": 0, "soon": 0, "": 0, "999999999": 24 * time.Hour,
		"Mon, 02 Jan 2006 15:04:05 GMT": 0,
	} {
		s := newService(t)
		s.answers(inExchange(""), func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", value)
			w.WriteHeader(http.StatusTooManyRequests)
		})
		_, err := s.client(t).Exchange(t.Context(), exchange)
		if got := asError(t, err).RetryAfter; got != want {
			t.Errorf("Retry-After %q: %v, want %v", value, got, want)
		}
	}
}

func TestNetworkErrorIsTransientAndNamesNoURL(t *testing.T) {
	s := newService(t)
	c := s.client(t)
	s.Close()
	_, err := c.Exchange(t.Context(), exchange)
	wantClass(t, err, intralinks.Transient)
	if strings.Contains(err.Error(), "/v2/") || !strings.Contains(err.Error(), "exchange 7100015") {
		t.Errorf("error = %v", err)
	}
}
