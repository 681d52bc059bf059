package crashtest

import (
	"context"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
)

// door is what stands between the operator and a simulator. A process that dies slams it, which cuts its connections;
// it opens for the next process once the simulator is done with what the dead one has sent.
type door struct {
	*httptest.Server
	through sync.WaitGroup

	mu    sync.Mutex
	is    context.Context // done: it is closed
	close context.CancelFunc
}

// newDoor lets requests through to a simulator, after hold, which may be nil, has let them. The context of hold ends
// when the door is slammed.
func newDoor(t *testing.T, simulator http.Handler, hold func(context.Context, *http.Request)) *door {
	t.Helper()
	d := &door{}
	d.open()
	d.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		open := d.enter()
		if open == nil {
			panic(http.ErrAbortHandler)
		}
		defer d.through.Done()
		if hold != nil {
			hold(open, r)
		}
		if open.Err() != nil {
			panic(http.ErrAbortHandler)
		}
		simulator.ServeHTTP(w, r)
	}))
	t.Cleanup(d.Close)
	return d
}

func (d *door) enter() context.Context {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.is.Err() != nil {
		return nil
	}
	d.through.Add(1)
	return d.is
}

func (d *door) slam() {
	d.mu.Lock()
	d.close()
	d.mu.Unlock()
	d.CloseClientConnections()
}

// open waits for what was let through before the door was slammed.
func (d *door) open() {
	d.through.Wait()
	d.mu.Lock()
	defer d.mu.Unlock()
	d.is, d.close = context.WithCancel(context.Background())
}
