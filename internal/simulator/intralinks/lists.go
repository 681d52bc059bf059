package intralinks

import (
	"bufio"
	"encoding/json"
	"net/http"
	"strconv"
)

// writeList answers with rows under a key, encoded one by one: a list of an
// exchange can take tens of megabytes. total asks for the paging context.
func writeList[T any](s *Server, c *call, key string, rows []T, shape func(T) any, total bool) {
	all := len(rows)
	start, size := 0, all
	if s.control.Get("paging") == "capped" {
		start, size = s.pageAsked(c.r)
		rows = rows[min(start, all):min(start+size, all)]
		total = true
	}
	rows = mangleRows(c.r, rows)
	c.w.Header().Set("Content-Type", typeJSON)
	out := bufio.NewWriterSize(c.w, 64<<10)
	// What goes wrong here is that the client is gone, which ends the matter.
	defer func() { _ = out.Flush() }()
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	_, _ = out.WriteString(`{"status":`)
	_ = enc.Encode(fine(http.StatusOK))
	if len(rows) > 0 || s.control.Get("emptyList") == "empty" {
		_, _ = out.WriteString(`,"` + key + `":[`)
		for i, row := range rows {
			if i > 0 {
				_ = out.WriteByte(',')
			}
			if err := enc.Encode(shape(row)); err != nil {
				return
			}
		}
		_ = out.WriteByte(']')
	}
	if total {
		_, _ = out.WriteString(`,"pagingContext":`)
		_ = enc.Encode(object{"startIndex": start, "itemsPerPage": size, "totalResults": all})
	}
	_ = out.WriteByte('}')
}

// listUnder is an object with a list under a key, or without it for an empty one.
func (s *Server) listUnder(key string, list []any) object {
	if len(list) == 0 && s.control.Get("emptyList") == "absent" {
		return object{}
	}
	return object{key: append([]any{}, list...)}
}

// pageAsked reads startIndex, counted from 0, and itemsPerPage, at most pageSize.
func (s *Server) pageAsked(r *http.Request) (start, size int) {
	most := max(1, int(s.control.Int("pageSize")))
	query := r.URL.Query()
	start, err := strconv.Atoi(query.Get("startIndex"))
	if err != nil || start < 0 {
		start = 0
	}
	size, err = strconv.Atoi(query.Get("itemsPerPage"))
	if err != nil || size < 1 || size > most {
		size = most
	}
	return start, size
}

// mangleRows applies the faults that change which rows are in a list.
func mangleRows[T any](r *http.Request, rows []T) []T {
	rule := faultOf(r)
	switch rule.Fault {
	case faultEmptyList:
		return nil
	case faultShortList:
		return rows[:min(len(rows), argInt(rule, "rows", 1))]
	case faultDoubleRow:
		if len(rows) > 0 {
			return append([]T{rows[0]}, rows...)
		}
	}
	return rows
}
