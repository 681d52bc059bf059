package metrics

import (
	"slices"

	"github.com/prometheus/client_golang/prometheus"
)

// Prefix begins the name of every metric of this package.
const Prefix = "intralinks_operator_"

// Kind is a type of metric, as Prometheus calls it.
type Kind string

// Kinds.
const (
	Gauge     Kind = "gauge"
	Counter   Kind = "counter"
	Histogram Kind = "histogram"
)

// Definition is what a metric is called and what it means.
type Definition struct {
	Name, Help string
	Kind       Kind
	Labels     []string
	desc       *prometheus.Desc
}

var definitions []*Definition

// Definitions are all metrics of this package, in their order.
func Definitions() []*Definition { return slices.Clone(definitions) }

func define(kind Kind, name, help string, labels ...string) *Definition {
	d := &Definition{Name: Prefix + name, Help: help, Kind: kind, Labels: labels}
	d.desc = prometheus.NewDesc(d.Name, d.Help, d.Labels, nil)
	definitions = append(definitions, d)
	return d
}

func gauge(name, help string, labels ...string) *Definition {
	return define(Gauge, name, help, labels...)
}

func counter(name, help string, labels ...string) *Definition {
	return define(Counter, name, help, labels...)
}

// ofObject are the labels of what belongs to one object, before its own.
func ofObject(labels ...string) []string { return append([]string{"namespace", "name"}, labels...) }

// metric gives the metric one value.
func (d *Definition) metric(value float64, labels ...string) prometheus.Metric {
	kind := prometheus.GaugeValue
	if d.Kind == Counter {
		kind = prometheus.CounterValue
	}
	return prometheus.MustNewConstMetric(d.desc, kind, value, labels...)
}

func (d *Definition) counterVec() *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{Name: d.Name, Help: d.Help}, d.Labels)
}

// histogram defines one, and gives what makes an empty one.
func histogram(name, help string, buckets []float64, labels ...string) (empty func() *prometheus.HistogramVec) {
	d := define(Histogram, name, help, labels...)
	return func() *prometheus.HistogramVec {
		return prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: d.Name, Help: d.Help, Buckets: buckets}, d.Labels)
	}
}
