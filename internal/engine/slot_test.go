package engine

import (
	"context"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"
	"golang.org/x/sync/semaphore"
)

// What moves again after its slot was lent out waits for one, and every slot comes back once.
func TestALentSlotIsWaitedFor(t *testing.T) {
	g := NewWithT(t)
	transfers := semaphore.NewWeighted(1)
	g.Expect(transfers.TryAcquire(1)).To(BeTrue())
	s := newSlot(transfers, time.Hour, time.Now())
	body := s.watch(context.Background(), strings.NewReader("content"))

	s.lend()
	g.Expect(transfers.TryAcquire(1)).To(BeTrue(), "by another transfer")
	read := make(chan error, 1)
	go func() { _, err := body.Read(make([]byte, 1)); read <- err }()
	g.Consistently(read).WithTimeout(50 * time.Millisecond).ShouldNot(Receive())
	transfers.Release(1)
	g.Eventually(read).Should(Receive(BeNil()))
	g.Expect(transfers.TryAcquire(1)).To(BeFalse())

	s.end()
	s.lend() // a timer that was on its way
	g.Expect(transfers.TryAcquire(1)).To(BeTrue())
	g.Expect(transfers.TryAcquire(1)).To(BeFalse())
}

// A run that is stopped ends while its documents wait for a slot.
func TestTheWaitForALentSlotEndsWithTheRun(t *testing.T) {
	g := NewWithT(t)
	transfers := semaphore.NewWeighted(1)
	g.Expect(transfers.TryAcquire(1)).To(BeTrue())
	s := newSlot(transfers, time.Hour, time.Now())
	s.lend()
	g.Expect(transfers.TryAcquire(1)).To(BeTrue())
	ctx, stop := context.WithCancel(context.Background())
	stop()
	_, err := s.watchBytes(ctx, []byte("content")).Read(make([]byte, 1))
	g.Expect(err).To(MatchError(context.Canceled))
	s.end()
	transfers.Release(1)
	g.Expect(transfers.TryAcquire(1)).To(BeTrue())
}
