package budget

import "time"

// Handing slots out evenly is worth it only where somebody would else wait long for the next one: in
// periods of at least pacedPeriod, with at least smallestGap between two slots.
const (
	pacedPeriod = int64(time.Minute)
	smallestGap = int64(time.Second)
)

// bulk is the slots of those who want many, all of them together, since the last time that a whole period
// went by without one.
type bulk struct {
	n    int
	last int64 // moment of the latest
}

func (b *bulk) add(now int64) {
	b.n++
	b.last = now
}

func (b *bulk) advance(now, period int64) {
	if now-b.last > period {
		b.n = 0
	}
}

// few is how many slots a claimant may want and still have each as soon as one is free: an eighth of the
// share, enough for some documents and the look-ups and folders that go with them.
func (r *rules) few() int { return max(1, r.tightestShare()/8) }

// ample is up to where slots in bulk are handed out without a pause. The quarter beyond is handed out
// evenly, so that some of it is there for who comes next.
func ample(share int) int { return share - share/4 }

func (r *rules) tightestShare() int {
	share := r.throttle.apply(r.windows[0].share)
	for _, w := range r.windows[1:] {
		share = min(share, r.throttle.apply(w.share))
	}
	return share
}

// paced is the earliest moment for a further slot, in bulk or not, if one is free.
func (r *rules) paced(inBulk bool) int64 {
	gap := r.gap()
	if gap == 0 || !inBulk || r.ample() {
		return longAgo
	}
	return r.bulk.last + max(gap, r.spread())
}

// ample tells whether slots in bulk need no pause yet.
func (r *rules) ample() bool {
	for _, w := range r.windows {
		share := r.throttle.apply(w.share)
		if w.period >= pacedPeriod && max(r.bulk.n, r.open+w.total) >= ample(share) {
			return false
		}
	}
	return true
}

// gap is the least pause between two slots in bulk; 0 where it would be too short to matter. A tenth less
// than an even spread, so that what is late can be caught up and the whole share gets used.
func (r *rules) gap() int64 {
	var gap int64
	for _, w := range r.windows {
		if w.period >= pacedPeriod {
			gap = max(gap, w.period/10*9/int64(r.throttle.apply(w.share)))
		}
	}
	if gap < smallestGap {
		return 0
	}
	return gap
}

// spread is the pause after which the free slots last until the next one is added by time.
func (r *rules) spread() int64 {
	var spread int64
	for _, w := range r.windows {
		free := r.throttle.apply(w.share) - r.open - w.total
		if w.period < pacedPeriod || free <= 0 {
			continue
		}
		left := w.period // at least, where all requests are under way
		if w.total > 0 {
			left = w.freedAt(1) - r.bulk.last
		}
		spread = max(spread, left/int64(free+1))
	}
	return spread
}
