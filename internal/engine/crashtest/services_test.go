package crashtest

import (
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
)

// connections counts those to the simulators, so that a test can wait until they are done with what a dead process
// sent.
type connections struct {
	mu             sync.Mutex
	changed        sync.Cond
	accepted, open int
}

func newConnections() *connections {
	c := &connections{}
	c.changed.L = &c.mu
	return c
}

// serve puts a simulator behind a real port.
func (c *connections) serve(t testingT, simulator http.Handler) (url string) {
	t.Helper()
	server := httptest.NewUnstartedServer(simulator)
	server.Config.ConnState = c.track
	server.Start()
	t.Cleanup(server.Close)
	return server.URL
}

func (c *connections) track(_ net.Conn, state http.ConnState) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch state {
	case http.StateNew:
		c.accepted++
		c.open++
	case http.StateClosed, http.StateHijacked: // the simulators take over only what they hang up on
		c.open--
	}
	c.changed.Broadcast()
}

// settle waits until all connections that were made have come and gone, with the requests that they brought.
func (c *connections) settle(made int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for c.accepted < made || c.open > 0 {
		c.changed.Wait()
	}
}
