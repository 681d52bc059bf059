package control

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
)

// Handle adds a route of the simulator's own to the admin API. The pattern is one
// of net/http's, such as "POST /_sim/documents/{id}".
func (c *Control) Handle(pattern string, h http.HandlerFunc) {
	c.mu.Lock()
	c.routes = append(c.routes, pattern)
	c.mu.Unlock()
	c.mux.HandleFunc(pattern, h)
}

// Handler serves the admin API below /_sim/.
func (c *Control) Handler() http.Handler { return c.mux }

func (c *Control) addRoutes() {
	c.mux.HandleFunc(Prefix, c.unknownRoute)
	c.Handle("GET /_sim/{$}", c.listAll)
	c.Handle("GET /_sim/switches", c.listSwitches)
	c.Handle("PUT /_sim/switches", c.putSwitches)
	c.Handle("GET /_sim/faults", c.listFaults)
	c.Handle("POST /_sim/faults", c.postFault)
	c.Handle("DELETE /_sim/faults", c.deleteFaults)
	c.Handle("GET /_sim/requests", c.listRequests)
	c.Handle("DELETE /_sim/requests", c.deleteRequests)
}

// described is a switch with its present value.
type described struct {
	Switch
	Value string `json:"value"`
}

func (c *Control) describeSwitches() []described {
	all := make([]described, 0, len(c.switches))
	for _, s := range c.switches {
		all = append(all, described{Switch: s, Value: c.Get(s.Name)})
	}
	return all
}

func (c *Control) listAll(w http.ResponseWriter, _ *http.Request) {
	c.mu.Lock()
	routes, requests, lost := slices.Clone(c.routes), len(c.log), c.lost
	c.mu.Unlock()
	WriteJSON(w, http.StatusOK, map[string]any{
		"switches": c.describeSwitches(),
		"faults":   map[string]any{"kinds": c.kinds, "armed": c.armed()},
		"requests": map[string]int{"logged": requests, "dropped": lost},
		"routes":   routes,
	})
}

func (c *Control) listSwitches(w http.ResponseWriter, _ *http.Request) {
	WriteJSON(w, http.StatusOK, c.describeSwitches())
}

func (c *Control) putSwitches(w http.ResponseWriter, r *http.Request) {
	var values map[string]string
	if !ReadJSON(w, r, &values) {
		return
	}
	if err := c.setAll(values); err != nil {
		WriteError(w, http.StatusBadRequest, err)
		return
	}
	c.listSwitches(w, r)
}

func (c *Control) listFaults(w http.ResponseWriter, _ *http.Request) {
	WriteJSON(w, http.StatusOK, map[string]any{"kinds": c.kinds, "armed": c.armed()})
}

func (c *Control) postFault(w http.ResponseWriter, r *http.Request) {
	var rule FaultRule
	if !ReadJSON(w, r, &rule) {
		return
	}
	if err := c.AddFault(rule); err != nil {
		WriteError(w, http.StatusBadRequest, err)
		return
	}
	WriteJSON(w, http.StatusCreated, rule)
}

func (c *Control) deleteFaults(w http.ResponseWriter, _ *http.Request) {
	c.ClearFaults()
	w.WriteHeader(http.StatusNoContent)
}

func (c *Control) listRequests(w http.ResponseWriter, _ *http.Request) {
	WriteJSON(w, http.StatusOK, c.Requests())
}

func (c *Control) deleteRequests(w http.ResponseWriter, _ *http.Request) {
	c.ResetRequests()
	w.WriteHeader(http.StatusNoContent)
}

func (c *Control) unknownRoute(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	routes := slices.Clone(c.routes)
	c.mu.Unlock()
	WriteJSON(w, http.StatusNotFound, map[string]any{
		"error":  fmt.Sprintf("the admin API has no %s %s", r.Method, r.URL.Path),
		"routes": routes,
	})
}

// ReadJSON decodes the body of an admin request strictly. If it can't, it answers
// 400 with the reason and returns false.
func ReadJSON(w http.ResponseWriter, r *http.Request, into any) bool {
	dec := json.NewDecoder(r.Body)
	dec.DisallowUnknownFields()
	if err := dec.Decode(into); err != nil {
		WriteError(w, http.StatusBadRequest, fmt.Errorf("the body of %s %s: %w", r.Method, r.URL.Path, err))
		return false
	}
	return true
}

// WriteJSON answers an admin request.
func WriteJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json;charset=UTF-8")
	w.WriteHeader(status)
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	// The status is out; a client that went away is all that can fail here.
	_ = enc.Encode(v)
}

// WriteError answers an admin request with {"error": …}.
func WriteError(w http.ResponseWriter, status int, err error) {
	WriteJSON(w, status, map[string]string{"error": err.Error()})
}
