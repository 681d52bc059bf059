package intralinks

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// Whatever a server sends for a list, decoding ends, and it ends well only if
// every item that was handed out has an id.
func FuzzListDecoder(f *testing.F) {
	for _, seed := range []string{
		`{"status":{"code":200},"document":[{"id":12400000038,"name":"a","extension":".pdf","lastModifiedOn":{}}]}`,
		`{"document":{"id":"1","isIrmSecured":"T"},"pagingContext":{"totalResults":2}}`,
		`{"document":[{"id":1},`, `{"errors":[{"code":400,"subCode":"3-1"}],"document":null}`,
		`{"fault":{"faultstring":"x"}}`, `[]`, ``, `{"document":[[]]}`, `{"document":[null]}`,
	} {
		f.Add(seed)
	}
	failed := errors.New("failed")
	f.Fuzz(func(t *testing.T, body string) {
		l := listing[wireDocument]{
			key: "document",
			item: func(w wireDocument) error {
				d, err := w.model()
				if err == nil && (d.ID <= 0 || d.ParentID < 0) {
					t.Errorf("handed out %+v", d)
				}
				return err
			},
			bad: func(keys map[string]json.RawMessage) error {
				if problemIn(keys).shape != shapeNone {
					return failed
				}
				return nil
			},
		}
		err := l.decode(strings.NewReader(body))
		if err == nil && !json.Valid([]byte(body)) && !hasValidPrefix(body) {
			t.Errorf("%q passed for a whole list", body)
		}
		if err != nil {
			checkText(t, (&Error{Op: OpListDocuments, Err: err}).Error())
		}
	})
}

// hasValidPrefix tells whether a text begins with a whole JSON value; what
// follows it in a body is of no concern.
func hasValidPrefix(s string) bool {
	var v any
	return json.NewDecoder(strings.NewReader(s)).Decode(&v) == nil
}

// Whatever a server sends for a failure, it becomes an Error with a class whose
// texts are short, in one line and without what was marked as a secret.
func FuzzErrorDecoder(f *testing.F) {
	for _, seed := range []struct {
		status            int
		contentType, body string
	}{
		{400, "application/json;charset=UTF-8", `{"status":{"code":400,"subcode":"3-1"},"errors":[{"code":400,"subCode":"3-1","message":"m"}]}`},
		{401, "application/json", `{"status":"Unauthorized","error":{"code":401,"description":"invalid access token: Bearer hunter2hunter2"}}`},
		{400, "application/json", `{"ErrorCode":"invalid_request","Error":"hunter2hunter2","Hint":"h"}`},
		{500, "application/json", `{"fault":{"faultstring":"x","detail":{"errorcode":"y"}}}`},
		{500, "text/xml", `<xmlResponse><errors><error><code>500</code><subCode>999</subCode></error></errors></xmlResponse>`},
		{504, "txt/html", "<html><title>Gateway\nTimeout</title>"},
		{200, "", "\x00\xff"},
	} {
		f.Add(seed.status, seed.contentType, seed.body)
	}
	const secret = "hunter2hunter2"
	f.Fuzz(func(t *testing.T, status int, contentType, body string) {
		header := http.Header{"Content-Type": {contentType}, "Retry-After": {contentType}}
		e := newError(answer{
			op: OpGetExchange, target: "exchange 1", status: status, header: header,
			body: []byte(body), secrets: []string{secret},
		})
		if e.Class == "" {
			t.Error("no class")
		}
		for _, text := range []string{e.Error(), e.Message, e.SubCode, e.ErrorID, e.ContentType} {
			checkText(t, text)
		}
		for _, text := range []string{e.Error(), e.Message, e.SubCode} {
			if strings.Contains(text, secret) {
				t.Errorf("%q holds the secret", text)
			}
		}
	})
}

// checkText makes sure that a text is fit for a log, a status or an Event.
func checkText(t *testing.T, text string) {
	t.Helper()
	if len(text) > maxErrorText {
		t.Errorf("%d bytes: %q", len(text), text)
	}
	if !utf8.ValidString(text) {
		t.Errorf("%q is no UTF-8", text)
	}
	if i := strings.IndexFunc(text, unicode.IsControl); i >= 0 {
		t.Errorf("%q has a control character at %d", text, i)
	}
}
