package main

import (
	"context"
	"errors"
	"net/http"
	"time"

	"dataroom.dev/intralinks-operator/internal/simulator/control"
)

var failingTenant = figure{
	name: "failing-tenant", idle: true, what: "Calls of a tenant whose services fail, and how late another's polls are: 200 syncs each, interval 1 minute",
	target: "no more calls than when it works, the other's polls no later", against: "the other tenant in the same two minutes, and before",
	measure: func(ctx context.Context, s *scene) (reading, error) {
		t := &tenants{working: s, failing: &scene{rig: s.rig, name: s.name, namespace: s.namespace + "-failing"}}
		err := t.begin(ctx)
		var got reading
		if err == nil {
			got, err = t.compare(ctx)
		}
		// The operator belongs to the other one.
		t.failing.operator = nil
		return got, errors.Join(err, t.failing.end(context.WithoutCancel(ctx)))
	},
}

// tenants are two namespaces with services of their own, that one operator looks after.
type tenants struct {
	working, failing *scene
	fleet            *fleet // of the one that works
}

func (t *tenants) begin(ctx context.Context) error {
	many := t.working.scaled(200)
	for _, s := range []*scene{t.working, t.failing} {
		if err := s.serve(ctx, fleetOf(many)); err != nil {
			return err
		}
	}
	if err := t.working.operate(ctx, "--watch-namespaces="+t.working.namespace+","+t.failing.namespace); err != nil {
		return err
	}
	t.failing.operator = t.working.operator
	var fleets []*fleet
	for _, s := range []*scene{t.working, t.failing} {
		if err := s.connect(ctx, fleetOf(many)); err != nil {
			return err
		}
		f, err := watchFleet(ctx, s)
		if err != nil {
			return err
		}
		if err := f.create(ctx, 0, many, time.Minute); err != nil {
			return err
		}
		fleets = append(fleets, f)
	}
	t.fleet = fleets[0]
	return errors.Join(fleets[0].allReady(ctx, many), fleets[1].allReady(ctx, many))
}

// compare has both work, and then one of them fail.
func (t *tenants) compare(ctx context.Context) (reading, error) {
	began := time.Now()
	if err := pause(ctx, 65*time.Second); err != nil {
		return reading{}, err
	}
	for service, rule := range map[string]control.FaultRule{
		t.failing.at.Intralinks: {Fault: "html", Times: -1}, // a gateway's page, status 504
		t.failing.at.Luminance:  {Fault: "error-before-commit", Times: -1, Args: map[string]string{"status": "503"}},
	} {
		if err := t.failing.admin(ctx, http.MethodPost, service+"/_sim/faults", rule, nil); err != nil {
			return reading{}, err
		}
	}
	if _, err := t.calls(ctx); err != nil {
		return reading{}, err
	}
	failed := time.Now()
	if err := pause(ctx, 2*time.Minute); err != nil {
		return reading{}, err
	}
	calls, err := t.calls(ctx)
	if err != nil {
		return reading{}, err
	}
	before, while := t.fleet.lateness(began, failed), t.fleet.lateness(failed, time.Now())
	// A status tells times to the second.
	const resolution = 1.0
	return met(calls[1] <= calls[0] && while <= before+resolution, map[string]float64{
		"callsWorking": calls[0], "callsFailing": calls[1], "lateSecondsBefore": before, "lateSecondsWhile": while,
	}, "%.0f calls, %.0f of the one that works; its polls are through %.1f s after they are due, %.1f s before the other failed",
		calls[1], calls[0], while, before), nil
}

// calls to the services of the one that works and of the one that fails, since it was asked last.
func (t *tenants) calls(ctx context.Context) (calls [2]float64, err error) {
	for i, s := range []*scene{t.working, t.failing} {
		for _, service := range []string{s.at.Intralinks, s.at.Luminance} {
			entries, err := s.requests(ctx, service, true)
			if err != nil {
				return calls, err
			}
			calls[i] += float64(len(entries))
		}
	}
	return calls, nil
}

// lateness is how many seconds after it was due a poll was through that ended within a time: the median.
func (f *fleet) lateness(from, to time.Time) float64 {
	var seconds []float64
	f.sum(func(m *member) int {
		for i := 1; i < len(m.runs); i++ {
			if seen := m.runs[i].seen; seen.After(from) && seen.Before(to) {
				seconds = append(seconds, seen.Sub(m.runs[i-1].due).Seconds())
			}
		}
		return 0
	})
	return median(seconds)
}
