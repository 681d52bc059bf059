package main

import (
	"strings"
	"testing"

	. "github.com/onsi/gomega"
)

func TestEveryPanelHasItsPlace(t *testing.T) {
	g := NewWithT(t)
	panels, ok := grafana(rows())["panels"].([]object)
	g.Expect(ok).To(BeTrue())
	taken := map[[2]int]any{}
	for _, p := range panels {
		at, ok := p["gridPos"].(object)
		g.Expect(ok).To(BeTrue())
		g.Expect(at["x"].(int)+at["w"].(int)).To(BeNumerically("<=", columns), "%v", p["title"])
		for x := at["x"].(int); x < at["x"].(int)+at["w"].(int); x++ {
			for y := at["y"].(int); y < at["y"].(int)+at["h"].(int); y++ {
				g.Expect(taken).NotTo(HaveKey([2]int{x, y}), "%v and %v", p["title"], taken[[2]int{x, y}])
				taken[[2]int{x, y}] = p["title"]
			}
		}
	}
}

func TestEveryPanelSaysWhatItShows(t *testing.T) {
	g := NewWithT(t)
	titles := map[string]bool{}
	for _, r := range rows() {
		for _, p := range r.panels {
			g.Expect(titles).NotTo(HaveKey(p.title))
			titles[p.title] = true
			g.Expect(p.about).NotTo(BeEmpty(), p.title)
			g.Expect(p.queries).NotTo(BeEmpty(), p.title)
			for _, q := range p.queries {
				g.Expect(strings.Count(q.promql, "(")).To(Equal(strings.Count(q.promql, ")")), q.promql)
				g.Expect(p.kind != lines || q.legend != "").To(BeTrue(), "%s: a line without a name", p.title)
			}
		}
	}
}

func TestValuesAsGrafanaWritesThem(t *testing.T) {
	g := NewWithT(t)
	for _, tt := range []struct {
		unit  unit
		value float64
		words string
	}{
		{percent, 0.375, "37.5%"}, {percent, 1, "100%"}, {number, 4, "4"}, {number, 4088, "4088"}, {number, 15000, "15 K"},
		{duration, 0, "0 s"}, {duration, 0.25, "250 ms"}, {duration, 90, "1.5 min"}, {duration, 3600, "1 hour"}, {duration, 172800, "2 days"},
		{bytes, 512, "512 B"}, {bytes, 64 << 20, "64 MiB"}, {byteRate, 128 << 10, "128 KiB/s"},
	} {
		g.Expect(tt.unit.words(tt.value)).To(Equal(tt.words))
	}
}
