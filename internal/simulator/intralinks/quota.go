package intralinks

import (
	"net/http"
	"strconv"
	"time"
)

// window counts requests since its first one.
type window struct {
	start time.Time
	count int64
}

// overQuota answers for the gateway where more requests came than quota lets
// through, and tells so.
func (s *Server) overQuota(w http.ResponseWriter) bool {
	limit, per := s.control.Int("quota"), s.control.Duration("quotaPer")
	if limit <= 0 {
		return false
	}
	s.mu.Lock()
	now := s.nowLocked()
	if now.Sub(s.quota.start) >= per {
		s.quota = window{start: now}
	}
	s.quota.count++
	over, left := s.quota.count > limit, per-now.Sub(s.quota.start)
	s.mu.Unlock()
	if !over {
		return false
	}
	after := ""
	if s.control.Bool("quotaRetryAfter") {
		after = strconv.FormatInt(int64((left+time.Second-1)/time.Second), 10)
	}
	s.failThrottle(w, "quota", after)
	return true
}

// failThrottle answers as Apigee does for too many requests: of a longer time
// (quota) or at once (spikeArrest). Not seen from Intralinks.
func (s *Server) failThrottle(w http.ResponseWriter, code, retryAfter string) {
	if retryAfter != "" {
		w.Header().Set("Retry-After", retryAfter)
	}
	status, _ := strconv.Atoi(s.control.Get("throttleStatus")) // one of its values
	if code == "spikeArrest" {
		s.failGateway(w, status, "Spike arrest violation", "policies.ratelimit.SpikeArrestViolation")
		return
	}
	s.failGateway(w, status, "Rate limit quota violation", "policies.ratelimit.QuotaViolation")
}
