package intralinks

import (
	"net/http"
	"slices"
)

// stateAllow is the only state that lets in.
const stateAllow = "ALLOW"

// within lets calls through that name an exchange the account can see, with the
// query parameters that are known there. Splash and description of an exchange
// need no entry.
func (s *Server) within(next func(*call), known ...string) http.HandlerFunc {
	return s.signedIn(func(c *call) {
		e, ok := s.exchange(pathID(c.r, "w"))
		if !ok || !s.sees(e) {
			s.fail(c.w, errNotFound)
			return
		}
		if !s.query(c, known...) {
			return
		}
		c.exchange = e
		next(c)
	})
}

// pageParameters are what lists take where they come in pages. Inferred from the
// paging context of recorded answers.
var pageParameters = []string{"startIndex", "itemsPerPage"}

// query checks the query parameters of a call.
func (s *Server) query(c *call, known ...string) bool {
	if !s.control.Bool("strict") {
		return true
	}
	paged := s.control.Get("paging") == "capped"
	for name := range c.r.URL.Query() {
		if !slices.Contains(known, name) || (!paged && slices.Contains(pageParameters, name)) {
			s.fail(c.w, errStrict("no evidence for the query parameter %q here", name))
			return false
		}
	}
	return true
}

// mayPass tells whether the entry gate is open for the session.
func (s *Server) mayPass(c *call) bool {
	e := c.exchange
	gate := s.control.Get("entryGate")
	lost := faultOf(c.r).Fault == faultNotEntered
	s.mu.Lock()
	defer s.mu.Unlock()
	entries := s.entriesLocked(c.session)
	if lost {
		delete(entries, e.ID)
		return false
	}
	switch {
	case gate == "never",
		gate == "splash" && !e.Splash && e.SecurityLevel == 1 && e.EntryState == "",
		c.session.v3 && s.control.Get("v3Entry") == "skipped":
		return true
	}
	return entries[e.ID]
}

// entriesLocked are the exchanges that a session has entered.
func (s *Server) entriesLocked(x *session) map[int64]bool {
	if s.control.Get("entryScope") == "token" {
		return x.entered
	}
	if s.sessions.byAccount[x.account] == nil {
		s.sessions.byAccount[x.account] = map[int64]bool{}
	}
	return s.sessions.byAccount[x.account]
}

// getSplash is GET /v2/workspaces/{w}/splash.
func (s *Server) getSplash(c *call) {
	answer := object{"status": fine(http.StatusOK), "branding": object{"global": false}}
	required := c.exchange.Splash
	if !required {
		switch s.control.Get("splashAbsent") {
		case "error":
			s.fail(c.w, errNotFound)
			return
		case "missing":
			writeJSON(c.w, http.StatusOK, answer)
			return
		}
	}
	splash := object{"splashRequired": required, "hasImage": false, "workspaceName": c.exchange.Name}
	if required {
		splash["acceptText"] = "I accept"
		splash["displayType"] = "DISPLAY_EVERYTIME"
		splash["splashType"] = "PUBLIC"
		splash["splashText"] = c.exchange.SplashText
		splash["splashUrl"] = ""
	}
	answer["splash"] = splash
	writeJSON(c.w, http.StatusOK, answer)
}

// postSplash is POST /v2/workspaces/{w}/splash: it enters the exchange. The answer
// is 201 in every case; only the state ALLOW lets in (Intralinks Python SDK).
func (s *Server) postSplash(c *call) {
	if !isJSON(c.r) {
		s.fail(c.w, errStrict("the Content-Type has to be application/json"))
		return
	}
	var body struct {
		AcceptSplash *bool `json:"acceptSplash"`
	}
	if err := s.decode(c.r, &body); err != nil {
		s.fail(c.w, errStrict("the body cannot be read: %v", err))
		return
	}
	if c.exchange.Restricted != "" {
		s.fail(c.w, errDenied(c.exchange.Restricted))
		return
	}
	state := s.entryState(c.exchange, body.AcceptSplash != nil && *body.AcceptSplash)
	if state == stateAllow {
		s.mu.Lock()
		s.entriesLocked(c.session)[c.exchange.ID] = true
		s.stats.EntriesMade++
		s.mu.Unlock()
	}
	writeJSON(c.w, http.StatusCreated, object{"status": fine(http.StatusCreated), "state": state})
}

// entryState is what stands between a caller and the exchange. The levels are those
// of the Intralinks developer portal; 2 to 4 ask only where the risk is high.
func (s *Server) entryState(e Exchange, accepted bool) string {
	risky := s.control.Get("risk") == "high"
	switch {
	case !accepted && (e.Splash || s.control.Get("acceptFalse") == "ACCEPT_SPLASH"):
		return "ACCEPT_SPLASH"
	case e.EntryState != "":
		return e.EntryState
	case e.SecurityLevel == 5, risky && (e.SecurityLevel == 2 || e.SecurityLevel == 3):
		return "SECURITY_QUESTION"
	case e.SecurityLevel == 6, risky && e.SecurityLevel == 4:
		return "ONE_TIME_PASSWORD"
	}
	return stateAllow
}
