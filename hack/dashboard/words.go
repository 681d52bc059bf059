package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// words writes a value as Grafana does in a unit.
func (u unit) words(v float64) string {
	switch u {
	case percent:
		return strconv.FormatFloat(math.Round(v*1000)/10, 'f', -1, 64) + "%"
	case duration:
		return span(v)
	case bytes:
		return binary(v, "B")
	case byteRate:
		return binary(v, "B/s")
	case number, perHour, perMin:
		return short(v)
	}
	return short(v)
}

// span writes seconds in the largest unit that fits.
func span(seconds float64) string {
	for _, u := range []struct {
		size float64
		name string
	}{{86400, "day"}, {3600, "hour"}, {60, "min"}, {1, "s"}} {
		if seconds >= u.size {
			text := trimmed(seconds/u.size) + " " + u.name
			if len(u.name) > 3 && !strings.HasPrefix(text, "1 ") || u.name == "day" && !strings.HasPrefix(text, "1 ") {
				text += "s"
			}
			return text
		}
	}
	if seconds == 0 {
		return "0 s"
	}
	return trimmed(seconds*1000) + " ms"
}

func binary(v float64, unit string) string {
	prefixes := []string{"", "Ki", "Mi", "Gi", "Ti"}
	i := 0
	for v >= 1024 && i < len(prefixes)-1 {
		v, i = v/1024, i+1
	}
	return trimmed(v) + " " + prefixes[i] + unit
}

func short(v float64) string {
	if v >= 10000 {
		return trimmed(v/1000) + " K"
	}
	return trimmed(v)
}

// trimmed gives three digits that count.
func trimmed(v float64) string {
	digits := 2
	switch {
	case math.Abs(v) >= 100:
		digits = 0
	case math.Abs(v) >= 10:
		digits = 1
	}
	text := fmt.Sprintf("%.*f", digits, v)
	if strings.Contains(text, ".") {
		text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	}
	return text
}
