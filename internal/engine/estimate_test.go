package engine_test

import (
	"sync"
	"testing"

	. "github.com/onsi/gomega"

	"dataroom.dev/intralinks-operator/internal/engine"
	"dataroom.dev/intralinks-operator/internal/simulator/dataroom"
)

// TestNobodyKnowsWhenItEndsBeforeItHasBegun: with an allowance to spare only the speed tells, and there is none yet.
func TestNobodyKnowsWhenItEndsBeforeItHasBegun(t *testing.T) {
	g := NewWithT(t)
	w := newWorld(t, dataroom.New(1))
	w.add("/a.txt", "one")
	w.add("/b.txt", "two")
	var mu sync.Mutex
	var seen []engine.Progress
	w.engine.Run(t.Context(), w.job("/"), func(p engine.Progress) {
		mu.Lock()
		defer mu.Unlock()
		seen = append(seen, p)
	})
	g.Expect(seen[0]).To(And(HaveField("Total", int64(2)), HaveField("Done", int64(0)), HaveField("Estimated", BeZero())))
}
