package budget

import (
	"math"
	"slices"
)

// Moments are nanoseconds since the budget was made.
const (
	never = math.MaxInt64
	// longAgo is further back than any period, and far enough from the end of int64 to calculate with.
	longAgo = math.MinInt64 / 4
)

// usage is the requests of the last period, oldest first. Requests that were done within a 4096th of
// the period share a bucket and are forgotten together, at the latest one's time, so that its size is
// bounded however many requests there are.
type usage struct {
	period  int64
	buckets []bucket
	head    int // of the buckets not yet forgotten
	total   int
}

type bucket struct {
	first, last int64
	n           int
}

func newUsage(period int64) *usage { return &usage{period: period} }

// add notes n requests that were done at the given moment; one before the latest counts as the latest.
func (u *usage) add(at int64, n int) {
	u.total += n
	if k := len(u.buckets); k > u.head {
		newest := &u.buckets[k-1]
		at = max(at, newest.last)
		if at-newest.first <= u.period>>12 {
			newest.last = at
			newest.n += n
			return
		}
	}
	u.buckets = append(u.buckets, bucket{first: at, last: at, n: n})
}

// addAll notes everything that another usage remembers.
func (u *usage) addAll(from *usage) {
	for _, b := range from.buckets[from.head:] {
		u.add(b.last, b.n)
	}
}

// forget drops what is a period old.
func (u *usage) forget(now int64) {
	for u.head < len(u.buckets) && u.buckets[u.head].last+u.period <= now {
		u.total -= u.buckets[u.head].n
		u.head++
	}
	if u.head > len(u.buckets)/2 {
		u.buckets = slices.Delete(u.buckets, 0, u.head)
		u.head = 0
	}
}

// freedAt is when the k oldest requests are a period old; never, where there are fewer.
func (u *usage) freedAt(k int) int64 {
	for _, b := range u.buckets[u.head:] {
		if k -= b.n; k <= 0 {
			return b.last + u.period
		}
	}
	return never
}

func (u *usage) clone() *usage {
	c := *u
	c.buckets = slices.Clone(u.buckets[u.head:])
	c.head = 0
	return &c
}
