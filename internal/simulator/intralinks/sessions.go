package intralinks

import (
	"net/http"
	"strings"
	"time"
)

// sessionIdle is how long a session counts as live after its last request
// (Intralinks developer portal: 60 minutes at least).
const sessionIdle = time.Hour

// ending tells why a session is over.
type ending string

const (
	revoked ending = "revoked"
	taken   ending = "taken"
)

// session is one sign-in with its pair of tokens.
type session struct {
	access, refresh string
	app, account    string
	v3              bool
	expires         time.Time
	refreshExpires  time.Time
	lastUsed        time.Time
	entered         map[int64]bool
	ended           ending
}

func (x *session) live(now time.Time) bool {
	return x.ended == "" && now.Before(x.lastUsed.Add(sessionIdle))
}

// sessions finds sessions by their tokens. Over ones stay, to answer as such.
type sessions struct {
	all       []*session
	byAccess  map[string]*session
	byRefresh map[string]*session
	// byAccount are the entries that outlive a token when entryScope says so.
	byAccount map[string]map[int64]bool
}

func newSessions() sessions {
	return sessions{
		byAccess:  map[string]*session{},
		byRefresh: map[string]*session{},
		byAccount: map[string]map[int64]bool{},
	}
}

func (x *sessions) add(n *session) {
	x.all = append(x.all, n)
	if n.access != "" {
		x.byAccess[n.access] = n
	}
	if n.refresh != "" {
		x.byRefresh[n.refresh] = n
	}
}

// liveOf tells whether the account has a session that a single-session rule counts.
func (x *sessions) liveOf(account string, now time.Time, but *session) bool {
	for _, other := range x.all {
		if other != but && other.account == account && other.live(now) {
			return true
		}
	}
	return false
}

// end ends the sessions of an account, or all of them for "".
func (x *sessions) end(account string, why ending) {
	for _, other := range x.all {
		if other.ended == "" && (account == "" || other.account == account) {
			other.ended = why
		}
	}
}

// RevokeTokens ends every session, as an administrator of the service can.
func (s *Server) RevokeTokens() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sessions.end("", revoked)
}

// TakeOver signs a person in with an account in a browser, ending all its other
// sessions. Until an hour passes, the single-session rule counts that session.
func (s *Server) TakeOver(email string) {
	account := strings.ToLower(email)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sessions.end(account, taken)
	s.sessions.add(&session{account: account, lastUsed: s.nowLocked()})
}

// call is a request with a valid session.
type call struct {
	w       http.ResponseWriter
	r       *http.Request
	session *session
	// exchange is set below /v2/workspaces/{w}.
	exchange Exchange
}

// signedIn lets requests with a valid access token through.
func (s *Server) signedIn(next func(*call)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		authorization := r.Header.Get("Authorization")
		x, why := s.authenticate(r, authorization)
		switch {
		case x != nil:
			next(&call{w: w, r: r, session: x})
		case why == taken:
			s.failTaken(w, authorization)
		default:
			failToken(w, authorization)
		}
	}
}

func (s *Server) authenticate(r *http.Request, authorization string) (*session, ending) {
	token, bearer := strings.CutPrefix(authorization, "Bearer ")
	s.mu.Lock()
	defer s.mu.Unlock()
	x := s.sessions.byAccess[token]
	if !bearer || x == nil {
		return nil, ""
	}
	switch faultOf(r).Fault {
	case faultUnauthorized:
		return nil, ""
	case faultExpire:
		x.ended = revoked
	case faultTaken:
		x.ended = taken
	}
	now := s.nowLocked()
	if x.ended != "" || !now.Before(x.expires) {
		return nil, x.ended
	}
	x.lastUsed = now
	return x, ""
}

func (s *Server) failTaken(w http.ResponseWriter, authorization string) {
	switch s.control.Get("sessionTakenAnswer") {
	case "018":
		failSignIn(w, http.StatusForbidden, "018", "The user has signed in elsewhere.")
	case "401":
		failToken(w, authorization)
	default:
		s.fail(w, errTaken)
	}
}
