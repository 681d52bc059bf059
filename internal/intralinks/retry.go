package intralinks

import (
	"context"
	"errors"
	"time"

	"github.com/cenkalti/backoff/v5"

	"dataroom.dev/intralinks-operator/internal/tries"
)

const (
	// maxTries is how often a read is tried in all, unless its caller wants less.
	maxTries = 3
	// maxRetryAfter is the longest wait that is waited out here; what takes
	// longer is left to the caller, who finds it in Error.RetryAfter.
	maxRetryAfter = 5 * time.Minute
)

// retry repeats a read that failed for a reason that passes: at most three
// tries (see tries.Once), with jittered, doubling waits, or what the server asked for. The last
// error is returned as it is; a context that ends meanwhile returns its own.
func (c *Client) retry(ctx context.Context, try func() error) error {
	waits := backoff.NewExponentialBackOff()
	waits.InitialInterval = c.delay
	waits.Multiplier = 2
	for n := 1; ; n++ {
		err := try()
		if n == tries.Of(ctx, maxTries) || !mayPass(err) {
			return err
		}
		wait := max(waits.NextBackOff(), askedWait(err))
		if wait > maxRetryAfter {
			return err
		}
		if err := sleep(ctx, wait); err != nil {
			return err
		}
	}
}

// mayPass tells whether a repetition is worth it. A sign-in that was refused
// never is.
func mayPass(err error) bool {
	class := ClassOf(err)
	return class == Transient || class == Throttled
}

func askedWait(err error) time.Duration {
	if own, ok := errors.AsType[*Error](err); ok {
		return own.RetryAfter
	}
	return 0
}

// sleep waits, unless the context ends first.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
