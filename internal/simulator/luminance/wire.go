package luminance

import (
	"context"
	"io"
	"maps"
	"net"
	"net/http"
	"strconv"
	"time"
)

// hangUp resets the connection and ends the handler; it does not return.
func hangUp(w http.ResponseWriter) {
	if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
		if tcp, ok := conn.(*net.TCPConn); ok {
			_ = tcp.SetLinger(0) // an abrupt end is all that is wanted
		}
		_ = conn.Close()
	}
	panic(http.ErrAbortHandler)
}

// breakOff ends the connection in the middle of an answer, once what there is of
// it is on its way, and ends the handler; it does not return.
func breakOff(w http.ResponseWriter) {
	_ = http.NewResponseController(w).Flush() // what can't flush has nothing to send
	panic(http.ErrAbortHandler)
}

// drain reads a request to its end, whatever comes of it.
func drain(r *http.Request) { _, _ = io.Copy(io.Discard, r.Body) }

// pause waits in real time, or until the client is gone.
func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// silent swallows an answer.
type silent struct{ header http.Header }

// Header implements http.ResponseWriter.
func (s silent) Header() http.Header { return s.header }

// Write implements io.Writer.
func (s silent) Write(p []byte) (int, error) { return len(p), nil }

// WriteHeader implements http.ResponseWriter.
func (s silent) WriteHeader(int) {}

// recorded is an answer that is kept instead of sent.
type recorded struct {
	silent
	status int
	body   []byte
}

// record lets the service answer into memory; if it hangs up, so does record.
func record(next http.HandlerFunc, r *http.Request) *recorded {
	answer := &recorded{silent: silent{http.Header{}}, status: http.StatusOK}
	next(answer, r)
	return answer
}

// Write implements io.Writer.
func (a *recorded) Write(p []byte) (int, error) {
	a.body = append(a.body, p...)
	return len(p), nil
}

// WriteHeader implements http.ResponseWriter.
func (a *recorded) WriteHeader(status int) { a.status = status }

// send sends the answer with the length that it has, but only its first n bytes.
func (a *recorded) send(w http.ResponseWriter, n int) {
	maps.Copy(w.Header(), a.header)
	if len(a.body) > 0 {
		w.Header().Set("Content-Length", strconv.Itoa(len(a.body)))
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body[:n])
}

// slowWriter sends an answer in pieces with pauses between them.
type slowWriter struct {
	http.ResponseWriter
	ctx   context.Context
	delay time.Duration
	bytes int
}

// Write implements io.Writer.
func (s *slowWriter) Write(p []byte) (int, error) {
	written := 0
	for len(p) > 0 {
		n, err := s.ResponseWriter.Write(p[:min(max(s.bytes, 1), len(p))])
		written += n
		if err != nil {
			return written, err
		}
		p = p[n:]
		_ = http.NewResponseController(s.ResponseWriter).Flush()
		pause(s.ctx, s.delay)
	}
	return written, nil
}

// Unwrap lets http.ResponseController reach the connection.
func (s *slowWriter) Unwrap() http.ResponseWriter { return s.ResponseWriter }

// slowBody hands out a request in pieces with pauses between them.
type slowBody struct {
	io.ReadCloser
	ctx   context.Context
	delay time.Duration
	bytes int
}

// Read implements io.Reader.
func (s *slowBody) Read(p []byte) (int, error) {
	pause(s.ctx, s.delay)
	return s.ReadCloser.Read(p[:min(max(s.bytes, 1), len(p))])
}
