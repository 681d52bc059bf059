package console

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
)

const (
	// sightTime is how long it is believed which namespaces somebody may list: a page is made anew every few seconds.
	sightTime = 10 * time.Second
	// askAtOnce is how many namespaces the API server is asked about at once for one person.
	askAtOnce = 8
)

// Resources, as rights name them.
const (
	syncsResource        = "foldersyncs"
	integrationsResource = "intralinksintegrations"
)

// see finds out in which of the namespaces somebody may list a kind.
func (p *person) see(ctx context.Context, resource string, namespaces []string, now time.Time) (sight, error) {
	p.mu.Lock()
	known := p.sees[resource]
	p.mu.Unlock()
	if now.Sub(known.asked) < sightTime && (known.all || known.covers(namespaces)) {
		return known, nil
	}
	fresh := sight{asked: now, namespaces: map[string]bool{}}
	var err error
	if fresh.all, err = p.may(ctx, "list", resource, "", ""); err == nil && !fresh.all {
		err = fresh.ask(ctx, p, resource, namespaces)
	}
	if err != nil {
		return sight{}, err
	}
	p.mu.Lock()
	p.sees[resource] = fresh
	p.mu.Unlock()
	return fresh, nil
}

func (s sight) covers(namespaces []string) bool {
	return !slices.ContainsFunc(namespaces, func(n string) bool { _, asked := s.namespaces[n]; return !asked })
}

func (s sight) ask(ctx context.Context, p *person, resource string, namespaces []string) error {
	var mu sync.Mutex
	asking, ctx := errgroup.WithContext(ctx)
	asking.SetLimit(askAtOnce)
	for _, namespace := range namespaces {
		asking.Go(func() error {
			allowed, err := p.may(ctx, "list", resource, namespace, "")
			mu.Lock()
			defer mu.Unlock()
			s.namespaces[namespace] = allowed
			return err
		})
	}
	return asking.Wait()
}

// syncs that a person may see, by namespace and name. They are the cache's own: to be read only.
func (c *Console) syncs(v *visit) ([]*v1alpha1.FolderSync, error) {
	var all v1alpha1.FolderSyncList
	if err := c.Objects.List(v.r.Context(), &all, client.UnsafeDisableDeepCopy); err != nil {
		return nil, err
	}
	return visible(v, c.Clock.Now(), syncsResource, all.Items)
}

// integrations that a person may see, likewise.
func (c *Console) integrations(v *visit) ([]*v1alpha1.IntralinksIntegration, error) {
	var all v1alpha1.IntralinksIntegrationList
	if err := c.Objects.List(v.r.Context(), &all, client.UnsafeDisableDeepCopy); err != nil {
		return nil, err
	}
	return visible(v, c.Clock.Now(), integrationsResource, all.Items)
}

// visible keeps what lies where the person may list the kind.
func visible[T any, P interface {
	*T
	client.Object
}](v *visit, now time.Time, resource string, items []T) ([]P, error) {
	namespaces := map[string]bool{}
	for i := range items {
		namespaces[P(&items[i]).GetNamespace()] = true
	}
	sees, err := v.who.see(v.r.Context(), resource, slices.Sorted(maps.Keys(namespaces)), now)
	if err != nil {
		return nil, err
	}
	var seen []P
	for i := range items {
		if sees.of(P(&items[i]).GetNamespace()) {
			seen = append(seen, P(&items[i]))
		}
	}
	slices.SortFunc(seen, func(a, b P) int { return compareNames(a, b) })
	return seen, nil
}

func compareNames(a, b client.Object) int {
	if a.GetNamespace() != b.GetNamespace() {
		if a.GetNamespace() < b.GetNamespace() {
			return -1
		}
		return 1
	}
	if a.GetName() < b.GetName() {
		return -1
	}
	return 1
}
