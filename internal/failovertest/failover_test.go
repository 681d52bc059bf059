package failovertest

import (
	"syscall"
	"testing"

	. "github.com/onsi/gomega"
)

// underway starts two replicas, of which the first leads and works by way of the link, and holds its uploads once some
// have arrived: so each of its transfers has one on its way.
func (w *world) underway() (leader, other *replica, l *link) {
	w.t.Helper()
	w.door.holdFrom(6)
	l, kubeconfig := w.linked()
	leader = w.start("leading", kubeconfig)
	leader.leads()
	other = w.start("other", w.env.Kubeconfig)
	other.waits()
	w.apply()
	w.Eventually(w.door.heldUploads).Should(Equal(transfers))
	w.door.holdFrom(0)
	return leader, other, l
}

// What a killed leader had on its way arrives, and nobody has its answer: the next one looks before it sends.
func TestTheOtherGoesOnWhenTheLeaderDies(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 24)
	leader, other, _ := w.underway()
	leader.signal(syscall.SIGKILL)
	<-leader.ended
	w.door.letThrough()
	other.leads()
	w.finishes()
}

// A leader without the API server works on until it can't be sure any more that it leads, and ends by itself.
func TestTheOtherGoesOnWhenTheLeaderIsCutOff(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 70)
	leader, other, l := w.underway()
	l.cut()
	w.door.letThrough()
	other.leads()
	w.finishes()
	leader.givesUp()
}

// A leader that is frozen knows nothing of what happens meanwhile. What it had sent already when it was frozen arrives, and
// Luminance takes it for what it is, a second document of that name; nothing else comes of it.
func TestAFrozenLeaderThatWakesUpDoesNothingMore(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 24)
	leader, other, _ := w.underway()
	leader.signal(syscall.SIGSTOP)
	other.leads()
	w.finishes()
	books, sync, requests := w.books(), w.sync(), w.door.requests.Load()

	leader.signal(syscall.SIGCONT)
	w.door.letThrough() // what was on its way arrives now, at last
	leader.givesUp()
	w.Expect(w.books()).To(Equal(books), "it has written into the ledger")
	w.Expect(w.door.requests.Load()).To(Equal(requests), "it has sent something")
	w.Expect(w.sync().Status).To(Equal(sync.Status), "it has written a status")
	w.stands()
}
