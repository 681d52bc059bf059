package intralinks

import (
	"html/template"
	"net/http"
	"net/url"
	"strings"
)

// signInPath is where the page lies on its own host.
const signInPath = "/login"

// SignInPages returns the pages on which people sign in. They are a site of their
// own: whoever serves them, at a host of its own, tells where by SetSignInURL.
func (s *Server) SignInPages() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { noSuchPath(w) })
	mux.Handle(signInPath, methods{http.MethodGet: s.showSignIn, http.MethodPost: s.takeSignIn})
	return mux
}

// SetSignInURL tells where SignInPages are served, such as http://127.0.0.1:8813.
func (s *Server) SetSignInURL(base string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.signInURL = strings.TrimSuffix(base, "/")
}

// signInForm is what the page shows.
type signInForm struct {
	Request, Application, Email, Problem string
}

var signInTemplate = template.Must(template.New("").Parse(`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sign in (simulated)</title>
<style>
body { font: 1rem/1.5 sans-serif; max-width: 22rem; margin: 3rem auto; padding: 0 1rem; }
input, button { font: inherit; box-sizing: border-box; width: 100%; padding: .5rem; margin: .25rem 0 1rem; }
[role=alert] { color: #a00; }
</style>
</head>
<body>
<main>
<h1>Sign in</h1>
<p>This page stands for the one of Intralinks. The application <strong>{{.Application}}</strong> wants to act for you.</p>
{{with .Problem}}<p role="alert">{{.}}</p>{{end}}
<form method="post" action="/login">
<input type="hidden" name="request" value="{{.Request}}">
<label for="email">E-mail</label>
<input id="email" name="email" type="email" autocomplete="username" value="{{.Email}}">
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password">
<button id="signin" name="action" value="signin">Sign in</button>
<button id="deny" name="action" value="deny" formnovalidate>Deny</button>
</form>
</main>
</body>
</html>
`))

func (s *Server) showSignIn(w http.ResponseWriter, r *http.Request) {
	handle := r.URL.Query().Get("request")
	pending, ok := s.pending(handle)
	if !ok {
		s.failSignInPage(w)
		return
	}
	showForm(w, signInForm{Request: handle, Application: pending.app})
}

func showForm(w http.ResponseWriter, form signInForm) {
	w.Header().Set("Content-Type", typeHTML)
	w.Header().Set("Cache-Control", "no-store")
	_ = signInTemplate.Execute(w, form) // see writeJSON
}

func (*Server) failSignInPage(w http.ResponseWriter) {
	write(w, http.StatusBadRequest, typeHTML, page("This page has expired", "Go back to the application and start again."))
}

// pending finds a sign-in that is still to be finished.
func (s *Server) pending(handle string) (authorization, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	pending, ok := s.authorizations[handle]
	return pending, ok && s.nowLocked().Before(pending.expires)
}

// takeSignIn is the form of the page. A wrong password may be tried again.
func (s *Server) takeSignIn(w http.ResponseWriter, r *http.Request) {
	handle := r.PostFormValue("request")
	pending, ok := s.pending(handle)
	if !ok {
		s.failSignInPage(w)
		return
	}
	if r.PostFormValue("action") == "deny" {
		s.deny(w, handle, pending)
		return
	}
	account := strings.ToLower(strings.TrimSpace(r.PostFormValue("email")))
	if !s.knows(account, r.PostFormValue("password")) {
		showForm(w, signInForm{
			Request: handle, Application: pending.app, Email: r.PostFormValue("email"),
			Problem: "The e-mail address or the password is not valid.",
		})
		return
	}
	name := "code"
	if !pending.v3 {
		name = s.control.Get("codeParameter")
	}
	code, ok := s.finish(handle, account)
	if !ok {
		s.failSignInPage(w)
		return
	}
	s.sendBack(w, pending, url.Values{name: {code}})
}

// finish makes a code of a sign-in, once.
func (s *Server) finish(handle, account string) (code string, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	pending, ok := s.authorizations[handle]
	if !ok {
		return "", false
	}
	delete(s.authorizations, handle)
	return s.issueLocked(pending, account), true
}

// deny ends a sign-in that the person does not want.
func (s *Server) deny(w http.ResponseWriter, handle string, pending authorization) {
	s.mu.Lock()
	delete(s.authorizations, handle)
	s.mu.Unlock()
	if s.control.Get("denial") == "stays" {
		write(w, http.StatusOK, typeHTML, page("You are not signed in", "You may close this window."))
		return
	}
	s.sendBack(w, pending, url.Values{"error": {"access_denied"}, "error_description": {"The user has denied access."}})
}
