package main

import (
	"context"
	"fmt"
	"os"
	"time"
)

// connections is how many documents move at once where nothing else is said: the operator's default.
const connections = 4

// pairs is how often the operator and what it is held against take turns, so that neither has the better moment.
const pairs = 3

var largeFiles = figure{
	name: "16MiB-files", what: "Speed of files of 16 MiB, without an allowance, 4 at once", target: "at least 0.9 of the loop",
	against: "a loop of `io.Copy` from one service to the other, with as many connections and base64",
	measure: func(ctx context.Context, s *scene) (reading, error) {
		return s.againstLoop(ctx, roomSpec{Folders: 4, Documents: s.scaled(64), Bytes: 16 * mib}, 0.9)
	},
}

var smallFiles = figure{
	name: "16KiB-files", what: "Speed of files of 16 KiB, likewise", target: "at least 0.5 of the loop", against: "the same loop",
	measure: func(ctx context.Context, s *scene) (reading, error) {
		return s.againstLoop(ctx, roomSpec{Folders: 30, Documents: s.scaled(6000), Bytes: 16 * kib}, 0.5)
	},
}

// againstLoop has operator and loop carry a room in turns, whole runs of the operator against the copying alone.
func (s *scene) againstLoop(ctx context.Context, spec roomSpec, target float64) (reading, error) {
	if err := s.begin(ctx, spec); err != nil {
		return reading{}, err
	}
	l, err := s.loop(ctx, connections)
	if err != nil {
		return reading{}, err
	}
	if _, err := l.run(ctx, "warm-up", connections); err != nil {
		return reading{}, err
	}
	var ratios, ours, theirs, work, loopWork []float64
	for i := range pairs {
		before := s.used(os.Getpid())
		looped, err := l.run(ctx, fmt.Sprintf("loop-%d", i), connections)
		if err != nil {
			return reading{}, err
		}
		loopWork = append(loopWork, (s.used(os.Getpid()) - before).Seconds())
		if i == 0 {
			go s.profile(ctx, s.name, "profile?seconds=3")
		}
		before = s.used(s.operator.command.Process.Pid)
		synced, err := s.sync(ctx, s.folderSync(fmt.Sprintf("heron-%d", i), 0))
		if err != nil {
			return reading{}, err
		}
		work = append(work, (s.used(s.operator.command.Process.Pid) - before).Seconds())
		ratios = append(ratios, looped.Seconds()/synced.Seconds())
		ours, theirs = append(ours, rate(spec, synced)), append(theirs, rate(spec, looped))
	}
	s.profile(ctx, s.name+"-allocations", "allocs")
	ratio := median(ratios)
	numbers := map[string]float64{
		"ratio": ratio, "documentsPerSecond": median(ours), "documentsPerSecondOfLoop": median(theirs),
		// What both services and whoever carries have used of the processors: it is much the same on a busy machine.
		"processorMillisecondsADocument":       1000 * median(work) / float64(spec.Documents),
		"processorMillisecondsADocumentOfLoop": 1000 * median(loopWork) / float64(spec.Documents),
	}
	megabytes := float64(spec.Bytes) / mib
	return met(ratio >= target, numbers, "%.2f (%.0f documents/s, %.0f MiB/s)", ratio, median(ours), median(ours)*megabytes), nil
}

// used is the processor time that the services and another process have used so far.
func (s *scene) used(pid int) time.Duration {
	total := processorTime(pid)
	for _, p := range s.processes {
		total += processorTime(p.command.Process.Pid)
	}
	return total
}

// rate is documents a second.
func rate(spec roomSpec, took time.Duration) float64 { return float64(spec.Documents) / took.Seconds() }
