package ledger

import (
	"context"
	"errors"
	"fmt"
	"sync"
)

// ErrOvertaken says that another process leads since. What this one has on its way is left to it: an open intent is
// settled there, by a look.
var ErrOvertaken = errors.New("another operator has taken over this ledger: this one has lost its lease, or two use one ledger without leader election")

// leadership is what this process knows of its own. Processes that take over are counted, and one that writes says
// which it is: so one that was frozen and wakes up after its lease is gone writes nothing any more, whatever it
// believes.
type leadership struct {
	wanted bool
	mu     sync.Mutex
	epoch  int64 // 0: it has not led yet
}

// lead makes this process the one that leads, once; what says for what.
func (l *Ledger) lead(ctx context.Context, what string) error {
	if err := l.again(ctx, func() error { return l.tryLead(ctx) }); err != nil {
		return fmt.Errorf("ledger: %s: %w", what, err)
	}
	return nil
}

func (l *Ledger) tryLead(ctx context.Context) error {
	l.leadership.mu.Lock()
	defer l.leadership.mu.Unlock()
	if !l.leadership.wanted || l.leadership.epoch != 0 {
		return nil
	}
	var epoch int64
	err := l.transact(ctx, func(tx *transaction) error {
		return tx.QueryRowContext(ctx, `UPDATE leadership SET epoch = epoch + 1 WHERE id = 1 RETURNING epoch`).Scan(&epoch)
	})
	if err != nil {
		return err
	}
	l.leadership.epoch = epoch
	return nil
}

// stillLeads keeps a transaction from writing where another process leads since, and that one from taking over before
// the transaction has ended.
func (l *Ledger) stillLeads(ctx context.Context, tx *transaction) error {
	if !l.leadership.wanted {
		return nil
	}
	var epoch int64
	if err := tx.QueryRowContext(ctx, `SELECT epoch FROM leadership WHERE id = 1 `+l.sharedLock).Scan(&epoch); err != nil {
		return err
	}
	if !l.leads(epoch) {
		return ErrOvertaken
	}
	return nil
}

// leads tells whether the process of an epoch is this one.
func (l *Ledger) leads(epoch int64) bool {
	l.leadership.mu.Lock()
	defer l.leadership.mu.Unlock()
	return !l.leadership.wanted || l.leadership.epoch == epoch
}
