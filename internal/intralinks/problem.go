package intralinks

import (
	"bytes"
	"encoding/json"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// shape is the form in which a failure was reported.
type shape int

const (
	shapeNone     shape = iota // nothing recognised
	shapeEnvelope              // {"status":{…},"errors":[…]}: resources
	shapeError                 // {"error":{…}}: v2 sign-in; with "status" as a string: gateway
	shapeKeyError              // {"ErrorCode":…,"Error":…}: v2 sign-in, unknown key
	shapeFault                 // {"fault":{…}}: Apigee
	shapeXML                   // <xmlResponse>: file downloads, v1
	shapeHTML                  // a page: proxy, CDN, wrong URL
)

// problem is what a body says about a failure, in the server's words: not yet
// fit for a log.
type problem struct {
	shape   shape
	code    int
	subCode string
	message string
	// hint is advice that the server adds to its message; it says nothing about what failed.
	hint    string
	errorID string
}

// answer is what an Error is made of.
type answer struct {
	op, target string
	status     int
	header     http.Header
	body       []byte   // at most the beginning
	secrets    []string // what must not come back in a text
}

// newError makes an Error of an answer that is not a success. It never returns
// nil.
func newError(a answer) *Error {
	return a.error(parseProblem(a.header.Get("Content-Type"), a.body))
}

// error turns what the body said into an Error.
func (a answer) error(p problem) *Error {
	class := classify(a.op, a.status, p)
	return &Error{
		Op: a.op, Target: a.target,
		Status: a.status, Code: p.code,
		SubCode:               tidy(p.subCode, 100, a.secrets),
		Message:               tidy(strings.TrimSpace(p.message+" "+p.hint), maxErrorText, a.secrets),
		ErrorID:               identifier(p.errorID),
		ContentType:           safe(mediaType(a.header.Get("Content-Type")), 100),
		Class:                 class,
		RetryAfter:            retryAfter(a.header),
		MaybeOtherAuthVersion: suggestsOtherAuthVersion(a.op, a.status, class, p),
	}
}

// parseProblem reads a body by its declared type, and by its first character
// where that leads nowhere: file downloads fail in XML whatever was asked for,
// and proxies are careless about types.
func parseProblem(contentType string, body []byte) problem {
	var p problem
	switch kindOf(contentType) {
	case kindJSON:
		p = parseJSONProblem(body)
	case kindXML:
		p = parseXMLProblem(body)
	case kindHTML:
		p = parseHTMLProblem(body)
	case kindOther:
	}
	if p.shape != shapeNone {
		return p
	}
	body = bytes.TrimSpace(body)
	switch {
	case len(body) == 0:
		return p
	case body[0] == '{':
		return parseJSONProblem(body)
	case looksLikeHTML(body):
		return parseHTMLProblem(body)
	case body[0] == '<':
		return parseXMLProblem(body)
	}
	return p
}

type kind int

const (
	kindOther kind = iota
	kindJSON
	kindXML
	kindHTML
)

// kindOf sorts a Content-Type. "txt/html" is no type but was recorded on a
// gateway timeout (Intralinks Python SDK).
func kindOf(contentType string) kind {
	switch mt := mediaType(contentType); {
	case mt == "text/html", mt == "txt/html", mt == "application/xhtml+xml":
		return kindHTML
	case strings.HasSuffix(mt, "json"):
		return kindJSON
	case strings.HasSuffix(mt, "xml"):
		return kindXML
	}
	return kindOther
}

// mediaType cuts the parameters off a Content-Type, also of one that does not
// follow the grammar.
func mediaType(contentType string) string {
	if mt, _, err := mime.ParseMediaType(contentType); err == nil {
		return mt
	}
	mt, _, _ := strings.Cut(contentType, ";")
	return strings.ToLower(strings.TrimSpace(mt))
}

// parseJSONProblem reads the keys of a whole body; problemIn does the rest.
func parseJSONProblem(body []byte) problem {
	var keys map[string]json.RawMessage
	if json.Unmarshal(body, &keys) != nil {
		return problem{}
	}
	return problemIn(keys)
}

// retryAfter reads the header in both of its forms; 0 if it is absent, wrong
// or past.
func retryAfter(h http.Header) time.Duration {
	const longest = 24 * time.Hour // beyond this, it is a mistake of somebody
	value := strings.TrimSpace(h.Get("Retry-After"))
	var wait time.Duration
	if seconds, err := strconv.ParseInt(value, 10, 32); err == nil {
		wait = time.Duration(seconds) * time.Second
	} else if at, err := http.ParseTime(value); err == nil {
		wait = time.Until(at)
	}
	return min(max(wait, 0), longest)
}
