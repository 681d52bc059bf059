package budget

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
