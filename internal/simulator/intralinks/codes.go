package intralinks

import (
	"net/http"
	"net/url"
	"time"
)

// code is what a person's sign-in gives to the application.
type code struct {
	authorization
	account string
	expires time.Time
	// session is what it was exchanged for; nil before.
	session *session
}

// issueLocked makes a code for a person who has signed in.
func (s *Server) issueLocked(pending authorization, account string) string {
	text := s.secretLocked(8)
	s.codes[text] = &code{authorization: pending, account: account, expires: s.nowLocked().Add(s.control.Duration("codeTTL"))}
	s.stats.CodesIssued++
	if pending.endOthers && (s.control.Get("endOtherSessions") == "always" || s.singleLocked(&session{account: account, v3: pending.v3})) {
		s.sessions.end(account, taken)
	}
	return text
}

// redeem exchanges a code for a session that is not open yet. The refusal is one of
// the texts of the gateway's OAuth policy (Apigee's documentation).
func (s *Server) redeem(app App, v3 bool, form url.Values) (x *session, refusal string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.codes[form.Get("code")]
	if c == nil || c.app != app.Key || c.v3 != v3 {
		return nil, "Invalid Authorization Code"
	}
	if c.session != nil {
		s.stats.CodesReused++
		if s.control.Get("codeReplay") == "revokes" {
			c.session.endLine(revoked)
		}
		return nil, "Invalid Authorization Code"
	}
	switch redirect := form.Get("redirect_uri"); {
	case !s.nowLocked().Before(c.expires):
		return nil, "Invalid Authorization Code"
	case c.given != "" && redirect == "":
		return nil, "Required param : redirect_uri"
	case redirect != "" && redirect != c.callback:
		return nil, "Invalid redirect_uri : " + redirect
	case s.pkce(v3) != "unknown" && !verifies(c.challenge, form.Get("code_verifier")):
		return nil, "Invalid code_verifier"
	}
	c.session = &session{app: app.Key, account: c.account, v3: v3, person: true}
	return c.session, ""
}

// grantCode turns a code of V2 into tokens.
func (s *Server) grantCode(w http.ResponseWriter, r *http.Request, app App) {
	x, refusal := s.redeem(app, false, r.Form)
	if refusal != "" {
		s.failGrant(w, refusal)
		return
	}
	s.issueV2(w, r, x, nil)
}

// failGrant answers a code or a refresh token that is not good. How the service does
// that is not known.
func (s *Server) failGrant(w http.ResponseWriter, message string) {
	switch s.control.Get("grantError") {
	case "017":
		failSignIn(w, "017", message)
	case "oauth":
		writeJSON(w, http.StatusBadRequest, object{"error": "invalid_grant", "error_description": message})
	default:
		failGrantByCode(w, message)
	}
}

// failGrantByCode is how the gateway words it (Apigee's documentation).
func failGrantByCode(w http.ResponseWriter, message string) {
	writeJSON(w, http.StatusBadRequest, object{"ErrorCode": "invalid_request", "Error": message})
}
