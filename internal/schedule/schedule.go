// Package schedule decides when a sync runs, and why. It is pure: the same object at the same time gives the
// same answer, so a restart does not list the world again, and no failure polls more often than success.
package schedule

import (
	"hash/fnv"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Trigger is why a run starts.
type Trigger string

// Triggers, in the order in which they are looked at.
const (
	NeverSynced        Trigger = "NeverSynced"
	SpecChanged        Trigger = "SpecChanged"
	Requested          Trigger = "Requested"
	CredentialsChanged Trigger = "CredentialsChanged"
	Interrupted        Trigger = "Interrupted"
	Due                Trigger = "Due"
)

// State is what is known of an object when it is decided.
type State struct {
	// Generation of the spec, and the one that the last run worked on.
	Generation, SyncedGeneration int64
	// Requested is the value of the annotation, Handled the one that was handled last.
	Requested, Handled string
	// Credentials is the revision of the Secrets, SyncedCredentials the one that the last run worked with.
	Credentials, SyncedCredentials string
	// Completed is when the last run ended; zero: none has.
	Completed time.Time
	// Next is when the next run is due, as Next gave it when the last one ended.
	Next time.Time
	// Interval between two runs, and Resumed, when the operator began to work; zero: it has always worked.
	Interval time.Duration
	Resumed  time.Time
	// Underway says that the status tells of a run which nobody is doing: the operator was restarted.
	Underway bool
}

// Decision is what to do now.
type Decision struct {
	// Trigger is why to run now; empty: don't.
	Trigger Trigger
	// At is when to look again, where Trigger is empty.
	At time.Time
}

// Decide tells whether a run starts now.
func Decide(s State, now time.Time) Decision {
	switch {
	case s.Completed.IsZero():
		return Decision{Trigger: NeverSynced}
	case s.Generation != s.SyncedGeneration:
		return Decision{Trigger: SpecChanged}
	case s.Requested != "" && s.Requested != s.Handled:
		return Decision{Trigger: Requested}
	case s.Credentials != s.SyncedCredentials:
		return Decision{Trigger: CredentialsChanged}
	case s.Underway:
		return Decision{Trigger: Interrupted}
	}
	if at := s.due(); at.After(now) {
		return Decision{At: at}
	}
	return Decision{Trigger: Due}
}

// catchUp bounds, with a quarter of the interval, how long what became due while nobody worked is put off.
const catchUp = 5 * time.Minute

// due is when the next run is. What became due while no operator worked is not made up for in one moment: it follows at
// the pace at which it would have come, so that a restart is no burst to either service. What is of one group stays
// together.
func (s *State) due() time.Time {
	late := s.Resumed.Sub(s.Next)
	within := min(s.Interval/4, catchUp)
	if s.Next.IsZero() || s.Resumed.IsZero() || late <= 0 || within <= 0 {
		return s.Next
	}
	return s.Resumed.Add(late % within)
}

// slowest is the interval to which failures back off, unless the object's own is longer.
const slowest = time.Hour

// Outcome is how a run ended.
type Outcome struct {
	// Failures in a row, this one included; 0: it went through.
	Failures int
	// Stalled: no retry can mend it.
	Stalled bool
	// Until is when work can resume, where that is known.
	Until time.Time
}

// Next tells when the run after one that ended at a time is due. Objects of one group, with one interval, are due
// together, at one moment of each interval, or of each hour where that is shorter; groups are spread over it. So a run
// follows the one before after an interval, give or take half of one and half an hour at most the first time. Failures
// double the interval, up to an hour, unless it is known when work can resume, and stay at the moments of the group: what
// failed together for one reason is tried together, and finds out by one request whether that is over. Whatever the
// outcome, the next run is never due sooner than after a success, so that an hour of failing never polls more than an hour
// of working.
func Next(ended time.Time, interval time.Duration, o Outcome, group string) time.Time {
	apart := min(interval, spacing)
	usual := aligned(ended, interval, apart, group)
	longest := max(interval, slowest)
	switch {
	case o.Stalled:
		return latest(usual, aligned(ended, longest, apart, group))
	case o.Until.After(ended):
		return latest(usual, o.Until)
	case o.Failures > 0:
		return latest(usual, aligned(ended, doubled(interval, o.Failures-1, longest), apart, group))
	}
	return usual
}

// spacing is how far apart the moments of a group are at most.
const spacing = time.Hour

// aligned is the moment of a group that is closest to a wait after a time; the moments are so far apart. A moment is taken
// for closest up to a twentieth beyond the middle, so that a run which begins a little late is still no more than one and a
// half intervals behind the one before.
func aligned(ended time.Time, wait, apart time.Duration, group string) time.Time {
	h := fnv.New64a()
	_, _ = h.Write([]byte(group)) // a hash does not fail to write
	soonest := ended.Add(wait - apart*11/20)
	// Truncate counts from a fixed time, so the moments are the same for all.
	next := soonest.Truncate(apart).Add(time.Duration(h.Sum64() % uint64(apart)))
	if next.Before(soonest) {
		next = next.Add(apart)
	}
	return next
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// doubled doubles a wait so many times, but not beyond the longest.
func doubled(wait time.Duration, times int, longest time.Duration) time.Duration {
	for ; times > 0 && wait < longest; times-- {
		if wait > longest/2 {
			return longest
		}
		wait *= 2
	}
	return wait
}

// DefaultInterval is that of a FolderSync which asks for none.
const DefaultInterval = 15 * time.Minute

// Interval between two runs: what the spec asks for, but not below the platform team's floor, and never below a minute.
func Interval(asked *metav1.Duration, floor time.Duration) time.Duration {
	interval := DefaultInterval
	if asked != nil {
		interval = asked.Duration
	}
	return max(interval, floor, time.Minute)
}
