package intralinks

import (
	"bytes"
	"encoding/xml"
	"html"
	"io"
	"regexp"
	"strconv"
	"strings"
)

// parseXMLProblem collects code, message, subCode and errorId wherever they
// stand in the document: the nesting of <xmlResponse> differs between the file
// download and v1 (Intralinks Python SDK). The first value of each wins, but
// for codes below 300, which a status of success may hold.
func parseXMLProblem(body []byte) problem {
	dec := xml.NewDecoder(bytes.NewReader(body))
	dec.Strict = false
	dec.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	p := problem{}
	element := ""
	for {
		token, err := dec.Token()
		if err != nil { // the end, or as far as it could be read
			return p
		}
		switch t := token.(type) {
		case xml.StartElement:
			element = strings.ToLower(t.Name.Local)
			if element == "html" {
				return parseHTMLProblem(body)
			}
			p.shape = shapeXML
		case xml.EndElement:
			element = ""
		case xml.CharData:
			p.take(element, strings.TrimSpace(string(t)))
		}
	}
}

// take keeps the text of an element whose name is in small letters.
func (p *problem) take(element, text string) {
	if text == "" {
		return
	}
	switch element {
	case "code":
		n, err := strconv.Atoi(text)
		if err != nil && p.subCode == "" {
			p.subCode = text // storage hosts name their errors by words here
		}
		if p.code < 300 && err == nil {
			p.code = n
		}
	case "subcode":
		if p.subCode == "" {
			p.subCode = text
		}
	case "message":
		if p.message == "" {
			p.message = text
		}
	case "errorid":
		if p.errorID == "" {
			p.errorID = text
		}
	}
}

// reportsFailure tells whether the document is an answer of Intralinks that
// reports a failure, as opposed to XML that is somebody's document.
func reportsFailure(body []byte) bool {
	p := parseXMLProblem(body)
	return bytes.Contains(body, []byte("<xmlResponse")) && (p.code >= 300 || p.subCode != "")
}

var (
	htmlTitle = regexp.MustCompile(`(?is)<title[^>]*>(.*?)</title`)
	htmlHead  = regexp.MustCompile(`(?is)<h1[^>]*>(.*?)</h1`)
	htmlTag   = regexp.MustCompile(`(?s)<[^>]*>`)
)

// parseHTMLProblem takes the title or the heading of a page for its message.
func parseHTMLProblem(body []byte) problem {
	for _, part := range []*regexp.Regexp{htmlTitle, htmlHead} {
		if found := part.FindSubmatch(body); found != nil {
			text := html.UnescapeString(htmlTag.ReplaceAllString(string(found[1]), " "))
			if text = strings.TrimSpace(text); text != "" {
				return problem{shape: shapeHTML, message: "a web page: " + text}
			}
		}
	}
	return problem{shape: shapeHTML, message: "a web page"}
}

// looksLikeHTML tells a page from other markup by its first element.
func looksLikeHTML(body []byte) bool {
	const enough = 512
	start := strings.ToLower(string(body[:min(len(body), enough)]))
	return strings.HasPrefix(start, "<!doctype html") || strings.HasPrefix(start, "<") && strings.Contains(start, "<html")
}
