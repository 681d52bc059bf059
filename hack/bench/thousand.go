package main

import (
	"context"
	"fmt"
	"time"
)

var thousandSyncs = figure{
	name: "thousand-syncs", what: "1,000 FolderSyncs created at once, a new document and folder each, until all are Ready",
	target: "60 s, 128 MiB resident", against: "Flux takes 85 to 257 s for as many of its objects, on 16 cores",
	measure: func(ctx context.Context, s *scene) (reading, error) {
		many := s.scaled(1000)
		if err := s.begin(ctx, fleetOf(many)); err != nil {
			return reading{}, err
		}
		f, err := watchFleet(ctx, s)
		if err != nil {
			return reading{}, err
		}
		began := time.Now()
		if err := f.create(ctx, 0, many, 12*time.Hour); err != nil {
			return reading{}, err
		}
		s.profile(ctx, s.name+"-cpu", "profile?seconds=5")
		if err := f.allReady(ctx, many); err != nil {
			return reading{}, err
		}
		took := time.Since(began)
		s.profile(ctx, s.name+"-heap", "heap")
		most, err := s.operator.status("VmHWM")
		if err != nil {
			return reading{}, err
		}
		cpu, err := s.operator.cpu()
		if err != nil {
			return reading{}, err
		}
		writes := f.sum(func(m *member) int { return m.writes })
		return met(took <= time.Minute && most <= 128*mib, map[string]float64{
			"seconds": took.Seconds(), "residentBytes": float64(most), "cpuSeconds": cpu.Seconds(), "statusWrites": float64(writes),
		}, "%.0f s, %d MiB (%.1f s of CPU)", took.Seconds(), most/mib, cpu.Seconds()), nil
	},
}

// megabytes for people.
func megabytes(bytes float64) string { return fmt.Sprintf("%.1f MiB", bytes/mib) }
