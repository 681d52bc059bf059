package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"

	"github.com/charmbracelet/x/ansi"
	"github.com/spf13/cobra"
	"sigs.k8s.io/yaml"

	"dataroom.dev/intralinks-operator/internal/spreadsheet"
)

// output is the flag -o, which every command that shows something has.
type output struct {
	format  string
	formats []string
}

// addTo gives a command the flag, with the formats that it has beside the one for people.
func (o *output) addTo(command *cobra.Command, formats ...string) {
	o.formats = formats
	command.Flags().VarP(o, "output", "o", "for scripts: "+strings.Join(formats, " or ")+"; default: a table for people")
	completeFlag(command, "output", formats...)
}

// String is the format, empty for people.
func (o *output) String() string { return o.format }

// Type stands in the help in the place of the value.
func (o *output) Type() string { return "format" }

// Set refuses what the command doesn't have.
func (o *output) Set(format string) error {
	if !slices.Contains(o.formats, format) {
		return fmt.Errorf("write one of %s", strings.Join(o.formats, ", "))
	}
	o.format = format
	return nil
}

// forPeople says that no format for scripts was asked for.
func (o *output) forPeople() bool { return o.format == "" }

// result is what a command shows, in each of its forms.
type result struct {
	// value is what json and yaml show.
	value any
	// header and rows are what csv shows.
	header []string
	rows   [][]string
	// people shows it to a person.
	people func(w io.Writer) error
}

func (o *output) print(w io.Writer, r result) error {
	switch o.format {
	case "json":
		encoder := json.NewEncoder(w)
		encoder.SetEscapeHTML(false)
		encoder.SetIndent("", "  ")
		return encoder.Encode(r.value)
	case "yaml":
		text, err := yaml.Marshal(r.value)
		if err != nil {
			return err
		}
		_, err = w.Write(text)
		return err
	case "csv":
		return writeCSV(w, r.header, r.rows)
	}
	return r.people(w)
}

// writeCSV writes a table that a spreadsheet may open: no cell of it is taken for a formula.
func writeCSV(w io.Writer, header []string, rows [][]string) error {
	writer := csv.NewWriter(w)
	if err := writer.Write(header); err != nil {
		return err
	}
	for _, row := range rows {
		cells := make([]string, len(row))
		for i, cell := range row {
			cells[i] = csvCell(cell)
		}
		if err := writer.Write(cells); err != nil {
			return err
		}
	}
	writer.Flush()
	return writer.Error()
}

// csvCell is fit for a terminal and for a spreadsheet: others chose the documents' names.
func csvCell(text string) string {
	return spreadsheet.Cell(printable(text))
}

// writeTable aligns columns as kubectl does.
func writeTable(w io.Writer, header []string, rows [][]string) error {
	for i, row := range rows {
		cells := make([]string, len(row))
		for j, cell := range row {
			cells[j] = printable(cell)
		}
		rows[i] = cells
	}
	_, err := io.WriteString(w, strings.Join(columns(header, rows), "\n")+"\n")
	return err
}

// columns aligns cells, by the room that they take on the screen. The cells may hold colours: nothing is escaped here.
func columns(header []string, rows [][]string) (lines []string) {
	widths := make([]int, len(header))
	all := append([][]string{header}, rows...)
	for _, row := range all {
		for i, cell := range row {
			widths[i] = max(widths[i], ansi.StringWidth(cell))
		}
	}
	for _, row := range all {
		line := strings.Builder{}
		for i, cell := range row {
			line.WriteString(cell + strings.Repeat(" ", widths[i]-ansi.StringWidth(cell)+3))
		}
		lines = append(lines, strings.TrimRight(line.String(), " "))
	}
	return lines
}

// printable keeps what others wrote from steering the terminal, or from being read in another order than it is written.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == '\u2029' {
			return unicode.ReplacementChar
		}
		return r
	}, text)
}

// printableText is printable for what may have several lines.
func printableText(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = printable(line)
	}
	return strings.Join(lines, "\n")
}
