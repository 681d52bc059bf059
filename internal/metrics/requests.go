package metrics

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"dataroom.dev/intralinks-operator/internal/intralinks"
	"dataroom.dev/intralinks-operator/internal/luminance"
)

var (
	apiRequests = counter("api_requests_total",
		"Requests sent to an API (intralinks or luminance), by operation and by the status code of the answer; error: there was none, canceled: nobody waited for it any more.",
		"api", "operation", "code")

	// An upload of a gigabyte takes minutes.
	newAPILatency = histogram("api_request_duration_seconds",
		"How long an API took until its answer began, the body of the request included, the wait for the budget not.",
		[]float64{.05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 120, 300}, "api", "operation")
)

// Transport counts the requests that pass through it to an API.
func (m *Metrics) Transport(api string, base http.RoundTripper) http.RoundTripper {
	return &transport{metrics: m, api: api, base: base}
}

type transport struct {
	metrics *Metrics
	api     string
	base    http.RoundTripper
}

// RoundTrip implements http.RoundTripper.
func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	operation := cmp.Or(intralinks.OperationOf(req.Context()), luminance.OperationOf(req.Context()), "other")
	t.metrics.prepare(t.api, operation)
	began := time.Now()
	resp, err := t.base.RoundTrip(req)
	t.metrics.latency.WithLabelValues(t.api, operation).Observe(time.Since(began).Seconds())
	t.metrics.requests.WithLabelValues(t.api, operation, codeOf(resp, err)).Inc()
	return resp, err
}

// codesOfTrouble are what a service that has trouble answers with, and no answer at all.
var codesOfTrouble = []string{"401", "403", "404", "429", "500", "502", "503", "504", "error"}

// prepare begins the counters of trouble at 0 before there is any: Prometheus doesn't see the first one of a series that
// begins with it, and an alert about it would not fire.
func (m *Metrics) prepare(api, operation string) {
	if _, done := m.prepared.LoadOrStore([2]string{api, operation}, true); done {
		return
	}
	for _, code := range codesOfTrouble {
		m.requests.WithLabelValues(api, operation, code)
	}
}

func codeOf(resp *http.Response, err error) string {
	switch {
	case err == nil:
		return strconv.Itoa(resp.StatusCode)
	case errors.Is(err, context.Canceled):
		return "canceled"
	}
	return "error"
}

// CloseIdleConnections closes those of the base.
func (t *transport) CloseIdleConnections() {
	if c, ok := t.base.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}
