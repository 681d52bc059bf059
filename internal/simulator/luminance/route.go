package luminance

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"dataroom.dev/intralinks-operator/internal/simulator/control"
)

// call is one request to an operation.
type call struct {
	*Simulator
	w       http.ResponseWriter
	r       *http.Request
	version string
	op      *operation
	ids     map[string]int64
	query   url.Values
	fault   control.FaultRule
}

// id returns an identifier of the path.
func (c *call) id(name string) int64 { return c.ids[name] }

// struck tells whether a fault of this kind is due for the request.
func (c *call) struck(fault string) bool { return c.fault.Fault == fault }

// Refused is a request that would have changed or deleted a whole collection.
// It is never carried out.
type Refused struct {
	Method string    `json:"method"`
	Path   string    `json:"path"`
	Query  string    `json:"query,omitempty"`
	At     time.Time `json:"at"`
}

// CollectionRequests returns the requests to change or delete whole collections
// that came, in whatever version. A client that carries documents has no business sending any.
func (s *Simulator) CollectionRequests() []Refused {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.refused)
}

// route finds the operation, checks who asks and what for, and runs it.
func (s *Simulator) route(w http.ResponseWriter, r *http.Request, fault control.FaultRule) {
	c := &call{Simulator: s, w: w, r: r, version: s.control.Get("profile"), fault: fault}
	path, ok := s.apiPath(r.URL.Path)
	if !ok {
		notFoundPage(w)
		return
	}
	allowed := c.match(path)
	switch {
	case len(allowed) == 0:
		notFoundPage(w)
	case c.op == nil:
		if isCollectionChange(r.Method, path) {
			c.remember()
		}
		w.Header().Set("Allow", strings.Join(slices.Sorted(maps.Keys(allowed)), ", "))
		s.fail(w, http.StatusMethodNotAllowed, r.Method+" is not allowed here")
	case !s.authorised(w, r):
	case !c.permitted():
		s.fail(w, http.StatusForbidden, "the service user has no role that allows this")
	case !c.readQuery():
	default:
		c.op.handle(c)
	}
}

// apiPath cuts the prefix off.
func (s *Simulator) apiPath(path string) (string, bool) {
	if s.control.Get("pathPrefix") == "root" {
		return path, true
	}
	return strings.CutPrefix(path, "/api2")
}

// match sets the operation and the identifiers of the path, and returns the
// methods that the path has.
func (c *call) match(path string) map[string]bool {
	methods := map[string]bool{}
	ops := operations(c.version)
	for i := range ops {
		ids, ok := matchPath(ops[i].path, path)
		if !ok {
			continue
		}
		methods[ops[i].method] = true
		if ops[i].method == c.r.Method {
			c.op, c.ids = &ops[i], ids
		}
	}
	return methods
}

// matchPath compares a path with a pattern; identifiers are whole numbers.
func matchPath(pattern, path string) (map[string]int64, bool) {
	want, got := strings.Split(pattern, "/"), strings.Split(path, "/")
	if len(want) != len(got) {
		return nil, false
	}
	ids := map[string]int64{}
	for i, part := range want {
		name, isID := strings.CutPrefix(part, "{")
		if !isID {
			if part != got[i] {
				return nil, false
			}
			continue
		}
		n, err := strconv.ParseUint(got[i], 10, 63) // digits only
		if err != nil {
			return nil, false
		}
		ids[strings.TrimSuffix(name, "}")] = int64(n)
	}
	return ids, true
}

// isCollectionChange tells whether a request would change or delete all of a
// Division's folders or documents, or all documents of a folder. Some of these
// are declared; the simulator has none of them in any version.
func isCollectionChange(method, path string) bool {
	if method != http.MethodDelete && method != http.MethodPatch && method != http.MethodPut {
		return false
	}
	return slices.ContainsFunc([]string{pathFolders, pathDocuments, pathInFolder}, func(pattern string) bool {
		_, ok := matchPath(pattern, path)
		return ok
	})
}

// remember notes an attempt to change a whole collection, whoever made it.
func (c *call) remember() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.refused = append(c.refused, Refused{c.r.Method, c.r.URL.Path, c.r.URL.RawQuery, c.now()})
}

// permitted applies the role of the service user.
func (c *call) permitted() bool {
	if !strings.HasPrefix(c.op.path, pathProject) {
		return true
	}
	switch c.control.Get("role") {
	case "none":
		return false
	case "read":
		return c.r.Method == http.MethodGet
	}
	return true
}

// readQuery reads and checks the query; 422 tells what is wrong with it.
func (c *call) readQuery() bool {
	query, err := url.ParseQuery(c.r.URL.RawQuery)
	if err != nil {
		c.fail(c.w, http.StatusBadRequest, "the query is malformed")
		return false
	}
	if problem := c.checkQuery(query); problem != "" {
		c.fail(c.w, http.StatusUnprocessableEntity, problem)
		return false
	}
	c.query = query
	return true
}

func (c *call) checkQuery(query url.Values) string {
	declared := slices.Clone(c.op.query)
	if c.op.answer != single && c.control.Get("paging") != "declared" {
		declared = append(declared, currentPaging...)
	}
	for _, name := range slices.Sorted(maps.Keys(query)) {
		i := slices.IndexFunc(declared, func(p param) bool { return p.name == name })
		if i >= 0 {
			if problem := declared[i].check(query[name]); problem != "" {
				return problem
			}
		} else if c.control.Bool("strict") {
			return fmt.Sprintf("%s of API %s has no query parameter %q", c.op.path, c.version, name)
		}
	}
	for _, p := range declared {
		if p.required && query.Get(p.name) == "" {
			return fmt.Sprintf("the query parameter %q is required", p.name)
		}
	}
	return ""
}

// check tells what is wrong with the values sent for a parameter.
func (p param) check(values []string) string {
	if len(values) > 1 && !p.repeated {
		return fmt.Sprintf("the query parameter %q was sent more than once", p.name)
	}
	for _, v := range values {
		var ok bool
		switch p.kind {
		case integer:
			n, err := strconv.ParseUint(v, 10, 63)
			ok = err == nil && int64(n) >= p.least
		case boolean:
			ok = v == "true" || v == "false"
		case instant:
			_, err := time.Parse(time.RFC3339, v)
			ok = err == nil
		case enum:
			ok = slices.Contains(p.values, v)
		case text:
			ok = true
		}
		if !ok {
			return fmt.Sprintf("the query parameter %q does not take the value that was sent", p.name)
		}
	}
	return ""
}
