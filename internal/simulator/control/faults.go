package control

import (
	"fmt"
	"maps"
	"net/http"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

// FaultKind is one way in which a simulator can fail on request.
type FaultKind struct {
	Name     string   `json:"name"`
	Evidence Evidence `json:"evidence"`
	About    string   `json:"about"`
}

// FaultRule asks for a fault on the requests that match it.
type FaultRule struct {
	// Fault is the name of a declared kind.
	Fault string `json:"fault"`
	// Method is the HTTP method; empty matches any.
	Method string `json:"method,omitempty"`
	// Path is a doublestar glob on the URL path; empty matches any.
	Path string `json:"path,omitempty"`
	// Skip is how many matching requests pass before the first strike.
	Skip int `json:"skip,omitempty"`
	// Times is how often the fault strikes: 0 is once, -1 until it is removed.
	Times int `json:"times,omitempty"`
	// Args are particulars of the kind, such as {"delay": "2s"}.
	Args map[string]string `json:"args,omitempty"`
}

// activeRule is a rule with what is left of its skips and strikes.
type activeRule struct {
	FaultRule
	skip, left int
}

func (a *activeRule) matches(r *http.Request) bool {
	if a.Method != "" && !strings.EqualFold(a.Method, r.Method) {
		return false
	}
	return a.Path == "" || doublestar.MatchUnvalidated(a.Path, r.URL.Path)
}

// AddFault arms a rule. The error names the kinds of fault there are, or what is
// wrong with the rule.
func (c *Control) AddFault(r FaultRule) error {
	if !c.knowsFault(r.Fault) {
		return fmt.Errorf("no fault is called %q; there are: %s", r.Fault, strings.Join(c.faultNames(), ", "))
	}
	if r.Path != "" && !doublestar.ValidatePattern(r.Path) {
		return fmt.Errorf("fault %s: %q is no valid glob for a path", r.Fault, r.Path)
	}
	if r.Skip < 0 || r.Times < -1 {
		return fmt.Errorf("fault %s: skip is 0 or more, and times is -1 or more", r.Fault)
	}
	r.Args = maps.Clone(r.Args)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.rules = append(c.rules, &activeRule{FaultRule: r, skip: r.Skip, left: max(r.Times, 1)})
	return nil
}

// ClearFaults disarms every rule.
func (c *Control) ClearFaults() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.rules = nil
}

// Due returns the first armed fault that is due for this request and takes one
// strike off it, so a simulator asks once a request. Rules are tried in the
// order in which they were added; a rule that still skips lets later ones try.
func (c *Control) Due(r *http.Request) (FaultRule, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i, rule := range c.rules {
		if !rule.matches(r) {
			continue
		}
		if rule.skip > 0 {
			rule.skip--
			continue
		}
		if rule.Times >= 0 {
			if rule.left--; rule.left == 0 {
				c.rules = append(c.rules[:i:i], c.rules[i+1:]...)
			}
		}
		return rule.FaultRule, true
	}
	return FaultRule{}, false
}

// armed returns the rules that can still strike.
func (c *Control) armed() []FaultRule {
	c.mu.Lock()
	defer c.mu.Unlock()
	rules := make([]FaultRule, 0, len(c.rules))
	for _, a := range c.rules {
		rule := a.FaultRule
		rule.Skip = a.skip
		if rule.Times >= 0 {
			rule.Times = a.left
		}
		rules = append(rules, rule)
	}
	return rules
}

func (c *Control) knowsFault(name string) bool {
	for _, k := range c.kinds {
		if k.Name == name {
			return true
		}
	}
	return false
}

func (c *Control) faultNames() []string {
	names := make([]string, 0, len(c.kinds))
	for _, k := range c.kinds {
		names = append(names, k.Name)
	}
	return names
}
