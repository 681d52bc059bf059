package intralinks_test

import (
	"encoding/json"
	"net/http"

	. "github.com/onsi/gomega"
)

// answer is what came back. After a broken body, err is set and body holds what
// came; without an answer, status is 0.
type answer struct {
	status int
	header http.Header
	body   string
	err    error
}

// at digs into a JSON body by keys and places in lists; nil is nothing there.
func (a answer) at(path ...any) any {
	var v any
	if json.Unmarshal([]byte(a.body), &v) != nil {
		return nil
	}
	for _, step := range path {
		switch key := step.(type) {
		case string:
			o, _ := v.(map[string]any)
			v = o[key]
		case int:
			list, _ := v.([]any)
			if key >= len(list) {
				return nil
			}
			v = list[key]
		}
	}
	return v
}

func (a answer) text(path ...any) string {
	text, _ := a.at(path...).(string)
	return text
}

// rows are the objects in a list.
func (a answer) rows(path ...any) []map[string]any {
	list, _ := a.at(path...).([]any)
	var all []map[string]any
	for _, item := range list {
		o, _ := item.(map[string]any)
		all = append(all, o)
	}
	return all
}

// values are what a field holds in each row.
func values(rows []map[string]any, field string) []any {
	all := []any{}
	for _, row := range rows {
		all = append(all, row[field])
	}
	return all
}

// The error shapes, told apart by their keys.

func (s *service) expectE1(a answer, status int, code float64, subcode string) {
	s.t.Helper()
	s.g.Expect(a.status).To(Equal(status), a.body)
	s.g.Expect(a.header.Get("Content-Type")).To(Equal("application/json;charset=UTF-8"))
	s.g.Expect(a.at("status", "code")).To(Equal(code))
	s.g.Expect(a.at("status", "subcode")).To(Equal(subcode))
	s.g.Expect(a.text("status", "errorId")).To(MatchRegexp(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}-\d{13}$`))
	s.g.Expect(a.at("errors", 0)).To(Equal(map[string]any{"code": code, "subCode": subcode, "message": a.at("status", "message")}))
}

func (s *service) expectE2(a answer, subcode string) {
	s.t.Helper()
	s.g.Expect(a.status).To(Equal(403), a.body)
	s.g.Expect(a.at("error")).To(And(HaveKeyWithValue("code", 403.0), HaveKeyWithValue("subcode", subcode), HaveKeyWithValue("errorid", "")))
	s.g.Expect(a.at("status")).To(BeNil())
}

func (s *service) expectE3(a answer, token string) {
	s.t.Helper()
	s.g.Expect(a.status).To(Equal(401), a.body)
	s.g.Expect(a.at("status")).To(Equal("Unauthorized"), "a text, not an object")
	s.g.Expect(a.at("error", "code")).To(Equal(401.0))
	s.g.Expect(a.at("error", "description")).To(Equal("invalid access token: Bearer "+token), "the token is echoed")
	s.g.Expect(a.text("error", "subcode")).To(ContainSubstring(" "), "a sentence")
}

func (s *service) expectE4(a answer, status int, code, message string) {
	s.t.Helper()
	s.g.Expect(a.status).To(Equal(status), a.body)
	s.g.Expect(a.at()).To(And(HaveKeyWithValue("ErrorCode", code), HaveKeyWithValue("Error", ContainSubstring(message)), HaveKey("Hint"), HaveLen(3)))
}

func (s *service) expectE6(a answer, status int, code, subcode string) {
	s.t.Helper()
	s.g.Expect(a.status).To(Equal(status), a.body)
	s.g.Expect(a.header.Get("Content-Type")).To(HavePrefix("text/xml"))
	for _, part := range []string{"<xmlResponse><status>", "<errors><error>"} {
		s.g.Expect(a.body).To(MatchRegexp(part + "<code>" + code + "</code><message>[^<]+</message><subCode>" + subcode + "</subCode><errorId>[^<]+</errorId>"))
	}
}

func (s *service) expectHTML(a answer, status int, text string) {
	s.t.Helper()
	s.g.Expect(a.status).To(Equal(status), a.body)
	s.g.Expect(a.header.Get("Content-Type")).To(HavePrefix("text/html"))
	s.g.Expect(a.body).To(ContainSubstring(text))
}

// broken tells that a body did not come to its end.
func (s *service) broken(a answer) {
	s.t.Helper()
	s.g.Expect(a.status).To(Equal(200))
	s.g.Expect(a.err).To(HaveOccurred())
}

// expectNoGrant is how a code or a refresh token is refused by default.
func (s *service) expectNoGrant(a answer, message string) {
	s.t.Helper()
	s.g.Expect(a.status).To(Equal(400), a.body)
	s.g.Expect(a.at()).To(And(
		HaveLen(2), HaveKeyWithValue("ErrorCode", "invalid_request"), HaveKeyWithValue("Error", ContainSubstring(message))))
}
