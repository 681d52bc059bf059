package crashtest

import (
	"fmt"
	"os"
	"testing"

	"dataroom.dev/intralinks-operator/internal/crashpoint"
	"dataroom.dev/intralinks-operator/internal/testenv/postgres"
)

// ledgers are what a test is done on.
var ledgers = map[string]func(t *testing.T) *postgres.Server{
	"file":       func(*testing.T) *postgres.Server { return nil },
	"PostgreSQL": func(t *testing.T) *postgres.Server { t.Helper(); return postgres.Start(t) },
}

// points are all that a process can die at in a scenario.
func (s scenario) points(t *testing.T, server *postgres.Server) (points []crashpoint.Point, names []string) {
	t.Helper()
	w := newWorld(t, server)
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
	for kind, start := range ledgers {
		for name, s := range scenarios {
			t.Run(kind+"/"+name, func(t *testing.T) {
				t.Parallel()
				server := start(t)
				points, names := s.points(t, server)
				for i, at := range points {
					if skipped(i, server) {
						continue
					}
					t.Run(names[i], func(t *testing.T) {
						w := newWorld(t, server)
						s(w)
						w.crash(at)
						w.recover()
					})
				}
			})
		}
	}
}

// wholeMatrix is the variable that has every point tried on every kind of ledger.
const wholeMatrix = "CRASH_MATRIX"

// skipped leaves points out. Under the race detector, for which the tests are to be short, any of them is as good as
// another; and a server takes ten times as long as a file, with which all are tried.
func skipped(i int, server *postgres.Server) bool {
	switch {
	case testing.Short():
		return i%11 != 0
	case server != nil && os.Getenv(wholeMatrix) != "whole":
		return i%7 != 0
	}
	return false
}
