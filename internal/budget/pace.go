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
	if gap == 0 || !inBulk {
		return longAgo
	}
	free := true
	for _, w := range r.windows {
		if share := r.throttle.apply(w.share); w.period >= pacedPeriod {
			gap = max(gap, r.spread(w, share))
			free = free && max(r.bulk.n, r.open+w.total) < ample(share)
		}
	}
	if free {
		return longAgo
	}
	return r.bulk.last + gap
}

// gap is the least pause between two slots in bulk; 0 where it would be too short to matter.
func (r *rules) gap() int64 {
	var gap int64
	for _, w := range r.windows {
		if w.period >= pacedPeriod {
			gap = max(gap, inTime(w.period/int64(r.throttle.apply(w.share))))
		}
	}
	if gap < smallestGap {
		return 0
	}
	return gap
}

// inTime is a tenth less than a pause that would be just short enough, so that what is late can be caught up
// and the whole share gets used.
func inTime(pause int64) int64 { return pause / 10 * 9 }

// spread is the pause between two slots in bulk with which the last quarter of a window's share is never used
// up long before more of it is freed: up to each moment at which a slot is freed by time, they use what is free
// and what was freed before, and not more.
func (r *rules) spread(w *window, share int) int64 {
	used := r.open + w.total
	if used < ample(share) || used >= share {
		return 0
	}
	if w.total == 0 { // all are under way, and take a period at least
		return inTime(w.period / int64(share-used+1))
	}
	var spread int64
	before := int64(share - used + 1)
	for _, b := range w.buckets[w.head:] {
		spread = max(spread, (b.last+w.period-r.bulk.last)/before)
		before += int64(b.n)
	}
	return inTime(spread)
}
