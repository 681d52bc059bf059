package budget

import (
	"cmp"
	"time"
)

const (
	// PersistedPeriod is the shortest period whose requests are kept in the Store.
	PersistedPeriod = 5 * time.Second
	// MaxPeriod is the longest period a limit may have; longer ones count as this long.
	MaxPeriod = 24 * time.Hour
	// MaxPause bounds what a Retry-After can ask for, against a server that says "next year".
	MaxPause = 24 * time.Hour

	// rememberedPeriod is how long requests are remembered at least, so that a limit with a
	// longer period finds them when it is configured later.
	rememberedPeriod = time.Hour
)

// DefaultLimit holds for a host for which none is configured. 100 requests in 10 minutes is what
// Luminance documents (API v1.3 to v1.5); a fifth is left to people and other programs.
var DefaultLimit = Limit{Requests: 100, Per: 10 * time.Minute, Reserve: 20}

// Limit is an allowance: so many requests in each period.
type Limit struct {
	// Requests that the service allows in each period.
	Requests int
	// Per is the length of the period. Zero or less means DefaultLimit.Per.
	Per time.Duration
	// Reserve is the part, in percent, that is left to other users of the service; 0 to 100.
	Reserve int
}

// Share is how many requests of each period are ours: what the reserve leaves, rounded down, but
// at least 1, or nothing would ever move.
func (l Limit) Share() int {
	ours := int64(100 - min(max(l.Reserve, 0), 100))
	return int(max(1, int64(l.Requests)*ours/100))
}

// Period is Per, within what is supported.
func (l Limit) Period() time.Duration {
	per := l.Per
	if per <= 0 {
		per = DefaultLimit.Per
	}
	return min(per, MaxPeriod)
}

func (l Limit) period() int64 { return int64(l.Period()) }

// strictest makes one share per period of all limits: where two have the same period, the smaller
// share. Of different periods none is stricter than the other (100 in 10 minutes allows a burst
// that 20 in a minute does not, and less in the long run), so all of them hold at once.
func strictest(limits map[string]Limit) map[int64]int {
	shares := make(map[int64]int, len(limits))
	for _, l := range limits {
		share := cmp.Or(shares[l.period()], l.Share())
		shares[l.period()] = min(share, l.Share())
	}
	return shares
}
