package luminance

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"os"
	"slices"
	"strconv"
	"time"
)

// upload takes one document in: its base64 form as the body, decoded as a
// stream. Nothing is stored before all of it came and was found good.
func (c *call) upload() {
	d := c.openDivision()
	if d == nil {
		return
	}
	p := putRequest{division: d, folder: c.id("folder"), name: c.query.Get("name"), by: ServiceUserID}
	problem := c.readUpload(&p)
	if problem == nil {
		problem = c.checkPut(&p)
	}
	if problem != nil {
		c.refuse(problem)
		return
	}
	if !c.receiveBody(&p) {
		return
	}
	defer p.incoming.drop()
	if c.struck("foreign-document") {
		c.foreignDocument(p)
	}
	v, problem := c.put(p)
	if problem != nil {
		c.refuse(problem)
		return
	}
	if c.struck("deleted-by-person") {
		_ = c.PersonDeletes(v.ID) // it was stored a moment ago
	}
	switch c.control.Get("uploadStatus") {
	case "200":
		c.object(http.StatusOK, "document", v)
	case "201":
		c.object(http.StatusCreated, "document", v)
	default:
		c.w.WriteHeader(http.StatusCreated)
	}
}

// readUpload reads header and query of an upload.
func (c *call) readUpload(p *putRequest) *refusal {
	types := []string{"application/octet-stream"}
	if c.version == v15 {
		types = append(types, "text/plain")
	}
	mediaType, _, err := mime.ParseMediaType(c.r.Header.Get("Content-Type"))
	if err != nil || !slices.Contains(types, mediaType) {
		return refuse(http.StatusUnprocessableEntity, "API %s takes uploads as %v only", c.version, types)
	}
	if c.r.ContentLength < 0 && c.control.Get("chunkedUpload") == "411" {
		return refuse(http.StatusLengthRequired, "an upload needs a Content-Length")
	}
	replace := c.query.Get("replace")
	if replace == "" && c.version == v15 {
		replace = c.control.Get("replaceDefault")
	}
	if replace == "422" {
		return refuse(http.StatusUnprocessableEntity, "replace is required")
	}
	p.replace = replace == "true"
	if c.query.Has("matter_id") {
		return refuse(http.StatusUnprocessableEntity, "there is no such matter; the simulator has none")
	}
	for _, v := range c.query["task_id"] {
		id, err := strconv.ParseInt(v, 10, 64)
		if err != nil || !slices.ContainsFunc(c.store.tasks, func(t task) bool { return t.ID == id && t.ProjectID == p.division.ID }) {
			return refuse(http.StatusUnprocessableEntity, "the project has no task %s", v)
		}
		p.tasks = append(p.tasks, id)
	}
	return c.tooLarge((c.r.ContentLength / 4) * 3)
}

// tooLarge refuses by size. The length of base64 says it to two bytes.
func (c *call) tooLarge(atLeast int64) *refusal {
	most := c.control.Int("maxBytes")
	if most == 0 || atLeast-2 <= most {
		return nil
	}
	status, _ := strconv.Atoi(c.control.Get("maxBytesStatus")) // the switch takes numbers only
	return refuse(status, "the document is larger than %d bytes", most)
}

// receiveBody streams the body in. If it can't be had whole it answers, or hangs
// up on a body that broke off, and returns false.
func (c *call) receiveBody(p *putRequest) bool {
	in, err := c.store.contents.receive(c.control.Get("store") == "hashes")
	if err != nil {
		c.fail(c.w, http.StatusInternalServerError, "the simulator can't write to the folder for received documents")
		return false
	}
	if limit := c.control.Duration("bodyTimeout"); limit > 0 {
		// Some faults answer into no connection, where there are no deadlines. Before
		// the next request of a connection net/http lifts the deadline.
		_ = http.NewResponseController(c.w).SetReadDeadline(time.Now().Add(limit))
	}
	seen := newInspector()
	err = decodeBase64(io.MultiWriter(in, seen), c.r.Body)
	if err == nil {
		err = in.finish()
	}
	switch {
	case err == nil:
		p.incoming, p.content = in, seen.content()
		return true
	case errors.Is(err, errNotBase64):
		in.drop()
		c.fail(c.w, http.StatusUnprocessableEntity, "the body is not the document in base64: standard alphabet, padded, in one line")
	case errors.Is(err, os.ErrDeadlineExceeded):
		in.drop()
		c.fail(c.w, http.StatusRequestTimeout, "the document took too long to arrive")
	default:
		in.drop()
		hangUp(c.w)
	}
	return false
}

// foreignDocument lets a person upload a document of the same name.
func (c *call) foreignDocument(p putRequest) {
	c.store.mu.Lock()
	f := c.store.folder(p.division.ID, p.folder)
	c.store.mu.Unlock()
	if f == nil {
		return
	}
	text := fmt.Sprintf("Uploaded by somebody else into folder %d.\n", p.folder)
	// A person's upload that is refused is one that did not happen.
	_, _ = c.personPuts(f, p.name, []byte(text))
}
