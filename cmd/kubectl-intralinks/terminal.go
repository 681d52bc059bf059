package main

import (
	"io"
	"os"
	"strings"

	"github.com/charmbracelet/x/ansi"
	"golang.org/x/term"
)

// terminal is where a person looks. Its zero value is no terminal: nothing is coloured or drawn there.
type terminal struct {
	file *os.File
	// plain: the person wants no colours.
	plain bool
}

// terminalOf tells whether a stream leads to a terminal that can be drawn on.
func terminalOf(stream any) terminal {
	file, ok := stream.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) || os.Getenv("TERM") == "dumb" {
		return terminal{}
	}
	if file != os.Stdin && !drawable(file) {
		return terminal{}
	}
	return terminal{file: file, plain: os.Getenv("NO_COLOR") != ""}
}

// is there a terminal at all?
func (t terminal) is() bool { return t.file != nil }

// size in columns and lines; that of old where the terminal doesn't tell.
func (t terminal) size() (columns, lines int) {
	columns, lines, err := term.GetSize(int(t.file.Fd()))
	if err != nil || columns <= 0 || lines <= 0 {
		return 80, 24
	}
	return columns, lines
}

// Colours, by what they mean.
const (
	strong  = "1"
	faint   = "2"
	bad     = "31"
	good    = "32"
	warning = "33"
	moving  = "36"
)

// paint colours a text where there is a terminal.
func (t terminal) paint(colour, text string) string {
	if !t.is() || t.plain || text == "" {
		return text
	}
	return "\x1b[" + colour + "m" + text + "\x1b[0m"
}

// bar draws a share of a whole, in so many columns; nothing where there is no terminal.
func (t terminal) bar(done, total int64, columns int) string {
	if !t.is() || total <= 0 {
		return ""
	}
	const eighths = "▏▎▍▌▋▊▉"
	full := min(max(0, done), total) * int64(columns) * 8 / total
	filled := strings.Repeat("█", int(full/8))
	if rest := full % 8; rest > 0 {
		filled += string([]rune(eighths)[rest-1])
	}
	return t.paint(moving, filled) + t.paint(faint, strings.Repeat("·", columns-ansi.StringWidth(filled)))
}

// screen draws some lines over and over in the same place.
type screen struct {
	terminal terminal
	out      io.Writer
	drawn    int
}

// draw replaces what was drawn before. What doesn't fit is cut, because a line that wraps could not be replaced.
func (s *screen) draw(lines []string) {
	columns, height := s.terminal.size()
	if len(lines) > height-1 {
		lines = lines[:max(1, height-1)]
	}
	text := strings.Builder{}
	if s.drawn == 0 {
		text.WriteString(ansi.HideCursor)
	} else {
		text.WriteString(ansi.CursorPreviousLine(s.drawn))
	}
	for _, line := range lines {
		text.WriteString(ansi.Truncate(line, columns-1, "…") + ansi.EraseLineRight + "\n")
	}
	text.WriteString(ansi.EraseScreenBelow)
	_, _ = io.WriteString(s.out, text.String()) // a terminal that is gone can't be told
	s.drawn = len(lines)
}

// leave lets the last drawing stand.
func (s *screen) leave() {
	if s.drawn > 0 {
		_, _ = io.WriteString(s.out, ansi.ShowCursor) // a terminal that is gone can't be told
	}
	s.drawn = 0
}
