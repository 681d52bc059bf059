package metrics

import (
	"context"
	"errors"

	"dataroom.dev/intralinks-operator/internal/engine"
)

var (
	// From a poll that finds nothing to a data room that takes days.
	newRunDuration = histogram("run_duration_seconds",
		"How long runs took, by result: succeeded, failed (it ended early) or stopped (by a change, a suspension, a deletion or the operator's end).",
		[]float64{.1, .5, 1, 5, 15, 60, 300, 900, 3600, 4 * 3600, 24 * 3600, 72 * 3600}, "result")

	runsUnderWay = gauge("runs_under_way", "Runs that are under way, with those that wait for their turn.")
)

// RunBegan counts a run; what it returns is called with the run's result.
func (m *Metrics) RunBegan() (ended func(engine.Result)) {
	m.runsOn.Inc()
	return func(r engine.Result) {
		m.runsOn.Dec()
		m.runs.WithLabelValues(resultOf(r)).Observe(r.Ended.Sub(r.Started).Seconds())
	}
}

func resultOf(r engine.Result) string {
	switch {
	case r.Failure == nil:
		return "succeeded"
	case errors.Is(r.Failure, context.Canceled):
		return "stopped"
	}
	return "failed"
}
