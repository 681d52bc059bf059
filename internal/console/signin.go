package console

import (
	"errors"
	"net/http"
	"net/url"
	"path"
	"strings"
	"sync"
	"time"

	"k8s.io/utils/clock"
)

// ticketTime is how long a ticket is good.
const ticketTime = time.Minute

// maxTickets bounds how many wait; each takes a token that the cluster knows.
const maxTickets = 100

// tickets lead somebody in whose token has come by another way than their browser: each once, within a minute.
type tickets struct {
	clock clock.PassiveClock

	mu   sync.Mutex
	kept map[digest]ticket
}

type ticket struct {
	who  *person
	ends time.Time
}

func newTickets(c clock.PassiveClock) *tickets { return &tickets{clock: c, kept: map[digest]ticket{}} }

var errTickets = errors.New("too many tickets wait to be used: try again in a minute")

func (t *tickets) issue(p *person) (string, error) {
	now, secret := t.clock.Now(), randomText()
	t.mu.Lock()
	defer t.mu.Unlock()
	for under, kept := range t.kept {
		if !now.Before(kept.ends) {
			delete(t.kept, under)
		}
	}
	if len(t.kept) >= maxTickets {
		return "", errTickets
	}
	t.kept[digestOf(secret)] = ticket{who: p, ends: now.Add(ticketTime)}
	return secret, nil
}

// take gives whom a ticket leads in; nil where it is used up or late. Only looking at it doesn't use it up.
func (t *tickets) take(secret string, only bool) *person {
	t.mu.Lock()
	defer t.mu.Unlock()
	kept, ok := t.kept[digestOf(secret)]
	if !ok || !t.clock.Now().Before(kept.ends) {
		return nil
	}
	if !only {
		delete(t.kept, digestOf(secret))
	}
	return kept.who
}

// signInPage asks for a token.
type signInPage struct {
	page
	Next, Problem string
}

func (c *Console) offerSignIn(w http.ResponseWriter, r *http.Request) {
	who, err := c.identify(r)
	if err == nil && who != nil {
		http.Redirect(w, r, nextOf(r.URL.Query().Get("next")), http.StatusSeeOther) //nolint:gosec // nextOf lets nobody be led out of the console
		return
	}
	p := signInPage{page: page{Title: "Sign in to the console"}, Next: r.URL.Query().Get("next")}
	if r.URL.Query().Get("why") == "over" {
		p.Problem = "Your token is over, or the cluster doesn’t take it any more. Paste a new one."
	}
	show(w, http.StatusOK, "sign-in", p)
}

func (c *Console) signIn(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	_ = r.ParseForm() // what can't be read holds no token
	p, err := c.meetInTurn(r, strings.TrimSpace(r.PostForm.Get("token")))
	next := r.PostForm.Get("next")
	switch {
	case errors.Is(err, errToken):
		show(w, http.StatusUnauthorized, "sign-in", signInPage{page: page{Title: "Sign in to the console", Tone: "ill"}, Next: next,
			Problem: "The cluster doesn’t take this token. Copy all of it, without quotes; it may also be over."})
	case err != nil:
		c.fail(w, r, nil, err)
	default:
		c.letIn(w, r, p, next)
	}
}

// letIn begins a session.
func (c *Console) letIn(w http.ResponseWriter, r *http.Request, p *person, next string) {
	secret, _ := c.sessions.begin(p)
	c.Log.Info("somebody signed in to the console", "user", p.name)
	cookie := cookieOf(r, secret)
	http.SetCookie(w, cookie)
	http.Redirect(w, r, nextOf(next), http.StatusSeeOther) //nolint:gosec // the same
}

// cookieOf names a session. It is for this server alone, and no script can read it. Where the browser has come by https it
// comes by nothing else; the header of a proxy can only make it stricter.
func cookieOf(r *http.Request, secret string) *http.Cookie {
	return &http.Cookie{ //nolint:gosec // Secure depends on how the browser comes: by a port-forward it is http to loopback
		Name: cookieName, Value: secret, Path: Path, HttpOnly: true, SameSite: http.SameSiteStrictMode,
		Secure: r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https",
	}
}

// nextOf lets nobody be led out of the console.
func nextOf(next string) string {
	to, err := url.Parse(next)
	if err != nil || to.IsAbs() || to.Host != "" || to.Path != path.Clean(to.Path) || strings.ContainsAny(to.Path, "\\\r\n") ||
		!strings.HasPrefix(to.Path, Path) || strings.HasPrefix(to.Path, Path+"sign-") {
		return Path + "syncs"
	}
	return to.RequestURI()
}

func (c *Console) signOut(v *visit) error {
	c.sessions.end(v.who)
	over := cookieOf(v.r, "") //nolint:gosec // see there
	over.MaxAge = -1
	http.SetCookie(v.w, over)
	return v.goTo(Path + "sign-in")
}

// enterPage asks for a click, because a link preview must not use a ticket up.
type enterPage struct {
	page
	Name, Ticket string
}

func (c *Console) offerEntry(w http.ResponseWriter, r *http.Request) {
	secret := r.URL.Query().Get("ticket")
	p := c.tickets.take(secret, true)
	if p == nil {
		c.deadTicket(w)
		return
	}
	show(w, http.StatusOK, "enter", enterPage{page: page{Title: "Open the console"}, Name: p.name, Ticket: secret})
}

func (c *Console) enter(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	_ = r.ParseForm() // what can't be read holds no ticket
	p := c.tickets.take(r.PostForm.Get("ticket"), false)
	if p == nil {
		c.deadTicket(w)
		return
	}
	c.letIn(w, r, p, "")
}

func (c *Console) deadTicket(w http.ResponseWriter) {
	c.tell(w, nil, http.StatusForbidden, "This link can’t be used any more", "It works once and for a minute. Run kubectl intralinks console again.")
}
