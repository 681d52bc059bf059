package budget

import (
	"testing"
	"time"

	. "github.com/onsi/gomega"
	clocktesting "k8s.io/utils/clock/testing"
)

var eighty = Limit{Requests: 100, Per: 10 * time.Minute, Reserve: 20}

func TestA429PausesThenHalves(t *testing.T) {
	for name, tc := range map[string]struct {
		told  time.Duration
		pause time.Duration
	}{
		"as long as told":                {30 * time.Second, 30 * time.Second},
		"longer than a period":           {time.Hour, time.Hour},
		"a whole period if told nothing": {0, 10 * time.Minute},
		"a whole period if told rubbish": {-time.Second, 10 * time.Minute},
		"never for more than a day":      {1000 * time.Hour, 24 * time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, clk *clocktesting.FakeClock) {
				g := NewWithT(t)
				b := open(t, nil, clk, eighty)
				spend(t, b, 10)
				b.Throttled(tc.told)
				g.Expect(b.State()).To(HaveField("PausedUntil", start.Add(tc.pause)))
				g.Expect(b.State()).To(HaveField("ResetAt", start.Add(tc.pause)))
				g.Expect(b.State()).To(HaveField("Limit", 40))

				var l line
				l.join(t.Context(), b, "a", "waited")
				clk.Step(tc.pause - 1)
				settle()
				g.Expect(l.order()).To(BeEmpty())
				clk.Step(1)
				settle()
				g.Expect(l.order()).To(HaveLen(1))
				g.Expect(b.State()).To(HaveField("PausedUntil", time.Time{}))

				clk.Step(10*time.Minute - 1)
				g.Expect(b.State()).To(HaveField("Limit", 40))
				clk.Step(1)
				g.Expect(b.State()).To(HaveField("Limit", 80), "a clean period")
			})
		})
	}
}

func TestFurther429sHalveAgain(t *testing.T) {
	inBubble(t, func(t *testing.T, clk *clocktesting.FakeClock) {
		g := NewWithT(t)
		b := open(t, nil, clk, eighty)
		limits := func() []int {
			var limits []int
			for range 4 {
				limits = append(limits, b.State().Limit)
				clk.Step(10 * time.Minute)
			}
			return limits
		}
		for range 5 { // answers to requests that were all under way
			b.Throttled(time.Minute)
		}
		clk.Step(time.Minute)
		g.Expect(b.State().Limit).To(Equal(40))

		for range 2 {
			spend(t, b, 1)
			b.Throttled(time.Minute)
			clk.Step(time.Minute)
		}
		g.Expect(limits()).To(Equal([]int{10, 20, 40, 80}))

		for range 30 {
			spend(t, b, 1)
			b.Throttled(time.Minute)
			clk.Step(time.Minute)
			g.Expect(b.State().Limit).To(BeNumerically(">=", 1))
			clk.Step(9 * time.Minute)
		}
		g.Expect(b.State().Limit).To(Equal(1))
	})
}
