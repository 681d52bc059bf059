package ledger

import (
	"context"
	"errors"
	"sync"
)

// maxGroup bounds how many changes share a commit, and so how long the first of them waits for the others.
const maxGroup = 256

// commits carries the changes of many callers out together. A commit costs a flush of the disk, whatever it holds: those
// that come while one is flushed share the next. A change is durable when do returns, and has failed alone where it
// fails; the order is that in which they came.
type commits struct {
	transact func(context.Context, func(*transaction) error) error

	mu      sync.Mutex
	waiting []*change
	busy    bool // a goroutine commits what waits
}

// change is what one caller wants done.
type change struct {
	do   func(*transaction) error
	err  error
	done chan struct{}
}

// do carries a change out and waits until it is durable. The end of ctx takes back a change that still waits; one that
// has begun is waited for, so that it is known what became of it.
func (c *commits) do(ctx context.Context, do func(*transaction) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	mine := &change{do: do, done: make(chan struct{})}
	c.push(mine)
	select {
	case <-mine.done:
	case <-ctx.Done():
		if c.remove(mine) {
			return ctx.Err()
		}
		<-mine.done
	}
	return mine.err
}

func (c *commits) push(mine *change) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.waiting = append(c.waiting, mine)
	if !c.busy {
		c.busy = true
		go c.run()
	}
}

// remove takes a change back that has not begun.
func (c *commits) remove(mine *change) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i, other := range c.waiting {
		if other == mine {
			c.waiting = append(c.waiting[:i:i], c.waiting[i+1:]...)
			return true
		}
	}
	return false
}

// run commits until nothing waits any more.
func (c *commits) run() {
	for group := c.next(); group != nil; group = c.next() {
		err := c.commit(group)
		for _, change := range group {
			if err != nil {
				change.err = err
			}
			close(change.done)
		}
	}
}

// next is the group to commit; nil where nothing waits.
func (c *commits) next() []*change {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := min(len(c.waiting), maxGroup)
	if n == 0 {
		c.busy = false
		return nil
	}
	group := c.waiting[:n:n]
	c.waiting = c.waiting[n:]
	return group
}

// commit does a group in one transaction. Its error is that of all of them.
func (c *commits) commit(group []*change) error {
	return c.transact(context.Background(), func(tx *transaction) error {
		if len(group) == 1 {
			return group[0].do(tx)
		}
		for _, change := range group {
			var err error
			if change.err, err = apart(tx, change.do); err != nil {
				return err
			}
		}
		return nil
	})
}

// apart does one of several changes of a transaction, all of it or nothing. Where that is not possible, the whole
// transaction has failed.
func apart(tx *transaction, do func(*transaction) error) (failed, broken error) {
	ctx := context.Background()
	if _, err := tx.ExecContext(ctx, `SAVEPOINT change`); err != nil {
		return nil, err
	}
	if failed = do(tx); failed != nil {
		if _, err := tx.ExecContext(ctx, `ROLLBACK TO change`); err != nil {
			return nil, errors.Join(failed, err)
		}
	}
	_, err := tx.ExecContext(ctx, `RELEASE change`)
	return failed, err
}
