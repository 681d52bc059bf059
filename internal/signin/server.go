package signin

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/go-logr/logr"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"dataroom.dev/intralinks-operator/internal/connect"
	"dataroom.dev/intralinks-operator/internal/serving"
	"dataroom.dev/intralinks-operator/internal/tokens"
	"dataroom.dev/intralinks-operator/internal/webpage"
)

const (
	// maxForm is the size of a form, maxHeader that of a request's head: a callback's query is in it.
	maxForm   = 4 << 10
	maxHeader = 16 << 10
	// atOnce is how many requests may ask the API server at once. Anybody can send some that look right.
	atOnce = 16
	// stepTimeout bounds what follows from a request, also when the browser has gone by then.
	stepTimeout = 40 * time.Second
	// shutdownTimeout is how long requests have at the end.
	shutdownTimeout = 20 * time.Second
)

// Server serves the pages. Every replica does, because whichever the callback reaches has to take it.
type Server struct {
	// Address to listen on.
	Address string
	// ExternalURL is the origin by which people reach the pages, such as https://operator.example.com.
	ExternalURL string
	// Integrations may be a cache.
	Integrations client.Reader
	Connector    *connect.Connector
	Desk         *Desk
	Tokens       *tokens.Secrets
	// Changed is called when a sign-in got further.
	Changed func(types.NamespacedName)
	Clock   clock.PassiveClock
	Log     logr.Logger
}

// NeedLeaderElection implements manager.LeaderElectionRunnable.
func (*Server) NeedLeaderElection() bool { return false }

// Start serves until ctx ends.
func (s *Server) Start(ctx context.Context) error {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", s.Address)
	if err != nil {
		return fmt.Errorf("--sign-in-bind-address: %w", err)
	}
	return s.Serve(ctx, listener)
}

// Serve serves on a listener until ctx ends.
func (s *Server) Serve(ctx context.Context, listener net.Listener) error {
	return serving.Until(ctx, &http.Server{
		Handler: s.Handler(), ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second,
		WriteTimeout: stepTimeout + 20*time.Second, IdleTimeout: time.Minute, MaxHeaderBytes: maxHeader,
	}, listener, shutdownTimeout)
}

// Handler serves the pages.
func (s *Server) Handler() http.Handler {
	turns := make(chan struct{}, atOnce)
	inTurn := func(step http.HandlerFunc) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), stepTimeout)
			defer cancel()
			select {
			case turns <- struct{}{}:
				defer func() { <-turns }()
				step(w, r.WithContext(ctx))
			case <-r.Context().Done():
			}
		}
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+LoginPath, s.offer)
	mux.HandleFunc("POST "+LoginPath, inTurn(s.begin))
	mux.HandleFunc("GET "+connect.CallbackPath, inTurn(onlyGet(s.callback)))
	mux.HandleFunc("POST /auth/confirm", inTurn(s.confirm))
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		tell(w, http.StatusNotFound, noticePage{page: page{Title: "There is no such page"}, Text: []string{
			"Sign-ins to Intralinks begin with a link from the status of an IntralinksIntegration."}})
	})
	return webpage.Protect(policy(""), mux)
}

// onlyGet keeps a HEAD, which a scanner sends, from counting as the person.
func onlyGet(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet {
			w.WriteHeader(http.StatusMethodNotAllowed)
			return
		}
		next(w, r)
	}
}

// form reads a form that was sent from a page of this server; it answers where there is none.
func (s *Server) form(w http.ResponseWriter, r *http.Request) bool {
	if !s.ownForm(r) {
		tell(w, http.StatusForbidden, noticePage{page: page{Title: "This didn’t come from the sign-in page"}, Text: []string{
			"Another page, or a very old browser, has sent this. Open the link from the integration’s status, and use the button there."}})
		return false
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		tell(w, http.StatusBadRequest, noticePage{page: page{Title: "This form can’t be read"}, Text: []string{"Open the link again."}})
		return false
	}
	return true
}

func (s *Server) changed(integration types.NamespacedName) {
	if s.Changed != nil {
		s.Changed(integration)
	}
}

// failed answers for what the API server didn't do.
func (s *Server) failed(w http.ResponseWriter, integration types.NamespacedName, err error) {
	s.Log.Error(err, "sign-in", "integration", integration.String())
	tell(w, http.StatusServiceUnavailable, noticePage{page: page{Title: "This didn’t work"}, Text: []string{
		"The operator can’t reach its own records at the moment. Try again in a minute; if it stays, ask whoever looks after the operator."}})
}
