// Package spreadsheet fills the cells of tables that may be opened in one, and keeps what others wrote from doing something there.
package spreadsheet

import (
	"strconv"
	"strings"
)

// Cell puts an apostrophe before what a spreadsheet would take for a formula, also behind blanks.
func Cell(text string) string {
	if begin := strings.TrimLeft(text, " "); begin != "" && strings.ContainsRune("=+-@\t\r", rune(begin[0])) {
		return "'" + text
	}
	return text
}

// Known is a number that counts from 1; an empty cell where it isn't known.
func Known(n int64) string {
	if n <= 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}
