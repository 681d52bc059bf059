package luminance

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/oauth2"

	"dataroom.dev/intralinks-operator/internal/bearer"
)

const (
	// documentName and secret must not show in any error.
	documentName = "Projekt Reiher & Söhne.pdf"
	secret       = "hunter2hunter2"
)

// kinds are what the API lists.
var kinds = []struct {
	name string
	all  func(io.Reader) ([]string, error)
	one  func(io.Reader) (string, error)
}{
	{"division", allOf[Division], oneOf[Division]},
	{"folder", allOf[Folder], oneOf[Folder]},
	{"document", allOf[Document], oneOf[Document]},
	{"annotation", allOf[annotation], oneOf[annotation]},
	{"user", allOf[User], oneOf[User]},
}

func allOf[T item](body io.Reader) (got []string, err error) {
	err = decodeList(body, func(v T) error {
		if v.key() <= 0 {
			got = append(got, "no id")
		}
		got = append(got, fmt.Sprintf("%+v", v))
		return nil
	})
	return got, err
}

func oneOf[T item](body io.Reader) (string, error) {
	v, err := decodeOne[T](body)
	return fmt.Sprintf("%+v", v), err
}

// Whatever a server sends for a list or an object, decoding ends; it ends well only if the answer is whole and
// everything that stands in it was handed out, with an id. What was cut on its way is told apart from what is
// no such answer.
func FuzzListDecoder(f *testing.F) {
	for _, seed := range []string{
		`[{"id":52,"parent_id":16,"name":"Contracts","state":"active","type":"folder","created_by":7,"created_at":"2024-01-15T12:00:00.000Z"}]`,
		`[{"id":369994,"folder_id":52,"parent_id":null,"name":"Projekt Reiher & Söhne.pdf","state":"import_pending","version":"4.1.7","version_group":369994,"version_state":"active"}]`,
		`{"id":4,"name":"Corporate","moniker":"corp","state":"active","type":"corporate","permissions":{},"features":["bulkredact"]}`,
		`[{"folder":{"id":1}},{"folder":{"id":2}}]`, `{"folders":[{"id":1},{"folder":{"id":2}}]}`, `{"result":[{"id":1}],"total":1}`, `{"results":{"folder":{"id":"3"}}}`,
		`{"document":{"id":9}}`, `[{"id":1,"type":"qa:encrypted","content":{"folder":{"id":5}}}]`, `{"id":7,"username":"operator","email":null,"account_id":2}`,
		`[]`, `{"documents":[]}`, `{}`, `null`, `""`, ``, ` [ ] `, `[{"id":1}] x`, `[{"id":1},`, `[{"id":1}`, `[{"id":0}]`, `[{"name":"Projekt Reiher & Söhne.pdf"}]`,
		`[{"id":"Projekt Reiher & Söhne.pdf"}]`, `[1]`, `[[{"id":1}]]`, `{"folder":{"folder":{"folder":{"id":1}}}}`, `{"folder":1}`, `[{"id":1e3},{"id":2.0}]`, `{"error":"x"}`,
		`{"id":1,"folder":{"id":2}}`, `{"folder":{"id":2},"id":1}`, `{"folders":[{"id":1}],"documents":[{"id":2}]}`, `[{"id":99999999999999999999}]`, `[{"id":-1}]`,
	} {
		for kind := range kinds {
			f.Add(uint8(kind), seed, uint16(len(seed)/2))
		}
	}
	f.Fuzz(func(t *testing.T, k uint8, body string, at uint16) {
		kind := kinds[int(k)%len(kinds)]
		got, err := kind.all(strings.NewReader(body))
		for _, item := range got {
			if item == "no id" {
				t.Errorf("%q: something without an id was handed out", body)
			}
		}
		if slow, slowErr := kind.all(iotest.OneByteReader(strings.NewReader(body))); fmt.Sprint(slow) != fmt.Sprint(got) || (slowErr == nil) != (err == nil) {
			t.Errorf("%q byte by byte is %q, %v instead of %q, %v", body, slow, slowErr, got, err)
		}
		if single, oneErr := kind.one(strings.NewReader(body)); (oneErr == nil) != (err == nil && len(got) == 1) || oneErr == nil && single != got[0] {
			t.Errorf("%q as one is %s, %v, as a list %q, %v", body, single, oneErr, got, err)
		}
		if err != nil {
			checkText(t, (&request{op: opListFolders}).fail(Transient, 200, err).Error())
			return
		}
		if expected, ok := standing([]byte(body)); !ok || expected != len(got) {
			t.Errorf("%q: %d of %d were handed out, and the answer is right: %t", body, len(got), expected, ok)
		}
		if cut := strings.TrimSpace(body); int(at) < len(cut) {
			if _, err := kind.all(strings.NewReader(cut[:at])); err == nil || malformed(err) {
				t.Errorf("%q is the beginning of an answer: %v", cut[:at], err)
			}
		}
	})
}

// standing counts the objects in an answer another way, and tells whether it is one.
func standing(raw []byte) (int, bool) {
	if !json.Valid(raw) {
		return 0, false
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	switch open, _ := dec.Token(); open {
	case json.Delim('['):
		var list []json.RawMessage
		_ = json.Unmarshal(raw, &list)
		return len(list), true
	case json.Delim('{'):
	default:
		return 0, false
	}
	count, wrapped, bare, ok := 0, false, false, true
	for dec.More() {
		name, _ := dec.Token()
		var value json.RawMessage
		_ = dec.Decode(&value)
		if bare = bare || name == "id"; bare || !envelopes[name.(string)] {
			continue
		}
		n, right := standing(value)
		count, wrapped, ok = count+n, true, ok && right
	}
	switch {
	case !wrapped:
		count = 1
	case bare:
		ok = false // an object with another one before its id could be either
	}
	return count, ok
}

// checkText makes sure that a text is fit for a log, a status or an Event, and gives nothing away.
func checkText(t *testing.T, text string) {
	t.Helper()
	if !utf8.ValidString(text) {
		t.Errorf("%q is no UTF-8", text)
	}
	if i := strings.IndexFunc(text, func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) }); i >= 0 {
		t.Errorf("%q has a character that is none to print at %d", text, i)
	}
	for _, word := range []string{documentName, secret} {
		if strings.Contains(text, word) {
			t.Errorf("%q tells %q", text, word)
		}
	}
}

// newFuzzClient talks to whatever the transport leads to.
func newFuzzClient(t *testing.T, transport http.RoundTripper, with ...func(*Options)) *Client {
	t.Helper()
	o := Options{
		BaseURL: "https://acme.app.luminance.com", HTTPClient: &http.Client{Transport: transport}, RetryDelay: time.Nanosecond,
		Tokens: bearer.NewSource(func(context.Context) (*oauth2.Token, error) {
			return &oauth2.Token{AccessToken: "token", Expiry: time.Now().Add(time.Hour)}, nil
		}),
	}
	for _, set := range with {
		set(&o)
	}
	c, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// transport answers without a network.
type transport func(*http.Request) *http.Response

func (f transport) RoundTrip(r *http.Request) (*http.Response, error) {
	resp := f(r)
	resp.Request = r
	return resp, nil
}

func answer(status int, body string, header ...string) *http.Response {
	resp := &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body))}
	for i := 0; i < len(header); i += 2 {
		resp.Header.Set(header[i], header[i+1])
	}
	return resp
}
