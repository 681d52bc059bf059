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
// that the simulator uses itself get their first dot as %2E. It may still be too
// long: see cutEntry.
func entryName(name string) string {
	name = strings.NewReplacer("/", "%2F", "\x00", "%00").Replace(name)
	for _, ours := range []string{".", "..", versionsDir, attachmentsDir, incomingDir, markerFile} {
		if strings.EqualFold(name, ours) { // some file systems don't tell case apart
			return "%2E" + name[1:]
		}
	}
	return name
}

// cutEntry adds a suffix before the extension. What is longer than 255 bytes then
// is cut before the suffix, whole characters only.
func cutEntry(name, suffix string) string {
	extension := filepath.Ext(name)
	if extension == name || len(extension) > 32 {
		extension = ""
	}
	stem := strings.TrimSuffix(name, extension)
	for stem != "" && len(stem)+len(suffix)+len(extension) > longestEntry {
		_, size := utf8.DecodeLastRuneInString(stem)
		stem = stem[:len(stem)-size]
	}
	return stem + suffix + extension
}
