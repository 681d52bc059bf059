package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	apiwatch "k8s.io/apimachinery/pkg/watch"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
)

// fleet is many FolderSyncs of one namespace, as a watch shows them.
type fleet struct {
	scene *scene

	mu    sync.Mutex
	syncs map[string]*member
	// version that was seen last; ended is why nothing is seen any more.
	version string
	ended   error
}

// member is one of them.
type member struct {
	ready  bool
	writes int // of its status
	runs   []polled
}

// polled is a run that a status told of.
type polled struct {
	id    string
	ended time.Time
	seen  time.Time // that the status told of it
	due   time.Time // the next one
}

// fleetOf is the room for so many syncs: fifty folders in each exchange, a document in each of them.
func fleetOf(syncs int) roomSpec {
	return roomSpec{Exchanges: (syncs + perExchange - 1) / perExchange, Folders: perExchange, Documents: perExchange, Bytes: 2 * kib}
}

// perExchange is how many syncs read one exchange.
const perExchange = 50

// watchFleet begins to watch.
func watchFleet(ctx context.Context, s *scene) (*fleet, error) {
	f := &fleet{scene: s, syncs: map[string]*member{}}
	watch, err := f.watch(ctx)
	if err != nil {
		return nil, err
	}
	go func() {
		for err == nil {
			f.follow(watch)
			watch, err = f.watch(ctx) // the API server ends one after a time, and where it is read too slowly
		}
		f.mu.Lock()
		defer f.mu.Unlock()
		f.ended = fmt.Errorf("watch the FolderSyncs: %w", err)
	}()
	return f, nil
}

// watch goes on behind the last version that was seen.
func (f *fleet) watch(ctx context.Context) (apiwatch.Interface, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.scene.client.Watch(ctx, &v1alpha1.FolderSyncList{}, client.InNamespace(f.scene.namespace),
		&client.ListOptions{Raw: &metav1.ListOptions{ResourceVersion: f.version}})
}

func (f *fleet) follow(watch apiwatch.Interface) {
	for event := range watch.ResultChan() {
		if sync, ok := event.Object.(*v1alpha1.FolderSync); ok && event.Type != apiwatch.Deleted {
			f.see(sync)
		}
	}
}

// see notes a version of a FolderSync: all but the first are writes of its status.
func (f *fleet) see(sync *v1alpha1.FolderSync) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.version = sync.ResourceVersion
	m := f.syncs[sync.Name]
	if m == nil {
		m = &member{writes: -1}
		f.syncs[sync.Name] = m
	}
	m.writes++
	m.ready = meta.IsStatusConditionTrue(sync.Status.Conditions, v1alpha1.ReadyCondition)
	last, next := sync.Status.LastSync, sync.Status.NextSyncTime
	if last == nil || last.CompletionTime == nil || next == nil || len(m.runs) > 0 && m.runs[len(m.runs)-1].id == last.RunID {
		return
	}
	m.runs = append(m.runs, polled{id: last.RunID, ended: last.CompletionTime.Time, seen: time.Now(), due: next.Time})
}

// create makes FolderSyncs of the folders from one number up to another, sixteen at once.
func (f *fleet) create(ctx context.Context, from, to int, interval time.Duration) error {
	var group errgroup.Group
	group.SetLimit(16)
	for n := from; n < to; n++ {
		group.Go(func() error {
			sync := f.scene.folderSync(fmt.Sprintf("sync-%05d", n), n/perExchange)
			sync.Spec.Source.Folder = fmt.Sprintf("/Due diligence %05d", n%perExchange)
			sync.Spec.Destination.Folder = fmt.Sprintf("/Deal %d/Folder %d", n/perExchange, n%perExchange)
			sync.Spec.Interval = &metav1.Duration{Duration: interval}
			return f.scene.client.Create(ctx, sync)
		})
	}
	return group.Wait()
}

// remove takes them all away. The API server's own way to delete a collection takes longer than a request may.
func (f *fleet) remove(ctx context.Context) error {
	var syncs v1alpha1.FolderSyncList
	if err := f.scene.client.List(ctx, &syncs, client.InNamespace(f.scene.namespace)); err != nil {
		return err
	}
	var group errgroup.Group
	group.SetLimit(16)
	for i := range syncs.Items {
		group.Go(func() error { return client.IgnoreNotFound(f.scene.client.Delete(ctx, &syncs.Items[i])) })
	}
	return group.Wait()
}

// sum adds something up over all of them.
func (f *fleet) sum(of func(*member) int) (total int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, m := range f.syncs {
		total += of(m)
	}
	return total
}

func (f *fleet) ready() int {
	return f.sum(func(m *member) int {
		if m.ready {
			return 1
		}
		return 0
	})
}

// allReady waits until so many are.
func (f *fleet) allReady(ctx context.Context, many int) error {
	return f.until(ctx, func() bool { return f.ready() >= many }, func() string { return fmt.Sprintf("%d of %d are ready", f.ready(), many) })
}

// until waits for something, as long as a figure may take.
func (f *fleet) until(ctx context.Context, holds func() bool, state func() string) error {
	const patience = 10 * time.Minute
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for late := time.After(patience); !holds(); {
		f.mu.Lock()
		ended := f.ended
		f.mu.Unlock()
		if ended != nil {
			return ended
		}
		select {
		case <-tick.C:
		case <-late:
			return fmt.Errorf("after %s %s", patience, state())
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// pause lets time pass.
func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// cpu is the processor time that a process has taken so far.
func (p *process) cpu() (time.Duration, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.command.Process.Pid))
	if err != nil {
		return 0, err
	}
	// proc(5): the name may hold anything, and ends with the last bracket; a tick is a hundredth of a second.
	fields := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
	const user, system, tick = 11, 12, 10 * time.Millisecond
	var ticks int64
	for _, field := range []int{user, system} {
		n, err := strconv.ParseInt(fields[field], 10, 64)
		if err != nil {
			return 0, err
		}
		ticks += n
	}
	return time.Duration(ticks) * tick, nil
}

// busyFor is the time over which the most requests are looked for: a single second says more of chance.
const busyFor = 10 * time.Second

// busiest is the most requests that came within that time.
func busiest(times []time.Time) (most int) {
	slices.SortFunc(times, time.Time.Compare)
	first := 0
	for i := range times {
		for times[i].Sub(times[first]) >= busyFor {
			first++
		}
		most = max(most, i-first+1)
	}
	return most
}
