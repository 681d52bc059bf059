package luminance

import "net/http"

// task is a collection of documents in a Division; a Knowledge Bank is a task of
// type precedent.
type task struct {
	ID           int64    `json:"id"`
	CreatedAt    string   `json:"created_at"`
	CreatedBy    int64    `json:"created_by"`
	Moniker      string   `json:"moniker"`
	Name         string   `json:"name"`
	ProjectID    int64    `json:"project_id"`
	ParentID     *int64   `json:"parent_id"`
	Description  *string  `json:"description"`
	Settings     struct{} `json:"settings"`
	Filter       struct{} `json:"filter"`
	FullFamilies bool     `json:"full_families"`
	AutoSync     bool     `json:"auto_sync"`
	Type         string   `json:"type"`
	Tags         []string `json:"tags"`
}

// legacyTask is a task as 1.3 and 1.4 show it.
type legacyTask struct {
	task
	WorkspaceID *int64 `json:"workspace_id"`
}

// tasksOf returns the tasks of a Division: two in the first of the default ones
// (12 and 15), two numbered after its id in any other.
func tasksOf(division int64) []task {
	review, bank := division*100+1, division*100+2
	if division == DefaultDivisions()[0].ID {
		review, bank = 12, 15
	}
	const created = "2026-01-05T09:00:00.000Z"
	made := func(id int64, moniker, name, kind string) task {
		return task{
			ID: id, CreatedAt: created, CreatedBy: PersonID, Moniker: moniker, Name: name,
			ProjectID: division, Type: kind, Tags: []string{},
		}
	}
	return []task{
		made(review, "first-review", "First review", "task"),
		made(bank, "standard-terms", "Standard terms", "precedent"),
	}
}

func (c *call) taskView(t task) any {
	if c.version == v15 {
		return t
	}
	return legacyTask{task: t}
}

func (c *call) listTasks() {
	d := c.openDivision()
	if d == nil {
		return
	}
	var found []any
	for _, t := range c.store.tasks {
		if t.ProjectID == d.ID && c.filterID("id", t.ID) && c.filter("moniker", t.Moniker) && c.filter("name", t.Name) &&
			c.filterID("created_by", t.CreatedBy) && c.filter("description", "") && c.filter("type", t.Type) && c.filter("auto_sync", "false") {
			found = append(found, c.taskView(t))
		}
	}
	c.list("task", len(found), func(i int) any { return found[i] })
}

func (c *call) getTask() {
	d := c.openDivision()
	if d == nil {
		return
	}
	for _, t := range c.store.tasks {
		if t.ProjectID == d.ID && t.ID == c.id("task") {
			c.object(http.StatusOK, "task", c.taskView(t))
			return
		}
	}
	c.refuse(c.missing("task"))
}
