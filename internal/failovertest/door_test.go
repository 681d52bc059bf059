package failovertest

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
)

// door stands before Luminance. It can hold uploads that have left the operator and not yet arrived, as a network may.
type door struct {
	*httptest.Server
	service  http.Handler
	requests atomic.Int64

	mu   sync.Mutex
	from int           // uploads are held from this one on; 0: none
	came int           // uploads so far
	held int           // those held now, or let through since
	let  chan struct{} // closed: what was held may go on
}

func (w *world) openDoor(service http.Handler) *door {
	w.t.Helper()
	d := &door{service: service, let: make(chan struct{})}
	d.Server = httptest.NewServer(d)
	w.t.Cleanup(func() {
		d.letThrough()
		d.Close()
	})
	return d
}

// ServeHTTP lets a request through, at once or when it may go on, whether anybody waits for the answer or not.
func (d *door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	d.requests.Add(1)
	if strings.HasSuffix(r.URL.Path, "/upload") {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			panic(http.ErrAbortHandler) // broken off: nothing of it arrives
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		if d.holds() {
			<-d.let
		}
	}
	d.service.ServeHTTP(w, r)
}

func (d *door) holds() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.came++
	if d.from == 0 || d.came < d.from {
		return false
	}
	d.held++
	return true
}

// holdFrom holds uploads from the n-th on; 0 holds no further ones.
func (d *door) holdFrom(n int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.from = n
}

func (d *door) heldUploads() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.held
}

// letThrough has what was held arrive.
func (d *door) letThrough() {
	d.mu.Lock()
	defer d.mu.Unlock()
	select {
	case <-d.let:
	default:
		close(d.let)
	}
}
