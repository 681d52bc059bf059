package budget

import "time"

// State is what a budget looks like at one moment.
type State struct {
	// Limit is the share in force now: what the reserve leaves, halved after a 429. Of several limits,
	// that of the one with the fewest free slots.
	Limit int
	// Per is the length of its period.
	Per time.Duration
	// Used is how many slots of it are taken: requests under way and those of the last period.
	Used int
	// ResetAt is when the next slot becomes free; zero if one is free now. If all are taken by requests
	// under way it is the earliest moment possible, one period from now.
	ResetAt time.Time
	// PausedUntil is when requests go on after a 429; zero if there is no pause.
	PausedUntil time.Time
	// Waiting is how many requests wait for a slot.
	Waiting int
}

// State tells how much of the budget is used.
func (b *Budget) State() State {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.now()
	free := b.rules.free(now)
	w, _ := b.rules.tightest()
	s := State{
		Limit:   b.rules.throttle.apply(w.share),
		Per:     time.Duration(w.period),
		Used:    b.rules.open + w.total,
		Waiting: b.queue.waiting,
	}
	if b.rules.throttle.until > now {
		s.PausedUntil = b.time(b.rules.throttle.until)
	}
	if free == 0 {
		at := b.rules.next(now)
		if at == never {
			at = now + w.period
		}
		s.ResetAt = b.time(at)
	}
	return s
}

// used tells whether anybody has a limit for this budget.
func (b *Budget) used() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.limits) > 0
}
