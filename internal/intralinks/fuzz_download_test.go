package intralinks

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
)

// Whatever a server sends for a file, it arrives byte for byte or not at all: a failure that is reported in
// place of the file is told apart from it, and a part is only taken for the part that was asked for.
func FuzzDownload(f *testing.F) {
	for _, seed := range []struct {
		offset                          int64
		status                          int
		contentType, contentRange, body string
	}{
		{0, 200, "application/pdf", "", "%PDF-1.7"}, {5, 206, "application/pdf", "bytes 5-7/8", "1.7"}, {5, 206, "application/pdf", "bytes 4-7/8", "-1.7"},
		{5, 200, "application/octet-stream", "", "whole"}, {0, 206, "text/plain", "bytes 0-", "x"}, {3, 206, "", "bytes */8", ""}, {9, 416, "", "", ""},
		{0, 200, "application/json", "", `{"errors":[{"code":403,"subCode":"1-1-3"}]}`}, {0, 200, "application/json", "", `{"status":"a document of somebody"}`},
		{0, 200, "application/json", "", `{"errors":[{"code":403}]}`}, {0, 200, "application/json", "", `{"fault":{"faultstring":"x"}}`}, {0, 200, "application/json", "", strings.Repeat(" ", 5000) + `{"errors":[{"code":403}]}`},
		{0, 200, "text/xml", "", `<xmlResponse><error><code>500</code><subCode>999</subCode></error></xmlResponse>`}, {0, 200, "text/xml", "", `<a><code>500</code></a>`}, {0, 200, "Xml", "", "<Code>A<xmlResponse"},
		{0, 500, "text/xml", "", `<xmlResponse><error><code>500</code><subCode>999</subCode></error></xmlResponse>`}, {0, 200, "text/html", "", "<html></html>"}, {0, 204, "", "", ""},
	} {
		f.Add(seed.offset, seed.status, seed.contentType, seed.contentRange, seed.body)
	}
	f.Fuzz(func(t *testing.T, offset int64, status int, contentType, contentRange, body string) {
		if status < 200 || status > 599 {
			return // no answer, says net/http
		}
		c := newClient(t, func(r *http.Request) (int, string, string) {
			switch {
			case strings.HasSuffix(r.URL.Path, "/file"):
				return status, contentType, body
			case r.Method == http.MethodPost:
				return 201, "application/json", `{"state":"ALLOW"}`
			}
			return 200, "application/json", `{"splash":null}`
		})
		c.authed.Transport = ranged{c.authed.Transport, contentRange}
		d, err := c.Room(7100015, Entry{}).Open(t.Context(), 12400000038, offset)
		if err != nil {
			checkText(t, err.Error())
			kind := strings.ToLower(contentType)
			if status == http.StatusOK && offset >= 0 && !strings.Contains(kind, "json") && !strings.Contains(kind, "xml") {
				t.Errorf("%q of type %q is no file: %v", body, contentType, err)
			}
			return
		}
		got, err := io.ReadAll(d.Body)
		if err != nil || string(got) != body || d.Body.Close() != nil {
			t.Errorf("%q, %v arrived instead of %q", got, err, body)
		}
		if status == http.StatusOK && d.Offset != 0 || status == http.StatusPartialContent && d.Offset != offset || status > 206 {
			t.Errorf("status %d with %q is a file from %d on, asked for from %d", status, contentRange, d.Offset, offset)
		}
		if status == http.StatusOK && contentType == "application/json" && len(body) < sniffLength && failed(body) {
			t.Errorf("%q passed for a file", body)
		}
	})
}

// ranged adds the header of a part to each answer.
type ranged struct {
	http.RoundTripper
	contentRange string
}

func (r ranged) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := r.RoundTripper.RoundTrip(req)
	if err == nil {
		resp.Header.Set("Content-Range", r.contentRange)
	}
	return resp, err
}

// failed reads the plain case: a list of errors of which the first has a code.
func failed(body string) bool {
	var answer map[string]any
	_ = json.Unmarshal([]byte(body), &answer)
	list, _ := answer["errors"].([]any)
	if len(list) == 0 || len(answer) > 1 {
		return false
	}
	first, _ := list[0].(map[string]any)
	code, _ := first["code"].(float64)
	return len(first) == 1 && code >= 300 && code < 600
}
