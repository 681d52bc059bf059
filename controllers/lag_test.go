package controllers_test

import (
	"context"
	"sync"
	"testing"
	"time"

	. "github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
)

// TestAStatusIsNeverMixedFromTwoVersions has the operator read each version of a FolderSync late. The witness
// finds what a status says that was derived from an older version and merged into the newest.
func TestAStatusIsNeverMixedFromTwoVersions(t *testing.T) {
	w := newWorld(t, func(s *setup) { s.client = func(c client.Client) client.Client { return &laggingClient{Client: c} } })
	for _, name := range []string{"a", "b", "c", "d"} {
		w.add("/Contracts/Heron-"+name+".txt", name)
	}
	w.createAll()
	w.carriesWhileTouched(4)
	for _, name := range []string{"e", "f", "g"} {
		w.add("/Contracts/Heron-"+name+".txt", name)
		w.intervalPasses(contracts)
		w.carriesWhileTouched(int64(len(w.room.Documents())))
	}
}

// carriesWhileTouched waits until so many documents stand. As a lagging cache has an event for each version that
// it shows late, there is one at every look.
func (w *world) carriesWhileTouched(n int64) {
	w.t.Helper()
	w.Eventually(func(g Gomega) {
		w.changeSync(contracts, func(s *v1alpha1.FolderSync) {
			s.Labels = map[string]string{"touched": s.ResourceVersion}
		})
		s := w.sync(contracts)
		expectSettled(g, s.Status.Conditions, s.Generation, s.Status.ObservedGeneration, "True", v1alpha1.SyncedReason)
		g.Expect(s.Status.Documents.Synced).To(Equal(n))
	}).WithPolling(250 * time.Millisecond).Should(Succeed())
}

// laggingClient shows each version of a FolderSync as its predecessor the first time it is read, as a cache
// does that has not heard of it yet.
type laggingClient struct {
	client.Client

	mu    sync.Mutex
	shown map[types.NamespacedName]*v1alpha1.FolderSync
}

// Get implements client.Reader.
func (l *laggingClient) Get(ctx context.Context, key client.ObjectKey, into client.Object, options ...client.GetOption) error {
	if err := l.Client.Get(ctx, key, into, options...); err != nil {
		return err
	}
	read, ok := into.(*v1alpha1.FolderSync)
	if !ok {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	before := l.shown[key]
	if l.shown == nil {
		l.shown = map[types.NamespacedName]*v1alpha1.FolderSync{}
	}
	l.shown[key] = read.DeepCopy()
	if before != nil && before.UID == read.UID && before.ResourceVersion != read.ResourceVersion {
		before.DeepCopyInto(read)
	}
	return nil
}
