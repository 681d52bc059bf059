package intralinks

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// redacted stands where a secret may have been.
const redacted = "[redacted]"

var (
	// afterBearer finds what follows the word Bearer: the gateway echoes the
	// token that it refuses (Intralinks Python SDK).
	afterBearer = regexp.MustCompile(`(?i)(bearer(?:token)?)[\s:="']+[^\s"',;\[]+`)
	// longWord finds words of the characters that tokens, keys and hashes
	// consist of. The dot is left out, so that host names and fault codes
	// survive; each part of a JWT is long enough by itself.
	longWord = regexp.MustCompile(`[A-Za-z0-9_\-+/=~%]{16,}`)
)

// redact takes out of a text what may be a token or a key.
func redact(s string) string {
	s = afterBearer.ReplaceAllString(s, "$1 "+redacted)
	return longWord.ReplaceAllStringFunc(s, func(word string) string {
		if isOpaque(word) {
			return redacted
		}
		return word
	})
}

// isOpaque tells a token from a long word of a language, a name with a hyphen
// among them: a token has digits, or changes from small letters to capitals
// again and again, or is longer than words are.
func isOpaque(word string) bool {
	const minMixed, minChanges, longest = 24, 3, 48
	if strings.ContainsAny(word, "0123456789") || len(word) > longest {
		return true
	}
	changes := 0
	for i := 1; i < len(word); i++ {
		if isLower(word[i-1]) && isUpper(word[i]) {
			changes++
		}
	}
	return len(word) >= minMixed && changes >= minChanges
}

func isLower(b byte) bool { return b >= 'a' && b <= 'z' }

func isUpper(b byte) bool { return b >= 'A' && b <= 'Z' }

// clean makes one line of a text: control characters and runs of white space
// become one space, format characters (those that turn the reading direction
// among them) go, and invalid UTF-8 is replaced.
func clean(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Cf, r):
			return -1
		case unicode.IsControl(r):
			return ' '
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

// cut shortens a text to at most limit bytes, whole characters, and says so by
// an ellipsis.
func cut(s string, limit int) string {
	const ellipsis = "…"
	if len(s) <= limit {
		return s
	}
	end := limit - len(ellipsis)
	for end > 0 && !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end] + ellipsis
}

// hide replaces each of the given secrets, as it is and as clean leaves it.
func hide(s string, secrets []string) string {
	for _, secret := range secrets {
		for _, spelling := range []string{secret, clean(secret)} {
			if spelling != "" {
				s = strings.ReplaceAll(s, spelling, redacted)
			}
		}
	}
	return s
}

// tidy is what every text of a server goes through before it is kept. Secrets
// are looked for before and after cleaning, which may put one together again.
func tidy(s string, limit int, secrets []string) string {
	return safe(hide(clean(hide(s, secrets)), secrets), limit)
}

// safe makes a text fit for a log, a status or an Event. Cleaning comes first:
// a control character must not hide the middle of a token.
func safe(s string, limit int) string {
	return cut(redact(clean(s)), limit)
}

// identifier keeps a server's id of an incident, which looks like a token but
// is none, if it consists of nothing but the characters of such ids.
func identifier(s string) string {
	const maxIdentifier = 64
	for _, r := range s {
		isAlnum := r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
		if !isAlnum && !strings.ContainsRune("-_.:", r) {
			return ""
		}
	}
	return cut(s, maxIdentifier)
}
