package budget

import "container/list"

// Foremost is the claimant that goes before all others: for what they all wait for, such as a new token.
const Foremost = "foremost"

// queue holds those who wait for a slot: claimants take turns, the waiters of one keep their order. Claimants
// that want little go before those that want much, but not without an end.
type queue struct {
	claimants map[string]*claimant
	little    *list.List // claimants with waiters; the next one is in front
	much      *list.List
	inARow    int // turns of those who want little while others waited
	waiting   int
	sweepAt   int // number of claimants at which idle ones are dropped
}

// claimant is one who claims slots; it is remembered for a period after its last one.
type claimant struct {
	name    string
	waiters list.List  // of *waiter
	ring    *list.List // that it has its turn in, while it waits
	turn    *list.Element
	had     int   // slots without a pause of a period
	last    int64 // moment of the latest slot
	expects int   // further slots, as it said itself
}

// waiter has a slot, or waits for one.
type waiter struct {
	claimant *claimant
	place    *list.Element // while it waits
	granted  chan struct{} // closed when the slot is there; nil: it was there at once
	slot     slot
}

func newQueue() *queue {
	return &queue{claimants: map[string]*claimant{}, little: list.New(), much: list.New(), sweepAt: 64}
}

// claimant is the one of that name. One that had no slot for a period starts afresh.
func (q *queue) claimant(name string, now, period int64) *claimant {
	c := q.claimants[name]
	if c == nil {
		q.sweep(now, period)
		c = &claimant{name: name, last: now}
		q.claimants[name] = c
	}
	if c.rested(now, period) {
		c.had = 0
	}
	return c
}

// bulk: it has had its first few slots, or is known to want more than those.
func (c *claimant) bulk(few int) bool {
	return c.name != Foremost && c.had+max(1, c.expects) > few
}

// rested: it had no slot for a period, and wanted none.
func (c *claimant) rested(now, period int64) bool {
	return c.waiters.Len() == 0 && now-c.last > period
}

// idle: it need not be remembered.
func (c *claimant) idle(now, period int64) bool { return c.expects == 0 && c.rested(now, period) }

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
func (q *queue) push(c *claimant, few int) *waiter {
	w := &waiter{claimant: c, granted: make(chan struct{})}
	w.place = c.waiters.PushBack(w)
	if c.turn == nil {
		q.lineUp(c, few)
	}
	q.waiting++
	return w
}

// lineUp puts a claimant behind all that want as little or as much.
func (q *queue) lineUp(c *claimant, few int) {
	switch {
	case c.name == Foremost:
		c.ring = q.little
		c.turn = c.ring.PushFront(c)
		return
	case c.bulk(few):
		c.ring = q.much
	default:
		c.ring = q.little
	}
	c.turn = c.ring.PushBack(c)
}

func (q *queue) leave(c *claimant) {
	c.ring.Remove(c.turn)
	c.ring, c.turn = nil, nil
}

// next is the waiter whose turn it is; nil if nobody waits who may have a slot. Those who want much may have
// one only if all may. They get one after so many turns of the others, or as many as others wait.
func (q *queue) next(all bool, inARow int) *waiter {
	turn := q.little.Front()
	if much := q.much.Front(); all && much != nil {
		enough := q.inARow >= max(inARow, q.little.Len()+1)
		if turn == nil || enough && turn.Value.(*claimant).name != Foremost {
			turn = much
		}
	}
	if turn == nil {
		return nil
	}
	return turn.Value.(*claimant).waiters.Front().Value.(*waiter)
}

// remove takes a waiter out: its claimant keeps its turn.
func (q *queue) remove(w *waiter) {
	c := w.claimant
	c.waiters.Remove(w.place)
	w.place = nil
	q.waiting--
	if c.waiters.Len() == 0 {
		q.leave(c)
	}
}

// grant takes a waiter out and sends its claimant to the back.
func (q *queue) grant(w *waiter, few int) {
	c := w.claimant
	switch {
	case c.ring == q.much, q.much.Len() == 0:
		q.inARow = 0
	case c.name != Foremost:
		q.inARow++
	}
	q.remove(w)
	q.again(c, few)
	close(w.granted)
}

// again lines a claimant up anew, where it waits.
func (q *queue) again(c *claimant, few int) {
	if c.turn != nil {
		q.leave(c)
		q.lineUp(c, few)
	}
}
