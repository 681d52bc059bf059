package schedule_test

import (
	"testing"
	"time"

	. "github.com/onsi/gomega"
	"pgregory.net/rapid"

	"dataroom.dev/intralinks-operator/internal/schedule"
)

var now = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// settled is an object that has synced and has nothing to do for ten minutes.
func settled() schedule.State {
	return schedule.State{
		Generation: 3, SyncedGeneration: 3,
		Requested: "yesterday", Handled: "yesterday",
		Credentials: "a1", SyncedCredentials: "a1",
		Completed: now.Add(-5 * time.Minute), Next: now.Add(10 * time.Minute),
	}
}

// changes are what can make a settled object run, in the order in which they are looked at.
var changes = []struct {
	trigger schedule.Trigger
	happens func(*schedule.State)
}{
	{schedule.NeverSynced, func(s *schedule.State) { s.Completed = time.Time{} }},
	{schedule.SpecChanged, func(s *schedule.State) { s.Generation++ }},
	{schedule.Requested, func(s *schedule.State) { s.Requested = "now" }},
	{schedule.CredentialsChanged, func(s *schedule.State) { s.Credentials = "b2" }},
	{schedule.Interrupted, func(s *schedule.State) { s.Underway = true }},
	{schedule.Due, func(s *schedule.State) { s.Next = now }},
}

func TestEachChangeStartsARun(t *testing.T) {
	for _, change := range changes {
		t.Run(string(change.trigger), func(t *testing.T) {
			s := settled()
			change.happens(&s)
			NewWithT(t).Expect(schedule.Decide(s, now)).To(Equal(schedule.Decision{Trigger: change.trigger}))
		})
	}
}

func TestOfSeveralChangesTheFirstOfTheListIsTheReason(t *testing.T) {
	g := NewWithT(t)
	s := settled()
	for i := len(changes) - 1; i >= 0; i-- {
		changes[i].happens(&s)
		g.Expect(schedule.Decide(s, now).Trigger).To(Equal(changes[i].trigger))
	}
}

func TestWhatIsNoReasonToRun(t *testing.T) {
	for name, happens := range map[string]func(*schedule.State){
		"nothing has changed":                       func(*schedule.State) {},
		"the annotation was removed":                func(s *schedule.State) { s.Requested = "" },
		"there never was an annotation":             func(s *schedule.State) { s.Requested, s.Handled = "", "" },
		"the last run ended after the present time": func(s *schedule.State) { s.Completed = now.Add(time.Minute) },
	} {
		t.Run(name, func(t *testing.T) {
			s := settled()
			happens(&s)
			NewWithT(t).Expect(schedule.Decide(s, now)).To(Equal(schedule.Decision{At: s.Next}))
		})
	}
}

func TestARunIsDueFromItsTimeOn(t *testing.T) {
	g := NewWithT(t)
	s := settled()
	g.Expect(schedule.Decide(s, s.Next.Add(-1)).Trigger).To(BeEmpty())
	g.Expect(schedule.Decide(s, s.Next).Trigger).To(Equal(schedule.Due))
	g.Expect(schedule.Decide(s, s.Next.Add(time.Hour)).Trigger).To(Equal(schedule.Due), "also when the operator was away")

	s.Next = time.Time{}
	g.Expect(schedule.Decide(s, now).Trigger).To(Equal(schedule.Due), "without a next time it is due at once")
}

func TestTheWaitForTheNextRun(t *testing.T) {
	const minute, hour = time.Minute, time.Hour
	for _, tt := range []struct {
		name     string
		interval time.Duration
		outcome  schedule.Outcome
		// wait, to the closest moment of the group
		wait time.Duration
	}{
		{"a first failure waits no longer", 15 * minute, schedule.Outcome{Failures: 1}, 15 * minute},
		{"a second one doubles", 15 * minute, schedule.Outcome{Failures: 2}, 30 * minute},
		{"and so on", minute, schedule.Outcome{Failures: 5}, 16 * minute},
		{"up to an hour", minute, schedule.Outcome{Failures: 7}, hour},
		{"where it stays", minute, schedule.Outcome{Failures: 1_000_000}, hour},
		{"an hour is no limit to a longer interval", 6 * hour, schedule.Outcome{Failures: 3}, 6 * hour},
		{"which is not doubled either", 45 * minute, schedule.Outcome{Failures: 2}, hour},
		{"however long it is", 200 * 365 * 24 * hour, schedule.Outcome{Failures: 2}, 200 * 365 * 24 * hour},
		{"what no retry can mend is looked at hourly", minute, schedule.Outcome{Failures: 1, Stalled: true}, hour},
		{"or at the interval where that is longer", 2 * hour, schedule.Outcome{Failures: 9, Stalled: true}, 2 * hour},
	} {
		t.Run(tt.name, func(t *testing.T) {
			g := NewWithT(t)
			next := schedule.Next(now, tt.interval, tt.outcome, "uid")
			apart := min(tt.interval, hour)
			g.Expect(next.Sub(schedule.Next(now, tt.interval, schedule.Outcome{}, "uid"))%apart).To(BeZero(), "with its group")
			g.Expect(next).To(BeTemporally(">=", now.Add(tt.wait-apart*11/20)))
			g.Expect(next).To(BeTemporally("<=", now.Add(tt.wait+apart*9/20)))
		})
	}
}

