package intralinks

import (
	"net/http"
	"time"
)

// grantRefresh renews a pair of tokens; the old access token ends.
func (s *Server) grantRefresh(w http.ResponseWriter, r *http.Request, app App) {
	old, refusal := s.refreshable(app, false, r.Form.Get("refresh_token"))
	if refusal != "" {
		s.failGrant(w, refusal)
		return
	}
	s.issueV2(w, r, &session{app: app.Key, account: old.account, person: old.person}, old)
}

// refreshable finds the session that a refresh token is good for. The refusal is
// worded as by the gateway's OAuth policy (Apigee's documentation).
func (s *Server) refreshable(app App, v3 bool, token string) (old *session, refusal string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	old = s.sessions.byRefresh[token]
	if old == nil || old.app != app.Key || old.v3 != v3 {
		return nil, "Invalid Refresh Token"
	}
	if refusal := s.usedUpLocked(old); refusal != "" {
		return nil, refusal
	}
	if !s.nowLocked().Before(old.refreshExpires) {
		return nil, "Refresh Token expired"
	}
	return old, ""
}

// usedUpLocked refuses a refresh token whose session is over. One that has been
// replaced may have been stolen, which some services answer by ending all that came
// of it (RFC 9700).
func (s *Server) usedUpLocked(old *session) string {
	if old.next != nil {
		s.stats.RefreshTokensReused++
		if s.control.Get("refreshReuse") == "revokes" {
			old.endLine(revoked)
		}
	}
	if old.ended != "" {
		return "Invalid Refresh Token"
	}
	return ""
}

// refreshLocked is the refresh token of a new session, and when it ends.
func (s *Server) refreshLocked(x, old *session, now time.Time) (token string, expires time.Time) {
	expires = now.Add(s.control.Duration("refreshTTL"))
	if old != nil {
		if s.control.Get("refreshExpiry") == "fixed" {
			expires = old.refreshExpires
		}
		if s.control.Get("refreshRotation") != "rotates" {
			return old.refresh, expires
		}
		return s.secretLocked(32), expires
	}
	if x.v3 || s.control.Bool("refreshGrant") || x.person && s.control.Get("codeRefreshToken") == "always" {
		return s.secretLocked(32), expires
	}
	return "", time.Time{}
}

// told is the refresh token that an answer carries; empty for none.
func (s *Server) told(x *session, refreshed bool) string {
	if refreshed && s.control.Get("refreshRotation") == "absent" {
		return ""
	}
	return x.refresh
}
