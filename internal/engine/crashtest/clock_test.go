package crashtest

import (
	"sync"
	"time"

	"k8s.io/utils/clock"
)

// worldTime stands still while anything works, and leaps when somebody waits for it: ten minutes of waiting for the
// request allowance take no time.
type worldTime struct {
	mu  sync.Mutex
	now time.Time
}

func (w *worldTime) Now() time.Time { return w.leap(0) }

func (w *worldTime) leap(d time.Duration) time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
	return w.now
}

// leaping is the clock of one process, of which only the budget waits for it. A dead process moves nothing.
type leaping struct {
	*worldTime
	dead func() bool
}

var _ clock.Clock = leaping{}

func (c leaping) Since(t time.Time) time.Duration { return c.Now().Sub(t) }

func (c leaping) NewTimer(d time.Duration) clock.Timer {
	fired := make(elapsed, 1)
	if !c.dead() {
		fired <- c.leap(max(d, 0))
	}
	return fired
}

func (c leaping) After(d time.Duration) <-chan time.Time { return c.NewTimer(d).C() }
func (c leaping) Sleep(d time.Duration)                  { <-c.After(d) }
func (c leaping) Tick(d time.Duration) <-chan time.Time  { return c.After(d) }

// elapsed is a timer that fires at once or never.
type elapsed chan time.Time

func (e elapsed) C() <-chan time.Time      { return e }
func (e elapsed) Stop() bool               { return false }
func (e elapsed) Reset(time.Duration) bool { return false }
