package intralinks

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"unicode"
	"unicode/utf8"
)

// A body's texts are not for errors, which reach people of other namespaces; this one stands for all of them.
const documentName = "Projekt Reiher"

var errReported = errors.New("reported")

// decoded is what decoding a list came to.
type decoded struct {
	items []string
	err   error
}

// listKinds are the lists of an exchange, by the key of the answer.
var listKinds = map[string]func(key string, body io.Reader) decoded{
	"workspace": decodeAll[wireExchange](func(e Exchange) bool { return e.ID > 0 }),
	"folder":    decodeAll[wireFolder](func(f Folder) bool { return f.ID > 0 && f.ParentID >= 0 }),
	"document":  decodeAll[wireDocument](func(d Document) bool { return d.ID > 0 && d.ParentID >= 0 }),
}

func decodeAll[W wireItem[T], T any](valid func(T) bool) func(string, io.Reader) decoded {
	return func(key string, body io.Reader) (got decoded) {
		l := listing[W]{
			key: key,
			item: func(w W) error {
				item, err := w.model()
				if err == nil && !valid(item) {
					got.items = append(got.items, fmt.Sprintf("invalid: %+v", item))
				} else if err == nil {
					got.items = append(got.items, fmt.Sprintf("%+v", item))
				}
				return err
			},
			bad: func(keys map[string]json.RawMessage) error {
				if problemIn(keys).shape != shapeNone {
					return errReported
				}
				return nil
			},
		}
		got.err = l.decode(body)
		return got
	}
}

// Whatever a server sends for a list, decoding ends; it ends well only if the answer is whole, reports no
// failure, and every item that stands in it was handed out, with an id.
func FuzzListDecoder(f *testing.F) {
	for _, seed := range []string{
		`{"status":{"code":200},"KEY":[{"id":12400000038,"name":"Projekt Reiher","extension":".pdf","lastModifiedOn":{}}]}`,
		`{"KEY":{"id":"1","isIrmSecured":"T","parentId":-1},"pagingContext":{"totalResults":2}}`,
		`{"KEY":[{"id":1},{"id":2}],"pagingContext":{"startIndex":0,"itemsPerPage":2,"totalResults":2},"status":{"code":200}}`,
		`{"status":{"code":200},"workspacePartial":[{"id":1}]}`, `{"status":{"code":200,"message":"fine"}}`, `{"status":{"code":200},"KEY":null}`,
		`{"KEY":[{"id":1}],"errors":[{"code":500,"subCode":"999"}]}`, `{"errors":[{"code":400,"subCode":"3-1"}],"KEY":null}`,
		`{"KEY":[{"id":7100015,"workspaceName":"Projekt Reiher","host":"Meyer","phase":"OPEN","type":"ARC","securityLevel":"1"}]}`,
		`{"KEY":[{"id":1,"version":7,"fileSize":1e3,"lastModifiedOn":{"milliseconds":1712345678000},"xmlLock":{"contentLockStatus":"UNLOCKED"}}]}`,
		`{"KEY":[{"id":0,"name":"Projekt Reiher"}]}`, `{"KEY":[{"id":"Projekt Reiher"}]}`, `{"KEY":[{"id":1,"isDeleted":"Projekt Reiher"}]}`,
		`{"KEY":[{"id":1}],"KEY":[{"id":2}]}`, `{"KEY":[{"id":1},`, `{"KEY":[{"id":1}]`, `{"fault":{"faultstring":"x"}}`,
		`[]`, ``, `null`, `{}`, `{"KEY":[[]]}`, `{"KEY":[null]}`, `{"KEY":"Projekt Reiher"}`, `{"subcode":"9-9-9-1","KEY":[]}`,
	} {
		for key := range listKinds {
			f.Add(key, strings.ReplaceAll(seed, "KEY", key))
		}
	}
	f.Fuzz(func(t *testing.T, key, body string) {
		decode := listKinds[key]
		if decode == nil {
			return
		}
		got := decode(key, strings.NewReader(body))
		for _, item := range got.items {
			if strings.HasPrefix(item, "invalid") {
				t.Errorf("handed out %s", item)
			}
		}
		if slow := decode(key, iotest.OneByteReader(strings.NewReader(body))); fmt.Sprint(slow.items) != fmt.Sprint(got.items) || (slow.err == nil) != (got.err == nil) {
			t.Errorf("byte by byte it is %q, %v instead of %q, %v", slow.items, slow.err, got.items, got.err)
		}
		if got.err == nil {
			checkWhole(t, key, body, len(got.items))
			return
		}
		text := (&Error{Op: OpListDocuments, Err: got.err}).Error()
		checkText(t, text)
		if strings.Contains(text, documentName) {
			t.Errorf("%q tells a document's name", text)
		}
	})
}

// checkWhole reads an answer that passed for a list another way, and finds nothing that should have kept it
// from passing.
func checkWhole(t *testing.T, key, body string, received int) {
	t.Helper()
	members, err := membersOf(body)
	if err != nil {
		t.Fatalf("%q passed for a whole list: %v", body, err)
	}
	expected, status, elsewhere := 0, false, false
	for _, m := range members {
		var value any
		_ = json.Unmarshal(m.value, &value)
		list, isList := value.([]any)
		_, isObject := value.(map[string]any)
		switch {
		case m.name == key && isList:
			expected += len(list)
		case m.name == key && isObject:
			expected++
		case m.name == "status" && value != nil:
			status = true
		case isList && len(list) > 0 && !problemKeys[m.name] && m.name != "pagingContext":
			elsewhere = true
		case m.name == "errors" && isList && len(list) > 0 && last(members, "errors"), m.name == "fault" && isObject && last(members, "fault"):
			t.Errorf("%q passed although it reports a failure", body)
		case m.name == "pagingContext" && last(members, "pagingContext"):
			paging, _ := value.(map[string]any)
			if total, _ := paging["totalResults"].(float64); total > float64(received) && len(paging) == 1 {
				t.Errorf("%q passed with %d items", body, received)
			}
		}
	}
	if expected != received {
		t.Errorf("%q: %d of %d items were handed out", body, received, expected)
	}
	if _, has := find(members, key); !has && (!status || elsewhere) {
		t.Errorf("%q passed for an empty list", body)
	}
}

type member struct {
	name  string
	value json.RawMessage
}

// membersOf reads the object that a body begins with, in order and with repetitions; what follows it is of
// no concern.
func membersOf(body string) (members []member, err error) {
	dec := json.NewDecoder(strings.NewReader(body))
	if open, err := dec.Token(); err != nil || open != json.Delim('{') {
		return nil, fmt.Errorf("no object: %v, %w", open, err)
	}
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return nil, err
		}
		m := member{name: name.(string)}
		if err := dec.Decode(&m.value); err != nil {
			return nil, err
		}
		members = append(members, m)
	}
	_, err = dec.Token()
	return members, err
}

func find(members []member, name string) (found json.RawMessage, has bool) {
	for _, m := range members {
		if m.name == name {
			found, has = m.value, true
		}
	}
	return found, has
}

// last tells whether a key stands in an answer once: of a repeated one, which counts is nobody's promise.
func last(members []member, name string) bool {
	n := 0
	for _, m := range members {
		if m.name == name {
			n++
		}
	}
	return n == 1
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
	if i := strings.IndexFunc(text, func(r rune) bool { return unicode.Is(unicode.Cf, r) }); i >= 0 {
		t.Errorf("%q has a character that can't be seen at %d", text, i)
	}
}
