package main

import (
	"context"
	"fmt"
	"strings"
	"time"
)

var latency = figure{
	name: "latency", what: "Documents a second with 50 ms of latency a call, 1,000 files of 10 kB, 4 and 16 at once",
	target:  "at least 0.9 of workers / (calls a document × latency), and rclone",
	against: "two calls a document, nothing else taking time; rclone with as many transfers between two WebDAV servers of the same latency",
	measure: func(ctx context.Context, s *scene) (reading, error) {
		spec := roomSpec{Folders: 10, Documents: s.scaled(1000), Bytes: 10_000, Latency: 50 * time.Millisecond}
		if err := s.davFolders(&spec); err != nil {
			return reading{}, err
		}
		if err := s.begin(ctx, spec); err != nil {
			return reading{}, err
		}
		numbers, ok := map[string]float64{}, true
		var parts []string
		for _, workers := range []int{4, 16} {
			if err := s.operator.stop(); err != nil {
				return reading{}, err
			}
			if err := s.operate(ctx, fmt.Sprintf("--concurrent-transfers=%d", workers)); err != nil {
				return reading{}, err
			}
			// Tokens and the entry into the exchange are there before, as they are on any day but the first.
			first := s.folderSync(fmt.Sprintf("first-%d", workers), 0)
			first.Spec.Source.Include = []string{"**/*000000.pdf"}
			if _, err := s.sync(ctx, first); err != nil {
				return reading{}, err
			}
			took, err := s.sync(ctx, s.folderSync(fmt.Sprintf("heron-%d", workers), 0))
			if err != nil {
				return reading{}, err
			}
			const calls = 2
			share := rate(spec, took) * calls * spec.Latency.Seconds() / float64(workers)
			part := fmt.Sprintf("%d: %.2f (%.0f/s)", workers, share, rate(spec, took))
			numbers[fmt.Sprintf("share%d", workers)], numbers[fmt.Sprintf("documentsPerSecond%d", workers)] = share, rate(spec, took)
			ok = ok && share >= 0.9
			if s.rclone != "" {
				peer, err := s.copyByRclone(ctx, fmt.Sprintf("%d", workers), workers)
				if err != nil {
					return reading{}, err
				}
				times := rate(spec, took) / rate(spec, peer.took)
				numbers[fmt.Sprintf("timesRclone%d", workers)] = times
				part += fmt.Sprintf(", %.1f × rclone", times)
				ok = ok && times >= 1
			}
			parts = append(parts, part)
		}
		return met(ok, numbers, "%s", strings.Join(parts, "; ")), nil
	},
}
