package main

import (
	"context"
	"net/http"
	"time"

	"dataroom.dev/intralinks-operator/internal/simulator/luminance"
)

var allowanceUse = figure{
	idle: true, name: "allowance", what: "Use of the allowance while work waits, the operator restarted in between; here 50 requests a minute, a fifth reserved, for three minutes",
	target: "at least 95 %, no answer of 429", against: "what the reserve leaves: 40 a minute",
	measure: func(ctx context.Context, s *scene) (reading, error) {
		spec := roomSpec{Folders: 10, Documents: 400, Bytes: 2 * kib, Budget: 50, Per: time.Minute}
		if err := s.begin(ctx, spec); err != nil {
			return reading{}, err
		}
		began := time.Now()
		if err := s.client.Create(ctx, s.folderSync("heron", 0)); err != nil {
			return reading{}, err
		}
		if err := until(ctx, began.Add(3*spec.Per/2)); err != nil {
			return reading{}, err
		}
		if err := s.operator.stop(); err != nil {
			return reading{}, err
		}
		if err := s.operate(ctx); err != nil {
			return reading{}, err
		}
		if err := until(ctx, began.Add(3*spec.Per)); err != nil {
			return reading{}, err
		}
		var usage luminance.Usage
		if err := s.admin(ctx, http.MethodGet, s.at.Luminance+"/_sim/usage", nil, &usage); err != nil {
			return reading{}, err
		}
		sent, err := s.requests(ctx, s.at.Luminance, false)
		if err != nil {
			return reading{}, err
		}
		// The first period is a burst by its nature: what counts is what comes after it.
		counted := 0
		for _, entry := range sent {
			if entry.Counted && entry.At.After(began.Add(spec.Per)) {
				counted++
			}
		}
		use := float64(counted) / 80
		return met(use >= 0.95 && usage.Refused == 0, map[string]float64{"share": use, "refused": float64(usage.Refused), "mostInAPeriod": float64(usage.Largest)},
			"%.1f %%, %d answers of 429, at most %d in any minute", 100*use, usage.Refused, usage.Largest), nil
	},
}

// until waits for a time.
func until(ctx context.Context, t time.Time) error {
	timer := time.NewTimer(time.Until(t))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
