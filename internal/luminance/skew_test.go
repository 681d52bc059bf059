package luminance_test

import (
	"io"
	"net/http"
	"testing"
	"time"

	clocktesting "k8s.io/utils/clock/testing"

	"dataroom.dev/intralinks-operator/internal/luminance"
)

// timed is an instance whose answers take a time by our clock and carry a Date.
type timed struct {
	clock  *clocktesting.FakeClock
	client *luminance.Client
	takes  time.Duration
	date   string
	status int
}

func newTimed(t *testing.T) *timed {
	t.Helper()
	c := &timed{clock: clocktesting.NewFakeClock(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)), status: http.StatusOK}
	i := newInstance(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header()["Date"] = nil // or net/http writes its own
		if c.date != "" {
			w.Header().Set("Date", c.date)
		}
		c.clock.Step(c.takes)
		w.WriteHeader(c.status)
		_, _ = io.WriteString(w, "["+aFolder+"]")
	})
	c.client = i.client(t, func(o *luminance.Options) { o.Clock = c.clock })
	return c
}

// ask has one request answered; what comes of it is not looked at.
func (c *timed) ask(t *testing.T) {
	t.Helper()
	for range c.client.Folders(t.Context(), 4) { //nolint:errcheck // what comes of it is not looked at
		return
	}
}

func TestTheClockSkewIsWhatTheWayOfAnAnswerDoesNotExplain(t *testing.T) {
	for _, c := range []struct {
		name        string
		takes, date time.Duration // date is by our clock, from the moment the request left
		want        time.Duration
	}{
		{"the same", 0, 0, 0},
		{"written before the request left, but within the header's second", 0, -time.Second, 0},
		{"behind", 0, -3 * time.Hour, -3 * time.Hour},
		{"ahead", 0, 3 * time.Hour, 3 * time.Hour},
		{"written on the way", 10 * time.Minute, 4 * time.Minute, 0},
		{"written as the answer came", 10 * time.Minute, 10 * time.Minute, 0},
		{"later than the answer came", 10 * time.Minute, 12 * time.Minute, 2 * time.Minute},
		{"earlier than the request left", 10 * time.Minute, -2 * time.Minute, -2 * time.Minute},
	} {
		t.Run(c.name, func(t *testing.T) {
			instance := newTimed(t)
			instance.takes, instance.date = c.takes, instance.clock.Now().Add(c.date).Format(http.TimeFormat)
			instance.ask(t)
			if got := instance.client.ClockSkew(); got != c.want {
				t.Errorf("skew %v, want %v", got, c.want)
			}
		})
	}
}

func TestTheClockSkewFollowsTheLastAnswerWithADate(t *testing.T) {
	instance := newTimed(t)
	if got := instance.client.ClockSkew(); got != 0 {
		t.Errorf("skew %v before any answer", got)
	}
	ahead := func(d time.Duration) string { return instance.clock.Now().Add(d).Format(http.TimeFormat) }
	for _, c := range []struct {
		name, date string
		status     int
		want       time.Duration
	}{
		{"ahead", ahead(time.Hour), http.StatusOK, time.Hour},
		{"no date", "", http.StatusOK, time.Hour},
		{"no date that can be read", "yesterday", http.StatusOK, time.Hour},
		{"a refusal tells the time too", ahead(-time.Hour), http.StatusForbidden, -time.Hour},
		{"set right", ahead(0), http.StatusOK, 0},
	} {
		instance.date, instance.status = c.date, c.status
		instance.ask(t)
		if got := instance.client.ClockSkew(); got != c.want {
			t.Errorf("%s: skew %v, want %v", c.name, got, c.want)
		}
	}
}
