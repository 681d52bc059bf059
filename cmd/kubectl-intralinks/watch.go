package main

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"sync/atomic"
	"time"

	toolscache "k8s.io/client-go/tools/cache"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
)

// redraw is how often what counts down is drawn anew.
const redraw = time.Second

// follow keeps looking at a namespace, or at one sync of it, and calls see at the beginning, after each change, and each
// second besides, until see says that it has seen enough, or ctx ends. It goes on by itself where the connection breaks;
// trouble then tells what is wrong.
func (a *app) follow(ctx context.Context, namespace, name string, see func(seen overview, trouble error) (enough bool, err error)) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var trouble atomic.Pointer[error]
	changed := make(chan struct{}, 1)
	kept, err := a.watched(ctx, namespace, name, changed, &trouble)
	if err != nil {
		return err
	}
	tick := time.NewTicker(redraw)
	defer tick.Stop()
	for {
		seen, err := look(ctx, kept, namespace, name)
		if err != nil {
			return err
		}
		var wrong error
		if at := trouble.Load(); at != nil {
			wrong = *at
		}
		if enough, err := see(seen, wrong); enough || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-changed:
		case <-tick.C:
		}
	}
}

// watched is a copy of what is looked at, which the API server keeps up to date.
func (a *app) watched(ctx context.Context, namespace, name string, changed chan<- struct{}, trouble *atomic.Pointer[error]) (client.Reader, error) {
	config, scheme, err := a.connection()
	if err != nil {
		return nil, err
	}
	options := cache.Options{
		Scheme:                   scheme,
		DefaultNamespaces:        map[string]cache.Config{namespace: {}},
		DefaultWatchErrorHandler: func(_ context.Context, _ *toolscache.Reflector, err error) { trouble.Store(&err) },
	}
	if name != "" {
		options.ByObject = map[client.Object]cache.ByObject{&v1alpha1.FolderSync{}: {Field: fieldName(name)}}
	}
	kept, err := cache.New(config, options)
	if err != nil {
		return nil, err
	}
	handler := toolscache.ResourceEventHandlerFuncs{
		AddFunc:    func(any) { told(changed, trouble) },
		UpdateFunc: func(_, _ any) { told(changed, trouble) },
		DeleteFunc: func(any) { told(changed, trouble) },
	}
	go func() { _ = kept.Start(ctx) }() // it fails only where it was started before
	for _, kind := range []client.Object{&v1alpha1.FolderSync{}, &v1alpha1.IntralinksIntegration{}} {
		informer, err := kept.GetInformer(ctx, kind, cache.BlockUntilSynced(false))
		if err != nil {
			return nil, err
		}
		if _, err := informer.AddEventHandler(handler); err != nil {
			return nil, err
		}
		if err := filled(ctx, informer, trouble); err != nil {
			return nil, err
		}
	}
	return kept, nil
}

// filled waits until all has been read once. Whoever may not read it is told so, and not kept waiting.
func filled(ctx context.Context, informer cache.Informer, trouble *atomic.Pointer[error]) error {
	const often = 20 * time.Millisecond
	tick := time.NewTicker(often)
	defer tick.Stop()
	for !informer.HasSynced() {
		if wrong := trouble.Load(); wrong != nil {
			return *wrong
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
	return nil
}

func told(changed chan<- struct{}, trouble *atomic.Pointer[error]) {
	trouble.Store(nil)
	select {
	case changed <- struct{}{}:
	default: // somebody has been told and not looked yet
	}
}

// watchStatus shows what there is until the person has seen enough.
func (a *app) watchStatus(ctx context.Context, o statusOptions, namespace, name string) error {
	terminal := terminalOf(a.Out)
	s := screen{terminal: terminal, out: a.Out}
	defer s.leave()
	measured, before := &speeds{}, map[string]syncView{}
	err := a.follow(ctx, namespace, name, func(seen overview, trouble error) (bool, error) {
		now := a.now()
		measured.note(seen, now)
		switch {
		case !o.forPeople():
			return false, a.tellChanges(seen, before, func(s syncView) error { return json.NewEncoder(a.Out).Encode(s) })
		case !terminal.is():
			return false, a.tellChanges(seen, before, func(s syncView) error { return writeLines(a.Out, []string{s.line()}) })
		}
		p := painter{terminal: terminal, now: now, everywhere: o.everywhere, speeds: measured}
		lines := p.show(seen, name)
		if trouble != nil {
			lines = append(lines, "", p.paint(bad, "this may be out of date: "+printable(explain(trouble).what)))
		}
		s.draw(append(lines, "", p.paint(faint, now.Format(time.TimeOnly)+"   Ctrl-C ends this, and nothing else")))
		return false, nil
	})
	if ctx.Err() != nil {
		return nil // that is how a person ends it
	}
	return err
}

// tellChanges calls tell for each sync that isn't as it was told of before.
func (a *app) tellChanges(seen overview, before map[string]syncView, tell func(syncView) error) error {
	for _, s := range seen.Syncs {
		key := s.Namespace + "/" + s.Name
		if old, ok := before[key]; ok && reflect.DeepEqual(old, s) {
			continue
		}
		before[key] = s
		if err := tell(s); err != nil {
			return err
		}
	}
	return nil
}

// line is a sync on one line, for a log.
func (s syncView) line() string {
	text := fmt.Sprintf("%s %s", s.Name, s.Reason)
	if p := s.Progress; p != nil {
		text += fmt.Sprintf(" %d/%d", p.Done, p.Total)
	}
	return printable(text + " " + s.Message)
}
