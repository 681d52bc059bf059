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

func workspaceOf(e *Exchange) workspace {
	return workspace{
		ID: e.ID, Name: e.Name, WorkspaceName: e.Name, Host: e.Host, Phase: e.Phase, Type: e.Type,
		SecurityLevel: e.SecurityLevel, Version: 3, ParentTemplateID: 4242, BusinessGroupID: 5151,
		PVPEnabled: "F", HTMLViewEnabled: "F",
	}
}

// listExchanges is GET /v2/workspaces. The product filters are accepted and have no
// effect, as all exchanges are of one product.
func (s *Server) listExchanges(c *call) {
	if !s.query(c, []string{"brandId", "userId", "addUserRight", "phase", "excludeProduct", "returnTotal"}) {
		return
	}
	query := c.r.URL.Query()
	if right := query.Get("addUserRight"); right != "" && right != "T" && right != "F" {
		s.fail(c.w, errStrict("addUserRight is T or F"))
		return
	}
	var rows []workspace
	for _, e := range s.Exchanges() {
		if e.Inaccessible || (query.Has("phase") && query.Get("phase") != e.Phase) {
			continue
		}
		rows = append(rows, workspaceOf(&e))
	}
	if s.control.Get("listOrder") == "mixed" {
		slices.SortStableFunc(rows, func(a, b workspace) int { return byMix(a.ID, b.ID) })
	}
	writeList(s, c, "workspace", rows, func(x workspace) any { return x }, query.Get("returnTotal") == "true")
}

// getExchange is GET /v2/workspaces/{w}.
func (s *Server) getExchange(c *call) { s.writeOne(c, "workspace", workspaceOf(&c.exchange)) }

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
