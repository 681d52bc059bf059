package budget

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	. "github.com/onsi/gomega"
	clocktesting "k8s.io/utils/clock/testing"
)

// Each row is a first load, alone or beside others: after a while it is predicted when it will be through,
// and that is compared with when it is.
func TestEstimateIsRightWithinTenPercent(t *testing.T) {
	hour := Limit{Requests: 600, Per: time.Hour, Reserve: 20}
	for name, tc := range map[string]struct {
		limit     Limit
		docs      int             // of the sync that is predicted
		beside    []int           // documents of others
		used      []time.Duration // how long ago others have sent requests
		at        time.Duration   // when it is predicted, after the start
		throttled time.Duration   // a 429 just before that
		each      time.Duration   // how long a request takes
		restarts  time.Duration   // between crashes that leave requests open
	}{
		"50":                                    {limit: eighty, docs: 50},
		"500":                                   {limit: eighty, docs: 500},
		"5,000":                                 {limit: eighty, docs: 5000},
		"20,000":                                {limit: eighty, docs: 20_000},
		"50, half used":                         {limit: eighty, docs: 50, used: half(5 * time.Minute)},
		"500, half used":                        {limit: eighty, docs: 500, used: half(5 * time.Minute)},
		"5,000, half used":                      {limit: eighty, docs: 5000, used: half(9 * time.Minute)},
		"50, half used, evenly":                 {limit: eighty, docs: 50, used: evenly(40, 10*time.Minute)},
		"50, all used":                          {limit: eighty, docs: 50, used: evenly(80, 3*time.Minute)},
		"500, all used":                         {limit: eighty, docs: 500, used: evenly(80, 10*time.Minute)},
		"50 beside 50":                          {limit: eighty, docs: 50, beside: []int{50}, each: time.Second},
		"50 beside 5,000":                       {limit: eighty, docs: 50, beside: []int{5000}, each: time.Second},
		"50 beside 5,000, later":                {limit: eighty, docs: 50, beside: []int{5000}, each: time.Second, at: 5 * time.Minute},
		"500 beside 50":                         {limit: eighty, docs: 500, beside: []int{50}, each: time.Second},
		"500 beside 500":                        {limit: eighty, docs: 500, beside: []int{500}},
		"500 beside 5,000":                      {limit: eighty, docs: 500, beside: []int{5000}},
		"500 beside 5,000, half used":           {limit: eighty, docs: 500, beside: []int{5000}, used: half(5 * time.Minute)},
		"5,000 beside 50, half used":            {limit: eighty, docs: 5000, beside: []int{50}, used: half(time.Minute)},
		"5,000 beside 500":                      {limit: eighty, docs: 5000, beside: []int{500}},
		"5,000 beside 5,000":                    {limit: eighty, docs: 5000, beside: []int{5000}},
		"400 beside two":                        {limit: eighty, docs: 400, beside: []int{400, 400}, at: 33 * time.Minute},
		"100 beside twenty":                     {limit: eighty, docs: 100, beside: slices.Repeat([]int{100}, 20), at: 5 * time.Minute},
		"500, in the middle":                    {limit: eighty, docs: 500, at: 24 * time.Minute},
		"500, near the end":                     {limit: eighty, docs: 500, at: 49 * time.Minute},
		"500, restarts":                         {limit: eighty, docs: 500, restarts: 17 * time.Minute, each: time.Second},
		"5,000, restarts":                       {limit: eighty, docs: 5000, restarts: 37 * time.Minute, each: time.Second},
		"500 beside 5,000, restarts, half used": {limit: eighty, docs: 500, beside: []int{5000}, used: half(4 * time.Minute), restarts: 23 * time.Minute, each: time.Second},
		"400, a second each":                    {limit: eighty, docs: 400, beside: []int{400}, each: time.Second, at: 7 * time.Minute},
		"50 after a 429":                        {limit: eighty, docs: 50, used: evenly(80, 10*time.Minute), at: time.Minute, throttled: time.Minute},
		"500 after a 429":                       {limit: eighty, docs: 500, at: 12 * time.Minute, throttled: time.Minute},
		"500 after a 429, told nothing":         {limit: eighty, docs: 500, at: 12 * time.Minute, throttled: -1},
		"5,000 beside 500 after a 429":          {limit: eighty, docs: 5000, beside: []int{500}, at: 32 * time.Minute, throttled: time.Hour},
		"3,000 in an hour":                      {limit: hour, docs: 3000, beside: []int{3000}, at: 95 * time.Minute},
		"400 in ten seconds":                    {limit: four, docs: 400, beside: []int{400}, at: 95 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, clk *clocktesting.FakeClock) {
				g := NewWithT(t)
				store := newMemory()
				for i, ago := range tc.used {
					store.rows[int64(-i)] = StoredRequest{ID: int64(-i), At: start.Add(-ago)}
				}
				mine := newWork("mine", tc.docs)
				jobs := []*work{mine}
				for i, n := range tc.beside {
					jobs = append(jobs, newWork(fmt.Sprint("beside", i), n))
				}
				var b *Budget
				stop := func() {}
				begin := func() {
					var ctx context.Context
					ctx, stop = context.WithCancel(t.Context())
					b = open(t, store, clk, tc.limit)
					for _, w := range jobs {
						b.Expect(w.claimant, int(w.left.Load()))
					}
					for _, w := range jobs {
						w.run(ctx, b, clk, 2, tc.each)
					}
				}
				defer func() { stop() }()

				predict := func() time.Time { return b.Estimate("mine", int(mine.left.Load())) }
				var predicted time.Time
				if tc.at == 0 {
					b = open(t, store, clk, tc.limit)
					for _, w := range jobs {
						b.Expect(w.claimant, int(w.left.Load()))
					}
					predicted = predict()
				}
				begin()
				done := func() bool { return mine.sent.Load() == int64(tc.docs) }
				pass(clk, tc.at, done)
				from := clk.Now()
				if tc.throttled != 0 {
					b.Throttled(tc.throttled)
				}
				if tc.at > 0 || tc.throttled != 0 {
					g.Expect(done()).To(BeFalse())
					predicted = predict()
				}
				for every := cmp.Or(tc.restarts, 1000*time.Hour); !done(); {
					pass(clk, every, done)
					stop()
					settle()
					begin()
				}
				took, told := time.Duration(mine.finished.Load())-from.Sub(start), predicted.Sub(from)
				t.Logf("told %s, took %s", told, took)
				g.Expect(told.Seconds()).To(BeNumerically("~", took.Seconds(), took.Seconds()/10+2), "told %s, took %s", told, took)
			})
		})
	}
}

