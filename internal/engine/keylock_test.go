package engine

import (
	"context"
	"sync"
	"testing"

	. "github.com/onsi/gomega"
)

func TestOneHolderForAKeyAtATime(t *testing.T) {
	g := NewWithT(t)
	var locks keyLock
	counters := map[string]*int{"a": new(int), "b": new(int)}
	var hands sync.WaitGroup
	for range 8 {
		for key, counter := range counters {
			hands.Go(func() {
				for range 200 {
					unlock, err := locks.lock(t.Context(), key)
					if err != nil {
						t.Errorf("lock %s: %v", key, err)
						return
					}
					*counter++ // for the race detector, and lost without the lock
					unlock()
				}
			})
		}
	}
	hands.Wait()
	g.Expect(*counters["a"]).To(Equal(1600))
	g.Expect(*counters["b"]).To(Equal(1600))
	g.Expect(locks.locks).To(BeEmpty(), "nothing is kept of a key that nobody holds")
}

func TestAnotherKeyIsFree(t *testing.T) {
	g := NewWithT(t)
	var locks keyLock
	unlockA, err := locks.lock(t.Context(), "a")
	g.Expect(err).NotTo(HaveOccurred())
	unlockB, err := locks.lock(t.Context(), "b")
	g.Expect(err).NotTo(HaveOccurred())
	unlockA()
	unlockB()
}

func TestWaitingForAKeyEndsWithItsContext(t *testing.T) {
	g := NewWithT(t)
	var locks keyLock
	unlock, err := locks.lock(t.Context(), "a")
	g.Expect(err).NotTo(HaveOccurred())

	ctx, cancel := context.WithCancel(t.Context())
	refused := make(chan error)
	go func() {
		_, err := locks.lock(ctx, "a")
		refused <- err
	}()
	cancel()
	g.Expect(<-refused).To(MatchError(context.Canceled))

	unlock()
	unlock, err = locks.lock(t.Context(), "a")
	g.Expect(err).NotTo(HaveOccurred(), "who gave up holds nothing")
	unlock()
	g.Expect(locks.locks).To(BeEmpty())
}
