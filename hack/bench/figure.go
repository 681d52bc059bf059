package main

import (
	"context"
	"fmt"
	"math"
	"slices"
)

// figure is one thing that is measured.
type figure struct {
	// name is short and stays the same, for -only and for comparisons.
	name string
	// what it measures, for the table; target is what it has to reach, against what it is compared to.
	what, target, against string
	// idle: it waits and counts, so that others like it may be taken at the same time.
	idle bool
	// measure takes the figure. Everything that it starts ends with the scene that it asks the rig for.
	measure func(ctx context.Context, s *scene) (reading, error)
}

// reading is what came out.
type reading struct {
	// Value is for people, with its unit.
	Value string `json:"value"`
	// Met tells whether the target is reached; nil where there is none.
	Met *bool `json:"met,omitempty"`
	// Numbers are what Value was made of, by name; the units are in the names.
	Numbers map[string]float64 `json:"numbers,omitempty"`
}

// met is a reading with a target.
func met(ok bool, numbers map[string]float64, format string, args ...any) reading {
	return reading{Value: fmt.Sprintf(format, args...), Met: &ok, Numbers: numbers}
}

// told is a reading without one.
func told(numbers map[string]float64, format string, args ...any) reading {
	return reading{Value: fmt.Sprintf(format, args...), Numbers: numbers}
}

// median of some numbers; NaN of none.
func median(of []float64) float64 {
	if len(of) == 0 {
		return math.NaN()
	}
	sorted := slices.Sorted(slices.Values(of))
	return (sorted[(len(sorted)-1)/2] + sorted[len(sorted)/2]) / 2
}

const (
	kib = 1 << 10
	mib = 1 << 20
	gib = 1 << 30
)
