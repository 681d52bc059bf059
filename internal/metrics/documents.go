package metrics

import (
	"maps"
	"strings"
	"sync"

	"k8s.io/apimachinery/pkg/types"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/engine"
)

// documentCounts counts the documents of each FolderSync.
type documentCounts struct {
	mu  sync.Mutex
	all map[types.NamespacedName]*counts
}

type counts struct {
	outcomes map[engine.DocumentOutcome]int64
	bytes    int64
}

func newDocumentCounts() *documentCounts {
	return &documentCounts{all: map[types.NamespacedName]*counts{}}
}

// Document counts a document that a run has dealt with; it fits engine.Options. claimant is namespace and name of
// the FolderSync, with a / between them.
func (m *Metrics) Document(claimant string, outcome engine.DocumentOutcome, bytes int64) {
	namespace, name, _ := strings.Cut(claimant, "/")
	key := types.NamespacedName{Namespace: namespace, Name: name}
	d := m.documents
	d.mu.Lock()
	defer d.mu.Unlock()
	c := d.all[key]
	if c == nil {
		c = &counts{outcomes: map[engine.DocumentOutcome]int64{}}
		d.all[key] = c
	}
	c.outcomes[outcome]++
	c.bytes += bytes
}

func (d *documentCounts) of(namespace, name string) counts {
	d.mu.Lock()
	defer d.mu.Unlock()
	c := d.all[types.NamespacedName{Namespace: namespace, Name: name}]
	if c == nil {
		return counts{}
	}
	return counts{outcomes: maps.Clone(c.outcomes), bytes: c.bytes}
}

// keep forgets what was counted for objects that are gone.
func (d *documentCounts) keep(syncs []v1alpha1.FolderSync) {
	there := make(map[types.NamespacedName]bool, len(syncs))
	for i := range syncs {
		there[types.NamespacedName{Namespace: syncs[i].Namespace, Name: syncs[i].Name}] = true
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	maps.DeleteFunc(d.all, func(key types.NamespacedName, _ *counts) bool { return !there[key] })
}
