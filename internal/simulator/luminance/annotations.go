package luminance

// annotation is what an import noted about a document. Only QA tags are
// simulated; their ids are made from the document's.
type annotation struct {
	ID         int64    `json:"id"`
	CreatedAt  string   `json:"created_at"`
	CreatedBy  int64    `json:"created_by"`
	DocumentID int64    `json:"document_id"`
	Type       string   `json:"type"`
	Roles      []string `json:"roles"`
	Content    struct{} `json:"content"`
	State      string   `json:"state"`
	// ExternalReference is in the example of API v1.5 only.
	ExternalReference *struct{} `json:"external_reference,omitempty"`
}

func (c *call) listAnnotations() {
	var found []annotation
	if !c.withDocument(func(d *document) {
		if c.state(d) == stPending {
			return
		}
		for i, tag := range d.tags {
			a := annotation{
				ID: d.id*100 + int64(i), CreatedAt: stamp(d.createdAt), CreatedBy: adminID,
				DocumentID: d.id, Type: tag, Roles: []string{}, State: "active",
			}
			if c.version == v15 {
				a.ExternalReference = &struct{}{}
			}
			if c.filterID("id", a.ID) && c.filter("type", tag) && c.filter("state", a.State) && !c.query.Has("roles") &&
				c.filterID("created_by", a.CreatedBy) && c.filterTime("created_at", d.createdAt) {
				found = append(found, a)
			}
		}
	}) {
		return
	}
	c.list("annotation", len(found), func(i int) any { return found[i] })
}
