package intralinks

import (
	"net/http"
	"slices"
	"strings"
)

// The lists of people in an exchange, as far as evidence names their fields
// (Intralinks Python SDK). No call that carries documents needs them.

// groupName is the one group that every exchange has here.
const groupName = "Advisers"

// groupID and the ids of members follow from the exchange; they end in other
// digits than those of documents.
func groupID(e Exchange) int64 { return e.ID*10 + 2 }

// member is an account's instance in one exchange. It has three ids: emailId is
// global and can change, userId is global and stays, id is of this exchange.
type member struct {
	ID                int64  `json:"id,omitempty"`
	UserID            int64  `json:"userId"`
	EmailID           string `json:"emailId"`
	FirstName         string `json:"firstName"`
	LastName          string `json:"lastName"`
	Organization      string `json:"organization"`
	RoleType          string `json:"roleType,omitempty"`
	Status            string `json:"status,omitempty"`
	Version           string `json:"version,omitempty"`
	KeyContact        *bool  `json:"keyContact,omitempty"`
	IsPlaceholderUser *bool  `json:"isPlaceholderUser,omitempty"`
	LastAccessedOn    any    `json:"lastAccessedOn,omitempty"`

	account string
}

// users are all accounts, in the order of their addresses.
func (s *Server) users() []member {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []member
	for _, account := range s.accounts {
		name, _, _ := strings.Cut(account.Email, "@")
		all = append(all, member{
			EmailID: account.Email, FirstName: "Service", LastName: name, Organization: author.Organization,
			account: strings.ToLower(account.Email),
		})
	}
	slices.SortFunc(all, func(a, b member) int { return strings.Compare(a.EmailID, b.EmailID) })
	for i := range all {
		all[i].UserID = 31_000_005 + int64(i)*10
	}
	return all
}

// members are the accounts as members of an exchange.
func (s *Server) members(e Exchange) []member {
	roleType := strings.ToUpper(s.control.Get("role"))
	no := false
	all := s.users()
	for i := range all {
		m := &all[i]
		m.ID, m.RoleType, m.Status = e.ID*1000+int64(i)*10+8, roleType, "ACTIVE"
		m.Version = lockToken(1_000_000 + i) // of no small counter, unlike those of documents
		m.KeyContact, m.IsPlaceholderUser, m.LastAccessedOn = &no, &no, struct{}{}
	}
	return all
}

// listUsers is GET /v2/workspaces/{w}/users.
func (s *Server) listUsers(c *call) {
	query := c.r.URL.Query()
	all := slices.DeleteFunc(s.members(c.exchange), func(m member) bool {
		return query.Has("email") && !strings.EqualFold(query.Get("email"), m.EmailID)
	})
	s.writeMembers(c, all)
}

// listGroupUsers is GET /v2/workspaces/{w}/groups/{g}/users.
func (s *Server) listGroupUsers(c *call) {
	s.ofGroup(func(c *call) { s.writeMembers(c, s.members(c.exchange)) })(c)
}

func (s *Server) writeMembers(c *call, all []member) {
	list := make([]any, 0, len(all))
	for _, m := range all {
		list = append(list, m)
	}
	answer := s.listUnder("users", list)
	answer["status"] = fine(http.StatusOK)
	writeJSON(c.w, http.StatusOK, answer)
}

// listGroups is GET /v2/workspaces/{w}/groups. Its answer has no status, and an
// empty note is a single space.
func (s *Server) listGroups(c *call) {
	all := s.members(c.exchange)
	group := object{
		"id": groupID(c.exchange), "groupName": groupName, "groupType": "WORKSPACE", "note": " ", "ftsEnabled": false,
		"groupMemberCount": len(all), "buyerGroupDetails": object{}, "version": lockToken(1_000_000),
		"createdBy": author, "lastModifiedBy": author,
	}
	answer := object{"groups": []object{group}}
	if c.r.URL.Query().Get("includeWorkspaceGroupMembers") == "true" {
		rows := []object{}
		for _, m := range all {
			rows = append(rows, object{"workspaceGroupId": groupID(c.exchange), "workspaceUserId": m.ID, "userId": m.UserID})
		}
		answer["workspaceGroupMembers"] = rows
	}
	writeJSON(c.w, http.StatusOK, answer)
}

// getUser is GET /v2/users/{email}.
func (s *Server) getUser(c *call) {
	if !s.query(c) {
		return
	}
	for _, m := range s.users() {
		if strings.EqualFold(m.EmailID, c.r.PathValue("email")) {
			s.writeOne(c, "user", m)
			return
		}
	}
	s.fail(c.w, errNotFound)
}
