package main

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

var foreignSecrets = figure{
	name: "foreign-secrets", what: "Memory beside 30,000 Secrets of 32 kB that belong to others, above that without them",
	target: "at most 20 MiB", against: "all of them in a cache: 940 MiB",
	measure: func(ctx context.Context, s *scene) (reading, error) {
		if err := s.begin(ctx, fleetOf(perExchange)); err != nil {
			return reading{}, err
		}
		f, err := watchFleet(ctx, s)
		if err != nil {
			return reading{}, err
		}
		// So that all that a run needs is there before.
		if err := f.create(ctx, 0, perExchange/2, 12*time.Hour); err != nil {
			return reading{}, err
		}
		if err := f.allReady(ctx, perExchange/2); err != nil {
			return reading{}, err
		}
		many := s.scaled(30_000)
		grown, err := s.operator.growth(ctx, func() error {
			if err := s.foreign(ctx, many); err != nil {
				return err
			}
			if err := f.create(ctx, perExchange/2, perExchange, 12*time.Hour); err != nil {
				return err
			}
			return f.allReady(ctx, perExchange)
		})
		if err != nil {
			return reading{}, err
		}
		return met(grown.resident <= 20*mib, map[string]float64{"residentBytes": grown.resident, "heapBytes": grown.heap, "secrets": float64(many)},
			"%s resident, %s heap", megabytes(grown.resident), megabytes(grown.heap)), s.unforeign(ctx)
	},
}

// foreign makes Secrets that no integration names, in the namespace of those that are named: the operator may read them.
func (s *scene) foreign(ctx context.Context, many int) error {
	content := bytes.Repeat([]byte("x"), 32_000)
	var group errgroup.Group
	group.SetLimit(32)
	for n := range many {
		group.Go(func() error {
			return s.client.Create(ctx, &corev1.Secret{ObjectMeta: s.meta(fmt.Sprintf("foreign-%05d", n)), Data: map[string][]byte{"value": content}})
		})
	}
	return group.Wait()
}

// unforeign takes them away again, so that nothing is measured beside them that comes after.
func (s *scene) unforeign(ctx context.Context) error {
	return s.client.DeleteAllOf(ctx, &corev1.Secret{}, client.InNamespace(s.namespace))
}
