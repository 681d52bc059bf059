package budget

import (
	"maps"
	"slices"
)

// rules decide when a request may leave. They know neither clock nor locks: moments come in, answers go
// out, so the same rules serve the budget and its forecast.
type rules struct {
	windows  []*window // at least one, shortest period first
	history  *usage    // what a window that is configured later begins with
	open     int       // slots between Acquire and Done
	throttle throttle
	bulk     bulk
}

type window struct {
	*usage
	share int
}

// slot is what release has to know of one that was taken.
type slot struct {
	at     int64
	bulk   bool
	before int64 // when the slot in bulk before it was handed out
}

func newRules() *rules {
	r := &rules{history: newUsage(int64(rememberedPeriod)), bulk: bulk{last: longAgo}}
	r.configure(strictest(map[string]Limit{"": DefaultLimit}))
	return r
}

// configure puts new shares in force, one for each period. Requests that were sent before count.
func (r *rules) configure(shares map[int64]int) {
	known := r.windows
	r.windows = nil
	for _, period := range slices.Sorted(maps.Keys(shares)) {
		i := slices.IndexFunc(known, func(w *window) bool { return w.period == period })
		if i >= 0 {
			r.windows = append(r.windows, &window{usage: known[i].usage, share: shares[period]})
			continue
		}
		w := &window{usage: newUsage(period), share: shares[period]}
		w.addAll(r.history)
		r.windows = append(r.windows, w)
		r.history.period = max(r.history.period, period)
	}
}

func (r *rules) longest() int64 { return r.windows[len(r.windows)-1].period }

// free is how many requests may leave now.
func (r *rules) free(now int64) int {
	r.advance(now)
	if now < r.throttle.until {
		return 0
	}
	_, free := r.tightest()
	return max(0, free)
}

// advance brings the state to the present.
func (r *rules) advance(now int64) {
	r.throttle.advance(now, r.longest())
	r.bulk.advance(now, r.longest())
	r.history.forget(now)
	for _, w := range r.windows {
		w.forget(now)
	}
}

// tightest is the window with the fewest free slots, and how many those are; negative after a cut.
func (r *rules) tightest() (*window, int) {
	var tightest *window
	fewest := 0
	for _, w := range r.windows {
		if free := r.throttle.apply(w.share) - r.open - w.total; tightest == nil || free <= fewest {
			tightest, fewest = w, free
		}
	}
	return tightest, fewest
}

// next is the earliest moment, from now on, at which free can be more than it is now, or now where
// something is free; never, if that needs an open request to be done first.
func (r *rules) next(now int64) int64 {
	r.advance(now)
	at := max(now, r.throttle.until)
	for _, w := range r.windows {
		if missing := r.open + w.total + 1 - r.throttle.apply(w.share); missing > 0 {
			at = max(at, w.freedAt(missing))
		}
	}
	if r.throttle.cuts > 0 {
		at = min(at, r.throttle.recoverAt)
	}
	return at
}

// reserve takes one free slot, in bulk or not.
func (r *rules) reserve(now int64, inBulk bool) slot {
	r.open++
	r.throttle.resumed = true
	s := slot{at: now, bulk: inBulk, before: r.bulk.last}
	if inBulk {
		r.bulk.add(now)
	}
	return s
}

// settle closes an open slot: its request counts as sent at the given moment.
func (r *rules) settle(now int64) {
	r.open--
	r.sent(now, 1)
}

// release gives an open slot back, as if it had never been taken.
func (r *rules) release(s slot) {
	r.open--
	if !s.bulk {
		return
	}
	r.bulk.n = max(0, r.bulk.n-1)
	if r.bulk.last == s.at {
		r.bulk.last = s.before
	}
}

// sent notes requests that were done at the given moment.
func (r *rules) sent(at int64, n int) {
	r.history.add(at, n)
	for _, w := range r.windows {
		w.add(at, n)
	}
}
