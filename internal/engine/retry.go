package engine

import (
	"context"
	"errors"
	"time"

	"github.com/cenkalti/backoff/v5"

	"dataroom.dev/intralinks-operator/internal/intralinks"
)

// maxTries of a download that may succeed when it is repeated.
const maxTries = 4

// maxWait is how long a run waits for a service that says when to come back; for longer it ends, and the
// sync says when it goes on.
const maxWait = time.Minute

// retry repeats a download while its failure may pass: waits double and are jittered, and the server's
// Retry-After is obeyed. What can't succeed, a refused account above all, is never repeated.
func (r *run) retry(ctx context.Context, call func() error) error {
	_, err := backoff.Retry(ctx, func() (struct{}, error) {
		return struct{}{}, orPermanent(call())
	}, backoff.WithBackOff(r.waits()), backoff.WithMaxTries(maxTries), noTimeLimit)
	return unwrapPermanent(err)
}

// noTimeLimit: a try may wait for the request budget far longer than the library's limit.
var noTimeLimit = backoff.WithMaxElapsedTime(0)

func (r *run) waits() backoff.BackOff {
	waits := backoff.NewExponentialBackOff()
	waits.InitialInterval, waits.MaxInterval = r.engine.retryDelay, 30*time.Second
	return waits
}

// orPermanent marks what is no use repeating.
func orPermanent(err error) error {
	var broken *documentError
	var remote *intralinks.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &broken) && broken.passing:
		return err
	case !errors.As(err, &remote):
		return backoff.Permanent(err)
	case remote.RetryAfter > maxWait:
		return backoff.Permanent(err)
	case remote.RetryAfter > 0:
		return errors.Join(err, backoff.RetryAfter(int(remote.RetryAfter.Seconds())+1))
	}
	switch remote.Class {
	case intralinks.Transient, intralinks.Throttled, intralinks.Protected:
		// Protected is reported as an unexpected error, which a few repetitions have to confirm.
		return err
	}
	return backoff.Permanent(err)
}

func unwrapPermanent(err error) error {
	var permanent *backoff.PermanentError
	if errors.As(err, &permanent) {
		return permanent.Unwrap()
	}
	return err
}
