package luminance

import (
	"net/http"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// sameName compares names of folders or documents as the switch nameMatch says.
func (s *Simulator) sameName() func(a, b string) bool {
	switch s.control.Get("nameMatch") {
	case "case-insensitive":
		return func(a, b string) bool { return cases.Fold().String(a) == cases.Fold().String(b) }
	case "nfc":
		return func(a, b string) bool { return norm.NFC.String(a) == norm.NFC.String(b) }
	}
	return func(a, b string) bool { return a == b }
}

// checkName refuses names as the switches say.
func (s *Simulator) checkName(name string) *refusal {
	if name == "" {
		return refuse(http.StatusUnprocessableEntity, "the name is empty")
	}
	if !utf8.ValidString(name) {
		return refuse(http.StatusUnprocessableEntity, "the name is not UTF-8")
	}
	if longest := int(s.control.Int("maxName")); longest > 0 && len(name) > longest {
		status := http.StatusUnprocessableEntity
		if s.control.Get("maxNameStatus") == "413" {
			status = http.StatusRequestEntityTooLarge
		}
		return refuse(status, "the name is longer than %d bytes", longest)
	}
	if strings.ContainsAny(name, s.control.Get("forbiddenCharacters")) {
		return refuse(http.StatusUnprocessableEntity, "the name holds a character that is not allowed")
	}
	return nil
}

// longestEntry is the longest name that common file systems take, in bytes.
const longestEntry = 255

// entryName turns a name into one that a file system takes, and changes it only
// where it has to: "/" and NUL become %2F and %00; the names ".", ".." and those
// that the simulator uses itself get their first dot as %2E; what is longer than
// 255 bytes is cut before its extension, whole characters only.
func entryName(name string) string {
	name = strings.NewReplacer("/", "%2F", "\x00", "%00").Replace(name)
	switch name {
	case ".", "..", versionsDir, attachmentsDir, incomingDir, markerFile:
		name = "%2E" + name[1:]
	}
	return cutEntry(name, "")
}

// cutEntry adds a suffix before the extension and cuts the name to what fits.
func cutEntry(name, suffix string) string {
	extension := filepath.Ext(name)
	if extension == name || len(extension) > 32 {
		extension = ""
	}
	stem := strings.TrimSuffix(name, extension)
	for len(stem)+len(suffix)+len(extension) > longestEntry {
		_, size := utf8.DecodeLastRuneInString(stem)
		stem = stem[:len(stem)-size]
	}
	return stem + suffix + extension
}
