package main

import (
	"fmt"
	"os"
	"strings"

	"golang.org/x/term"
)

// screen prints. On a terminal a table can be drawn over the one before; elsewhere, such as in a log,
// there are plain lines only.
type screen struct {
	file     *os.File
	terminal bool
	drawn    int // lines of the table that the next one replaces
}

func newScreen(file *os.File) *screen {
	terminal := term.IsTerminal(int(file.Fd())) && os.Getenv("TERM") != "dumb"
	return &screen{file: file, terminal: terminal}
}

func (s *screen) printf(format string, args ...any) {
	s.drawn = 0 // what stands above now stays
	fmt.Fprintf(s.file, format, args...)
}

// heading begins an act of the demo.
func (s *screen) heading(format string, args ...any) {
	s.printf("\n==> "+format+"\n", args...)
}

// redraw puts lines in the place of those that it drew last.
func (s *screen) redraw(lines []string) {
	width, _, err := term.GetSize(int(s.file.Fd()))
	if err != nil || width < 20 {
		width = 80
	}
	var frame strings.Builder
	if s.drawn > 0 {
		fmt.Fprintf(&frame, "\x1b[%dA\x1b[J", s.drawn) // up, and clear to the end
	}
	for _, line := range lines {
		// A line that wrapped would count as one and take two.
		frame.WriteString(cut(line, width-1) + "\n")
	}
	fmt.Fprint(s.file, frame.String())
	s.drawn = len(lines)
}

// cut shortens a text to so many characters.
func cut(text string, width int) string {
	runes := []rune(text)
	if len(runes) <= width {
		return text
	}
	return string(runes[:width-1]) + "…"
}

// bytesText is a size as people read it.
func bytesText(n int64) string {
	const unit = 1024
	if n < unit {
		return fmt.Sprintf("%d B", n)
	}
	value, prefix := float64(n)/unit, 0
	for value >= unit && prefix < len("KMGT")-1 {
		value /= unit
		prefix++
	}
	return fmt.Sprintf("%.1f %ciB", value, "KMGT"[prefix])
}

// count is a number with its noun: "1 document", "2 documents".
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
