package control

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Evidence tells how sure it is that the real service behaves in this way.
type Evidence string

// The three strengths of evidence.
const (
	// Documented stands for behaviour that the vendor describes or that was
	// recorded from the real service.
	Documented Evidence = "documented"
	// Inferred stands for a conclusion from such evidence.
	Inferred Evidence = "inferred"
	// Choice stands for behaviour that nothing speaks for or against.
	Choice Evidence = "our choice"
)

// Switch is one selectable behaviour of a simulator.
type Switch struct {
	Name string `json:"name"`
	// Values are the accepted values. Without any, the switch takes a number
	// where its default is one, a duration where its default is one ("0s"), and
	// any text otherwise.
	Values   []string `json:"values,omitempty"`
	Default  string   `json:"default"`
	Evidence Evidence `json:"evidence"`
	About    string   `json:"about"`
}

// accepts returns an error that names the switch and what it takes.
func (s Switch) accepts(value string) error {
	switch {
	case s.Values != nil:
		if !slices.Contains(s.Values, value) {
			return fmt.Errorf("switch %s takes %s, not %q", s.Name, strings.Join(s.Values, " or "), value)
		}
	case isNumber(s.Default):
		if !isNumber(value) {
			return fmt.Errorf("switch %s takes a whole number, not %q", s.Name, value)
		}
	case isDuration(s.Default):
		if !isDuration(value) {
			return fmt.Errorf("switch %s takes a duration such as %q, not %q", s.Name, s.Default, value)
		}
	}
	return nil
}

func isNumber(s string) bool {
	_, err := strconv.ParseInt(s, 10, 64)
	return err == nil
}

func isDuration(s string) bool {
	_, err := time.ParseDuration(s)
	return err == nil
}

// OnOff returns the values of a switch that Bool reads.
func OnOff() []string { return []string{"on", "off"} }

// Control holds the switches, faults and request log of one simulator. All its
// methods are safe for concurrent use.
type Control struct {
	switches []Switch
	byName   map[string]Switch
	kinds    []FaultKind
	mux      *http.ServeMux

	mu     sync.Mutex
	values map[string]string
	rules  []*activeRule
	log    []*live
	lost   int
	routes []string
	clock  func() time.Time
}

// New returns a control with every switch at its default and no fault set. It
// panics on a switch that is declared twice or whose default it doesn't accept.
func New(switches []Switch, faults []FaultKind) *Control {
	c := &Control{
		switches: slices.Clone(switches),
		byName:   make(map[string]Switch, len(switches)),
		kinds:    slices.Clone(faults),
		values:   make(map[string]string, len(switches)),
		mux:      http.NewServeMux(),
		clock:    time.Now,
	}
	for _, s := range switches {
		if _, twice := c.byName[s.Name]; twice {
			panic("control: switch " + s.Name + " is declared twice")
		}
		if err := s.accepts(s.Default); err != nil {
			panic("control: default of a switch: " + err.Error())
		}
		c.byName[s.Name] = s
		c.values[s.Name] = s.Default
	}
	c.addRoutes()
	return c
}

// SetClock sets the clock that stamps the request log; the default is time.Now.
func (c *Control) SetClock(now func() time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.clock = now
}

// Switches returns the declared switches.
func (c *Control) Switches() []Switch { return slices.Clone(c.switches) }

// Faults returns the declared kinds of fault.
func (c *Control) Faults() []FaultKind { return slices.Clone(c.kinds) }

// Get returns the value of a switch. It panics on a name that was never
// declared, which is an error of the simulator's author.
func (c *Control) Get(name string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	value, ok := c.values[name]
	if !ok {
		panic("control: no switch is called " + name)
	}
	return value
}

// Bool tells whether a switch with the values "on" and "off" is on.
func (c *Control) Bool(name string) bool { return c.Get(name) == "on" }

// Int returns the value of a switch whose default is a whole number.
func (c *Control) Int(name string) int64 {
	n, err := strconv.ParseInt(c.Get(name), 10, 64)
	if err != nil {
		panic("control: switch " + name + " is not a number")
	}
	return n
}

// Duration returns the value of a switch whose default is a duration.
func (c *Control) Duration(name string) time.Duration {
	d, err := time.ParseDuration(c.Get(name))
	if err != nil {
		panic("control: switch " + name + " is not a duration")
	}
	return d
}

// Set gives a switch a value. The error names the switch and the values that it
// takes, or the switches there are.
func (c *Control) Set(name, value string) error {
	return c.setAll(map[string]string{name: value})
}

// setAll sets all of the values or, if one of them isn't accepted, none.
func (c *Control) setAll(values map[string]string) error {
	for name, value := range values {
		s, ok := c.byName[name]
		if !ok {
			return fmt.Errorf("no switch is called %q; there are: %s", name, strings.Join(c.switchNames(), ", "))
		}
		if err := s.accepts(value); err != nil {
			return err
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for name, value := range values {
		c.values[name] = value
	}
	return nil
}

func (c *Control) switchNames() []string {
	names := make([]string, 0, len(c.switches))
	for _, s := range c.switches {
		names = append(names, s.Name)
	}
	return names
}
