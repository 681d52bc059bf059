package historytest

import (
	"fmt"
	"time"

	"pgregory.net/rapid"
)

// step is one thing that happens. Its numbers choose among what there is when it happens, so that a history still
// makes sense when the steps before are taken out of it.
type step struct {
	Act     string
	A, B, C int
	// After is how much time has passed since the step before.
	After time.Duration
}

// GoString shows a step the way it is written in a test.
func (s step) GoString() string {
	return fmt.Sprintf("{%q, %d, %d, %d, %d * time.Minute}", s.Act, s.A, s.B, s.C, s.After/time.Minute)
}

// act is a kind of step.
type act struct {
	// weight is how often it is drawn, beside those of the others.
	weight int
	do     func(w *world, s step)
}

// acts are all that can happen.
func acts() map[string]act {
	all := map[string]act{}
	for _, some := range []map[string]act{exchangeActs, personActs, faultActs, operatorActs} {
		for name, a := range some {
			all[name] = a
		}
	}
	return all
}

// anyStep draws a step.
func anyStep() *rapid.Generator[step] {
	all := acts()
	var names []string
	for _, name := range sortedKeys(all) {
		for range all[name].weight {
			names = append(names, name)
		}
	}
	kind, number := rapid.SampledFrom(names), rapid.IntRange(0, 11)
	after := rapid.SampledFrom([]time.Duration{time.Minute, 6 * time.Minute, 20 * time.Minute, 2 * time.Hour, 26 * time.Hour})
	return rapid.Custom(func(t *rapid.T) step {
		return step{
			Act: kind.Draw(t, "act"), A: number.Draw(t, "a"), B: number.Draw(t, "b"), C: number.Draw(t, "c"),
			After: after.Draw(t, "after"),
		}
	})
}

// take does a step.
func (w *world) take(s step) {
	w.clock.Step(s.After)
	w.logf("%#v at %s", s, w.clock.Now().Format(time.DateTime))
	acts()[s.Act].do(w, s)
	w.model.checkAlways()
}

// logf tells what happens, where a history is shown.
func (w *world) logf(format string, args ...any) { w.t.Logf(format, args...) }

// pick chooses one of what there is.
func pick[T any](from []T, n int) T { return from[n%len(from)] }
