package budget

import (
	"context"
	"fmt"
	"testing"
	"time"

	. "github.com/onsi/gomega"
	clocktesting "k8s.io/utils/clock/testing"
)

// Each row runs some syncs at once, predicts after a while when they are through, and lets them run.
func TestEstimateIsRightWithinTenPercent(t *testing.T) {
	hour := Limit{Requests: 600, Per: time.Hour, Reserve: 20}
	for name, tc := range map[string]struct {
		limit      Limit
		docs       int // of each sync
		syncs      int
		at         time.Duration // when it is predicted, after the start
		throttled  time.Duration // a 429 just before that
		each       time.Duration
		alreadyOut int // requests sent by others just before
	}{
		"what is free at once":        {limit: eighty, docs: 50, syncs: 1},
		"behind a full period":        {limit: eighty, docs: 50, syncs: 1, alreadyOut: 80},
		"a few hundred":               {limit: eighty, docs: 300, syncs: 1},
		"in the middle":               {limit: eighty, docs: 500, syncs: 1, at: 24 * time.Minute},
		"near the end":                {limit: eighty, docs: 500, syncs: 1, at: 49 * time.Minute},
		"20,000":                      {limit: eighty, docs: 20_000, syncs: 1},
		"shared by three":             {limit: eighty, docs: 400, syncs: 3},
		"shared by three, later":      {limit: eighty, docs: 400, syncs: 3, at: 33 * time.Minute},
		"shared by twenty":            {limit: eighty, docs: 100, syncs: 20, at: 5 * time.Minute},
		"requests that take a second": {limit: eighty, docs: 400, syncs: 2, each: time.Second, at: 7 * time.Minute},
		"after a 429":                 {limit: eighty, docs: 400, syncs: 1, at: 12 * time.Minute, throttled: time.Minute},
		"in an hour":                  {limit: hour, docs: 3000, syncs: 2, at: 95 * time.Minute},
		"in ten seconds":              {limit: four, docs: 400, syncs: 2, at: 95 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, clk *clocktesting.FakeClock) {
				g := NewWithT(t)
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				b := open(t, nil, clk, tc.limit)
				spend(t, b, tc.alreadyOut)
				jobs := make([]work, tc.syncs)
				predicted := start
				if tc.at == 0 {
					predicted = b.EstimateFor("sync0", tc.docs*tc.syncs, start)
					if tc.syncs == 1 {
						g.Expect(b.Estimate(tc.docs, start)).To(Equal(predicted))
					}
				}
				for i := range jobs {
					jobs[i].run(ctx, b, clk, fmt.Sprint("sync", i), tc.docs, 2, tc.each)
				}
				sent := func() (n int64) {
					for i := range jobs {
						n += jobs[i].sent.Load()
					}
					return n
				}
				all := int64(tc.docs * tc.syncs)
				done := func() bool { return sent() == all }
				pass(clk, tc.at, done)
				from := clk.Now()
				if tc.throttled > 0 {
					b.Throttled(tc.throttled)
				}
				if tc.at > 0 {
					g.Expect(done()).To(BeFalse())
					each := (int(all-sent()) + tc.syncs - 1) / tc.syncs
					predicted = b.EstimateFor("sync0", each, from)
					g.Expect(b.Estimate(each, from)).To(BeTemporally("~", predicted, tc.limit.Per/10))
				}
				pass(clk, 1000*time.Hour, done)
				g.Expect(done()).To(BeTrue())
				took, told := clk.Since(from), predicted.Sub(from)
				g.Expect(told.Seconds()).To(BeNumerically("~", took.Seconds(), took.Seconds()/10+2), "told %s, took %s", told, took)
			})
		})
	}
}

func TestEstimateCostsNothing(t *testing.T) {
	inBubble(t, func(t *testing.T, clk *clocktesting.FakeClock) {
		g := NewWithT(t)
		b := open(t, nil, clk, Limit{Requests: 1_000_000, Per: time.Second})
		g.Expect(b.Estimate(0, start)).To(Equal(start))
		g.Expect(b.Estimate(1_000_000, start)).To(Equal(start))
		g.Expect(b.Estimate(1_000_001, start)).To(Equal(start.Add(time.Second)))
		g.Expect(b.Estimate(1_000_000_000, start)).To(Equal(start.Add(999 * time.Second)))
		g.Expect(b.State().Used).To(BeZero(), "a forecast changes nothing")
	})
}
