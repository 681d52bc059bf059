package metrics_test

import (
	"bytes"
	"slices"
	"strings"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"

	"dataroom.dev/intralinks-operator/internal/metrics"
)

// textOf gives the series of metrics in Prometheus' text, without the prefix of their names and the namespace.
func textOf(families []*dto.MetricFamily, namespace string, names ...string) []string {
	var text bytes.Buffer
	for _, family := range families {
		if slices.Contains(names, strings.TrimPrefix(family.GetName(), metrics.Prefix)) {
			_, _ = expfmt.MetricFamilyToText(&text, family) // a buffer takes everything
		}
	}
	var lines []string
	for line := range strings.Lines(text.String()) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		line = strings.TrimPrefix(strings.TrimSpace(line), metrics.Prefix)
		line = strings.Replace(line, `,namespace="`+namespace+`"`, "", 1)
		lines = append(lines, line)
	}
	return lines
}
