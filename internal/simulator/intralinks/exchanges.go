package intralinks

import (
	"net/http"
	"slices"
)

// workspace is an exchange as the API shows it. Two flags are "T" or "F", and the
// version is a plain number here alone (Intralinks Python SDK).
type workspace struct {
	ID               int64      `json:"id"`
	Name             string     `json:"name"`
	WorkspaceName    string     `json:"workspaceName"`
	Description      string     `json:"description,omitempty"`
	Host             string     `json:"host"`
	Phase            string     `json:"phase"`
	Type             string     `json:"type"`
	SecurityLevel    int        `json:"securityLevel"`
	Version          int        `json:"version"`
	ParentTemplateID int64      `json:"parentTemplateId"`
	BusinessGroupID  int64      `json:"businessGroupId"`
	PVPEnabled       string     `json:"pvpEnabled"`
	HTMLViewEnabled  string     `json:"htmlViewEnabled"`
	Statistics       statistics `json:"statistics"`
}

type statistics struct {
	NewTasks               int `json:"newTasks"`
	NewParticipantRequests int `json:"newParticipantRequests"`
}

func (s *Server) workspaceOf(e Exchange) workspace {
	return workspace{
		ID: e.ID, Name: e.Name, WorkspaceName: e.Name, Host: e.Host, Phase: s.phaseOf(e), Type: e.Type,
		SecurityLevel: e.SecurityLevel, Version: 3 + e.edits, ParentTemplateID: 4242, BusinessGroupID: 5151,
		PVPEnabled: "F", HTMLViewEnabled: "F",
	}
}

// phaseOf is the phase as it is shown. What a closed exchange shows is not known.
func (s *Server) phaseOf(e Exchange) string {
	if e.Closed && s.control.Get("closedExchange") == "deleted" {
		return phaseDeleted
	}
	return e.Phase
}

// listExchanges is GET /v2/workspaces. The product filters are accepted and have no
// effect, as all exchanges are of one product.
func (s *Server) listExchanges(c *call) {
	known := append([]string{"brandId", "userId", "addUserRight", "phase", "excludeProduct", "returnTotal"}, pageParameters...)
	if !s.query(c, known...) {
		return
	}
	query := c.r.URL.Query()
	if right := query.Get("addUserRight"); right != "" && right != "T" && right != "F" {
		s.fail(c.w, errStrict("addUserRight is T or F"))
		return
	}
	var rows []workspace
	for _, e := range s.Exchanges() {
		if !s.sees(e) || (query.Has("phase") && query.Get("phase") != s.phaseOf(e)) {
			continue
		}
		rows = append(rows, s.workspaceOf(e))
	}
	if s.control.Get("listOrder") == "mixed" {
		slices.SortStableFunc(rows, func(a, b workspace) int { return byMix(a.ID, b.ID) })
	}
	writeList(s, c, "workspace", rows, func(x workspace) any { return x }, query.Get("returnTotal") == "true")
}

// getExchange is GET /v2/workspaces/{w}.
func (s *Server) getExchange(c *call) {
	row := s.workspaceOf(c.exchange)
	row.Description = c.exchange.Description
	s.writeOne(c, "workspace", row)
}

// writeOne answers with one thing, as a list of one or bare.
func (s *Server) writeOne(c *call, key string, row any) {
	if s.control.Get("single") == "list" {
		row = []any{row}
	}
	writeJSON(c.w, http.StatusOK, object{"status": fine(http.StatusOK), key: row})
}

// byMix orders ids in a way that is always the same and follows nothing.
func byMix(a, b int64) int {
	x, y := mix(a), mix(b)
	switch {
	case x < y:
		return -1
	case x > y:
		return 1
	}
	return 0
}

func mix(id int64) uint64 {
	x := uint64(id) * 0x9e3779b97f4a7c15
	return x ^ x>>29
}

// Exchanges returns the exchanges as they are now.
func (s *Server) Exchanges() []Exchange {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]Exchange, 0, len(s.exchanges))
	for _, e := range s.exchanges {
		all = append(all, *e)
	}
	return all
}

// AddExchange adds an exchange, and gives it an id where it has none or one that
// is taken. Edits of its room are stamped by the server's clock from now on.
func (s *Server) AddExchange(e Exchange) Exchange {
	s.mu.Lock()
	for e.ID == 0 || s.find(e.ID) != nil {
		e.ID, s.nextID = s.nextID, s.nextID+10
	}
	e = e.withDefaults()
	s.exchanges = append(s.exchanges, &e)
	s.mu.Unlock()
	e.Room.SetClock(s.now)
	return e
}

// EditExchange changes an exchange, as a manager of it can, apart from its id and
// its room. Closing it deletes its content. It returns false where there is none.
func (s *Server) EditExchange(id int64, edit func(*Exchange)) bool {
	s.mu.Lock()
	e := s.find(id)
	if e == nil {
		s.mu.Unlock()
		return false
	}
	before := *e
	edit(e)
	e.ID, e.Room, e.edits = before.ID, before.Room, before.edits+1
	closed := e.Closed && !before.Closed
	s.mu.Unlock()
	// Not under the lock: the room asks this server for the time under its own.
	if closed {
		before.Room.Clear()
	}
	return true
}

func (s *Server) exchange(id int64) (Exchange, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if e := s.find(id); e != nil {
		return *e, true
	}
	return Exchange{}, false
}

// find is for whoever holds the lock.
func (s *Server) find(id int64) *Exchange {
	i := slices.IndexFunc(s.exchanges, func(e *Exchange) bool { return e.ID == id })
	if i < 0 {
		return nil
	}
	return s.exchanges[i]
}
