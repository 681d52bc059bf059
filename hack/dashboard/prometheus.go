package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// source is a Prometheus, and the time that is looked at.
type source struct {
	url   string
	until time.Time
	span  time.Duration
}

// series is what a query gives of one set of labels.
type series struct {
	labels map[string]string
	name   string // by the query's legend
	points []point
}

type point struct{ at, value float64 }

// last value of a series.
func (s *series) last() float64 { return s.points[len(s.points)-1].value }

// steps is how many points a graph has.
const steps = 160

// graph asks for the values over the whole time.
func (s source) graph(ctx context.Context, q query) ([]series, error) {
	return s.ask(ctx, q, "query_range", url.Values{
		"start": {stamp(s.until.Add(-s.span))}, "end": {stamp(s.until)}, "step": {stamp64(s.span.Seconds() / steps)},
	})
}

// now asks for the values at the end.
func (s source) now(ctx context.Context, q query) ([]series, error) {
	return s.ask(ctx, q, "query", url.Values{"time": {stamp(s.until)}})
}

func stamp(t time.Time) string       { return stamp64(float64(t.UnixMilli()) / 1000) }
func stamp64(seconds float64) string { return strconv.FormatFloat(seconds, 'f', 3, 64) }

func (s source) ask(ctx context.Context, q query, call string, values url.Values) ([]series, error) {
	text := strings.NewReplacer("$namespace", ".*", "$sync", ".*", "$__rate_interval", "1m").Replace(q.promql)
	values.Set("query", text)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url+"/api/v1/"+call+"?"+values.Encode(), http.NoBody)
	if err != nil {
		return nil, err
	}
	resp, err := (&http.Client{Timeout: time.Minute}).Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	var answer struct {
		Error string `json:"error"`
		Data  struct {
			Result []struct {
				Metric map[string]string `json:"metric"`
				Value  sample            `json:"value"`
				Values []sample          `json:"values"`
			} `json:"result"`
		} `json:"data"`
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return nil, err
	}
	if answer.Error != "" {
		return nil, fmt.Errorf("%s: %s", text, answer.Error)
	}
	var all []series
	for _, r := range answer.Data.Result {
		one := series{labels: r.Metric, name: named(q.legend, r.Metric)}
		if r.Values == nil {
			r.Values = []sample{r.Value}
		}
		for _, v := range r.Values {
			one.points = append(one.points, point(v))
		}
		all = append(all, one)
	}
	if call == "query_range" {
		slices.SortFunc(all, func(a, b series) int { return cmp.Compare(a.name, b.name) })
	}
	return all, nil
}

// sample is a pair of a time and a number as text.
type sample point

// UnmarshalJSON implements json.Unmarshaler.
func (s *sample) UnmarshalJSON(text []byte) error {
	var pair [2]any
	if err := json.Unmarshal(text, &pair); err != nil {
		return err
	}
	at, isNumber := pair[0].(float64)
	value, isText := pair[1].(string)
	if !isNumber || !isText {
		return fmt.Errorf("a sample that is none: %s", text)
	}
	var err error
	s.at = at
	s.value, err = strconv.ParseFloat(value, 64)
	return err
}

func named(legend string, labels map[string]string) string {
	for label, value := range labels {
		legend = strings.ReplaceAll(legend, "{{"+label+"}}", value)
	}
	return legend
}
