// Package serving runs the HTTP servers that people and the plugin reach, for as long as the operator works.
package serving

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"time"
)

// Until serves on a listener until ctx ends, and then gives what is under way no longer than rest to end. It fails where the
// listener does.
func Until(ctx context.Context, server *http.Server, listener net.Listener, rest time.Duration) error {
	// It would tell of requests that can't be read, and quote them.
	server.ErrorLog = log.New(io.Discard, "", 0)
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), rest)
	defer cancel()
	if err := server.Shutdown(last); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return nil
}
