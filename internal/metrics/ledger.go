package metrics

import (
	"github.com/go-logr/logr"
	"github.com/prometheus/client_golang/prometheus"
)

var (
	ledgerSize = gauge("ledger_size_bytes", "Size of the ledger on its volume.")

	ledgerErrors = counter("ledger_errors_total", "Calls of the ledger's database that failed.")
)

// ledger shows the ledger.
type ledger struct {
	Ledger
	log logr.Logger
}

// Describe implements prometheus.Collector.
func (l *ledger) Describe(into chan<- *prometheus.Desc) { describe(into, ledgerSize, ledgerErrors) }

// Collect implements prometheus.Collector.
func (l *ledger) Collect(into chan<- prometheus.Metric) {
	into <- ledgerErrors.metric(float64(l.Errors()))
	size, err := l.Size()
	if err != nil {
		l.log.Error(err, "the ledger's size can't be told")
		return
	}
	into <- ledgerSize.metric(float64(size))
}
