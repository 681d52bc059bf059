package budget

import "time"

// Estimate is when the n-th further request of one claimant can be sent, from now on, if it shares the
// budget with the others that wait at present, and is one of those who wait if anybody does. It assumes
// requests that take no time and no further 429. EstimateFor is more exact for a known claimant.
func (b *Budget) Estimate(n int, now time.Time) time.Time {
	b.mu.Lock()
	moment := int64(now.Sub(b.epoch))
	r, sharing, unpaced := b.rules.clone(), b.queue.ring.Len(), b.unpaced()
	b.mu.Unlock()
	if sharing == 0 {
		sharing = 1
		if moment-r.lastPaced >= r.longest() { // nobody is in the middle of something big
			unpaced = r.burst()
		}
	}
	return b.time(r.forecast(n*sharing, moment, unpaced))
}

// EstimateFor is Estimate for the claimant of that name, which need not be waiting.
func (b *Budget) EstimateFor(name string, n int, now time.Time) time.Time {
	b.mu.Lock()
	moment := int64(now.Sub(b.epoch))
	r, sharing, unpaced := b.rules.clone(), b.queue.ring.Len(), b.unpaced()
	c := b.queue.claimants[name]
	switch {
	case c == nil || c.idle(moment, r.longest()):
		sharing++
		unpaced += r.burst()
	case c.turn == nil:
		sharing++
		unpaced += max(0, r.burst()-c.had)
	}
	b.mu.Unlock()
	return b.time(r.forecast(n*sharing, moment, unpaced))
}

// unpaced is how many slots those who wait may have before they get them evenly.
func (b *Budget) unpaced() int {
	n := 0
	for turn := b.queue.ring.Front(); turn != nil; turn = turn.Next() {
		n += max(0, b.rules.burst()-turn.Value.(*claimant).had)
	}
	return n
}

// clone is a copy that can be played forward. Open requests count as done by then.
func (r *rules) clone() *rules {
	c := *r
	c.history = newUsage(r.history.period)
	c.windows = make([]*window, len(r.windows))
	for i, w := range r.windows {
		c.windows[i] = &window{usage: w.clone(), share: w.share}
	}
	return &c
}

// forecast plays the rules forward until n more requests have left, the first of them as fast as slots
// are free and those beyond unpaced evenly, and returns the moment of the last one. It uses up the rules.
//
// Once the state has settled, one share leaves in each period; whole periods in the middle of a long
// forecast are therefore counted instead of played.
func (r *rules) forecast(n int, now int64, unpaced int) int64 {
	if n <= 0 {
		return now
	}
	r.advance(now)
	for ; r.open > 0; r.open-- {
		r.sent(now, 1)
	}
	slowest := r.slowest()
	var skipped int64
	if played := unpaced + 6*slowest.share; n > played {
		periods := (n - played) / slowest.share
		n -= periods * slowest.share
		skipped = int64(periods) * slowest.period
	}
	return skipped + r.play(n, now, unpaced)
}

// play sends n requests as early as the rules let it.
func (r *rules) play(n int, now int64, unpaced int) int64 {
	if r.gap() == 0 {
		unpaced = n
	}
	for {
		now = r.next(now)
		if unpaced <= 0 {
			now = max(now, r.lastPaced+r.gap())
		}
		some := min(n, r.free(now))
		if some == 0 {
			continue // a cut was taken back, but nothing is free yet
		}
		if unpaced > 0 {
			some = min(some, unpaced)
		} else {
			some = 1
			r.lastPaced = now
		}
		r.sent(now, some)
		unpaced -= some
		if n -= some; n == 0 {
			return now
		}
	}
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
