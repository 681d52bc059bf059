package budget

import "time"

// Expect tells how many further requests a claimant has before it, so that the forecasts of the others
// count on them; 0 takes that back. Of one who says nothing only those count that wait.
func (b *Budget) Expect(claimant string, n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	c := b.queue.claimants[claimant]
	if c == nil {
		if n <= 0 {
			return
		}
		c = b.queue.claimant(claimant, b.now(), b.rules.longest())
	}
	few := b.rules.few()
	was := c.bulk(few)
	c.expects = max(0, n)
	if c.bulk(few) != was {
		b.queue.again(c, few)
		b.changed()
	}
}

// Estimate is when the n-th further request of a claimant can be sent, if it goes on without a pause while
// the others take their turns with what they expect. It assumes requests that take no time and no further
// 429. The claimant need not be waiting, nor be known.
func (b *Budget) Estimate(claimant string, n int) time.Time {
	b.mu.Lock()
	now := b.now()
	r := b.rules.clone()
	r.advance(now)
	slots, first := b.queue.ahead(claimant, n, r.few(), now, r.longest())
	b.mu.Unlock()
	at := r.forecast(slots, first, now)
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.time(at)
}

// ahead is how many slots are handed out until a claimant has n more, and how many of them wait for no
// pause.
func (q *queue) ahead(name string, n, few int, now, period int64) (slots, first int) {
	left := func(c *claimant, wants int) int {
		had := 0
		if c != nil && !c.rested(now, period) {
			had = c.had
		}
		if had+wants > few && (c == nil || c.expects > 0) {
			return 0
		}
		return min(wants, max(0, few-had))
	}
	slots, first = n, left(q.claimants[name], n)
	small := first == n
	for _, c := range q.claimants {
		if c.name == name {
			continue
		}
		wants := max(c.expects, c.waiters.Len())
		itsFirst := left(c, wants)
		// Each of the others has as many turns as this one, or fewer; but those few that wait for no pause come
		// before all that do.
		its := max(itsFirst, min(n, wants))
		if small {
			its = min(n, itsFirst)
		}
		slots, first = slots+its, first+min(its, itsFirst)
	}
	return slots, first
}

// clone is a copy that can be played forward, without the history.
func (r *rules) clone() *rules {
	c := *r
	c.history = newUsage(r.history.period)
	c.windows = make([]*window, len(r.windows))
	for i, w := range r.windows {
		c.windows[i] = &window{usage: w.clone(), share: w.share}
	}
	return &c
}

// forecast plays the rules forward until n more requests have left, the first of them without a pause, and
// returns the moment of the last one. Open requests count as done by now. It uses up the rules.
//
// Once the state has settled, one share leaves in each period; whole periods in the middle of a long
// forecast are therefore counted instead of played.
func (r *rules) forecast(n, first int, now int64) int64 {
	if n <= 0 {
		return now
	}
	for ; r.open > 0; r.open-- {
		r.sent(now, 1)
	}
	slowest := r.slowest()
	var skipped int64
	if played := first + 3*slowest.share; n > played {
		periods := (n - played) / slowest.share
		n -= periods * slowest.share
		skipped = int64(periods) * slowest.period
	}
	return skipped + r.play(n, first, now)
}

// play sends n requests as early as the rules let it.
func (r *rules) play(n, first int, now int64) int64 {
	// Of a large share some at a time, or each forecast would take long.
	atOnce := 1 + r.tightestShare()/128
	for {
		now = max(r.next(now), r.paced(first <= 0))
		some := min(n, r.free(now))
		switch {
		case some <= 0:
			continue // a cut was taken back, but nothing is free yet
		case r.gap() == 0:
		case first > 0:
			some = min(some, first)
			first -= some
		default:
			some = min(some, atOnce)
			now += r.take(some, now)
		}
		r.sent(now, some)
		if n -= some; n == 0 {
			return now
		}
	}
}

// take hands out some slots in bulk and returns how long that takes.
func (r *rules) take(some int, now int64) (took int64) {
	r.bulk.add(now)
	if some > 1 {
		took = max(0, r.paced(true)-now) * int64(some-1)
		r.bulk.n += some - 1
		r.bulk.last = now + took
	}
	return took
}

// slowest is the window that lets the fewest requests leave in the long run.
func (r *rules) slowest() *window {
	slowest := r.windows[0]
	for _, w := range r.windows[1:] {
		if int64(w.share)*slowest.period < int64(slowest.share)*w.period {
			slowest = w
		}
	}
	return slowest
}
