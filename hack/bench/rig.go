package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"sync/atomic"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"dataroom.dev/intralinks-operator/internal/testenv"
	"dataroom.dev/intralinks-operator/internal/testenv/reaper"
)

// rig is what all figures share: the Kubernetes API, and the programs.
type rig struct {
	settings
	folder string
	env    *testenv.Env
	client client.WithWatch
	reaper *reaper.Reaper
	// self is this program, which also plays the services.
	self string
	// scenes and programs count what was started, for the names.
	scenes, programs atomic.Int64
}

func newRig(s settings) (*rig, error) {
	env, err := testenv.Open()
	if err != nil {
		return nil, err
	}
	r := &rig{settings: s, env: env}
	if r.client, err = client.NewWithWatch(env.Config, client.Options{Scheme: env.Scheme}); err != nil {
		return nil, err
	}
	if r.folder, err = os.MkdirTemp("", "bench-"); err != nil {
		return nil, err
	}
	watched, err := r.tempFolder("processes")
	if err != nil {
		return nil, err
	}
	if r.reaper, err = reaper.Start(watched); err != nil {
		return nil, err
	}
	if r.self, err = os.Executable(); err != nil {
		return nil, err
	}
	r.manager, err = filepath.Abs(s.manager)
	return r, err
}

// scaled is a number of documents, folders or bytes, at least one.
func (r *rig) scaled(n int) int { return max(1, int(math.Round(float64(n)*r.scale))) }

// take measures one figure and ends what it has started.
func (r *rig) take(ctx context.Context, f figure) (reading, error) {
	s := &scene{rig: r, name: f.name, namespace: fmt.Sprintf("bench-%d", r.scenes.Add(1))}
	got, err := f.measure(ctx, s)
	if err != nil {
		err = fmt.Errorf("%w%s", err, s.complaints())
	}
	return got, errors.Join(err, s.end(context.WithoutCancel(ctx)))
}
