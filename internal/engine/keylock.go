package engine

import (
	"context"
	"sync"
)

// keyLock is a lock for each key, given up on when the context ends.
type keyLock struct {
	mu    sync.Mutex
	locks map[string]*keyedChan
}

type keyedChan struct {
	held  chan struct{}
	users int
}

// lock waits for the key; unlock gives it back.
func (k *keyLock) lock(ctx context.Context, key string) (unlock func(), err error) {
	k.mu.Lock()
	if k.locks == nil {
		k.locks = map[string]*keyedChan{}
	}
	l := k.locks[key]
	if l == nil {
		l = &keyedChan{held: make(chan struct{}, 1)}
		k.locks[key] = l
	}
	l.users++
	k.mu.Unlock()

	leave := func() {
		k.mu.Lock()
		defer k.mu.Unlock()
		if l.users--; l.users == 0 {
			delete(k.locks, key)
		}
	}
	select {
	case l.held <- struct{}{}:
		return func() { <-l.held; leave() }, nil
	case <-ctx.Done():
		leave()
		return nil, ctx.Err()
	}
}
