package main

import (
	"context"
	"fmt"
	"html"
	"io"
	"math"
	"strings"
)

// Sizes in pixels, and Grafana's light colours.
const (
	pageWidth   = 1600
	margin      = 12
	rowHeight   = 30
	gap         = 8
	headHeight  = 56
	inset       = 12
	titleHeight = 28

	paper  = "#f4f5f5"
	sheet  = "#ffffff"
	edge   = "#e0e2e6"
	ink    = "#24292e"
	faint  = "#6b7280"
	grid   = "#eceef0"
	green  = "#299438"
	orange = "#e06c00"
	red    = "#c4162a"
	blue   = "#3274d9"
)

// palette of the series, in Grafana's order.
var palette = []string{"#56a64b", "#f2cc0c", "#3274d9", "#ff780a", "#e02f44", "#8f3bb8", "#37872d", "#1f60c4", "#fa6400", "#b877d9", "#64b0c8", "#806eb7"}

// box is a place on the page.
type box struct{ x, y, width, height float64 }

// canvas is an SVG that grows.
type canvas struct{ strings.Builder }

func (c *canvas) add(format string, args ...any) { fmt.Fprintf(&c.Builder, format+"\n", args...) }

func (c *canvas) rect(b box, fill, extra string) {
	c.add(`<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" fill="%s" %s/>`, b.x, b.y, b.width, b.height, fill, extra)
}

func (c *canvas) text(x, y, size float64, colour, extra, words string) {
	c.add(`<text x="%.1f" y="%.1f" font-size="%.0f" fill="%s" %s>%s</text>`, x, y, size, colour, extra, html.EscapeString(words))
}

// Where a text stands.
const (
	atEnd  = `text-anchor="end"`
	inside = `text-anchor="middle"`
	strong = `font-weight="600"`
)

// drawPicture draws all panels in the places that Grafana gives them.
func drawPicture(ctx context.Context, out io.Writer, from source, all []row) error {
	var body canvas
	y := float64(headHeight)
	for _, r := range all {
		body.text(margin+4, y+20, 15, ink, strong, r.title)
		y += rowHeight
		x, high := 0, 0
		for i := range r.panels {
			p := &r.panels[i]
			if x+p.width > columns {
				x, y, high = 0, y+pixels(high)+gap, 0
			}
			column := float64(pageWidth-2*margin+gap) / columns
			place := box{margin + float64(x)*column, y, float64(p.width)*column - gap, pixels(p.height)}
			if err := p.draw(ctx, &body, from, place); err != nil {
				return fmt.Errorf("%s: %w", p.title, err)
			}
			x, high = x+p.width, max(high, p.height)
		}
		y += pixels(high) + gap + 6
	}
	var page canvas
	page.add(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %.0f" font-family="Inter, 'DejaVu Sans', Helvetica, Arial, sans-serif">`, pageWidth, y)
	page.rect(box{0, 0, pageWidth, y}, paper, "")
	page.text(margin+4, 36, 22, ink, strong, "Intralinks operator")
	page.text(pageWidth-margin, 36, 13, faint, atEnd, fmt.Sprintf("Namespace: All    FolderSync: All    the last %s", span(from.span.Seconds())))
	page.WriteString(body.String())
	page.add("</svg>")
	_, err := io.WriteString(out, page.String())
	return err
}

// pixels of so many of Grafana's rows.
func pixels(rows int) float64 { return float64(rows*(rowHeight+gap) - gap) }

func (p *panel) draw(ctx context.Context, c *canvas, from source, place box) error {
	c.rect(place, sheet, `rx="3" stroke="`+edge+`"`)
	c.text(place.x+inset, place.y+19, 13, ink, strong, p.title)
	content := box{place.x + inset, place.y + titleHeight, place.width - 2*inset, place.height - titleHeight - 8}
	var all []series
	for _, q := range p.queries {
		ask := from.graph
		if p.kind == tableOf || p.kind == bars {
			ask = from.now
		}
		found, err := ask(ctx, q)
		if err != nil {
			return err
		}
		all = append(all, found...)
	}
	switch p.kind {
	case stat:
		p.drawStat(c, from, content, all)
	case lines:
		p.drawLines(c, from, content, all)
	case bars:
		p.drawBars(c, content, all)
	case tableOf:
		p.drawTable(c, content, all)
	}
	return nil
}

func (p *panel) drawStat(c *canvas, from source, place box, all []series) {
	words, colour := p.empty, ink
	// A value that ended before now is none.
	if len(all) > 0 && all[0].points[len(all[0].points)-1].at > float64(from.until.Unix())-3*from.span.Seconds()/steps {
		words = p.unit.words(all[0].last())
		if p.limits != nil {
			colour = p.limits.colour(all[0].last())
		}
		p.sparkline(c, from, place, &all[0], colour)
	}
	size := 38.0
	if len(words) > 8 {
		size = 28
	}
	c.text(place.x+place.width/2, place.y+place.height/2+12, size, colour, inside+" "+strong, words)
}

func (l *limits) colour(value float64) string {
	switch {
	case value >= l.bad:
		return red
	case value >= l.look:
		return orange
	}
	return green
}

// sparkline is the faint area behind a number.
func (p *panel) sparkline(c *canvas, from source, place box, s *series, colour string) {
	if colour == ink {
		colour = blue
	}
	most := 0.0
	for _, v := range s.points {
		most = max(most, v.value)
	}
	foot := place.y + place.height
	path := ""
	for i, v := range s.points {
		x := place.x + place.width*(1-(float64(from.until.UnixMilli())/1000-v.at)/from.span.Seconds())
		if i == 0 {
			path = fmt.Sprintf("M%.1f %.1f", x, foot)
		}
		path += fmt.Sprintf("L%.1f %.1f", x, foot-0.4*place.height*v.value/math.Max(most, 1e-9))
		if i == len(s.points)-1 {
			path += fmt.Sprintf("L%.1f %.1fZ", x, foot)
		}
	}
	c.add(`<path d="%s" fill="%s" fill-opacity="0.12"/>`, path, colour)
}

func (p *panel) drawBars(c *canvas, place box, all []series) {
	if len(all) == 0 {
		c.text(place.x+place.width/2, place.y+place.height/2, 14, faint, inside, p.empty)
		return
	}
	each := math.Min(42, place.height/float64(len(all)))
	for i := range all {
		y := place.y + float64(i)*each
		share := math.Min(1, all[i].last()/p.most)
		c.text(place.x, y+13, 12, faint, "", all[i].name)
		c.text(place.x+place.width, y+13, 12, ink, atEnd, p.unit.words(all[i].last()))
		c.rect(box{place.x, y + 18, place.width, each - 26}, grid, `rx="2"`)
		c.rect(box{place.x, y + 18, place.width * share, each - 26}, blue, `rx="2"`)
	}
}

func (p *panel) drawTable(c *canvas, place box, all []series) {
	if len(all) == 0 {
		c.text(place.x+place.width/2, place.y+place.height/2, 14, faint, inside, p.empty)
		return
	}
	each := place.width / float64(len(p.headings))
	for i, h := range p.headings {
		c.text(place.x+float64(i)*each, place.y+16, 12, blue, strong, h.text)
	}
	const line = 25.0
	for n := range all {
		y := place.y + line*float64(n+1)
		if y+line > place.y+place.height {
			break
		}
		c.rect(box{place.x, y, place.width, 1}, grid, "")
		for i, h := range p.headings {
			words := all[n].labels[h.label]
			if h.label == "Value" {
				words = p.unit.words(all[n].last())
			}
			c.text(place.x+float64(i)*each, y+17, 12, ink, "", words)
		}
	}
}
