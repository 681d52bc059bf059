package intralinks

import (
	"net/http"
	"slices"
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
	person          bool // signed in on the page
	expires         time.Time
	refreshExpires  time.Time
	opened          time.Time
	lastUsed        time.Time
	entered         map[int64]bool
	ended           ending
	next            *session // what it was refreshed to
}

// endLine ends a session and all that it was refreshed to.
func (x *session) endLine(why ending) {
	for ; x != nil; x = x.next {
		x.ended = why
	}
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
func (x *sessions) liveOf(account string, now time.Time) bool {
	for _, other := range x.all {
		if other.account == account && other.live(now) {
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

// outcome is what comes of a sign-in or a refresh with good credentials.
type outcome int

const (
	opened outcome = iota
	// signedInElsewhere: the single-session rule forbids it.
	signedInElsewhere
	// overtaken: another refresh with the same token was faster.
	overtaken
)

// open starts a session, in place of an old one if there is one.
func (s *Server) open(x, old *session, ttl time.Duration, endOthers bool) outcome {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.nowLocked()
	if old != nil && s.usedUpLocked(old) != "" {
		return overtaken
	}
	single := s.singleLocked(x)
	if single && !endOthers && s.sessions.liveOf(x.account, now) {
		return signedInElsewhere
	}
	if single || (endOthers && s.control.Get("endOtherSessions") == "always") {
		s.sessions.end(x.account, taken)
	}
	x.entered = map[int64]bool{}
	if old != nil {
		old.ended, old.next = revoked, x
		if s.control.Bool("refreshKeepsEntry") {
			x.entered = old.entered
		}
	}
	x.access = s.secretLocked(28)
	if x.v3 && s.control.Get("v3Token") == "jwt" {
		x.access = s.secretLocked(120) + "." + s.secretLocked(400) + "." + s.secretLocked(342)
	}
	x.refresh, x.refreshExpires = s.refreshLocked(x, old, now)
	x.opened, x.expires, x.lastUsed = now, now.Add(ttl), now
	s.sessions.add(x)
	s.stats.TokensIssued++
	return opened
}

// singleLocked tells whether an account may have one session only. The strictest
// of account and exchanges wins, at sign-in (Intralinks developer portal).
func (s *Server) singleLocked(x *session) bool {
	if x.v3 && s.control.Get("v3Sessions") == "exempt" {
		return false
	}
	return s.control.Get("sessions") == "single" || s.accounts[x.account].SingleSession ||
		slices.ContainsFunc(s.exchanges, func(e *Exchange) bool { return e.SingleSession && s.sees(*e) })
}

// RevokeTokens ends every session, as an administrator of the service can.
func (s *Server) RevokeTokens() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sessions.end("", revoked)
}

// TakeOver signs a person in with an account in a browser, ending all its other
// sessions. Until an hour passes, the single-session rule counts that session. It
// returns false where there is no such account.
func (s *Server) TakeOver(email string) bool {
	account := strings.ToLower(email)
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.accounts[account]; !ok {
		return false
	}
	s.sessions.end(account, taken)
	s.sessions.add(&session{account: account, lastUsed: s.nowLocked()})
	return true
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
	if !x.live(now) && s.control.Get("idleSession") == "ends" {
		x.ended = taken
		return nil, x.ended
	}
	x.lastUsed = now
	return x, ""
}

func (s *Server) failTaken(w http.ResponseWriter, authorization string) {
	switch s.control.Get("sessionTakenAnswer") {
	case "018":
		failSignIn(w, "018", "The user has signed in elsewhere.")
	case "401":
		failToken(w, authorization)
	default:
		s.fail(w, errTaken)
	}
}
