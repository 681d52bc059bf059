package main

import (
	"context"
	"fmt"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
)

var manyDocuments = figure{
	name: "50000-documents", what: "Heap growth for an exchange of 50,000 documents in 10,000 folders: its first sync, and a poll",
	target: "at most 64 MiB", against: "the same operator at rest",
	measure: func(ctx context.Context, s *scene) (reading, error) {
		spec := roomSpec{Folders: s.scaled(10_000), Documents: s.scaled(50_000), Bytes: kib}
		if err := s.begin(ctx, spec); err != nil {
			return reading{}, err
		}
		sync := s.folderSync("heron", 0)
		first, err := s.operator.growth(ctx, func() error {
			_, err := s.sync(ctx, sync)
			s.profile(ctx, s.name, "heap")
			return err
		})
		if err != nil {
			return reading{}, err
		}
		poll, err := s.operator.growth(ctx, func() error { return s.poll(ctx, sync) })
		if err != nil {
			return reading{}, err
		}
		worst := max(first.heap, poll.heap) / mib
		numbers := map[string]float64{
			"firstSyncMiB": first.heap / mib, "firstSyncResidentMiB": first.resident / mib,
			"pollMiB": poll.heap / mib, "pollResidentMiB": poll.resident / mib,
		}
		return met(worst <= 64, numbers, "%.0f MiB for the sync (%.0f resident), %.0f for the poll (%.0f)",
			first.heap/mib, first.resident/mib, poll.heap/mib, poll.resident/mib), nil
	},
}

// poll asks for a run, and waits until it is through.
func (s *scene) poll(ctx context.Context, sync *v1alpha1.FolderSync) error {
	before := sync.Status.LastSync.RunID
	patch := fmt.Sprintf(`{"metadata":{"annotations":{%q:%q}}}`, v1alpha1.ReconcileRequestAnnotation, time.Now().Format(time.RFC3339Nano))
	if err := s.client.Patch(ctx, sync.DeepCopy(), client.RawPatch("application/merge-patch+json", []byte(patch))); err != nil {
		return err
	}
	return s.through(ctx, sync, before)
}

var manyPolls = figure{
	name: "polls-in-turn", what: "Heap that stays when 12 such exchanges are listed in turn, as dry runs (a hundred would take ten minutes and show the same)",
	target: "no growth: less than 2 MiB from the 4th to the 12th", against: "the same operator after the 4th",
	measure: func(ctx context.Context, s *scene) (reading, error) {
		const settled, exchanges = 4, 12
		spec := roomSpec{Exchanges: exchanges, Folders: s.scaled(10_000), Documents: s.scaled(50_000), Bytes: kib}
		if err := s.begin(ctx, spec); err != nil {
			return reading{}, err
		}
		var before float64
		for i := range exchanges {
			sync := s.folderSync(fmt.Sprintf("heron-%d", i), i)
			sync.Spec.DryRun = true
			if _, err := s.sync(ctx, sync); err != nil {
				return reading{}, err
			}
			if i+1 == settled {
				var err error
				if before, err = s.operator.heap(ctx, true); err != nil {
					return reading{}, err
				}
			}
		}
		after, err := s.operator.heap(ctx, true)
		if err != nil {
			return reading{}, err
		}
		grew := (after - before) / mib
		return met(grew < 2, map[string]float64{"grewMiB": grew, "afterMiB": after / mib}, "%+.1f MiB (%.0f MiB then)", grew, after/mib), nil
	},
}

var hugeFile = figure{
	name: "4GiB-file", what: "Heap growth for one file of 4 GiB", target: "at most 16 MiB", against: "the same operator at rest",
	measure: func(ctx context.Context, s *scene) (reading, error) {
		spec := roomSpec{Folders: 1, Documents: 1, Bytes: int64(s.scaled(4 * gib))}
		if err := s.begin(ctx, spec); err != nil {
			return reading{}, err
		}
		var took time.Duration
		g, err := s.operator.growth(ctx, func() (err error) {
			took, err = s.sync(ctx, s.folderSync("heron", 0))
			return err
		})
		if err != nil {
			return reading{}, err
		}
		numbers := map[string]float64{"heapMiB": g.heap / mib, "residentMiB": g.resident / mib, "MiBPerSecond": float64(spec.Bytes) / mib / took.Seconds()}
		return met(g.heap <= 16*mib, numbers, "%.0f MiB (%.0f resident), at %.0f MiB/s", g.heap/mib, g.resident/mib, numbers["MiBPerSecond"]), nil
	},
}
