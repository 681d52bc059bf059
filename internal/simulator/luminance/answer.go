package luminance

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const jsonType = "application/json; charset=utf-8"

// fail answers with an error. No version of the API publishes a schema for error
// bodies, so a switch chooses among likely ones.
func (s *Simulator) fail(w http.ResponseWriter, status int, message string) {
	switch s.control.Get("errorBody") {
	case "json":
		w.Header().Set("Content-Type", jsonType)
		w.WriteHeader(status)
		// Once the status is out, only a client that went away can fail.
		_ = json.NewEncoder(w).Encode(map[string]string{"error": message})
	case "text":
		http.Error(w, message, status)
	case "html":
		page(w, status)
	default:
		w.WriteHeader(status)
	}
}

// missing is the refusal of an id that nothing has.
func (s *Simulator) missing(what string) *refusal {
	status, _ := strconv.Atoi(s.control.Get("missingStatus")) // the switch takes numbers only
	return refuse(status, "there is no such %s", what)
}

// refuse answers with a refusal.
func (c *call) refuse(r *refusal) { c.fail(c.w, r.status, r.message) }

// page answers as a web server in front of the service does.
func page(w http.ResponseWriter, status int) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	title := fmt.Sprintf("%d %s", status, http.StatusText(status))
	_, _ = fmt.Fprintf(w, "<!DOCTYPE html>\n<html><head><title>%s</title></head><body><h1>%s</h1></body></html>\n", title, title)
}

func notFoundPage(w http.ResponseWriter) { page(w, http.StatusNotFound) }

// object answers with one object of a kind: folder, document, project, task.
func (c *call) object(status int, kind string, v any) {
	switch c.control.Get("envelope") {
	case "wrapped", "wrapped-items":
		v = map[string]any{kind: v}
	case "array":
		v = []any{v}
	}
	c.json(status, v)
}

// json answers with a value that no envelope goes around.
func (c *call) json(status int, v any) {
	c.w.Header().Set("Content-Type", jsonType)
	c.w.WriteHeader(status)
	_ = json.NewEncoder(c.w).Encode(v)
}

// list answers with the page of n entries that was asked for, one entry at a
// time, so that a long list costs no memory.
func (c *call) list(kind string, n int, entry func(i int) any) {
	from, to := c.page(n)
	if c.struck("empty-list") {
		to = from
	}
	if c.struck("truncated-list") {
		to = min(to, from+c.argInt("keep", (to-from)/2))
	}
	head, tail := "[", "]\n"
	if c.control.Get("envelope") == "wrapped" {
		head, tail = fmt.Sprintf("{%q:[", kind), "]}\n"
	}
	items := c.control.Get("envelope") == "wrapped-items"
	if c.op.answer == untyped && c.control.Bool("objectLists") {
		c.json(http.StatusOK, firstOf(from, to, entry))
		return
	}
	c.w.Header().Set("Content-Type", jsonType)
	c.w.WriteHeader(http.StatusOK)
	_, _ = io.WriteString(c.w, head)
	for i := from; i < to; i++ {
		if i > from {
			_, _ = io.WriteString(c.w, ",")
		}
		v := entry(i)
		if items {
			v = map[string]any{kind: v}
		}
		raw, err := json.Marshal(v)
		if err != nil {
			panic(err) // entries are plain structs
		}
		if c.struck("broken-list") && i >= (from+to)/2 {
			_, _ = c.w.Write(raw[:len(raw)/2])
			breakOff(c.w)
		}
		_, _ = c.w.Write(raw)
	}
	_, _ = io.WriteString(c.w, tail)
}

// firstOf is the first entry of a page, or an empty object.
func firstOf(from, to int, entry func(i int) any) any {
	if from == to {
		return struct{}{}
	}
	return entry(from)
}

// page returns the range of a list of n entries that the answer holds.
func (c *call) page(n int) (from, to int) {
	limit, offset := c.number("limit"), c.number("offset")
	byDefault := int(c.control.Int("defaultLimit"))
	switch c.control.Get("paging") {
	case "declared":
		if c.version == v15 {
			byDefault = 0 // 1.5 states none
		}
		if !c.declares("limit") {
			limit, byDefault = -1, 0
		}
		if !c.declares("offset") {
			offset = -1
		}
	case "limit":
		offset = -1
	case "none":
		limit, offset, byDefault = -1, -1, 0
	}
	if limit < 0 && byDefault > 0 {
		limit = byDefault
	}
	if hard := int(c.control.Int("maxLimit")); hard > 0 && (limit < 0 || limit > hard) {
		limit = hard
	}
	from = min(max(offset, 0), n)
	if limit < 0 {
		return from, n
	}
	return from, from + min(limit, n-from)
}

func (c *call) declares(name string) bool {
	for _, p := range c.op.query {
		if p.name == name {
			return true
		}
	}
	return false
}

// number returns a parameter that was checked to be a whole number, -1 without.
func (c *call) number(name string) int {
	n, err := strconv.Atoi(c.query.Get(name))
	if err != nil {
		return -1
	}
	return n
}

// filter holds a value against the filter of that name; no filter fits all.
func (c *call) filter(name, value string) bool {
	return !c.query.Has(name) || c.query.Get(name) == value
}

func (c *call) filterID(name string, id int64) bool {
	if !c.query.Has(name) {
		return true
	}
	n, err := strconv.ParseInt(c.query.Get(name), 10, 64)
	return err == nil && n == id
}

func (c *call) filterTime(name string, at time.Time) bool {
	if !c.query.Has(name) {
		return true
	}
	t, err := time.Parse(time.RFC3339, c.query.Get(name))
	return err == nil && t.Equal(at.Truncate(time.Millisecond))
}

// stamp writes a time as the API does: UTC with milliseconds.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// splitList splits a switch that holds a comma-separated list.
func splitList(s string) []string {
	var list []string
	for part := range strings.SplitSeq(s, ",") {
		if part = strings.TrimSpace(part); part != "" {
			list = append(list, part)
		}
	}
	return list
}
