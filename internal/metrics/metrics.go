package metrics

import (
	"sync"
	"time"

	"github.com/go-logr/logr"
	"github.com/prometheus/client_golang/prometheus"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"dataroom.dev/intralinks-operator/internal/budget"
)

// Ledger is what the metrics show of the ledger.
type Ledger interface {
	// Size in bytes.
	Size() (int64, error)
	// Errors so far.
	Errors() int64
}

// Sources are what is looked at on each scrape.
type Sources struct {
	// Reader of both kinds; a cache, or each scrape asks the API server.
	Reader client.Reader
	// Budgets of all Luminance instances.
	Budgets *budget.Registry
	Ledger  Ledger
	// MinInterval is a floor for the interval of a FolderSync.
	MinInterval time.Duration
	Build       Build
	Clock       clock.PassiveClock
	Log         logr.Logger
}

// Metrics counts what happens, and shows what there is. It has to be made before what it listens to, and its
// sources come after.
type Metrics struct {
	requests  *prometheus.CounterVec
	prepared  sync.Map // of [2]string, api and operation
	latency   *prometheus.HistogramVec
	wait      *prometheus.HistogramVec
	runs      *prometheus.HistogramVec
	runsOn    prometheus.Gauge
	documents *documentCounts
}

// New makes metrics that have counted nothing yet.
func New() *Metrics {
	return &Metrics{
		requests: apiRequests.counterVec(), latency: newAPILatency(), wait: newBudgetWait(), runs: newRunDuration(),
		runsOn:    prometheus.NewGauge(prometheus.GaugeOpts{Name: runsUnderWay.Name, Help: runsUnderWay.Help}),
		documents: newDocumentCounts(),
	}
}

// Register shows everything in a registry.
func (m *Metrics) Register(registry prometheus.Registerer, from Sources) error {
	for _, collector := range []prometheus.Collector{
		m.requests, m.latency, m.wait, m.runs, m.runsOn,
		&objects{Sources: from, documents: m.documents}, &budgets{from.Budgets}, &ledger{from.Ledger, from.Log}, from.Build,
	} {
		if err := registry.Register(collector); err != nil {
			return err
		}
	}
	return nil
}

// describe tells a registry about definitions.
func describe(into chan<- *prometheus.Desc, definitions ...*Definition) {
	for _, d := range definitions {
		into <- d.desc
	}
}
