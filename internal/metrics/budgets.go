package metrics

import (
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"dataroom.dev/intralinks-operator/internal/budget"
)

var (
	budgetLimit = gauge("request_budget_limit", "Requests that the operator may send to a Luminance instance in each period: the reserve is taken off, and half of it after a 429.", "host")

	budgetPeriod = gauge("request_budget_period_seconds", "Length of the period.", "host")

	budgetUsed = gauge("request_budget_used", "Requests of the limit that are taken: those of the last period and those under way.", "host")

	budgetWaiting = gauge("request_budget_waiting", "Requests that wait for their turn.", "host")

	budgetPaused = gauge("request_budget_paused", "1 while the instance has asked for a pause, by a 429, else 0.", "host")

	// A period is ten minutes; with many syncs a turn comes after several.
	newBudgetWait = histogram("request_budget_wait_seconds", "How long requests waited for their turn.",
		[]float64{.01, .1, 1, 5, 10, 30, 60, 120, 300, 600, 1800, 3600}, "host")
)

// budgets shows the request budget of each Luminance instance.
type budgets struct{ registry *budget.Registry }

// Waited counts a request that has had its turn; it fits budget.Registry.
func (m *Metrics) Waited(host string, waited time.Duration) {
	m.wait.WithLabelValues(label(host)).Observe(waited.Seconds())
}

// label spells a host as integrations do: without the port that https has anyway.
func label(host string) string { return strings.TrimSuffix(host, ":443") }

// Describe implements prometheus.Collector.
func (b *budgets) Describe(into chan<- *prometheus.Desc) {
	describe(into, budgetLimit, budgetPeriod, budgetUsed, budgetWaiting, budgetPaused)
}

// Collect implements prometheus.Collector.
func (b *budgets) Collect(into chan<- prometheus.Metric) {
	for host, state := range b.registry.States() {
		host = label(host)
		into <- budgetLimit.metric(float64(state.Limit), host)
		into <- budgetPeriod.metric(state.Per.Seconds(), host)
		into <- budgetUsed.metric(float64(state.Used), host)
		into <- budgetWaiting.metric(float64(state.Waiting), host)
		into <- budgetPaused.metric(flag(!state.PausedUntil.IsZero()), host)
	}
}
