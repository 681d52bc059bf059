package intralinks

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"

	"dataroom.dev/intralinks-operator/internal/simulator/control"
	"dataroom.dev/intralinks-operator/internal/simulator/dataroom"
)

// Server is the simulated service. It is an http.Handler, safe for concurrent use.
type Server struct {
	control *control.Control
	handler http.Handler
	routes  *http.ServeMux
	clock   func() time.Time

	mu        sync.Mutex
	offset    time.Duration
	rng       *rand.Rand
	nextID    int64
	exchanges []*Exchange
	apps      map[string]App
	accounts  map[string]Account
	sessions  sessions
	read      map[reading]bool
	tickets   map[string]ticket
	hashes    map[hashKey]string
	failures  map[string]int64 // wrong passwords in a row, by account
	quota     window
	stats     Stats
	signInURL string // where SignInPages are
	// authorizations are the sign-ins on the page that are not finished, by the handle in its form.
	authorizations map[string]authorization
	codes          map[string]*code
}

// Stats are counts that the request log does not tell.
type Stats struct {
	InFlight    int `json:"inFlight"`
	MaxInFlight int `json:"maxInFlight"`
	// TokensIssued counts sign-ins and refreshes, EntriesMade successful entries.
	TokensIssued int `json:"tokensIssued"`
	EntriesMade  int `json:"entriesMade"`
	// CodesIssued counts people who signed in on the page, CodesReused exchanges of a code that was exchanged
	// before.
	CodesIssued int `json:"codesIssued"`
	CodesReused int `json:"codesReused"`
	// RefreshTokensReused counts refreshes with a token that another had taken the place of.
	RefreshTokensReused int `json:"refreshTokensReused"`
	// TokensRevoked counts tokens that their holder gave back.
	TokensRevoked int `json:"tokensRevoked"`
	// BearersLeaked counts requests to the storage host that brought a bearer.
	BearersLeaked int `json:"bearersLeaked"`
}

// New returns a server with every switch at its default.
func New(o Options) *Server {
	o = o.withDefaults()
	s := &Server{
		control:  control.New(Switches(), Faults()),
		clock:    o.Clock,
		rng:      rand.New(rand.NewPCG(uint64(o.Seed), 1)), //nolint:gosec // repeatable on purpose
		nextID:   7_200_005,
		apps:     map[string]App{},
		accounts: map[string]Account{},
		sessions: newSessions(),
		read:     map[reading]bool{},
		tickets:  map[string]ticket{},
		hashes:   map[hashKey]string{},
		failures: map[string]int64{},

		authorizations: map[string]authorization{},
		codes:          map[string]*code{},
	}
	for _, a := range o.Apps {
		s.apps[a.Key] = a
	}
	for _, a := range o.Accounts {
		s.accounts[strings.ToLower(a.Email)] = a
	}
	for _, e := range o.Exchanges {
		s.AddExchange(e)
	}
	s.control.SetClock(s.now)
	s.routes = s.serviceRoutes()
	s.adminRoutes()
	s.handler = s.control.Serve(http.HandlerFunc(s.serve))
	return s
}

// ServeHTTP implements http.Handler: the service, and the admin API below /_sim/.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// Control gives access to switches, faults and the request log.
func (s *Server) Control() *control.Control { return s.control }

// Room returns what lies in an exchange.
func (s *Server) Room(exchange int64) (*dataroom.Room, bool) {
	if e, ok := s.exchange(exchange); ok {
		return e.Room, true
	}
	return nil, false
}

// Advance moves the server's clock ahead.
func (s *Server) Advance(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.offset += d
}

// Stats returns the counts since the start.
func (s *Server) Stats() Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stats
}

func (s *Server) now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.nowLocked()
}

func (s *Server) nowLocked() time.Time { return s.clock().Add(s.offset) }

// secretLocked makes a random text of letters and digits.
func (s *Server) secretLocked(length int) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	out := make([]byte, length)
	for i := range out {
		out[i] = alphabet[s.rng.IntN(len(alphabet))]
	}
	return string(out)
}

// errorID looks like a UUID followed by the time in milliseconds.
func (s *Server) errorID() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, b := s.rng.Uint64(), s.rng.Uint64()
	return fmt.Sprintf("%08x-%04x-4%03x-8%03x-%012x-%d",
		a>>32, a>>16&0xffff, a&0xfff, b>>52, b&0xffffffffffff, s.nowLocked().UnixMilli())
}

// serve answers one request of the service.
func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	defer s.count()()
	w.Header().Set("Date", s.clock().Add(s.control.Duration("clockSkew")).UTC().Format(http.TimeFormat))
	if !wait(r, s.control.Duration("latency")) {
		return
	}
	if s.overQuota(w) {
		return
	}
	if rule, due := s.control.Due(r); due {
		var answered bool
		if w, r, answered = s.strike(w, r, rule); answered {
			return
		}
	}
	// The router would redirect an unclean path, with a Location.
	if path.Clean(r.URL.Path) != r.URL.Path {
		noSuchPath(w)
		return
	}
	s.routes.ServeHTTP(w, r)
}

// count keeps the number of requests under way.
func (s *Server) count() (done func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stats.InFlight++
	s.stats.MaxInFlight = max(s.stats.MaxInFlight, s.stats.InFlight)
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.stats.InFlight--
	}
}
