package schedule_test

import (
	"testing"
	"time"

	. "github.com/onsi/gomega"
	"pgregory.net/rapid"

	"dataroom.dev/intralinks-operator/internal/schedule"
)

// TestWhatBecameDueMeanwhileFollowsAtThePaceAtWhichItWouldHaveCome: a process that starts is no burst.
func TestWhatBecameDueMeanwhileFollowsAtThePaceAtWhichItWouldHaveCome(t *testing.T) {
	const every = 8 * time.Minute
	for _, tt := range []struct {
		name           string
		interval, late time.Duration
		wait           time.Duration
	}{
		{"it is due in this moment", every, 0, 0},
		{"it is late by little", every, 10 * time.Second, 10 * time.Second},
		{"by as much as a quarter of the interval", every, 2 * time.Minute, 0},
		{"by more", every, 2*time.Minute + 7*time.Second, 7 * time.Second},
		{"by hours", every, 10*time.Hour + 7*time.Second, 7 * time.Second},
		{"with a long interval it is put off by five minutes at most", 12 * time.Hour, 9 * time.Minute, 4 * time.Minute},
	} {
		t.Run(tt.name, func(t *testing.T) {
			g := NewWithT(t)
			s := settled()
			s.Interval, s.Resumed, s.Next = tt.interval, now, now.Add(-tt.late)
			if tt.wait > 0 {
				g.Expect(schedule.Decide(s, now)).To(Equal(schedule.Decision{At: now.Add(tt.wait)}))
			}
			g.Expect(schedule.Decide(s, now.Add(tt.wait)).Trigger).To(Equal(schedule.Due))
		})
	}
}

func TestNothingElseIsPutOffByARestart(t *testing.T) {
	g := NewWithT(t)
	s := settled()
	s.Interval, s.Resumed, s.Next = time.Hour, now, now.Add(-time.Minute)
	asked := s
	asked.Requested = "now"
	g.Expect(schedule.Decide(asked, now).Trigger).To(Equal(schedule.Requested))
	s.Next = time.Time{}
	g.Expect(schedule.Decide(s, now).Trigger).To(Equal(schedule.Due), "something was mended")
}

// TestAQuarterOfAnIntervalIsTheMostThatARestartCosts, and what becomes due later is due as if there had been none.
func TestAQuarterOfAnIntervalIsTheMostThatARestartCosts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := settled()
		s.Interval, s.Resumed = interval(t), now
		s.Next = now.Add(time.Duration(rapid.Int64Range(-int64(48*time.Hour), int64(time.Hour)).Draw(t, "next")))
		due := s.Next
		if d := schedule.Decide(s, now); d.Trigger == "" {
			due = d.At
		}
		if most := now.Add(s.Interval / 4); s.Next.Before(now) && due.After(most) || s.Next.After(now) && !due.Equal(s.Next) {
			t.Fatalf("due at %s", due)
		}
		if schedule.Decide(s, due).Trigger == "" && due.After(now) {
			t.Fatal("it is put off again")
		}
	})
}
