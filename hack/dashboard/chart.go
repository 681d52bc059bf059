package main

import (
	"fmt"
	"math"
	"strings"
	"time"
)

const (
	scaleWidth   = 62
	legendLine   = 17
	clockHeight  = 18
	letterWidth  = 6.6
	legendIndent = 16
)

// drawLines draws a graph over time, with its scales and its legend.
func (p *panel) drawLines(c *canvas, from source, place box, all []series) {
	names := make([]string, 0, len(all))
	for i := range all {
		names = append(names, all[i].name)
	}
	rows := legendRows(names, place.width)
	plot := box{place.x + scaleWidth, place.y + 6, place.width - scaleWidth, place.height - 6 - clockHeight - float64(rows)*legendLine}
	if len(all) == 0 {
		c.text(place.x+place.width/2, place.y+place.height/2, 14, faint, inside, "no data")
		return
	}
	layers := layersOf(all, p.stacked)
	top := p.drawScale(c, plot, highest(layers))
	drawClock(c, from, plot)
	at := func(v point) (x, y float64) {
		return plot.x + plot.width*(1-(float64(from.until.UnixMilli())/1000-v.at)/from.span.Seconds()), plot.y + plot.height*(1-v.value/top)
	}
	for i := len(layers) - 1; i >= 0; i-- {
		colour := palette[i%len(palette)]
		for _, part := range layers[i].parts(from.span.Seconds() / steps) {
			p.drawPart(c, part, at, colour)
		}
	}
	drawLegend(c, names, box{place.x, plot.y + plot.height + clockHeight, place.width, 0})
}

// layer is a line, and what it stands on.
type layer struct{ floor, line []point }

// layersOf puts the series on top of each other, where they are stacked.
func layersOf(all []series, stacked bool) []layer {
	heap := map[float64]float64{}
	layers := make([]layer, len(all))
	for i := range all {
		for _, v := range all[i].points {
			if math.IsNaN(v.value) || math.IsInf(v.value, 0) {
				continue
			}
			floor := 0.0
			if stacked {
				floor = heap[v.at]
			}
			heap[v.at] = floor + v.value
			layers[i].floor = append(layers[i].floor, point{v.at, floor})
			layers[i].line = append(layers[i].line, point{v.at, floor + v.value})
		}
	}
	return layers
}

func highest(layers []layer) float64 {
	top := 0.0
	for i := range layers {
		for _, v := range layers[i].line {
			top = max(top, v.value)
		}
	}
	return top
}

// parts are the stretches without a gap.
func (l layer) parts(step float64) (parts []layer) {
	begin := 0
	for i := range l.line {
		if i+1 == len(l.line) || l.line[i+1].at-l.line[i].at > 1.5*step {
			parts = append(parts, layer{l.floor[begin : i+1], l.line[begin : i+1]})
			begin = i + 1
		}
	}
	return parts
}

func (p *panel) drawPart(c *canvas, part layer, at func(point) (x, y float64), colour string) {
	var line, area strings.Builder
	for i, v := range part.line {
		x, y := at(v)
		letter := "L"
		if i == 0 {
			letter = "M"
		}
		fmt.Fprintf(&line, "%s%.1f %.1f", letter, x, y)
	}
	area.WriteString(line.String())
	for i := len(part.floor) - 1; i >= 0; i-- {
		x, y := at(part.floor[i])
		fmt.Fprintf(&area, "L%.1f %.1f", x, y)
	}
	opacity := 0.05
	if p.stacked {
		opacity = 0.3
	}
	c.add(`<path d="%sZ" fill="%s" fill-opacity="%.2f"/>`, area.String(), colour, opacity)
	c.add(`<path d="%s" fill="none" stroke="%s" stroke-width="1.4" stroke-linejoin="round"/>`, line.String(), colour)
}

// drawScale draws the lines that values are read by, and gives the value at the top.
func (p *panel) drawScale(c *canvas, plot box, most float64) (top float64) {
	step := niceStep(math.Max(most, 1e-6)/4, p.unit)
	if p.unit == number && step < 1 {
		step = 1
	}
	top = math.Max(1, math.Ceil(most*1.02/step)) * step
	for v := 0.0; v <= top*1.0001; v += step {
		y := plot.y + plot.height*(1-v/top)
		c.rect(box{plot.x, y, plot.width, 1}, grid, "")
		c.text(plot.x-8, y+4, 11, faint, atEnd, p.unit.words(v))
	}
	return top
}

// niceStep is the next larger step that a person counts in.
func niceStep(least float64, u unit) float64 {
	base, by := 1.0, 10.0
	factors := []float64{1, 2, 2.5, 5, 10}
	switch {
	case u == bytes || u == byteRate:
		by, factors = 2, []float64{1, 2}
	case u == duration && least > 60:
		for _, step := range []float64{60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400} {
			if step >= least {
				return step
			}
		}
	}
	for base*by <= least {
		base *= by
	}
	for base > least {
		base /= by
	}
	for _, f := range factors {
		if base*f >= least {
			return base * f
		}
	}
	return base * by
}

// drawClock writes the times below a graph.
func drawClock(c *canvas, from source, plot box) {
	marks := []time.Duration{time.Minute, 2 * time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, 6 * time.Hour}
	every := marks[len(marks)-1]
	for i := len(marks) - 1; i >= 0; i-- {
		if float64(from.span/marks[i])*62 <= plot.width {
			every = marks[i]
		}
	}
	for at := from.until.Truncate(every); at.After(from.until.Add(-from.span)); at = at.Add(-every) {
		x := plot.x + plot.width*(1-from.until.Sub(at).Seconds()/from.span.Seconds())
		c.rect(box{x, plot.y, 1, plot.height}, grid, "")
		if x > plot.x+16 && x < plot.x+plot.width-12 {
			c.text(x, plot.y+plot.height+14, 11, faint, inside, at.UTC().Format("15:04"))
		}
	}
}

// legendRows is how many rows the names take.
func legendRows(names []string, width float64) int {
	rows, x := 1, 0.0
	for _, name := range names {
		w := legendWidth(name)
		if x > 0 && x+w > width {
			rows, x = rows+1, 0
		}
		x += w
	}
	return min(rows, 3)
}

func legendWidth(name string) float64 { return legendIndent + letterWidth*float64(len(name)) + 14 }

func drawLegend(c *canvas, names []string, place box) {
	row, x := 0, 0.0
	for i, name := range names {
		w := legendWidth(name)
		if x > 0 && x+w > place.width {
			row, x = row+1, 0
		}
		if row == 3 {
			return
		}
		y := place.y + float64(row)*legendLine + 13
		c.rect(box{place.x + x, y - 5, 11, 3}, palette[i%len(palette)], `rx="1"`)
		c.text(place.x+x+legendIndent, y, 11, faint, "", name)
		x += w
	}
}
