package intralinks

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// The parameters of the page that a person is sent to. Those of V2 are documented,
// redirect_uri only in passing (Intralinks developer portal); those of V3 are what
// OAuth has (inferred).
var (
	authorizeV2 = []string{"client_id", "state", "scope", "endOtherSessions", "redirect_uri"}
	authorizeV3 = []string{"client_id", "state", "scope", "response_type", "redirect_uri"}
	challenge   = []string{"code_challenge", "code_challenge_method"}
)

// signInTime is how long a person may take on the sign-in page. Our choice.
const signInTime = 10 * time.Minute

// authorization is a sign-in that a person has not finished yet.
type authorization struct {
	app      string
	v3       bool
	callback string // the registered one
	given    string // redirect_uri as it was sent; empty if it was not
	state    *string
	// challenge is that of S256; empty without PKCE.
	challenge string
	endOthers bool
	expires   time.Time
}

// authorize is where an application sends a person's browser. It leads on to the
// sign-in page, which lies on another host; an application or a callback that is
// not in order gets a page with an error, never a redirect.
func (s *Server) authorize(v3 bool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		query := r.URL.Query()
		pending, problem := s.applicant(query, v3)
		if problem != noObstacle {
			write(w, http.StatusBadRequest, typeHTML, page("You cannot be signed in", obstacles[problem]))
			return
		}
		if code, why := s.checkAuthorize(query, v3); code != "" {
			s.sendBack(w, pending, url.Values{"error": {code}, "error_description": {why}})
			return
		}
		pending.endOthers = strings.EqualFold(query.Get("endOtherSessions"), "true")
		if s.pkce(v3) != "unknown" {
			pending.challenge = query.Get("code_challenge")
		}
		to := s.begin(pending)
		if to == "" {
			write(w, http.StatusServiceUnavailable, typeHTML, page("No sign-in page", "The simulator was started without one."))
			return
		}
		w.Header().Set("Location", to)
		w.WriteHeader(http.StatusFound)
	}
}

// begin is where the person signs in; empty if there is no such page.
func (s *Server) begin(pending authorization) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.signInURL == "" {
		return ""
	}
	handle := s.secretLocked(32)
	pending.expires = s.nowLocked().Add(signInTime)
	s.authorizations[handle] = pending
	return s.signInURL + signInPath + "?request=" + handle
}

// obstacle is why a person cannot even be sent back.
type obstacle int

const (
	noObstacle obstacle = iota
	unknownApplication
	noCallback
	otherCallback
	redirectMissing
)

// obstacles are what the person reads.
var obstacles = map[obstacle]string{
	unknownApplication: "The application is not known: its client_id is missing or wrong.",
	noCallback:         "No callback is registered for the application.",
	otherCallback:      "The redirect_uri is not the callback that is registered for the application.",
	redirectMissing:    "The redirect_uri is missing.",
}

// applicant finds out who sends a person, and where the person goes afterwards.
func (s *Server) applicant(query url.Values, v3 bool) (authorization, obstacle) {
	key := query.Get("client_id")
	s.mu.Lock()
	app, known := s.apps[key]
	s.mu.Unlock()
	version := "v2"
	if v3 {
		version = "v3"
	}
	given := query.Get("redirect_uri")
	switch {
	case !known || !app.allows(version):
		return authorization{}, unknownApplication
	case app.Callback == "":
		return authorization{}, noCallback
	case query.Has("redirect_uri") && given != app.Callback:
		return authorization{}, otherCallback
	case v3 && given == "" && s.control.Get("v3RedirectURI") == "required":
		return authorization{}, redirectMissing
	}
	pending := authorization{app: key, v3: v3, callback: app.Callback, given: given}
	if query.Has("state") {
		state := query.Get("state")
		pending.state = &state
	}
	return pending, noObstacle
}

// checkAuthorize finds what is wrong with the rest of the parameters, as an error
// code of RFC 6749 and a text.
func (s *Server) checkAuthorize(query url.Values, v3 bool) (code, why string) {
	known := authorizeV2
	if v3 {
		known = authorizeV3
	}
	pkce := s.pkce(v3)
	if pkce != "unknown" {
		known = slices.Concat(known, challenge)
	}
	strict := s.control.Bool("strict")
	for _, name := range slices.Sorted(maps.Keys(query)) {
		if len(query[name]) > 1 {
			return "invalid_request", name + " comes twice"
		}
		if strict && !slices.Contains(known, name) {
			return "invalid_request", "strict mode of the simulator: no evidence for the parameter " + name
		}
	}
	if v3 && query.Get("response_type") != "code" {
		return "unsupported_response_type", "response_type has to be code"
	}
	if !s.knowsScope(query, v3) {
		return "invalid_scope", "the scope is not known"
	}
	if end := query.Get("endOtherSessions"); strict && end != "" && !strings.EqualFold(end, "true") && !strings.EqualFold(end, "false") {
		return "invalid_request", "endOtherSessions is true or false"
	}
	return checkChallenge(query, pkce)
}

// knowsScope: V2 has one scope (Intralinks developer portal); of V3 none is known.
func (s *Server) knowsScope(query url.Values, v3 bool) bool {
	if !query.Has("scope") {
		return true
	}
	if v3 {
		return !s.control.Bool("strict")
	}
	return query.Get("scope") == "ilservices"
}

// sendBack redirects a browser to the callback, with the state as it came.
func (s *Server) sendBack(w http.ResponseWriter, pending authorization, answer url.Values) {
	if pending.state != nil {
		answer.Set("state", *pending.state)
	}
	to, err := url.Parse(pending.callback)
	if err != nil { // it was checked when it was registered
		write(w, http.StatusInternalServerError, typeHTML, page("You cannot be signed in", "The callback is no address."))
		return
	}
	query := to.Query()
	maps.Copy(query, answer)
	to.RawQuery = query.Encode()
	w.Header().Set("Location", to.String())
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusFound)
}
