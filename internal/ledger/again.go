package ledger

import (
	"context"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// again repeats what failed in passing. All that is repeated has the same effect when it is done twice, or says so.
func (l *Ledger) again(ctx context.Context, do func() error) error {
	err := l.tryAgain(ctx, do)
	l.count(err)
	return err
}

func (l *Ledger) tryAgain(ctx context.Context, do func() error) error {
	if l.passing == nil {
		return do()
	}
	waits := backoff.NewExponentialBackOff()
	waits.InitialInterval, waits.MaxInterval = 50*time.Millisecond, 2*time.Second
	_, err := backoff.Retry(ctx, func() (struct{}, error) {
		err := do()
		if err != nil && (ctx.Err() != nil || !l.passing(err)) {
			err = backoff.Permanent(err)
		}
		return struct{}{}, err
	}, backoff.WithBackOff(waits), backoff.WithMaxElapsedTime(l.patience))
	return err
}
