// Package spreadsheet keeps what others wrote from doing something where a table of it is opened.
package spreadsheet

import "strings"

// Cell puts an apostrophe before what a spreadsheet would take for a formula, also behind blanks.
func Cell(text string) string {
	if begin := strings.TrimLeft(text, " "); begin != "" && strings.ContainsRune("=+-@\t\r", rune(begin[0])) {
		return "'" + text
	}
	return text
}
