package naming

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// MaxBytes is the length of the longest name, in bytes of UTF-8. Neither service documents a limit; most
// file systems take 255, and the browser's downloads and people's own prefixes need room (inferred).
const MaxBytes = 200

// maxExtension is the longest part behind the last dot, with the dot, that is kept when a name is cut.
const maxExtension = 16

// Document makes a name safe for a document: Unicode's form NFC; "_" for what is not UTF-8, for
// control characters and for / \ : * ? " < > |; no bidirectional controls and no byte order marks, which
// make "fdp.exe" look like "exe.pdf"; no space at either end and no dot at the end; at most MaxBytes,
// cut before the extension; "_" in front if nothing else stands there. A safe name comes back as it is.
func Document(name string) string { return document.safe(name) }

// Folder makes one folder's name safe, by the rules of Document, but for the extension, which folders
// have none of. "." and ".." become "_".
func Folder(name string) string { return folder.safe(name) }

// Key is equal for two names that must not stand in one folder: those that differ in nothing but upper
// and lower case or in the way their characters are encoded (Unicode's canonical caseless match).
func Key(name string) string {
	return norm.NFC.String(strings.Map(smallest, cases.Fold().String(norm.NFD.String(name))))
}

// smallest is one letter for all that differ in case only. Full case folding, which comes before it, makes
// two letters of one, such as "ss", but swaps those of Cherokee instead of making them equal.
func smallest(r rune) rune {
	least := r
	for other := unicode.SimpleFold(r); other != r; other = unicode.SimpleFold(other) {
		least = min(least, other)
	}
	return least
}

// style is what documents and folders differ in.
type style struct {
	// split parts a name into what may be cut and what may not.
	split func(name string) (stem, extension string)
}

var (
	document = style{split: splitExtension}
	folder   = style{split: func(name string) (string, string) { return name, "" }}
)

func (s style) safe(name string) string {
	name = s.fit(trim(clean(name)), MaxBytes)
	if stem, _ := s.split(name); trimRight(stem) == "" {
		return s.fit("_"+name, MaxBytes)
	}
	return name
}

// fit cuts the stem so that the whole has at most limit bytes.
func (s style) fit(name string, limit int) string {
	if len(name) <= limit {
		return name
	}
	stem, extension := s.split(name)
	return trimRight(cut(stem, limit-len(extension))) + extension
}

// splitExtension takes the last extension off, if it is a short one without spaces: "Mr. Jones" has none.
func splitExtension(name string) (stem, extension string) {
	dot := strings.LastIndexByte(name, '.')
	if dot < 0 || dot == len(name)-1 || len(name)-dot > maxExtension || strings.ContainsFunc(name[dot:], unicode.IsSpace) {
		return name, ""
	}
	return name[:dot], name[dot:]
}

// clean replaces and removes single characters, then composes what is left.
func clean(name string) string {
	return norm.NFC.String(strings.Map(func(r rune) rune {
		switch {
		case disguise(r):
			return -1
		case r == utf8.RuneError, unicode.IsControl(r), strings.ContainsRune(`/\:*?"<>|`, r),
			unicode.In(r, unicode.Zl, unicode.Zp, unicode.Noncharacter_Code_Point):
			return '_'
		}
		return r
	}, name))
}

// disguise tells characters that can't be seen and change how the others are shown.
func disguise(r rune) bool { return r == '\uFEFF' || unicode.Is(unicode.Bidi_Control, r) }

func trim(name string) string {
	return trimRight(strings.TrimLeftFunc(name, unicode.IsSpace))
}

func trimRight(name string) string {
	return strings.TrimRightFunc(name, func(r rune) bool { return r == '.' || unicode.IsSpace(r) })
}

// cut shortens text to at most limit bytes without parting a letter from its accents, an emoji from
// what it is joined with, or a syllable from its parts. Where one such cluster is longer than the limit
// it is parted between code points.
func cut(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	end := limit
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	for at := end; at > 0; {
		if separable(text, at) {
			return text[:at]
		}
		_, size := utf8.DecodeLastRuneInString(text[:at])
		at -= size
	}
	return text[:end]
}

// separable tells whether a reader would see two characters where text is parted.
func separable(text string, at int) bool {
	const joiner = '\u200D'
	next, _ := utf8.DecodeRuneInString(text[at:])
	previous, _ := utf8.DecodeLastRuneInString(text[:at])
	return previous != joiner && next != joiner &&
		!unicode.Is(unicode.M, next) && !unicode.Is(unicode.Sk, next) &&
		norm.NFC.PropertiesString(text[at:]).BoundaryBefore()
}
