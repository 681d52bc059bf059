package metrics

import (
	"runtime"

	"github.com/prometheus/client_golang/prometheus"
)

var buildInfo = gauge("build_info", "Always 1: the version and the commit of the operator, and the Go that it was built with.", "version", "revision", "goversion")

// Build is what was stamped into the program.
type Build struct{ Version, Commit string }

// Describe implements prometheus.Collector.
func (Build) Describe(into chan<- *prometheus.Desc) { describe(into, buildInfo) }

// Collect implements prometheus.Collector.
func (b Build) Collect(into chan<- prometheus.Metric) {
	into <- buildInfo.metric(1, b.Version, b.Commit, runtime.Version())
}
