package budget_test

import (
	"slices"
	"sync"
	"time"
)

// instance is a Luminance instance that knows nothing of how the budget counts: it notes when each request
// came, and is asked afterwards what it would have counted.
type instance struct {
	mu   sync.Mutex
	came []time.Time
}

func (i *instance) count(at time.Time) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.came = append(i.came, at)
}

func (i *instance) sorted() []time.Time {
	i.mu.Lock()
	defer i.mu.Unlock()
	came := slices.Clone(i.came)
	slices.SortFunc(came, time.Time.Compare)
	return came
}

// sliding is the most that came in any stretch of the period's length.
func (i *instance) sliding(per time.Duration) int {
	came := i.sorted()
	most, first := 0, 0
	for last := range came {
		for came[last].Sub(came[first]) >= per {
			first++
		}
		most = max(most, last-first+1)
	}
	return most
}

// fixed is the most that came in any of the periods that follow each other from some moment on, whichever of
// so many moments that is.
func (i *instance) fixed(per time.Duration, phases int) int {
	came := i.sorted()
	most := 0
	for phase := range phases {
		shift := per * time.Duration(phase) / time.Duration(phases)
		counts := map[int64]int{}
		for _, at := range came {
			n := at.Add(shift).UnixNano() / int64(per)
			counts[n]++
			most = max(most, counts[n])
		}
	}
	return most
}

// refused is how many requests an instance would not have let through that begins a period with the first
// request after the last one, and allows so many in each.
func (i *instance) refused(per time.Duration, allowed int) int {
	refused, used := 0, 0
	var began time.Time
	for _, at := range i.sorted() {
		if at.Sub(began) >= per {
			began, used = at, 0
		}
		if used++; used > allowed {
			refused++
		}
	}
	return refused
}
