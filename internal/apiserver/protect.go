package apiserver

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"dataroom.dev/intralinks-operator/internal/findings"
)

// protect keeps away what a page of somebody else makes a browser send. A browser that was led here under a name of theirs (DNS
// rebinding) tells that name as Host; one that sends across sites says so.
func (s *Server) protect(next http.Handler) http.Handler {
	crossing := http.NewCrossOriginProtection()
	crossing.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		refuse(w, &findings.Error{Code: http.StatusForbidden, Reason: findings.ForbiddenReason, Message: "another site has sent this"})
	}))
	guarded := crossing.Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cache-Control", "no-store")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		if !s.own(r.Host) {
			refuse(w, &findings.Error{Code: http.StatusMisdirectedRequest, Reason: findings.ForbiddenReason,
				Message: "this host name isn't the operator's; reach it as localhost, or name the host in --api-hosts"})
			return
		}
		guarded.ServeHTTP(w, r)
	})
}

// own tells whether a Host is one of this server. An address can't be led elsewhere.
func (s *Server) own(host string) bool {
	name := host
	if h, _, err := net.SplitHostPort(host); err == nil {
		name = h
	}
	name = strings.ToLower(strings.TrimSuffix(name, "."))
	if _, err := netip.ParseAddr(strings.Trim(name, "[]")); err == nil {
		return true
	}
	return name == "localhost" || slices.Contains(s.Hosts, name)
}

// crossSite tells whether a browser says that a page of another site asks. The API has nothing for pages at all.
func crossSite(r *http.Request) bool {
	switch r.Header.Get("Sec-Fetch-Site") {
	case "", "none", "same-origin":
		return r.Header.Get("Origin") != "" && !strings.HasSuffix(r.Header.Get("Origin"), "://"+r.Host)
	}
	return true
}
