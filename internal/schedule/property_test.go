package schedule_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"dataroom.dev/intralinks-operator/internal/schedule"
)

// interval of an object, as its spec allows them.
func interval(t *rapid.T) time.Duration {
	return time.Duration(rapid.Int64Range(int64(time.Minute), int64(48*time.Hour)).Draw(t, "interval"))
}

// outcome of a run that failed for the n-th time in a row, at a time.
func outcome(t *rapid.T, n int, ended time.Time) schedule.Outcome {
	o := schedule.Outcome{Failures: n, Stalled: rapid.Bool().Draw(t, "stalled")}
	if rapid.Bool().Draw(t, "until is known") {
		o.Until = ended.Add(time.Duration(rapid.Int64Range(-int64(time.Hour), int64(3*time.Hour)).Draw(t, "until")))
	}
	return o
}

func TestAFailureIsNeverFollowedSoonerThanASuccess(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		every, seed := interval(t), rapid.String().Draw(t, "seed")
		ended := now.Add(time.Duration(rapid.Int64Range(0, int64(24*time.Hour)).Draw(t, "ended")))
		o := outcome(t, rapid.IntRange(1, 100).Draw(t, "failures"), ended)
		success, failure := schedule.Next(ended, every, schedule.Outcome{}, seed), schedule.Next(ended, every, o, seed)
		if failure.Before(success) {
			t.Fatalf("after a failure at %s, after a success at %s", failure, success)
		}
	})
}

func TestAnHourOfFailingStartsNoMoreRunsThanAnHourOfWorking(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		every, seed := interval(t), rapid.String().Draw(t, "seed")
		took := time.Duration(rapid.Int64Range(0, int64(10*time.Minute)).Draw(t, "length of a run"))
		runs := func(end func(n int, ended time.Time) schedule.Outcome) (n int) {
			for at := now; at.Before(now.Add(time.Hour)); n++ {
				ended := at.Add(took)
				at = schedule.Next(ended, every, end(n+1, ended), seed)
			}
			return n
		}
		working := runs(func(int, time.Time) schedule.Outcome { return schedule.Outcome{} })
		failing := runs(func(n int, ended time.Time) schedule.Outcome { return outcome(t, n, ended) })
		if failing > working {
			t.Fatalf("%d runs while failing, %d while working", failing, working)
		}
	})
}

// TestARestartDecidesTheSame follows an object for some hours: a process that sleeps until it was told to
// look again, and one that is started again every so often, begin the same runs at the same times.
func TestARestartDecidesTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		every, seed := interval(t)/8, rapid.String().Draw(t, "seed")
		pause := time.Duration(rapid.Int64Range(int64(time.Minute), int64(time.Hour)).Draw(t, "between restarts"))
		begin := settled()
		begin.Completed, begin.Next = now, schedule.Next(now, every, schedule.Outcome{}, seed)

		starts := func(look func(at time.Time, d schedule.Decision) time.Time) (starts []time.Time) {
			s := begin
			for at := now; at.Before(now.Add(8 * time.Hour)); {
				d := schedule.Decide(s, at)
				if d.Trigger != "" {
					starts = append(starts, at)
					s.Completed, s.Next = at, schedule.Next(at, every, schedule.Outcome{}, seed)
					continue
				}
				at = look(at, d)
			}
			return starts
		}
		patient := starts(func(_ time.Time, d schedule.Decision) time.Time { return d.At })
		restarted := starts(func(at time.Time, d schedule.Decision) time.Time {
			if at = at.Add(pause); at.After(d.At) {
				return d.At
			}
			return at
		})
		if len(patient) != len(restarted) {
			t.Fatalf("%d runs, %d with restarts", len(patient), len(restarted))
		}
		for i := range patient {
			if !patient[i].Equal(restarted[i]) {
				t.Fatalf("run %d at %s, with restarts at %s", i, patient[i], restarted[i])
			}
		}
	})
}
