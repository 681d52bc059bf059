package apiserver

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"time"

	"dataroom.dev/intralinks-operator/internal/findings"
)

// heartbeat is how often something is sent while there is nothing to tell, so that nothing on the way takes the connection for dead.
const heartbeat = 15 * time.Second

// lines writes a long answer. Its first line is sent at once, so an error behind it is a line, too.
type lines struct {
	mu      sync.Mutex
	encoder *json.Encoder
	flush   func() error
	begun   bool
	begin   func()
}

func newLines(w http.ResponseWriter) *lines {
	return &lines{encoder: json.NewEncoder(w), flush: http.NewResponseController(w).Flush, begin: func() {
		w.Header().Set("Content-Type", findings.MediaTypeLines)
	}}
}

// write sends a line; now means that the reader waits for it.
func (l *lines) write(line findings.Line, now bool) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.begun {
		l.begun = true
		l.begin()
	}
	if err := l.encoder.Encode(line); err != nil || !now {
		return err
	}
	return l.flush()
}

// stream answers with lines. An error before the first one is an ordinary answer.
func (s *Server) stream(ctx context.Context, w http.ResponseWriter, tell func(ctx context.Context, l *lines) error) error {
	l := newLines(w)
	err := tell(ctx, l)
	switch {
	case err == nil:
		return l.write(findings.Line{End: true}, true)
	case !l.begun || ctx.Err() != nil:
		return err
	}
	return l.write(findings.Line{Error: s.explain(err)}, true)
}

// beating sends something now and then until the returned function is called.
func (l *lines) beating(ctx context.Context) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var ended sync.WaitGroup
	ended.Go(func() {
		tick := time.NewTicker(heartbeat)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				if l.write(findings.Line{Waiting: true}, true) != nil {
					return
				}
			case <-ctx.Done():
				return
			}
		}
	})
	return func() {
		cancel()
		ended.Wait()
	}
}

// wantsLines tells whether a caller asks for a long answer as lines.
func wantsLines(r *http.Request) bool {
	return strings.Contains(r.Header.Get("Accept"), findings.MediaTypeLines)
}

func (s *Server) plan(ctx context.Context, w http.ResponseWriter, q question) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	plan, err := s.Inspector.Plan(ctx, q.object)
	if err != nil {
		return err
	}
	if !wantsLines(q.r) {
		return send(ctx, w, func(context.Context) (*findings.Plan, error) { return plan, nil })
	}
	actions := plan.Actions
	plan.Actions = nil
	return s.stream(ctx, w, func(_ context.Context, l *lines) error {
		if err := l.write(findings.Line{Plan: plan}, false); err != nil {
			return err
		}
		for k := range actions {
			if err := l.write(findings.Line{Action: &actions[k]}, false); err != nil {
				return err
			}
		}
		return nil
	})
}

// documents are a page, or as lines all of them.
func (s *Server) documents(ctx context.Context, w http.ResponseWriter, q question) error {
	query, err := listQuery(q.r)
	if err != nil {
		return err
	}
	if !wantsLines(q.r) {
		return send(ctx, w, func(ctx context.Context) (*findings.Page[findings.Document], error) {
			return s.Inspector.Documents(ctx, q.object, query)
		})
	}
	register, err := s.Inspector.Register(ctx, q.object)
	if err != nil {
		return err
	}
	return s.stream(ctx, w, func(ctx context.Context, l *lines) error {
		if err := l.write(findings.Line{Register: register}, false); err != nil {
			return err
		}
		for d, err := range s.Inspector.EachDocument(ctx, q.object, query.Search) {
			if err != nil {
				return err
			}
			if err := l.write(findings.Line{Document: &d}, false); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *Server) verify(ctx context.Context, w http.ResponseWriter, q question) error {
	o, err := verifyOptions(q.r)
	if err != nil {
		return err
	}
	return s.stream(ctx, w, func(ctx context.Context, l *lines) error {
		stop := l.beating(ctx)
		defer stop()
		found, err := s.Inspector.Verify(ctx, q.object, o, func(d findings.Difference) error {
			return l.write(findings.Line{Difference: &d}, true)
		})
		if err != nil {
			return err
		}
		return l.write(findings.Line{Verification: found}, true)
	})
}
