// Package lead tells a process that it leads no more, without asking anybody: by the time since it last renewed its lease.
//
// client-go notices as well, but late. A process that was frozen tries for as long as it may to renew a lease that
// another one has by then; one that is cut off from the API server first tries to give back what it lost. Meanwhile its
// controllers work. What asks Lapsed first does nothing from the moment on in which another process may have begun.
package lead

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"time"

	"k8s.io/utils/clock"
)

// ErrLost is what a process ends with that leads no more. The words are controller-runtime's own.
var ErrLost = errors.New("leader election lost")

// margin is left for what was begun just before a lease ran out.
const margin = 3 * time.Second

// lookInterval is how often the time is looked at.
const lookInterval = time.Second

// Lease is the lease of this process, which may not have it yet. Its methods may be called from many goroutines. A nil
// *Lease never lapses: it is that of a process that runs without leader election.
type Lease struct {
	// Duration after which others take it.
	Duration time.Duration
	Clock    clock.WithTicker

	mu      sync.Mutex
	renewed time.Time // when the last renewal that went through was begun; zero: it never led
}

// Lapsed tells that this process has led, and that another one may lead by now. There is no way back.
func (l *Lease) Lapsed() bool {
	if l == nil {
		return false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.renewed.IsZero() {
		return false
	}
	// The clock of intervals stands still while a whole machine is suspended, that of the wall doesn't.
	now := l.Clock.Now()
	return max(now.Sub(l.renewed), now.Round(0).Sub(l.renewed.Round(0))) > l.Duration-margin
}

// Check fails with ErrLost once the lease has lapsed.
func (l *Lease) Check() error {
	if l.Lapsed() {
		return ErrLost
	}
	return nil
}

// Start waits until ctx ends, or fails with ErrLost. It is for the replica that leads.
func (l *Lease) Start(ctx context.Context) error {
	ticker := l.Clock.NewTicker(lookInterval)
	defer ticker.Stop()
	for {
		if err := l.Check(); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C():
		}
	}
}

// Transport watches the requests by which a lease is taken and renewed, and lets none through once it has lapsed.
func (l *Lease) Transport(base http.RoundTripper) http.RoundTripper { return &transport{l, base} }

type transport struct {
	lease *Lease
	base  http.RoundTripper
}

// RoundTrip implements http.RoundTripper.
func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Method == http.MethodGet || !strings.Contains(req.URL.Path, "/leases") {
		return t.base.RoundTrip(req)
	}
	if err := t.lease.Check(); err != nil {
		if req.Body != nil {
			_ = req.Body.Close()
		}
		return nil, err
	}
	began := t.lease.Clock.Now()
	resp, err := t.base.RoundTrip(req)
	if err == nil && resp.StatusCode < http.StatusMultipleChoices {
		t.lease.note(began)
	}
	return resp, err
}

func (l *Lease) note(began time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.renewed = began
}
