package historytest

import (
	"time"

	"k8s.io/utils/clock"
	testingclock "k8s.io/utils/clock/testing"
)

// clockStart is a fixed time, so that a history that failed fails again in the same words.
var clockStart = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// jumpingClock is one clock for the operator and both services. Waiting on it takes no time: whoever sets a timer
// moves it to where the timer ends.
type jumpingClock struct{ *testingclock.FakeClock }

func newClock() jumpingClock { return jumpingClock{testingclock.NewFakeClock(clockStart)} }

// NewTimer implements clock.Clock.
func (c jumpingClock) NewTimer(d time.Duration) clock.Timer {
	timer := c.FakeClock.NewTimer(d)
	c.Step(d)
	return timer
}
