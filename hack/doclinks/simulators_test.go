package doclinks

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"dataroom.dev/intralinks-operator/internal/simulator/control"
	"dataroom.dev/intralinks-operator/internal/simulator/intralinks"
	"dataroom.dev/intralinks-operator/internal/simulator/luminance"
)

// The headings of docs/simulators.md that the tables of one simulator stand under.
const (
	intralinksHeading = "## Intralinks"
	luminanceHeading  = "## Luminance"
	commonHeading     = "## What both have"
)

type simulated struct {
	heading string
	control *control.Control
	handler http.Handler
}

func bothSimulators(t *testing.T) []simulated {
	t.Helper()
	l, err := luminance.New(luminance.Options{})
	if err != nil {
		t.Fatal(err)
	}
	i := intralinks.New(intralinks.Options{Exchanges: []intralinks.Exchange{}})
	return []simulated{{intralinksHeading, i.Control(), i}, {luminanceHeading, l.Control(), l}}
}

func TestEverySwitchHasItsLine(t *testing.T) {
	for _, s := range bothSimulators(t) {
		want := map[string]string{}
		for _, x := range s.control.Switches() {
			want[x.Name] = strings.Join([]string{"`" + x.Name + "`", valuesOf(x), defaultOf(x), string(x.Evidence)}, " | ")
		}
		compareLines(t, s.heading, "Switch", want)
	}
}

func TestEveryFaultHasItsLine(t *testing.T) {
	for _, s := range bothSimulators(t) {
		want := map[string]string{}
		for _, x := range s.control.Faults() {
			want[x.Name] = "`" + x.Name + "` | " + string(x.Evidence)
		}
		compareLines(t, s.heading, "Fault", want)
	}
}

// What a control has by itself is told once; what a simulator adds, in its own section.
func TestEveryAdminRouteHasItsLine(t *testing.T) {
	common := routes(t, control.New(nil, nil).Handler())
	compareLines(t, commonHeading, "Request", common)
	for _, s := range bothSimulators(t) {
		own := routes(t, s.handler)
		maps.DeleteFunc(own, func(route, _ string) bool { return common[route] != "" })
		compareLines(t, s.heading, "Request", own)
	}
}

// routes are the lines of the routes that an admin API tells of itself.
func routes(t *testing.T, h http.Handler) map[string]string {
	t.Helper()
	answer := httptest.NewRecorder()
	h.ServeHTTP(answer, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/_sim/", nil))
	var known struct{ Routes []string }
	if err := json.Unmarshal(answer.Body.Bytes(), &known); err != nil || len(known.Routes) < 5 {
		t.Fatalf("routes %v, error %v", known.Routes, err)
	}
	lines := map[string]string{}
	for _, route := range known.Routes {
		route = strings.TrimSuffix(route, "{$}")
		lines[route] = "`" + route + "`"
	}
	return lines
}

// compareLines fails unless the tables below a heading whose first column has this title hold exactly the lines
// that are wanted, by name, each followed by a last column that says something.
func compareLines(t *testing.T, heading, title string, want map[string]string) {
	t.Helper()
	have := tableLines(section(t, heading), title)
	for name, line := range want {
		got := slices.DeleteFunc(slices.Clone(have), func(l string) bool { return !strings.HasPrefix(l, "`"+name+"` |") })
		switch {
		case len(got) != 1:
			t.Errorf("docs/simulators.md, %q has %d lines for %s, instead of: | %s | … |", heading, len(got), name, line)
		case !strings.HasPrefix(got[0], line+" | ") || got[0] == line+" | ":
			t.Errorf("docs/simulators.md, %q has\n\t| %s |\ninstead of\n\t| %s | … |", heading, got[0], line)
		}
	}
	for _, line := range have {
		name, _, _ := strings.Cut(strings.TrimPrefix(line, "`"), "`")
		if _, known := want[name]; !known {
			t.Errorf("docs/simulators.md, %q tells of %s, which the code doesn't know", heading, name)
		}
	}
}

// section is the text from a heading of the second level to the next.
func section(t *testing.T, heading string) string {
	t.Helper()
	text := readPage(t, filepath.Join(root, "docs", "simulators.md")).text
	_, rest, found := strings.Cut(text, "\n"+heading+"\n")
	if !found {
		t.Fatalf("docs/simulators.md has no heading %q", heading)
	}
	own, _, _ := strings.Cut(rest, "\n## ")
	return own
}

// tableLines are the lines, without the bars around them, of tables whose first column has a title.
func tableLines(text, title string) []string {
	var lines []string
	within := false
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		switch {
		case !strings.HasPrefix(line, "|"):
			within = false
		case strings.HasPrefix(line, "| "+title+" |"):
			within = true
		case within && !strings.HasPrefix(line, "| ---"):
			lines = append(lines, strings.TrimSuffix(strings.TrimPrefix(line, "| "), " |"))
		}
	}
	return lines
}

// valuesOf is how the page shows what a switch takes.
func valuesOf(s control.Switch) string {
	if s.Values != nil {
		return "`" + strings.Join(s.Values, "`, `") + "`"
	}
	if _, err := strconv.ParseInt(s.Default, 10, 64); err == nil {
		return "a number"
	}
	if _, err := time.ParseDuration(s.Default); err == nil {
		return "a duration"
	}
	return "a text"
}

func defaultOf(s control.Switch) string {
	if s.Default == "" {
		return "none"
	}
	return "`" + s.Default + "`"
}
