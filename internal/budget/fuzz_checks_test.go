package budget

import (
	"math"
	"slices"
)

// check holds the rules against the model: nothing lost or counted twice, never more than the share, and
// always a way on.
func (m *model) check() {
	m.Helper()
	free := m.r.free(m.now)
	if m.r.open != len(m.open) {
		m.Fatalf("%d open, counted %d", m.r.open, len(m.open))
	}
	most, least := math.MaxInt, math.MaxInt
	for _, w := range m.r.windows {
		// A bucket is forgotten as a whole: up to a 4096th of its period late, never early. One that came
		// out of the history has its bounds from there.
		late := w.period>>12 + m.r.history.period>>12 + m.rounded
		taken, atMost := m.doneAfter(max(m.now-w.period, m.known[w.period])), m.doneAfter(m.now-w.period-late)
		if w.total < taken || w.total > atMost {
			m.Fatalf("a window of %d counts %d, not %d to %d", w.period, w.total, taken, atMost)
		}
		share := m.r.throttle.apply(w.share)
		if share < 1 || share > w.share {
			m.Fatalf("of a share of %d there are %d left", w.share, share)
		}
		most, least = min(most, max(0, share-taken-len(m.open))), min(least, max(0, share-atMost-len(m.open)))
		m.checkBuckets(w.usage)
	}
	m.checkBuckets(m.r.history)
	if m.now < m.r.throttle.until {
		most, least = 0, 0
	}
	if free < least || free > most {
		m.Fatalf("%d free, not %d to %d", free, least, most)
	}
	m.checkNext(free)
	m.checkForecast()
}

func (m *model) checkBuckets(u *usage) {
	m.Helper()
	total, at := 0, int64(longAgo)
	live := u.buckets[u.head:]
	for _, b := range live {
		if b.n < 1 || b.first < at || b.last < b.first || b.last-b.first > u.period>>12 {
			m.Fatalf("bucket %+v after %d in a window of %d", b, at, u.period)
		}
		total, at = total+b.n, b.last
	}
	if total != u.total || len(live) > 4100 {
		m.Fatalf("%d requests in %d buckets, counted %d", total, len(live), u.total)
	}
}

// checkNext goes where next leads until something is free: never back, never round in a circle, and nothing
// is missed on the way.
func (m *model) checkNext(free int) {
	m.Helper()
	r, now := m.r.clone(), m.now
	for range maxCuts + 2 {
		at := r.next(now)
		switch {
		case free > 0:
			if at != now {
				m.Fatalf("%d free at %d, but the next moment is %d", free, now, at)
			}
			return
		case at == never:
			if len(m.open) == 0 {
				m.Fatalf("stuck at %d: nothing is free, nothing open", now)
			}
			return
		case at <= now:
			m.Fatalf("nothing is free at %d, and the next moment is %d", now, at)
		}
		if early := r.free(at - 1); early > 0 {
			m.Fatalf("%d free before %d, the next moment", early, at)
		}
		now = at
		free = r.free(now)
	}
	m.Fatalf("still nothing free at %d", now)
}

// checkForecast: later requests leave later, and all of them some day.
func (m *model) checkForecast() {
	m.Helper()
	latest := m.now
	for _, n := range []int{0, 1, 2, 50, 1000} {
		at := m.r.clone().forecast(n, m.r.few(), m.now)
		if at < latest || at > never/2 {
			m.Fatalf("request %d is forecast for %d, one before it for %d", n, at, latest)
		}
		latest = at
	}
}

// checkServer counts as a server may, each request at its beginning, its end, or one or the other: no period
// of that length, wherever it begins, holds more than the share.
func (m *model) checkServer() {
	if !m.steady {
		return
	}
	for style := range 4 {
		var moments []int64
		for i, q := range append(slices.Clone(m.sent), m.underWay()...) {
			if style == 0 || style > 1 && (i+style)%2 == 0 {
				moments = append(moments, q.from)
			} else {
				moments = append(moments, q.to)
			}
		}
		slices.Sort(moments)
		share, period := m.limit.Share(), m.limit.period()
		for i := share; i < len(moments); i++ {
			if first := moments[i-share]; moments[i]-first < period && moments[i] > 0 {
				m.Fatalf("%d requests in less than %d, from %d on", share+1, period, first)
			}
		}
	}
}

func (m *model) underWay() []request {
	requests := make([]request, len(m.open))
	for i, s := range m.open {
		requests[i] = request{s.at, m.now}
	}
	return requests
}

// checkRecovery lets enough clean periods pass: the share is whole again, and the periods before count no more.
func (m *model) checkRecovery() {
	for len(m.open) > 0 {
		m.settle(0)
	}
	// The first cut ends a period after the pause, as long as the period was at that time.
	m.now = max(m.now, m.r.throttle.until, m.r.throttle.recoverAt) + (maxCuts+1)*m.r.longest()
	free := m.r.free(m.now)
	for _, w := range m.r.windows {
		if m.r.throttle.apply(w.share) != w.share || w.total != 0 || free > w.share {
			m.Fatalf("after many clean periods: %d of %d, %d counted, %d free", m.r.throttle.apply(w.share), w.share, w.total, free)
		}
	}
	if free < 1 {
		m.Fatal("after many clean periods nothing is free")
	}
}
