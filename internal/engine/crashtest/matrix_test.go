package crashtest

import (
	"fmt"
	"testing"

	"dataroom.dev/intralinks-operator/internal/crashpoint"
)

// points are all that a process can die at in a scenario.
func (s scenario) points(t *testing.T) (points []crashpoint.Point, names []string) {
	t.Helper()
	w := newWorld(t)
	s(w)
	steps, died := w.live(nil)
	if died {
		t.Fatal("the process died of itself")
	}
	for i, step := range steps {
		for _, flavour := range step.Flavours {
			points = append(points, crashpoint.Point{Step: i, Flavour: flavour})
			names = append(names, fmt.Sprintf("%03d %s, %s", i, step.Name, flavour))
		}
	}
	return points, names
}

func TestACrashAtAnyStepLosesAndDoublesNothing(t *testing.T) {
	for name, s := range scenarios {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			points, names := s.points(t)
			for i, at := range points {
				if skipped(i) {
					continue
				}
				t.Run(names[i], func(t *testing.T) {
					w := newWorld(t)
					s(w)
					w.crash(at)
					w.recover()
				})
			}
		})
	}
}

// skipped leaves most of the points out where the tests are to be short: under the race detector, to which any
// of them is as good as another.
func skipped(i int) bool { return testing.Short() && i%11 != 0 }
