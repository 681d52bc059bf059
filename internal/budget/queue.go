package budget

import "container/list"

// queue holds those who wait for a slot: claimants take turns, the waiters of one keep their order.
type queue struct {
	claimants map[string]*claimant
	ring      *list.List // claimants with waiters; the next one is in front
	waiting   int
	sweepAt   int // number of claimants at which idle ones are dropped
}

// claimant is one who claims slots; it is remembered for a period after its last one.
type claimant struct {
	waiters list.List // of *waiter
	turn    *list.Element
	had     int   // slots without a pause of a period
	last    int64 // moment of the latest slot
}

type waiter struct {
	claimant *claimant
	place    *list.Element
	granted  chan struct{} // closed when the slot is there
}

func newQueue() *queue {
	return &queue{claimants: map[string]*claimant{}, ring: list.New(), sweepAt: 64}
}

// claimant is the one of that name. One that had no slot for a period starts afresh.
func (q *queue) claimant(name string, now, period int64) *claimant {
	c := q.claimants[name]
	if c == nil {
		q.sweep(now, period)
		c = &claimant{last: now}
		q.claimants[name] = c
	}
	if c.idle(now, period) {
		c.had = 0
	}
	return c
}

func (c *claimant) idle(now, period int64) bool {
	return c.waiters.Len() == 0 && now-c.last > period
}

// sweep drops idle claimants whenever their number has doubled.
func (q *queue) sweep(now, period int64) {
	if len(q.claimants) < q.sweepAt {
		return
	}
	for name, c := range q.claimants {
		if c.idle(now, period) {
			delete(q.claimants, name)
		}
	}
	q.sweepAt = max(64, 2*len(q.claimants))
}

// push puts a new waiter behind the others of its claimant, and a claimant that did not wait behind
// the other claimants.
func (q *queue) push(c *claimant) *waiter {
	w := &waiter{claimant: c, granted: make(chan struct{})}
	w.place = c.waiters.PushBack(w)
	if c.turn == nil {
		c.turn = q.ring.PushBack(c)
	}
	q.waiting++
	return w
}

// next is the waiter whose turn it is, of the claimants that may have a slot; nil if none may.
func (q *queue) next(may func(*claimant) bool) *waiter {
	for turn := q.ring.Front(); turn != nil; turn = turn.Next() {
		if c := turn.Value.(*claimant); may(c) {
			return c.waiters.Front().Value.(*waiter)
		}
	}
	return nil
}

// remove takes a waiter out: its claimant keeps its turn.
func (q *queue) remove(w *waiter) {
	c := w.claimant
	c.waiters.Remove(w.place)
	w.place = nil
	q.waiting--
	if c.waiters.Len() == 0 {
		q.ring.Remove(c.turn)
		c.turn = nil
	}
}

// grant takes a waiter out and sends its claimant to the back.
func (q *queue) grant(w *waiter) {
	q.remove(w)
	if w.claimant.turn != nil {
		q.ring.MoveToBack(w.claimant.turn)
	}
	close(w.granted)
}
