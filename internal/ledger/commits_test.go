package ledger

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"sync"
	"testing"

	. "github.com/onsi/gomega"
)

// held is a ledger in a file whose commits are counted, and whose first change lasts until it is let go: what comes
// meanwhile waits.
type held struct {
	*Ledger
	t       *testing.T
	began   chan struct{}
	release chan struct{}
	// transactions that were tried.
	transactions int
	first        sync.WaitGroup
}

func newHeld(t *testing.T) *held {
	t.Helper()
	l, err := Open(t.Context(), "sqlite://"+filepath.Join(t.TempDir(), "ledger.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	h := &held{Ledger: l, t: t, began: make(chan struct{}), release: make(chan struct{})}
	transact := l.commits.transact
	l.commits.transact = func(ctx context.Context, do func(*transaction) error) error {
		h.transactions++
		return transact(ctx, do)
	}
	h.first.Go(func() {
		_ = l.write(t.Context(), "hold the others up", func(context.Context, *transaction) error {
			close(h.began)
			<-h.release
			return nil
		})
	})
	<-h.began
	return h
}

// letGo lets what waits go on once there are so many.
func (h *held) letGo(waiting int) {
	h.t.Helper()
	NewWithT(h.t).Eventually(func() int {
		h.commits.mu.Lock()
		defer h.commits.mu.Unlock()
		return len(h.commits.waiting)
	}).Should(Equal(waiting))
	close(h.release)
	h.first.Wait()
}

func (h *held) insert(ctx context.Context, host string) error {
	return h.exec(ctx, "record a request", `INSERT INTO requests (host, at, open) VALUES ($1, 1, 1)`, host)
}

func (h *held) hosts() []string {
	h.t.Helper()
	hosts, err := read(h.t.Context(), h.Ledger, "read", func(rows *sql.Rows) (host string, err error) {
		return host, rows.Scan(&host)
	}, `SELECT host FROM requests ORDER BY host`)
	if err != nil {
		h.t.Fatal(err)
	}
	return hosts
}

func TestChangesThatComeAtOnceShareACommit(t *testing.T) {
	g := NewWithT(t)
	h := newHeld(t)
	var writers sync.WaitGroup
	for _, host := range []string{"a", "b", "c", "d"} {
		writers.Go(func() { g.Expect(h.insert(t.Context(), host)).To(Succeed()) })
	}
	h.letGo(4)
	writers.Wait()
	g.Expect(h.hosts()).To(Equal([]string{"a", "b", "c", "d"}))
	g.Expect(h.transactions).To(Equal(2), "the one that held the others up, and one for all of them")
}

func TestAChangeThatFailsFailsAlone(t *testing.T) {
	g := NewWithT(t)
	h := newHeld(t)
	failure := errors.New("half of it was not possible")
	var writers sync.WaitGroup
	for _, host := range []string{"a", "b"} {
		writers.Go(func() { g.Expect(h.insert(t.Context(), host)).To(Succeed()) })
	}
	writers.Go(func() {
		err := h.write(t.Context(), "do two things", func(ctx context.Context, tx *transaction) error {
			_, err := tx.ExecContext(ctx, `INSERT INTO requests (host, at, open) VALUES ('half', 1, 1)`)
			return errors.Join(err, failure)
		})
		g.Expect(err).To(MatchError(failure))
	})
	h.letGo(3)
	writers.Wait()
	g.Expect(h.hosts()).To(Equal([]string{"a", "b"}))
}

func TestAChangeThatIsCalledOffWhileItWaitsIsNotDone(t *testing.T) {
	g := NewWithT(t)
	h := newHeld(t)
	var writers sync.WaitGroup
	writers.Go(func() { g.Expect(h.insert(t.Context(), "a")).To(Succeed()) })
	ctx, cancel := context.WithCancel(t.Context())
	off := make(chan error)
	go func() { off <- h.insert(ctx, "off") }()
	g.Eventually(func() int {
		h.commits.mu.Lock()
		defer h.commits.mu.Unlock()
		return len(h.commits.waiting)
	}).Should(Equal(2))
	cancel()
	g.Expect(<-off).To(MatchError(context.Canceled))
	h.letGo(1)
	writers.Wait()
	g.Expect(h.hosts()).To(Equal([]string{"a"}))
}

// TestAnOvertakenProcessWritesNothingOfAGroup: the epoch is looked at once for all of them.
func TestAnOvertakenProcessWritesNothingOfAGroup(t *testing.T) {
	g := NewWithT(t)
	h := newHeld(t)
	h.leadership.wanted, h.leadership.epoch = true, 41
	var writers sync.WaitGroup
	for _, host := range []string{"a", "b"} {
		writers.Go(func() { g.Expect(h.insert(t.Context(), host)).To(MatchError(ErrOvertaken)) })
	}
	h.letGo(2)
	writers.Wait()
	g.Expect(h.hosts()).To(BeEmpty())
}
