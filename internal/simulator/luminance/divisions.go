package luminance

import (
	"net/http"
	"slices"
)

// versions of the product and of the API that the probe reports. The example in
// the document of API v1.5 has this pair: the API version it reports is not its
// own, so clients can't tell versions by it.
func reported(version string) (product, api string) {
	switch version {
	case v13:
		return "1.42.0", "1.3.0"
	case v14:
		return "1.43.0", "1.4.0"
	}
	return "4.1.7", "1.4.0"
}

func (c *call) system() {
	version, api := reported(c.version)
	c.json(http.StatusOK, map[string]string{"product": "corporate", "version": version, "api2_version": api})
}

// user is the service user; accounts are not simulated beyond their id.
type user struct {
	ID        int64   `json:"id"`
	CreatedAt string  `json:"created_at"`
	CreatedBy int64   `json:"created_by,omitempty"` // API v1.5 only
	Username  string  `json:"username"`
	Name      string  `json:"name"`
	Email     *string `json:"email"`
	AccountID int64   `json:"account_id"`
	State     string  `json:"state"`
	MFA       bool    `json:"multi_factor_auth_enabled"`
}

const accountID = 2

func (c *call) me() {
	u := user{
		ID: ServiceUserID, CreatedAt: stamp(c.started), Username: c.clientID,
		Name: "Service User", AccountID: accountID, State: "active",
	}
	if c.version == v15 {
		u.CreatedBy = adminID
	}
	c.object(http.StatusOK, "user", u)
}

// divisionView is a Division as the API shows it.
type divisionView struct {
	ID          int64    `json:"id"`
	CreatedAt   string   `json:"created_at"`
	CreatedBy   int64    `json:"created_by"`
	Moniker     string   `json:"moniker"`
	Name        string   `json:"name"`
	AccountID   int64    `json:"account_id"`
	State       string   `json:"state"`
	Permissions any      `json:"permissions"`
	Settings    struct{} `json:"settings"`
	Type        string   `json:"type"`
	Features    []string `json:"features"`
}

func (c *call) divisionView(d *division) divisionView {
	return divisionView{
		ID: d.ID, CreatedAt: stamp(d.createdAt), CreatedBy: adminID, Moniker: d.Moniker, Name: d.Name,
		AccountID: accountID, State: d.State, Permissions: c.permissionsView(), Type: d.Type, Features: []string{},
	}
}

// permissionsView is text in 1.3 and 1.4. API v1.5 types it as a number without
// saying what the numbers mean (these are invented), and its example is {}.
func (c *call) permissionsView() any {
	permission, shape := c.control.Get("permissions"), c.control.Get("permissionsShape")
	switch {
	case shape == "object":
		return struct{}{}
	case shape == "integer", shape == "auto" && c.version == v15:
		return slices.Index([]string{"none", "preview", "native"}, permission)
	}
	return permission
}

func (c *call) listDivisions() {
	var found []divisionView
	for _, d := range c.store.divisions {
		v := c.divisionView(d)
		if c.control.Get("role") != "none" && c.wants(d, v) {
			found = append(found, v)
		}
	}
	c.list("project", len(found), func(i int) any { return found[i] })
}

func (c *call) wants(d *division, v divisionView) bool {
	permission, isText := v.Permissions.(string)
	if !isText {
		permission = c.control.Get("permissions")
	}
	return c.filterID("id", d.ID) && c.filter("moniker", d.Moniker) && c.filter("name", d.Name) &&
		c.filter("state", d.State) && c.filter("type", d.Type) && c.filter("permissions", permission) &&
		c.filterID("account_id", accountID) && !c.query.Has("features") && c.filterID("created_by", adminID) && c.filterTime("created_at", d.createdAt)
}

func (c *call) getDivision() {
	d := c.store.division(c.id("project"))
	if d == nil {
		c.refuse(c.missing("project"))
		return
	}
	c.object(http.StatusOK, "project", c.divisionView(d))
}

// openDivision returns the Division of the path; with none, or one that is
// disabled, it answers and returns nil.
func (c *call) openDivision() *division {
	d := c.store.division(c.id("project"))
	switch {
	case d == nil:
		c.refuse(c.missing("project"))
		return nil
	case d.State != "active":
		c.fail(c.w, http.StatusForbidden, "the project is disabled")
		return nil
	}
	return d
}
