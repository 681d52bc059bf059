package luminance

import (
	"net/url"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	// messageLimit bounds what is kept of a server's words, in bytes.
	messageLimit = 300
	// hidden stands for what was taken out of them.
	hidden = "[…]"
)

// Secrets as they show in an answer that echoes its request: a labelled value,
// an Authorization header, a JWT, or any long run of token characters.
var (
	labelled = regexp.MustCompile(`(?i)((?:access_token|refresh_token|id_token|client_secret|client_id|password|authorization|api_?key|token)["']?\s*[:=]\s*["']?)[^\s"',;&}]+`)
	scheme   = regexp.MustCompile(`(?i)\b(bearer|basic)\s+[^\s"',;]+`)
	jwt      = regexp.MustCompile(`eyJ[\w-]{5,}(?:\.[\w-]*){0,4}`)
	longRun  = regexp.MustCompile(`[A-Za-z0-9_+=-]{24,}`)
)

// clean makes a remote server's words fit for a status or an event: one line
// of valid UTF-8 without control or direction characters, secrets and the
// given words, at most messageLimit bytes. What can't be seen goes first, since
// it could hide the middle of a secret.
func clean(s string, hide ...string) string {
	s = hideWords(oneLine(s), hide)
	s = scheme.ReplaceAllString(s, "$1 "+hidden)
	s = labelled.ReplaceAllString(s, "${1}"+hidden)
	s = jwt.ReplaceAllString(s, hidden)
	s = longRun.ReplaceAllStringFunc(s, hideRun)
	return cut(s, messageLimit)
}

func oneLine(s string) string {
	s = strings.Map(plain, strings.ToValidUTF8(s, ""))
	return strings.Join(strings.Fields(s), " ")
}

// hideRun keeps long words (an exception's name) and hides what is likely
// random: long with a digit in it, or longer than words get.
func hideRun(run string) string {
	if len(run) >= 40 || strings.ContainsAny(run, "0123456789") {
		return hidden
	}
	return run
}

// hideWords takes words out in the spellings that an answer may echo them in.
// Words under three bytes stay: they tell nothing, and the rest would suffer.
func hideWords(s string, words []string) string {
	for _, w := range words {
		shown := oneLine(w)
		if len(shown) < 3 {
			continue
		}
		for _, spelling := range []string{shown, url.QueryEscape(w), url.PathEscape(w)} {
			s = strings.ReplaceAll(s, spelling, hidden)
		}
	}
	return s
}

func plain(r rune) rune {
	switch {
	case unicode.IsSpace(r), unicode.IsControl(r), unicode.In(r, unicode.Zl, unicode.Zp):
		return ' '
	case unicode.In(r, unicode.Cf, unicode.Co, unicode.Cs):
		return -1
	}
	return r
}

// cut shortens s to at most n bytes, between two runes, and shows that it did.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	n -= len("…")
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "…"
}
