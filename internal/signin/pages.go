package signin

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"net/http"
	"strings"
)

//go:embed pages
var sources embed.FS

var (
	loginTemplate   = parse("login")
	confirmTemplate = parse("confirm")
	noticeTemplate  = parse("notice")
)

func parse(name string) *template.Template {
	return template.Must(template.ParseFS(sources, "pages/layout.html", "pages/"+name+".html"))
}

// page is what every page shows.
type page struct {
	Title string
	// Tone is "", well or ill.
	Tone string
}

// loginPage asks for a click, because a link preview must not use a ticket up.
type loginPage struct {
	page
	Integration, Source, Target, Account, Ticket string
}

// confirmPage asks whether the account may change.
type confirmPage struct {
	page
	Integration, Account, NewAccount, Key string
}

// noticePage tells something.
type noticePage struct {
	page
	Text    []string
	Facts   []fact
	Command string
	After   string
	// Help is the address of a page that tells more.
	Help string
}

type fact struct{ Name, Value string }

// styleHash is what the only style sheet is allowed by. It is taken from a page as it is served.
var styleHash = func() string {
	var b bytes.Buffer
	if err := noticeTemplate.Execute(&b, noticePage{}); err != nil {
		panic(err) // every page would fail
	}
	_, rest, _ := strings.Cut(b.String(), "<style>")
	style, _, _ := strings.Cut(rest, "</style>")
	sum := sha256.Sum256([]byte(style))
	return base64.StdEncoding.EncodeToString(sum[:])
}()

// policy forbids everything but the style sheet, and forms that lead here. Browsers hold the redirects that follow a
// form against it, too; so the one form that leads to Intralinks needs where those may lead in leadsTo.
func policy(leadsTo string) string {
	return fmt.Sprintf("default-src 'none'; style-src 'sha256-%s'; form-action 'self'%s; base-uri 'none'; frame-ancestors 'none'", styleHash, leadsTo)
}

// protect sets what holds for every answer.
func protect(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy(""))
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Frame-Options", "DENY")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Robots-Tag", "noindex")
		h.Set("Cache-Control", "no-store")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		next.ServeHTTP(w, r)
	})
}

func show(w http.ResponseWriter, status int, t *template.Template, data any) {
	var b bytes.Buffer
	if err := t.Execute(&b, data); err != nil {
		http.Error(w, "this page can't be shown", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes())
}

// tell shows a notice. An error has a tone of its own.
func tell(w http.ResponseWriter, status int, p noticePage) {
	if status >= http.StatusBadRequest {
		p.Tone = "ill"
	}
	show(w, status, noticeTemplate, p)
}
