package historytest

import (
	"fmt"
	"slices"

	"dataroom.dev/intralinks-operator/internal/simulator/control"
)

// faultActs break one of the services for a while.
var faultActs = map[string]act{
	"Intralinks breaks":         {5, (*world).intralinksBreaks},
	"Luminance breaks":          {10, (*world).luminanceBreaks},
	"Luminance forgets a token": {1, (*world).luminanceForgetsToken},
}

// Where faults strike; "" is anywhere.
var (
	intralinksPaths = []string{
		"", "/v2/workspaces/*/documents/*/file", "/v2/workspaces/*/documents/*/file", "/v2/workspaces/*/documents",
		"/v2/workspaces/*/folders", "/v2/workspaces/*/splash", "/v3/**",
	}
	luminancePaths = []string{
		"", "/api2/projects/*/folders/*/upload", "/api2/projects/*/folders/*/upload", "/api2/projects/*/documents",
		"/api2/projects/*/folders", "/api2/projects", "/auth/**", "/api2/projects/*/documents/*/**",
		"/api2/projects/*/folders/*/upload", "/api2/projects/*/folders/*/upload",
	}
)

// intralinksBreaks in way A at path B; C says how often and how soon.
func (w *world) intralinksBreaks(s step) {
	kinds := w.faultsOf(w.source.Control())
	rule := ruleOf(s, pick(kinds, s.A*len(kinds)/12+s.C), pick(intralinksPaths, s.B))
	switch rule.Fault {
	case "slow", "latency":
		rule.Args = map[string]string{"delay": "1ms"}
	case "hang":
		w.traffic.setImpatient(true)
	case "corrupt":
		// A byte in the middle of a list would be another name, or another hash, without a sign of it.
		if rule.Path == intralinksPaths[1] {
			rule.Args = map[string]string{"at": fmt.Sprint(s.C * 3)}
		}
	case "shortList", "emptyList", "json200":
		w.model.sourceLies = true
		rule.Args = map[string]string{"rows": fmt.Sprint(s.C % 3)}
	}
	w.breaks(w.source, rule)
}

// luminanceBreaks in way A at path B; C says how often and how soon.
func (w *world) luminanceBreaks(s step) {
	kinds := w.faultsOf(w.target.Control())
	rule := ruleOf(s, pick(kinds, s.A*len(kinds)/12+s.C), pick(luminancePaths, s.B))
	switch rule.Fault {
	case "latency", "late-answer", "slow-body", "slow-upload":
		rule.Args = map[string]string{"delay": "1ms"}
	case "throttle":
		if s.C%2 == 1 {
			rule.Args = map[string]string{"retryAfter": "30"}
		}
	case "foreign-document":
		w.model.strangers = true
	case "deleted-by-person":
		w.model.removers = true
	case "empty-list", "truncated-list":
		// A list of folders that lacks some without a sign of it makes the operator create what is there already.
		// Nothing but a look before each creation would help, which costs more than the allowance has.
		if rule.Path == "" || rule.Path == luminancePaths[4] {
			rule.Path = luminancePaths[3]
		}
		w.model.targetLies = true
	}
	w.breaks(w.target, rule)
}

func ruleOf(s step, fault, path string) control.FaultRule {
	return control.FaultRule{Fault: fault, Path: path, Skip: s.C / 6, Times: 1 + s.C%3}
}

func (w *world) breaks(simulator interface{ Control() *control.Control }, rule control.FaultRule) {
	w.must(simulator.Control().AddFault(rule))
	w.logf("fault %+v", rule)
}

// faultsOf is the whole catalogue of a simulator, by name.
func (w *world) faultsOf(c *control.Control) []string {
	var names []string
	for _, kind := range c.Faults() {
		names = append(names, kind.Name)
	}
	slices.Sort(names)
	return names
}

// mend lets nothing break any more.
func (w *world) mend() {
	w.source.Control().ClearFaults()
	w.target.Control().ClearFaults()
	w.traffic.setImpatient(false)
	w.model.sourceLies = false
}

// luminanceForgetsToken as after a change of the service user's secret that was taken back.
func (w *world) luminanceForgetsToken(step) { w.target.RevokeTokens() }
