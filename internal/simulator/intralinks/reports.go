package intralinks

import (
	"net/http"

	"dataroom.dev/intralinks-operator/internal/simulator/dataroom"
)

// What else can be read in an exchange. Of settings, custom fields and batches no
// more is known than the key of the answer, so there are none.

// emptyList answers with a list of nothing under a key.
func (s *Server) emptyList(key string) func(*call) {
	return func(c *call) {
		answer := s.listUnder(key, nil)
		answer["status"] = fine(http.StatusOK)
		writeJSON(c.w, http.StatusOK, answer)
	}
}

func (s *Server) ofDocument(next func(*call)) func(*call) {
	return func(c *call) {
		if _, _, ok := s.documentFor(c); ok {
			next(c)
		}
	}
}

func (s *Server) ofFolder(next func(*call)) func(*call) {
	return func(c *call) {
		if _, _, ok := s.folderFor(c); ok {
			next(c)
		}
	}
}

func (s *Server) ofGroup(next func(*call)) func(*call) {
	return func(c *call) {
		if pathID(c.r, "g") != groupID(c.exchange) {
			s.fail(c.w, errNotFound)
			return
		}
		next(c)
	}
}

// getSettings is GET /v2/workspaces/{w}/settings.
func (s *Server) getSettings(c *call) {
	writeJSON(c.w, http.StatusOK, object{"status": fine(http.StatusOK), "workspaceSettings": []object{{}}})
}

// getPermissions is GET /v2/workspaces/{w}/documents/{d}/permissions, for managers.
func (s *Server) getPermissions(c *call) {
	_, d, ok := s.documentFor(c)
	if !ok {
		return
	}
	if s.control.Get("role") != roleManager {
		s.fail(c.w, errNoPermission)
		return
	}
	drm := "NONE"
	if d.IRM || d.ViewerOnly {
		drm = "NOSAVE"
	}
	permission := "CONTROL"
	if d.Hidden {
		permission = "REVOKED"
	}
	grant := object{
		"granteeInfo": object{"granteeId": groupID(c.exchange), "granteeType": "WORKSPACE", "isWorkspaceUser": false, "groupName": groupName},
		"permission":  permission, "drm": drm, "isInherited": true, "implicitPermission": false, "seeOnly": false,
	}
	writeJSON(c.w, http.StatusOK, object{
		"status":      fine(http.StatusOK),
		"permissions": object{"permissioned": []object{grant}, "nonPermissioned": []object{}},
	})
}

// getAccessReport is GET /v2/workspaces/{w}/documents/{d}/accessReport: who viewed
// a document. A download counts as a view.
func (s *Server) getAccessReport(c *call) {
	_, d, ok := s.documentFor(c)
	if !ok {
		return
	}
	if faultOf(c.r).Fault == faultNotReady {
		// The subcode stands at the top level here (Intralinks Python SDK).
		writeJSON(c.w, http.StatusOK, object{"subcode": "9-9-9-1", "message": "The report is not ready."})
		return
	}
	writeJSON(c.w, http.StatusOK, object{"status": fine(http.StatusOK), "docAccessInfo": s.viewsOf(c, d)})
}

func (s *Server) viewsOf(c *call, d *dataroom.Document) []object {
	views := []object{}
	for _, m := range s.members(c.exchange) {
		view := object{
			"descriptor": "USER", "access": "ALLOWED", "groupId": groupID(c.exchange), "groupName": groupName, "groupType": "WORKSPACE",
			"firstName": m.FirstName, "lastName": m.LastName, "organization": m.Organization,
			"firstAlert": object{}, "lastAlert": object{}, "alertFailure": false,
			"firstViewedOn": object{}, "lastViewedOn": object{}, "viewed": false,
		}
		if s.hasRead(m.account, d) {
			view["viewed"] = true
			view["firstViewedOn"], view["lastViewedOn"] = millisOf(d.Modified), millisOf(s.now())
		}
		views = append(views, view)
	}
	return views
}
