package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"
)

// row is a figure with what came out.
type row struct {
	Name    string `json:"name"`
	What    string `json:"what"`
	Target  string `json:"target"`
	Against string `json:"against"`
	reading
	// Seconds that it took to measure.
	Seconds float64 `json:"seconds"`
}

// report is what one run found.
type report struct {
	Machine string    `json:"machine"`
	Started time.Time `json:"started"`
	Seconds float64   `json:"seconds"`
	Figures []row     `json:"figures"`
}

// machine tells on what it was measured.
func machine() string {
	model := runtime.GOARCH
	if info, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for line := range strings.Lines(string(info)) {
			if name, value, _ := strings.Cut(line, ":"); strings.TrimSpace(name) == "model name" {
				model = strings.TrimSpace(value)
				break
			}
		}
	}
	return fmt.Sprintf("%d cores, %s, %s, %s", runtime.NumCPU(), model, runtime.GOOS, runtime.Version())
}

// table is the report in Markdown.
func (r *report) table() string {
	var out strings.Builder
	out.WriteString("| What | Target | Measured | Met | Compared to |\n| --- | --- | --- | --- | --- |\n")
	for _, f := range r.Figures {
		mark := "—"
		if f.Met != nil && *f.Met {
			mark = "yes"
		} else if f.Met != nil {
			mark = "**no**"
		}
		fmt.Fprintf(&out, "| %s | %s | %s | %s | %s |\n", f.What, f.Target, f.Value, mark, f.Against)
	}
	fmt.Fprintf(&out, "\n%s; %s; the whole run took %s.\n", r.Machine, r.Started.Format("2006-01-02"),
		time.Duration(r.Seconds*float64(time.Second)).Round(time.Second))
	return out.String()
}

// write lays the report down wherever it is wanted.
func (r *report) write(s settings) error {
	var failures []error
	if s.jsonFile != "" {
		text, err := json.MarshalIndent(r, "", "  ")
		failures = append(failures, err, os.WriteFile(s.jsonFile, append(text, '\n'), 0o644)) //nolint:gosec // for all to read
	}
	if s.markdown != "" {
		failures = append(failures, between(s.markdown, r.table()))
	}
	if s.readme != "" {
		failures = append(failures, between(s.readme, r.table()))
	}
	return errors.Join(failures...)
}

// Marks of the place in a page that the table goes to.
const (
	tableBegins = "<!-- make bench writes from here -->\n"
	tableEnds   = "<!-- to here -->"
)

// between replaces what stands between the marks of a page.
func between(file, text string) error {
	page, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	before, rest, begins := bytes.Cut(page, []byte(tableBegins))
	_, after, ends := bytes.Cut(rest, []byte(tableEnds))
	if !begins || !ends {
		return fmt.Errorf("%s: the table goes between %q and %q, which are not there", file, strings.TrimSpace(tableBegins), tableEnds)
	}
	whole := bytes.Join([][]byte{before, []byte(tableBegins), []byte("\n" + text + "\n"), []byte(tableEnds), after}, nil)
	return os.WriteFile(file, whole, 0o644) //nolint:gosec // for all to read
}
