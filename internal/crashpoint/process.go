package crashpoint

import (
	"context"
	"errors"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
)

// ErrDead is what every step of a dead process gets, the one that it died at included.
var ErrDead = errors.New("crashpoint: the process is dead")

// Flavour tells how much of its last step a process has done when it dies.
type Flavour string

// Flavours of a death. Before and After are there for each step, the others for requests with a body, and for
// answers with one.
const (
	Before   Flavour = "before"    // nothing of the step has happened
	After    Flavour = "after"     // all of it has, and the process never learns that
	HalfSent Flavour = "half sent" // the connection was cut in the middle of the request's body
	HalfRead Flavour = "half read" // the connection was cut in the middle of the answer's body
)

// Step is one thing that a process did to the world outside.
type Step struct {
	// Name tells a person which one it is.
	Name string
	// Flavours in which a process can die there.
	Flavours []Flavour
}

// Point is where a process dies: at the step of this number, counted from 0. Where the step doesn't have the
// flavour, half of it counts as all of it.
type Point struct {
	Step    int
	Flavour Flavour
	// Of counts only the steps whose names begin with it.
	Of string
}

// Process is one process of the operator. It is safe for concurrent use.
type Process struct {
	at     *Point
	ctx    context.Context //nolint:containedctx // it is the process's life, and ends with it
	cancel context.CancelFunc

	transport *http.Transport

	busy sync.WaitGroup // steps under way
	mu   sync.Mutex
	dead bool
	// steps so far, and how many of them count for at.
	steps   []*Step
	counted int
	// sockets are the connections that were made; databases, those that were not closed before the death.
	sockets   []net.Conn
	databases []*conn
}

// Start begins a process that dies at a point, or when it is killed where at is nil.
func Start(at *Point) *Process {
	p := &Process{at: at}
	p.ctx, p.cancel = context.WithCancel(context.Background())
	p.transport = &http.Transport{DialContext: p.dial, MaxIdleConnsPerHost: 16}
	return p
}

// Context ends with the process.
func (p *Process) Context() context.Context { return p.ctx }

// Dead tells whether the process has died.
func (p *Process) Dead() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.dead
}

// Dialed is how many connections the process has made.
func (p *Process) Dialed() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.sockets)
}

// Steps are those that the process has begun so far.
func (p *Process) Steps() []Step {
	p.mu.Lock()
	defer p.mu.Unlock()
	steps := make([]Step, len(p.steps))
	for i, s := range p.steps {
		steps[i] = Step{Name: s.Name, Flavours: slices.Clone(s.Flavours)}
	}
	return steps
}

// Kill ends the process where it stands. Steps that are under way may still come to their end in the world
// outside; Bury waits for them.
func (p *Process) Kill() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.die()
}

// die is Kill for those who hold mu.
func (p *Process) die() {
	p.dead = true
	p.cancel()
	for _, socket := range p.sockets {
		_ = socket.Close() // cut is all that is wanted
	}
}

// Bury kills the process and waits until nothing of it is under way any more. Until copied is through, its
// databases stay as they were at the moment of the death.
func (p *Process) Bury(copied func() error) error {
	p.Kill()
	p.busy.Wait()
	var err error
	if copied != nil {
		err = copied()
	}
	p.mu.Lock()
	databases := p.databases
	p.databases = nil
	p.mu.Unlock()
	for _, c := range databases {
		// Nobody is left to be told: what was not committed is rolled back, which is what a death does.
		_ = c.real.Close()
	}
	return err
}

// act is one step under way.
type act struct {
	process *Process
	step    *Step
	// dies is how the process is to die in this step; empty: it lives.
	dies Flavour
}

// begin counts a step, or refuses it. Each act that it returns needs its end.
func (p *Process) begin(name string, flavours ...Flavour) (*act, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.dead {
		return nil, ErrDead
	}
	a := &act{process: p, step: &Step{Name: name, Flavours: flavours}}
	if p.at != nil && strings.HasPrefix(name, p.at.Of) {
		if p.at.Step == p.counted {
			a.dies = p.at.Flavour
		}
		p.counted++
	}
	p.steps = append(p.steps, a.step)
	if a.dies == Before {
		p.die()
		return nil, ErrDead
	}
	p.busy.Add(1)
	return a, nil
}

// pass lets something through that is no step, unless the process is dead. It needs its end, too.
func (p *Process) pass() (*act, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.dead {
		return nil, ErrDead
	}
	p.busy.Add(1)
	return &act{process: p}, nil
}

func (a *act) end() { a.process.busy.Done() }

// also notes a flavour that showed itself only while the step was done.
func (a *act) also(f Flavour) {
	a.process.mu.Lock()
	defer a.process.mu.Unlock()
	a.step.Flavours = append(a.step.Flavours, f)
}

// half tells whether the process dies in the middle, given that this step has one.
func (a *act) half(f Flavour) bool { return a.dies == f }

// learn is the end of a step that was done: the process hears of it, or dies.
func (a *act) learn(err error) error {
	if a.dies != "" {
		a.process.Kill()
	}
	if a.process.Dead() {
		return ErrDead
	}
	return err
}
