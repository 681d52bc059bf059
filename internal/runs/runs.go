// Package runs keeps what takes long out of the reconciles. A reconcile starts, watches or stops a run and
// returns within milliseconds; the run tells by an event that there is something to look at.
//
// Its promise: at most one run for an object at any moment, also while a stopped one is still on its way out.
package runs

import (
	"context"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/types"
)

// Manager holds the runs of one kind of object. P is what a run reports while it is on, R what it ends with.
type Manager[P, R any] struct {
	notify func(types.NamespacedName)
	every  time.Duration

	ctx    context.Context
	cancel context.CancelFunc
	wait   sync.WaitGroup

	mu   sync.Mutex
	runs map[types.NamespacedName]*run[P, R]
}

type run[P, R any] struct {
	id       string
	cancel   context.CancelFunc
	stopping bool
	progress *P
	result   *R
	// notified is when progress was last told; pending, that it will be told.
	notified time.Time
	pending  bool
}

// State of a run.
type State[P, R any] struct {
	// ID that Start was given.
	ID string
	// Stopping: it was told to stop, and has not ended yet.
	Stopping bool
	// Progress that it reported last; nil: none yet.
	Progress *P
	// Result that it ended with; nil: it is still on.
	Result *R
}

// New makes a Manager. notify is called when a run has ended, and when it has reported progress, the latter
// at most once in each period of the length every; it may block.
func New[P, R any](notify func(types.NamespacedName), every time.Duration) *Manager[P, R] {
	m := &Manager[P, R]{notify: notify, every: every, runs: map[types.NamespacedName]*run[P, R]{}}
	m.ctx, m.cancel = context.WithCancel(context.Background())
	return m
}

// Run begins a run, unless the object has one already, ended or not. id is the caller's mark to know it by.
func (m *Manager[P, R]) Run(key types.NamespacedName, id string, do func(ctx context.Context, report func(P)) R) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.runs[key] != nil || m.ctx.Err() != nil {
		return false
	}
	ctx, cancel := context.WithCancel(m.ctx)
	r := &run[P, R]{id: id, cancel: cancel}
	m.runs[key] = r
	m.wait.Go(func() {
		defer cancel()
		result := do(ctx, func(p P) { m.report(key, r, p) })
		m.mu.Lock()
		r.result = &result
		m.mu.Unlock()
		m.notify(key)
	})
	return true
}

// Get tells of the object's run; ok is false where there is none.
func (m *Manager[P, R]) Get(key types.NamespacedName) (state State[P, R], ok bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r := m.runs[key]
	if r == nil {
		return state, false
	}
	return State[P, R]{ID: r.id, Stopping: r.stopping, Progress: r.progress, Result: r.result}, true
}

// Stop tells the object's run to stop; its result follows, by an event.
func (m *Manager[P, R]) Stop(key types.NamespacedName) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if r := m.runs[key]; r != nil {
		r.stopping = true
		r.cancel()
	}
}

// Forget drops a run that has ended, once its result has been written down; one that is still on stays.
func (m *Manager[P, R]) Forget(key types.NamespacedName) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if r := m.runs[key]; r != nil && r.result != nil {
		delete(m.runs, key)
	}
}

// Start waits until ctx ends, stops all runs, and waits for them to end. It makes the Manager a Runnable.
func (m *Manager[P, R]) Start(ctx context.Context) error {
	<-ctx.Done()
	m.mu.Lock() // a run that is just being begun is begun before this, or not at all
	m.cancel()
	m.mu.Unlock()
	m.wait.Wait()
	return nil
}

// report keeps the newest progress and tells of it, not too often, but always of the last.
func (m *Manager[P, R]) report(key types.NamespacedName, r *run[P, R], p P) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r.progress = &p
	if r.pending {
		return
	}
	r.pending = true
	time.AfterFunc(max(0, m.every-time.Since(r.notified)), func() {
		m.mu.Lock()
		r.pending, r.notified = false, time.Now()
		m.mu.Unlock()
		m.notify(key)
	})
}
