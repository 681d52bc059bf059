package console

import (
	"fmt"
	"strings"
	"time"
)

// chart is the allowance in the last hour, drawn.
type chart struct {
	Used, Limit, Waiting int
	Per                  string
	Paused               *moment
	// Says is the chart in words, for those who don't see it.
	Says string

	Width, Height, Left, Right int
	TextX, TimesY              int
	Lines                      []chartLine
	Times                      []chartTime
	Area, UsedPath, LimitPath  string
}

type chartLine struct {
	Y, TextY int
	Label    string
}

type chartTime struct {
	X             int
	Label, Anchor string
}

// The chart's plot, in units of its own.
const (
	chartWidth, chartHeight = 720, 200
	plotLeft, plotRight     = 44, 708
	plotTop, plotBottom     = 12, 168
)

// chartOf draws an instance's allowance; nil where nothing is known of it.
func (c *Console) chartOf(instance string) *chart {
	state, ok := c.budgetOf(instance)
	if !ok {
		return nil
	}
	now := c.Clock.Now()
	samples := append(c.history.of(withPort(instance)), sample{at: now, used: state.Used, limit: state.Limit})
	drawn := &chart{
		Used: state.Used, Limit: state.Limit, Waiting: state.Waiting, Per: period(state.Per), Paused: c.moment(state.PausedUntil),
		Width: chartWidth, Height: chartHeight, Left: plotLeft, Right: plotRight, TextX: plotLeft - 8, TimesY: chartHeight - 8,
	}
	top := 1
	for _, s := range samples {
		top = max(top, s.used, s.limit)
	}
	for _, n := range []int{0, top / 2, top} {
		y := heightOf(n, top)
		drawn.Lines = append(drawn.Lines, chartLine{Y: y, TextY: y + 4, Label: fmt.Sprint(n)})
	}
	drawn.Times = []chartTime{
		{X: plotLeft, Label: "an hour ago", Anchor: "start"},
		{X: (plotLeft + plotRight) / 2, Label: "30 min ago", Anchor: "middle"},
		{X: plotRight, Label: "now", Anchor: "end"},
	}
	used := steppedLine(samples, now, func(s sample) int { return heightOf(s.used, top) })
	drawn.UsedPath = used
	// What holds now is drawn over the whole width, also where nothing was noted yet.
	drawn.LimitPath = fmt.Sprintf("M%d,%d", plotLeft, heightOf(samples[0].limit, top)) + strings.Replace(steppedLine(samples, now, func(s sample) int { return heightOf(s.limit, top) }), "M", "L", 1)
	drawn.Area = fmt.Sprintf("%sL%d,%dL%d,%dZ", used, plotRight, plotBottom, acrossOf(samples[0].at, now), plotBottom)
	drawn.Says = inWords(samples)
	return drawn
}

// steppedLine is a line of steps: what was seen holds until something else was.
func steppedLine(samples []sample, now time.Time, height func(sample) int) string {
	var b strings.Builder
	for i, s := range samples {
		if i == 0 {
			fmt.Fprintf(&b, "M%d,%d", acrossOf(s.at, now), height(s))
			continue
		}
		fmt.Fprintf(&b, "H%dV%d", acrossOf(s.at, now), height(s))
	}
	return b.String()
}

func acrossOf(at, now time.Time) int {
	back := min(max(now.Sub(at), 0), historyTime)
	return plotRight - int(int64(plotRight-plotLeft)*int64(back)/int64(historyTime))
}

func heightOf(n, top int) int { return plotBottom - (plotBottom-plotTop)*n/top }

func inWords(samples []sample) string {
	most := 0
	for _, s := range samples {
		most = max(most, s.used)
	}
	last := samples[len(samples)-1]
	return fmt.Sprintf("Requests taken in the last hour: %d of %d now, %d at the most.", last.used, last.limit, most)
}

func period(d time.Duration) string {
	if d%time.Minute == 0 && d > 0 {
		return some(int(d/time.Minute), "minute", "minutes")
	}
	return d.String()
}
