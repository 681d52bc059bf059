package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// fleetInterval is that of the 5,000, and fleetWatched for how long they are watched once all are ready: in any interval
// each has its turn once. With an interval of five minutes there would be two fifths of the polls, and it would take as
// much longer to watch them.
const (
	fleetInterval = 2 * time.Minute
	fleetWatched  = 2*time.Minute + 20*time.Second
)

var fiveThousandSyncs = figure{
	name: "five-thousand-syncs", what: "5,000 FolderSyncs in one replica, interval 2 minutes instead of 5, nothing new, restarted once",
	target:  "at most one status write a poll, none later than 1.5 intervals, no burst after the restart, none polled twice",
	against: "the busiest ten seconds without a restart",
	measure: func(ctx context.Context, s *scene) (reading, error) {
		many := s.scaled(5000)
		if err := s.begin(ctx, fleetOf(many)); err != nil {
			return reading{}, err
		}
		f, err := watchFleet(ctx, s)
		if err != nil {
			return reading{}, err
		}
		if err := f.create(ctx, 0, many, fleetInterval); err != nil {
			return reading{}, err
		}
		if err := f.allReady(ctx, many); err != nil {
			return reading{}, err
		}
		// What has just run is not polled again before half an interval has passed; from then on all take their turns.
		if err := pause(ctx, fleetInterval/2); err != nil {
			return reading{}, err
		}
		w := &watched{fleet: f}
		for _, restarted := range []bool{false, true} {
			if err := w.half(ctx, restarted); err != nil {
				return reading{}, err
			}
		}
		found := w.reading()
		// Without an operator, which would look at each of them once more.
		return found, errors.Join(s.operator.stop(), f.remove(ctx))
	},
}

// watched is what a fleet does in two halves of a time, the second of which begins with a restart of the operator.
type watched struct {
	*fleet
	began     time.Time
	restarted time.Time
	writes    int
	runs      int
	cpu       time.Duration
	resident  int64
	// requests to both services in each half, and the most of them within ten seconds.
	requests, busiest [2][]int
	// lists of an exchange's documents that were asked for: one for all that poll it together.
	lists [2]int
}

// half watches for half the time.
func (w *watched) half(ctx context.Context, restart bool) error {
	s, half := w.scene, 0
	if restart {
		half = 1
		w.restarted = time.Now()
		if err := s.operator.stop(); err != nil {
			return err
		}
		if err := s.operate(ctx); err != nil {
			return err
		}
	} else {
		w.began = time.Now()
		w.writes, w.runs = w.count()
		for _, service := range []string{s.at.Intralinks, s.at.Luminance} {
			if _, err := s.requests(ctx, service, true); err != nil {
				return err
			}
		}
		if err := s.operator.forgetPeak(); err != nil {
			return err
		}
	}
	before, err := s.operator.cpu()
	if err != nil {
		return err
	}
	if err := pause(ctx, fleetWatched/2); err != nil {
		return err
	}
	s.profile(ctx, fmt.Sprintf("%s-heap-%d", s.name, half), "heap")
	after, err := s.operator.cpu()
	if err != nil {
		return err
	}
	most, err := s.operator.status("VmHWM")
	if err != nil {
		return err
	}
	w.cpu, w.resident = w.cpu+after-before, max(w.resident, most)
	return w.ask(ctx, half)
}

// ask adds up what came to both services.
func (w *watched) ask(ctx context.Context, half int) error {
	for _, service := range []string{w.scene.at.Intralinks, w.scene.at.Luminance} {
		entries, err := w.scene.requests(ctx, service, true)
		if err != nil {
			return err
		}
		var times []time.Time
		for _, e := range entries {
			times = append(times, e.At)
			if strings.HasSuffix(e.Path, "/documents") && e.Method == http.MethodGet {
				w.lists[half]++
			}
		}
		w.requests[half] = append(w.requests[half], len(times))
		w.busiest[half] = append(w.busiest[half], busiest(times))
	}
	return nil
}

// count gives all writes and runs so far.
func (w *watched) count() (writes, runs int) {
	return w.sum(func(m *member) int { return m.writes }), w.sum(func(m *member) int { return len(m.runs) })
}

// reading judges.
func (w *watched) reading() reading {
	writes, runs := w.count()
	writes, runs = writes-w.writes, runs-w.runs
	now := time.Now()
	var longest, latest time.Duration
	early := 0
	w.sum(func(m *member) int {
		for i := range m.runs {
			next := now
			if i+1 < len(m.runs) {
				next = m.runs[i+1].ended
				latest = max(latest, next.Sub(m.runs[i].due))
				if next.Before(m.runs[i].due) {
					early++
				}
			}
			longest = max(longest, next.Sub(m.runs[i].ended))
		}
		return 0
	})
	// A new process enters each exchange before it lists it, which is two requests beside two; and what was late follows
	// beside what becomes due, which is as much again. That is no burst; all that was late at once would be.
	burst := w.busiest[1][0] > 4*w.busiest[0][0] || w.busiest[1][1] > max(5, w.busiest[0][1])
	ok := writes <= runs && longest <= fleetInterval*3/2 && early == 0 && !burst
	return met(ok, map[string]float64{
		"polls": float64(runs), "statusWrites": float64(writes), "latestSeconds": latest.Seconds(), "longestGapSeconds": longest.Seconds(),
		"pollsBeforeTheyWereDue": float64(early), "cpuSeconds": w.cpu.Seconds(), "residentBytes": float64(w.resident),
		"exchangesListed": float64(w.lists[0]), "exchangesListedAfterRestart": float64(w.lists[1]),
		"intralinksRequests": float64(w.requests[0][0]), "intralinksRequestsAfterRestart": float64(w.requests[1][0]),
		"luminanceRequests": float64(w.requests[0][1]), "luminanceRequestsAfterRestart": float64(w.requests[1][1]),
		"intralinksBusiestTenSeconds": float64(w.busiest[0][0]), "intralinksBusiestTenSecondsAfterRestart": float64(w.busiest[1][0]),
		"luminanceBusiestTenSeconds": float64(w.busiest[0][1]), "luminanceBusiestTenSecondsAfterRestart": float64(w.busiest[1][1]),
	}, "%d polls, %.2f writes each, %.0f s late at most, %d too early; %.0f %% of a core, %d MiB; busiest ten seconds: %d requests, %d after the restart, which enters each exchange",
		runs, float64(writes)/float64(max(1, runs)), latest.Seconds(), early, 100*w.cpu.Seconds()/now.Sub(w.began).Seconds(), w.resident/mib,
		w.busiest[0][0]+w.busiest[0][1], w.busiest[1][0]+w.busiest[1][1])
}
