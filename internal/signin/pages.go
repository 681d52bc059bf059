package signin

import (
	"embed"
	"fmt"
	"html/template"
	"net/http"

	"dataroom.dev/intralinks-operator/internal/webpage"
)

//go:embed pages
var sources embed.FS

var (
	loginTemplate   = parse("login")
	confirmTemplate = parse("confirm")
	noticeTemplate  = parse("notice")
)

func parse(name string) *template.Template {
	layout := template.New("layout.html").Funcs(template.FuncMap{"style": webpage.CardStyle})
	return template.Must(layout.ParseFS(sources, "pages/layout.html", "pages/"+name+".html"))
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

// policy forbids everything but the style sheet, and forms that lead here. Browsers hold the redirects that follow a
// form against it, too; so the one form that leads to Intralinks needs where those may lead in leadsTo.
func policy(leadsTo string) string {
	return fmt.Sprintf("default-src 'none'; style-src %s; form-action 'self'%s; base-uri 'none'; frame-ancestors 'none'", styleHash, leadsTo)
}

// styleHash is what the only style sheet is allowed by.
var styleHash = webpage.HashOf(webpage.CardStyle())

// tell shows a notice. An error has a tone of its own.
func tell(w http.ResponseWriter, status int, p noticePage) {
	if status >= http.StatusBadRequest {
		p.Tone = "ill"
	}
	webpage.Show(w, status, noticeTemplate, p)
}
