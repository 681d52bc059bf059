package main

import (
	"context"
	"fmt"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
)

var newDocuments = figure{
	name: "new-documents", what: "Luminance requests for 500 new documents in 50 new folders and a new destination", target: "at most N + F + 4",
	against: "one upload is one request, and so is one folder: N + F",
	measure: func(ctx context.Context, s *scene) (reading, error) {
		spec := roomSpec{Folders: 50, Documents: 500, Bytes: 2 * kib}
		if err := s.begin(ctx, spec); err != nil {
			return reading{}, err
		}
		if _, err := s.requests(ctx, s.at.Luminance, true); err != nil {
			return reading{}, err
		}
		if _, err := s.sync(ctx, s.folderSync("heron", 0)); err != nil {
			return reading{}, err
		}
		sent, err := s.requests(ctx, s.at.Luminance, true)
		if err != nil {
			return reading{}, err
		}
		// The destination folder is new, too.
		least := spec.Documents + spec.Folders + 1
		return met(len(sent) <= least+4, map[string]float64{"requests": float64(len(sent)), "documentsAndFolders": float64(least)},
			"N + F + %d (%d)", len(sent)-least, len(sent)), nil
	},
}

var quietPoll = figure{
	idle: true, name: "quiet-poll", what: "Requests for polls of 3 syncs of one exchange that find nothing new", target: "0 to Luminance, at most 2 to Intralinks",
	against: "its folders and its documents: two lists",
	measure: func(ctx context.Context, s *scene) (reading, error) {
		if err := s.begin(ctx, roomSpec{Folders: 20, Documents: 100, Bytes: 2 * kib}); err != nil {
			return reading{}, err
		}
		syncs := make([]*v1alpha1.FolderSync, 3)
		for i := range syncs {
			syncs[i] = s.folderSync(fmt.Sprintf("heron-%d", i), 0)
			syncs[i].Spec.Interval = &metav1.Duration{Duration: time.Minute}
			if _, err := s.sync(ctx, syncs[i]); err != nil {
				return reading{}, err
			}
		}
		for _, service := range []string{s.at.Intralinks, s.at.Luminance} {
			if _, err := s.requests(ctx, service, true); err != nil {
				return reading{}, err
			}
		}
		for _, sync := range syncs {
			if err := s.through(ctx, sync, sync.Status.LastSync.RunID); err != nil {
				return reading{}, err
			}
		}
		sourceLog, err := s.requests(ctx, s.at.Intralinks, false)
		if err != nil {
			return reading{}, err
		}
		targetLog, err := s.requests(ctx, s.at.Luminance, false)
		if err != nil {
			return reading{}, err
		}
		source, target := len(sourceLog), len(targetLog)
		return met(source <= 2 && target == 0, map[string]float64{"intralinks": float64(source), "luminance": float64(target)},
			"%d to Luminance, %d to Intralinks", target, source), nil
	},
}