// half is 40 requests at once.
func half(ago time.Duration) []time.Duration { return slices.Repeat([]time.Duration{ago}, 40) }

// evenly is that many requests, spread over the time until now.
func evenly(n int, over time.Duration) []time.Duration {
	ago := make([]time.Duration, n)
	for i := range ago {
		ago[i] = over * time.Duration(n-i) / time.Duration(n)
	}
	return ago
}

// What is under way takes its slot for one more period.
func TestEstimateCountsWhatIsUnderWay(t *testing.T) {
	inBubble(t, func(t *testing.T, clk *clocktesting.FakeClock) {
		g := NewWithT(t)
		b := open(t, nil, clk, four)
		for range 3 {
			mustAcquire(t, b, "a")
		}
		clk.Step(time.Hour)
		g.Expect(b.Estimate("a", 1)).To(Equal(clk.Now()))
		g.Expect(b.Estimate("a", 2)).To(Equal(clk.Now().Add(10 * time.Second)))
	})
}

func TestEstimateCostsNothing(t *testing.T) {
	inBubble(t, func(t *testing.T, clk *clocktesting.FakeClock) {
		g := NewWithT(t)
		b := open(t, nil, clk, Limit{Requests: 1_000_000, Per: time.Second})
		g.Expect(b.Estimate("a", 0)).To(Equal(start))
		g.Expect(b.Estimate("a", 1_000_000)).To(Equal(start))
		g.Expect(b.Estimate("a", 1_000_001)).To(Equal(start.Add(time.Second)))
		g.Expect(b.Estimate("a", 1_000_000_000)).To(Equal(start.Add(999 * time.Second)))
		g.Expect(b.State().Used).To(BeZero(), "a forecast changes nothing")
	})
}
