package control

import (
	"context"
	"io"
	"net/http"
	"strings"
)

// Prefix is where the admin API lives; neither service has paths there.
const Prefix = "/_sim/"

// Serve wraps the handler of a service: what is below /_sim/ goes to Handler,
// everything else is logged with its status and its bytes both ways.
func (c *Control) Serve(service http.Handler) http.Handler {
	admin := c.Handler()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, Prefix) {
			admin.ServeHTTP(w, r)
			return
		}
		l := c.begin(r)
		r = r.WithContext(context.WithValue(r.Context(), logKey{}, l))
		if r.Body != nil && r.Body != http.NoBody {
			r.Body = &countingBody{ReadCloser: r.Body, log: l}
		}
		service.ServeHTTP(&countingWriter{ResponseWriter: w, log: l}, r)
		// net/http answers 200 for a handler that returned without a word; one
		// that panicked, to break the connection, does not come by here.
		l.status.CompareAndSwap(0, http.StatusOK)
	})
}

// countingBody counts the bytes that the service read.
type countingBody struct {
	io.ReadCloser
	log *live
}

// Read implements io.Reader.
func (b *countingBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.log.in.Add(int64(n))
	return n, err
}

// countingWriter counts before it sends, so that the log is never behind what
// the client has seen.
type countingWriter struct {
	http.ResponseWriter
	log *live
}

// WriteHeader implements http.ResponseWriter. Statuses of 1xx aren't final.
func (w *countingWriter) WriteHeader(status int) {
	if status >= 200 {
		w.log.status.CompareAndSwap(0, int64(status))
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write implements io.Writer.
func (w *countingWriter) Write(p []byte) (int, error) {
	w.log.status.CompareAndSwap(0, http.StatusOK)
	w.log.out.Add(int64(len(p)))
	n, err := w.ResponseWriter.Write(p)
	w.log.out.Add(int64(n - len(p)))
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (w *countingWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// Flush implements http.Flusher.
func (w *countingWriter) Flush() {
	w.log.status.CompareAndSwap(0, http.StatusOK)
	// A writer that can't flush sends at its end, which is all a flush changes.
	_ = http.NewResponseController(w.ResponseWriter).Flush()
}
