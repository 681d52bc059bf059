package apiserver

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/go-logr/logr"

	"dataroom.dev/intralinks-operator/internal/findings"
	"dataroom.dev/intralinks-operator/internal/guard"
	"dataroom.dev/intralinks-operator/internal/inspect"
	"dataroom.dev/intralinks-operator/internal/serving"
)

const (
	// Prefix of all paths.
	Prefix = "/api/v1/namespaces/"

	maxHeader = 32 << 10
	// atOnce is how many questions are answered at the same time.
	atOnce = 16
	// patience is how long a question may take, but for a verification, which waits for the allowance.
	patience = 5 * time.Minute
	// writePatience is how long the reader of an answer may stand still.
	writePatience = time.Minute
	// shutdownTimeout is how long answers have at the end.
	shutdownTimeout = 10 * time.Second
)

// Server answers on a loopback address.
type Server struct {
	// Address to listen on.
	Address string
	// Hosts are names by which it may be reached beside localhost and addresses: a browser that was led here under another
	// name is turned away.
	Hosts     []string
	Inspector *inspect.Inspector
	Guard     *guard.Guard
	// Elected is closed once this replica leads.
	Elected <-chan struct{}
	// Leader names the pod that leads; empty where that can't be told.
	Leader func(context.Context) string
	Log    logr.Logger

	pages map[string]http.Handler
}

// Handle serves a subtree of pages at the same address, such as /console/. They have the checks of Host and origin; who may
// see them is their own matter, and so is what a replica does that doesn't lead: see Leads.
func (s *Server) Handle(pattern string, pages http.Handler) {
	if s.pages == nil {
		s.pages = map[string]http.Handler{}
	}
	s.pages[pattern] = pages
}

// Leads is nil where this replica leads; else what to answer.
func (s *Server) Leads(ctx context.Context) *findings.Error {
	select {
	case <-s.Elected:
		return nil
	default:
	}
	e := &findings.Error{Code: http.StatusServiceUnavailable, Reason: findings.NotLeaderReason, Message: "another replica of the operator leads; ask that one"}
	if e.Leader = s.Leader(ctx); e.Leader != "" {
		e.Message = fmt.Sprintf("the replica %s of the operator leads; ask that one", e.Leader)
	}
	return e
}

// NeedLeaderElection implements manager.LeaderElectionRunnable: every replica tells who leads.
func (*Server) NeedLeaderElection() bool { return false }

// Start serves until ctx ends. An address that is taken is logged and ends nothing: documents cross all the same.
func (s *Server) Start(ctx context.Context) error {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", s.Address)
	if err != nil {
		s.Log.Error(err, "the API is not served, so the kubectl plugin gets no answers: give --api-bind-address an address that is free")
		<-ctx.Done()
		return nil
	}
	return s.Serve(ctx, listener)
}

// Serve serves on a listener until ctx ends.
func (s *Server) Serve(ctx context.Context, listener net.Listener) error {
	return serving.Until(ctx, &http.Server{
		Handler: s.Handler(), ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second, IdleTimeout: time.Minute,
		MaxHeaderBytes: maxHeader,
		// What is asked ends with ctx: a verification may wait for hours, and whoever asked asks the next leader.
		BaseContext: func(net.Listener) context.Context { return ctx },
	}, listener, shutdownTimeout)
}

// Handler serves the API and the pages that were hung up beside it.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	s.routes(mux)
	for pattern, pages := range s.pages {
		mux.Handle(pattern, pages)
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		refuse(w, &findings.Error{Code: http.StatusNotFound, Reason: findings.NotFoundReason, Message: "there is nothing at this address; see docs/api.md"})
	})
	return s.protect(mux)
}
