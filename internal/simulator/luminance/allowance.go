package luminance

import (
	"math"
	"net/http"
	"strconv"
	"sync"
	"time"

	"dataroom.dev/intralinks-operator/internal/simulator/control"
)

// Usage is what became of the allowance.
type Usage struct {
	// Limit and Per are the allowance in force; a Limit of 0 is none.
	Limit int    `json:"limit"`
	Per   string `json:"per"`
	// Used counts what was let through in the last Per.
	Used int `json:"used"`
	// Total counts what was let through at all.
	Total int `json:"total"`
	// Refused counts the answers of 429 for want of allowance.
	Refused int `json:"refused"`
	// Largest is the largest number let through in any stretch of Per.
	Largest int `json:"largest"`
}

// allowance counts requests, in all and by who shares an allowance.
type allowance struct {
	mu      sync.Mutex
	scopes  map[string]*window
	all     window
	total   int
	refused int
	largest int
}

func newAllowance() *allowance { return &allowance{scopes: map[string]*window{}} }

// window holds the times of requests, oldest first, and the start and count of
// the present fixed window.
type window struct {
	times []time.Time
	head  int
	start time.Time
	count int
}

// forget drops what lies a whole period or more before now.
func (w *window) forget(now time.Time, per time.Duration) {
	for w.head < len(w.times) && now.Sub(w.times[w.head]) >= per {
		w.head++
	}
	if w.head > 64 && w.head > len(w.times)/2 {
		w.times = append(w.times[:0], w.times[w.head:]...)
		w.head = 0
	}
}

func (w *window) len() int { return len(w.times) - w.head }

// wait returns how long it takes until one more request fits; 0 is now.
func (w *window) wait(now time.Time, limit int, per time.Duration, fixed bool) time.Duration {
	if fixed {
		if now.Sub(w.start) >= per {
			w.start, w.count = now, 0
		}
		if w.count < limit {
			return 0
		}
		return w.start.Add(per).Sub(now)
	}
	w.forget(now, per)
	if w.len() < limit {
		return 0
	}
	return w.times[len(w.times)-limit].Add(per).Sub(now)
}

func (w *window) add(now time.Time) {
	w.times = append(w.times, now)
	w.count++
}

// charge takes a request off the allowance, or answers 429 and returns false.
func (s *Simulator) charge(w http.ResponseWriter, r *http.Request, now time.Time) bool {
	if r.URL.Path == tokenPath && !s.control.Bool("tokenCounts") {
		return true
	}
	scope := ""
	if s.control.Get("rateScope") == "token" {
		scope = r.Header.Get("Authorization")
	}
	limit, per := int(s.control.Int("budgetRequests")), s.control.Duration("budgetPer")
	wait := s.allowance.take(scope, now, limit, per, s.control.Get("rateWindow") == "fixed", s.control.Bool("refusedCounts"))
	if wait > 0 {
		if s.control.Bool("retryAfter") {
			w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
		}
		w.WriteHeader(http.StatusTooManyRequests)
		return false
	}
	control.Count(r)
	return true
}

// take returns 0 and counts the request, or returns how long to wait.
func (a *allowance) take(scope string, now time.Time, limit int, per time.Duration, fixed, refusedCounts bool) time.Duration {
	a.mu.Lock()
	defer a.mu.Unlock()
	own, ok := a.scopes[scope]
	if !ok {
		own = &window{}
		a.scopes[scope] = own
	}
	if limit > 0 {
		if wait := own.wait(now, limit, per, fixed); wait > 0 {
			a.refused++
			if refusedCounts {
				own.add(now)
			}
			return wait
		}
	}
	own.forget(now, per)
	own.add(now)
	a.all.forget(now, per)
	a.all.add(now)
	a.total++
	a.largest = max(a.largest, a.all.len())
	return 0
}

// Usage returns what became of the allowance since the start or ResetUsage.
func (s *Simulator) Usage() Usage {
	now, per := s.now(), s.control.Duration("budgetPer")
	a := s.allowance
	a.mu.Lock()
	defer a.mu.Unlock()
	a.all.forget(now, per)
	return Usage{
		Limit: int(s.control.Int("budgetRequests")), Per: per.String(),
		Used: a.all.len(), Total: a.total, Refused: a.refused, Largest: a.largest,
	}
}

// ResetUsage gives everybody the whole allowance again and counts from 0.
func (s *Simulator) ResetUsage() {
	a := s.allowance
	a.mu.Lock()
	defer a.mu.Unlock()
	a.scopes, a.all, a.total, a.refused, a.largest = map[string]*window{}, window{}, 0, 0, 0
}
