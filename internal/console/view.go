package console

import (
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/dustin/go-humanize"

	"dataroom.dev/intralinks-operator/internal/webpage"
)

//go:embed pages
var sources embed.FS

// page is what every page shows.
type page struct {
	Title string
	// Tone of a page that says one thing: "", well or ill.
	Tone string
	// Section of the console that is being shown: syncs, integrations.
	Section string
	// User is who is signed in, and Form what forms have to send; Proxied: a proxy says who they are.
	User, Form string
	// Short is the same in few letters: a service account's namespace and name.
	Short   string
	Proxied bool
	// Trail leads back: the pages that this one is below.
	Trail []link
}

type link struct{ Text, Path string }

// page begins the page of a visit.
func (v *visit) page(section, title string, trail ...link) page {
	return page{Title: title, Section: section, User: v.who.name, Short: shortName(v.who.name), Form: v.who.form, Proxied: v.who.proxied, Trail: trail}
}

func shortName(user string) string {
	if account, ok := strings.CutPrefix(user, "system:serviceaccount:"); ok {
		return strings.Replace(account, ":", "/", 1)
	}
	return user
}

// templates by the name of their page. Those that say or ask one thing, outside of a session, have a frame of their own.
var templates = func() map[string]*template.Template {
	all := map[string]*template.Template{}
	for frame, names := range map[string][]string{
		"card":  {"sign-in", "enter", "notice"},
		"frame": {"said", "syncs", "sync", "integrations", "integration", "exchanges", "browse", "activate", "yaml", "problems", "documents"},
	} {
		for _, name := range names {
			t := template.New(frame + ".html").Funcs(functions)
			all[name] = template.Must(t.ParseFS(sources, "pages/"+frame+".html", "pages/parts.html", "pages/"+name+".html"))
		}
	}
	return all
}()

// functions of the templates.
var functions = template.FuncMap{
	"asset": assetPath,
	"count": func(n any) string { return humanize.Comma(toInt64(n)) },
	"bytes": func(n any) string { return humanize.IBytes(uint64(max(0, toInt64(n)))) },
	"some":  some,
	"with":  with,
	"list":  func(items ...any) []any { return items },
	"path":  pathOf,
	"query": queryOf,
	"short": func(text string, n int) string {
		if len(text) <= n {
			return text
		}
		return text[:n]
	},
}

func toInt64(n any) int64 {
	switch n := n.(type) {
	case int:
		return int64(n)
	case int32:
		return int64(n)
	case int64:
		return n
	}
	return 0
}

// some counts things: 1 document, 2,000 documents.
func some(n any, one, many string) string {
	if toInt64(n) == 1 {
		return "1 " + one
	}
	return humanize.Comma(toInt64(n)) + " " + many
}

// with gives a part of a page what it shows, by names.
func with(pairs ...any) (map[string]any, error) {
	given := map[string]any{}
	for i := 0; i+1 < len(pairs); i += 2 {
		name, ok := pairs[i].(string)
		if !ok {
			return nil, fmt.Errorf("%v is no name", pairs[i])
		}
		given[name] = pairs[i+1]
	}
	return given, nil
}

// pathOf joins parts to a path below the console, each escaped.
func pathOf(parts ...string) string {
	escaped := make([]string, len(parts))
	for i, part := range parts {
		escaped[i] = url.PathEscape(part)
	}
	return Path + strings.Join(escaped, "/")
}

// queryOf makes a query of names and values; those that are empty are left out.
func queryOf(pairs ...string) string {
	query := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			query.Set(pairs[i], pairs[i+1])
		}
	}
	if len(query) == 0 {
		return ""
	}
	return "?" + query.Encode()
}

// moment is a time as people read it.
type moment struct {
	// Exact is for machines, At for people, and Relative how far it is from now.
	Exact, At, Relative string
}

func (c *Console) moment(t time.Time) *moment {
	if t.IsZero() {
		return nil
	}
	now := c.Clock.Now()
	t = t.UTC()
	at := t.Format("2 Jan 2006, 15:04 UTC")
	if sameDay(t, now.UTC()) {
		at = t.Format("15:04 UTC")
	}
	return &moment{Exact: t.Format(time.RFC3339), At: at, Relative: relative(t, now)}
}

func sameDay(a, b time.Time) bool { return a.YearDay() == b.YearDay() && a.Year() == b.Year() }

func relative(t, now time.Time) string {
	switch d := t.Sub(now); {
	case d > -time.Minute && d <= 0:
		return "just now"
	case d > 0 && d < time.Minute:
		return "in less than a minute"
	case d > 0:
		return "in " + length(d)
	default:
		return length(-d) + " ago"
	}
}

// length of time in its two largest units.
func length(d time.Duration) string {
	minutes := int(d.Round(time.Minute) / time.Minute)
	days, hours := minutes/(24*60), minutes/60%24
	switch {
	case days >= 3:
		return some(days, "day", "days")
	case days > 0:
		return fmt.Sprintf("%s %d h", some(days, "day", "days"), hours)
	case hours > 0:
		return fmt.Sprintf("%d h %d min", hours, minutes%60)
	default:
		return fmt.Sprintf("%d min", minutes)
	}
}

func show(w http.ResponseWriter, status int, name string, data any) {
	webpage.Show(w, status, templates[name], data)
}

// saidPage says something, and nothing else.
type saidPage struct {
	page
	Text string
	// On leads further, where there is a way.
	On *link
}

// tell says something to whoever is there.
func (*Console) tell(w http.ResponseWriter, v *visit, status int, title, text string) {
	name, p := "notice", page{Title: title}
	if v != nil {
		name, p = "said", v.page("", title)
	}
	if status >= http.StatusBadRequest {
		p.Tone = toneIll
	}
	show(w, status, name, saidPage{page: p, Text: text})
}

// sentence begins with a capital and ends with a full stop.
func sentence(text string) string {
	text = strings.TrimSpace(text)
	if text == "" {
		return ""
	}
	first := []rune(text)
	text = strings.ToUpper(string(first[0])) + string(first[1:])
	if !strings.ContainsAny(text[len(text)-1:], ".!?)") {
		text += "."
	}
	return text
}
