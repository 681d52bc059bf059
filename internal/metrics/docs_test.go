package metrics_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"dataroom.dev/intralinks-operator/internal/metrics"
)

const operations = "../../docs/operations.md"

func TestTheTableOfMetricsIsTheCodes(t *testing.T) {
	g := NewWithT(t)
	var table []string
	for _, d := range metrics.Definitions() {
		labels := "none"
		if len(d.Labels) > 0 {
			labels = "`" + strings.Join(d.Labels, "`, `") + "`"
		}
		table = append(table, "| `"+strings.TrimPrefix(d.Name, metrics.Prefix)+"` | "+string(d.Kind)+" | "+labels+" | "+d.Help+" |")
	}
	var documented []string
	for line := range strings.Lines(read(t, operations)) {
		if regexp.MustCompile("^\\| `[a-z_]+` \\| (gauge|counter|histogram) \\|").MatchString(line) {
			documented = append(documented, strings.TrimSpace(line))
		}
	}
	g.Expect(documented).To(ConsistOf(table), "the table in %s, line by line", operations)
}

// TestEveryMetricInUseExists holds alerts, their tests, the dashboard and the pages against the definitions.
func TestEveryMetricInUseExists(t *testing.T) {
	there := map[string]bool{}
	for _, d := range metrics.Definitions() {
		there[d.Name] = true
		if d.Kind == metrics.Histogram {
			there[d.Name+"_bucket"], there[d.Name+"_count"], there[d.Name+"_sum"] = true, true, true
		}
	}
	name := regexp.MustCompile(metrics.Prefix + `[a-z_]+`)
	for _, file := range []string{
		"../../config/prometheus/alerts.yaml", "../../config/prometheus/tests/alerts.yaml",
		"../../config/grafana/intralinks-operator.json", operations, "../../docs/runbooks.md",
	} {
		used := name.FindAllString(read(t, file), -1)
		NewWithT(t).Expect(used).NotTo(BeEmpty(), file)
		for _, metric := range used {
			NewWithT(t).Expect(there).To(HaveKey(metric), "%s uses %s", file, metric)
		}
	}
}

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