func TestAKnownTimePutsTheNextRunOff(t *testing.T) {
	const interval = 15 * time.Minute
	usual := schedule.Next(now, interval, schedule.Outcome{}, "uid")
	later := now.Add(40 * time.Minute)
	for _, tt := range []struct {
		name    string
		outcome schedule.Outcome
		next    time.Time
	}{
		{"until that time, to the second", schedule.Outcome{Failures: 1, Until: later}, later},
		{"without the doubling of failures that nobody can time", schedule.Outcome{Failures: 6, Until: later}, later},
		{"but never brings it forward", schedule.Outcome{Failures: 1, Until: now.Add(time.Second)}, usual},
		{"a time that has passed says nothing", schedule.Outcome{Failures: 1, Until: now.Add(-time.Hour)},
			schedule.Next(now, interval, schedule.Outcome{Failures: 1}, "uid")},
		{"a stalled object waits for its hour all the same", schedule.Outcome{Failures: 1, Stalled: true, Until: later},
			schedule.Next(now, interval, schedule.Outcome{Failures: 1, Stalled: true}, "uid")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			NewWithT(t).Expect(schedule.Next(now, interval, tt.outcome, "uid")).To(BeTemporally("==", tt.next))
		})
	}
}

// What reads one exchange is polled at one moment, whenever its last run ended, so that one listing does for all; what
// reads another one, at another.
func TestAGroupIsDueTogether(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		every := interval(t)
		apart := min(every, time.Hour)
		group := rapid.String().Draw(t, "group")
		when := func(label string) time.Time {
			return now.Add(time.Duration(rapid.Int64Range(0, int64(100*time.Hour)).Draw(t, label)))
		}
		a, b := when("one"), when("another")
		first, second := schedule.Next(a, every, schedule.Outcome{}, group), schedule.Next(b, every, schedule.Outcome{}, group)
		if d := second.Sub(first) % apart; d != 0 {
			t.Fatalf("%s apart", d)
		}
		if wait := first.Sub(a); wait < every-apart*11/20 || wait > every+apart*9/20 {
			t.Fatalf("due after %s", wait)
		}
		// From then on it is an interval each time, as far as a run takes less than half of one.
		took := time.Duration(rapid.Int64Range(0, int64(apart/2)-1).Draw(t, "took"))
		if every%apart == 0 && schedule.Next(first.Add(took), every, schedule.Outcome{}, group).Sub(first) != every {
			t.Fatalf("then %s later", schedule.Next(first.Add(took), every, schedule.Outcome{}, group).Sub(first))
		}
	})
}

func TestGroupsAreSpreadOverTheInterval(t *testing.T) {
	g := NewWithT(t)
	const groups, every = 1000, 15 * time.Minute
	early := 0
	for i := range groups {
		if schedule.Next(now, every, schedule.Outcome{}, string(rune('a'+i))).Before(now.Add(every)) {
			early++
		}
	}
	g.Expect(early).To(BeNumerically("~", groups/2, groups/10), "half of them in either half")
}

// TestWhatFailsTogetherIsTriedTogether, so that one request finds out for all whether it is over; other groups aren't.
func TestWhatFailsTogetherIsTriedTogether(t *testing.T) {
	g := NewWithT(t)
	next := func(group string, ended time.Time) time.Time {
		return schedule.Next(ended, 5*time.Minute, schedule.Outcome{Failures: 9}, group)
	}
	first := next("a", now)
	g.Expect(first.Sub(next("a", now.Add(20*time.Second))) % (5 * time.Minute)).To(BeZero())
	g.Expect(first.Sub(next("b", now))%(5*time.Minute)).NotTo(BeZero(), "another for another exchange")
}

func TestTheZoneOfATimeChangesNothing(t *testing.T) {
	elsewhere := now.In(time.FixedZone("east", 9*60*60))
	NewWithT(t).Expect(schedule.Next(elsewhere, time.Hour, schedule.Outcome{}, "uid")).
		To(BeTemporally("==", schedule.Next(now, time.Hour, schedule.Outcome{}, "uid")))
}
