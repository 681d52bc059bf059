package intralinks

import (
	"net/http"
	"strings"

	"dataroom.dev/intralinks-operator/internal/simulator/dataroom"
)

// The roles that decide what an account sees. The real service has more of them;
// these are the ones that differ for a reader (Intralinks developer portal).
const (
	roleManager   = "manager"
	rolePublisher = "publisher"
	roleReviewer  = "reviewer"
)

// The phases of an exchange, and the word for a closed one (Intralinks developer
// portal: a filter of version 1 takes it).
const (
	phaseOpen        = "OPEN"
	phasePreparation = "PREPARATION"
	phaseHold        = "HOLD"
	phaseDeleted     = "DELETED"
)

// The types of an exchange (Intralinks Python SDK).
const (
	typeOrdinary = "ARC"
	typeLegacy   = "IL5"
)

// bars tells whether the phase keeps the account out: HOLD is for managers, and
// PREPARATION for publishers as well (Intralinks developer portal).
func (s *Server) bars(e Exchange) bool {
	switch role := s.control.Get("role"); e.Phase {
	case phaseHold:
		return role != roleManager
	case phasePreparation:
		return role == roleReviewer
	}
	return false
}

// sees tells whether the account finds the exchange at all.
func (s *Server) sees(e Exchange) bool {
	switch {
	case e.Inaccessible:
		return false
	case e.Closed && s.control.Get("closedExchange") == "gone":
		return false
	}
	return s.control.Get("phaseAnswer") != "unlisted" || !s.bars(e)
}

// hides tells whether a flag of a folder or document applies to the account: a
// manager sees everything.
func (s *Server) hides(hidden bool) bool { return hidden && s.control.Get("role") != roleManager }

// reaches tells whether the account may see a document.
func (s *Server) reaches(room *dataroom.Room, d *dataroom.Document) bool {
	seen := map[int64]bool{}
	for id := d.Parent; id != 0 && !seen[id]; {
		seen[id] = true
		f, ok := room.Folder(id)
		if !ok {
			break
		}
		if s.hides(f.Hidden) {
			return false
		}
		id = f.Parent
	}
	return !s.hides(d.Hidden)
}

// people lets calls through for the lists of people in an exchange, which need no
// entry. Those of a legacy exchange were seen to fail (Intralinks Python SDK).
func (s *Server) people(next func(*call), known ...string) http.HandlerFunc {
	return s.within(func(c *call) {
		if c.exchange.Type == typeLegacy {
			s.fail(c.w, errNoPermission)
			return
		}
		next(c)
	}, known...)
}

// entered lets calls through for the content of an exchange that the session has
// entered.
func (s *Server) entered(next func(*call), known ...string) http.HandlerFunc {
	return s.within(func(c *call) {
		switch e := c.exchange; {
		case e.Type == typeLegacy && s.control.Get("legacyContent") == "denied":
			s.refuse(c, errNoPermission)
		case e.Restricted != "":
			s.refuse(c, errDenied(e.Restricted))
		case s.bars(e) && s.control.Get("phaseAnswer") == "1-1-3":
			s.refuse(c, errNoPermission)
		case s.bars(e):
			s.refuse(c, errNotFound)
		case !s.mayPass(c):
			// Without a Location: nothing is to be fetched elsewhere.
			s.refuse(c, errNotEntered)
		default:
			next(c)
		}
	}, known...)
}

// refuse answers an error of the gate. Whether the errors of a download that come
// from the gate are in XML as well is not known.
func (s *Server) refuse(c *call, e apiError) {
	if strings.HasSuffix(c.r.URL.Path, "/file") && s.control.Get("fileErrors") == "xml-all" {
		s.failXML(c.w, s.statusOf(e), e)
		return
	}
	s.fail(c.w, e)
}
