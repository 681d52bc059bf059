package luminance

import (
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"dataroom.dev/intralinks-operator/internal/simulator/control"
)

// Credentials of the service user where Options names none.
const (
	DefaultClientID     = "operator"
	DefaultClientSecret = "simulated-client-secret"
)

// Options configure a simulated instance. The zero value is a usable one that
// keeps everything in memory.
type Options struct {
	// ReceivedDir is where received documents are laid down as files; empty
	// keeps them in memory. The folder is created if it is missing. It must be
	// empty, or one that a simulator filled before: that one is emptied.
	ReceivedDir string
	// ClientID and ClientSecret of the service user; default to the constants.
	ClientID, ClientSecret string
	// Divisions of the instance; default to DefaultDivisions.
	Divisions []Division
	// Clock tells the time; default is time.Now.
	Clock func() time.Time
}

// Simulator is one simulated Luminance instance; it is an http.Handler. All its
// methods are safe for concurrent use.
type Simulator struct {
	control                *control.Control
	clientID, clientSecret string
	clock                  func() time.Time
	offset                 atomic.Int64
	allowance              *allowance
	tokens                 *tokens
	store                  *store
	started                time.Time
	handler                http.Handler

	mu      sync.Mutex
	refused []Refused
}

// New returns a simulated instance with the allowance on and every switch at its
// default. It fails if the folder for received documents can't be used.
func New(o Options) (*Simulator, error) {
	if o.ClientID == "" {
		o.ClientID = DefaultClientID
	}
	if o.ClientSecret == "" {
		o.ClientSecret = DefaultClientSecret
	}
	if o.Divisions == nil {
		o.Divisions = DefaultDivisions()
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	contents, err := openContents(o.ReceivedDir)
	if err != nil {
		return nil, err
	}
	s := &Simulator{
		control:      control.New(switches(), faultKinds()),
		clientID:     o.ClientID,
		clientSecret: o.ClientSecret,
		clock:        o.Clock,
		allowance:    newAllowance(),
		tokens:       newTokens(),
	}
	s.control.SetClock(s.now)
	s.started = s.told()
	if s.store, err = newStore(o.Divisions, contents, s.started); err != nil {
		return nil, err
	}
	s.addAdminRoutes()
	s.handler = s.control.Serve(http.HandlerFunc(s.serve))
	return s, nil
}

// ServeHTTP implements http.Handler.
func (s *Simulator) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// Control gives access to the switches, faults and request log.
func (s *Simulator) Control() *control.Control { return s.control }

// Advance moves the simulator's clock forward, on top of Options.Clock.
func (s *Simulator) Advance(d time.Duration) { s.offset.Add(int64(d)) }

// now is the simulator's time: its clock, and what it was advanced by. Whatever
// takes time goes by it.
func (s *Simulator) now() time.Time { return s.clock().Add(time.Duration(s.offset.Load())) }

// told is the time that the service tells: now, and the skew that was switched on.
func (s *Simulator) told() time.Time { return s.now().Add(s.control.Duration("clockSkew")) }

// serve answers everything outside the admin API: the allowance first, then a
// fault that is due, then the service.
func (s *Simulator) serve(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Date", s.told().UTC().Format(http.TimeFormat))
	if s.charge(w, r, s.now()) {
		rule, _ := s.control.Due(r)
		s.strike(w, r, rule, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == tokenPath {
				s.serveToken(w, r)
				return
			}
			s.route(w, r, rule)
		})
	}
	// An answer to an upload that is refused goes out once all of it came, or the
	// client might meet a closed connection instead. A client that asked first
	// (Expect) sends nothing more.
	if !s.control.Bool("earlyRefusal") && r.Header.Get("Expect") == "" {
		drain(r)
	}
}
