package budget

import (
	"context"
	"time"
)

// maxCuts bounds how often the share is halved; a millionth is as good as nothing.
const maxCuts = 20

// throttle is what answers of 429 have done to the budget: a pause, then half the share, which
// doubles with each period that brings no further 429 until it is whole.
type throttle struct {
	until     int64 // no request before this moment
	cuts      uint  // how often the share is halved
	recoverAt int64 // when one cut is taken back
	resumed   bool  // a request was let through since the last cut
}

// hit notes a 429. Answers to requests that had left before the last cut tell nothing new, so they
// lengthen the pause but do not cut again.
func (t *throttle) hit(now, pause, period int64) {
	t.advance(now, period)
	if t.cuts == 0 || t.resumed {
		t.cuts = min(t.cuts+1, maxCuts)
		t.resumed = false
	}
	t.until = max(t.until, now+pause)
	t.recoverAt = t.until + period
}

// advance takes back one cut for each clean period that has passed.
func (t *throttle) advance(now, period int64) {
	for t.cuts > 0 && now >= t.recoverAt {
		t.cuts--
		t.recoverAt += period
	}
}

// apply is the part of a share that is left; never less than one request.
func (t *throttle) apply(share int) int { return max(1, share>>t.cuts) }

// Throttled tells the budget that the service has answered 429. No request leaves for as long as the
// service said (at most MaxPause), or for a whole period if it said nothing (0); then half the share is
// used, which doubles with each period without a 429 until it is whole again.
func (b *Budget) Throttled(retryAfter time.Duration) {
	b.mu.Lock()
	pause := int64(min(retryAfter, MaxPause))
	if pause <= 0 {
		pause = b.rules.longest()
	}
	now := b.now()
	t := &b.rules.throttle
	t.hit(now, pause, b.rules.longest())
	stored := StoredThrottle{At: b.time(now), Until: b.time(t.until), RecoverAt: b.time(t.recoverAt), Cuts: int(t.cuts)}
	b.changed()
	b.mu.Unlock()
	if b.store == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), storeTimeout)
	defer cancel()
	// What can't be stored holds for this process; the next one may be told once more.
	_ = b.store.SaveThrottle(ctx, b.host, stored)
}

// paused tells whether a 429 holds everything up.
func (b *Budget) paused() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.rules.throttle.until > b.now()
}

// restore goes on where an earlier process was. A time of its own that lies in the future shows that the wall
// clock has been put back since; then it is as if the 429 came now.
func (t *throttle) restore(s StoredThrottle, now time.Time, moment int64) {
	if s.Cuts <= 0 {
		return
	}
	if s.At.After(now) {
		now = s.At
	}
	// Within bounds, whatever the store says.
	ahead := func(at time.Time, most time.Duration) int64 { return moment + int64(min(at.Sub(now.Round(0)), most)) }
	t.until, t.recoverAt = ahead(s.Until, MaxPause), ahead(s.RecoverAt, MaxPause+MaxPeriod)
	t.cuts = min(uint(s.Cuts), maxCuts)
}
