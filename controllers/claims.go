package controllers

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"k8s.io/apimachinery/pkg/types"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/engine"
)

// claims keeps two FolderSyncs from feeding one folder of a Division, or one below the other's. Who came
// first keeps it: whose runs have written there already, and among equals the older object. That follows
// from the objects alone, so a restart decides the same.
type claims struct {
	reader client.Reader

	mu   sync.Mutex
	held map[types.NamespacedName]place
}

// place is a folder of a Division.
type place struct {
	instance string
	division int64
	folder   string
}

// destinationField indexes FolderSyncs by where their destination folder lies, so that each run looks at the few that may
// be in its way, and not at thousands.
const destinationField = ".spec.destination.folder"

// An entry of the index is a folder with what it is to the FolderSync.
const (
	isDestination    = "="
	aboveDestination = ">"
)

func indexDestination(mgr ctrl.Manager) error {
	return mgr.GetFieldIndexer().IndexField(context.Background(), &v1alpha1.FolderSync{}, destinationField, func(o client.Object) []string {
		folders := upwards(o.(*v1alpha1.FolderSync).Spec.Destination.Folder)
		entries := []string{isDestination + folders[0]}
		for _, above := range folders[1:] {
			entries = append(entries, aboveDestination+above)
		}
		return entries
	})
}

// upwards gives a folder and those above it, without a slash at the end.
func upwards(folder string) (folders []string) {
	folder = strings.TrimSuffix(folder, "/")
	for folders = []string{folder}; folder != ""; folders = append(folders, folder) {
		folder = folder[:max(0, strings.LastIndexByte(folder, '/'))]
	}
	return folders
}

// nearby gives the FolderSyncs whose destination is this folder, one above it or one below it, in any Division. They are
// the cache's own and only to be read.
func (c *claims) nearby(ctx context.Context, folder string) (all []v1alpha1.FolderSync, err error) {
	folders := upwards(folder)
	entries := []string{aboveDestination + folders[0]}
	for _, f := range folders {
		entries = append(entries, isDestination+f)
	}
	for _, entry := range entries {
		var syncs v1alpha1.FolderSyncList
		if err := c.reader.List(ctx, &syncs, client.MatchingFields{destinationField: entry}, client.UnsafeDisableDeepCopy); err != nil {
			return nil, err
		}
		all = append(all, syncs.Items...)
	}
	return all, nil
}

func newClaims(reader client.Reader) *claims {
	return &claims{reader: reader, held: map[types.NamespacedName]place{}}
}

// claim takes a destination for a FolderSync, or tells who has it.
func (c *claims) claim(ctx context.Context, owner *v1alpha1.FolderSync, instance string, division int64) error {
	key := client.ObjectKeyFromObject(owner)
	wanted := place{instance: instance, division: division, folder: owner.Spec.Destination.Folder}
	others, err := c.nearby(ctx, wanted.folder)
	if err != nil {
		return fmt.Errorf("look for other FolderSyncs with this destination: %w", err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if other := c.rival(others, owner, wanted); other != nil {
		delete(c.held, key)
		return inUse(owner, other)
	}
	c.held[key] = wanted
	return nil
}

// rival gives a FolderSync that has the better right to a destination, or one that overlaps it; nil if there is none.
func (c *claims) rival(syncs []v1alpha1.FolderSync, owner *v1alpha1.FolderSync, wanted place) *v1alpha1.FolderSync {
	for i := range syncs {
		other := &syncs[i]
		if other.UID == owner.UID || !overlap(c.placeOf(other), wanted) {
			continue
		}
		if _, held := c.held[client.ObjectKeyFromObject(other)]; held || precedes(other, owner) {
			return other
		}
	}
	return nil
}

// free tells whether a destination that was refused is free by now, as far as is known. A run finds out for
// sure.
func (c *claims) free(sync *v1alpha1.FolderSync) bool {
	if sync.Status.Division == nil {
		return true
	}
	others, err := c.nearby(context.Background(), sync.Spec.Destination.Folder)
	if err != nil {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.rival(others, sync, c.placeOf(sync)) == nil
}

// release gives a destination back.
func (c *claims) release(key types.NamespacedName) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.held, key)
}

// placeOf is the destination of a FolderSync: as it was claimed, or else as its status tells it; no place where its
// Division isn't known yet.
func (c *claims) placeOf(sync *v1alpha1.FolderSync) place {
	if held, ok := c.held[client.ObjectKeyFromObject(sync)]; ok {
		return held
	}
	division := sync.Status.Division
	if division == nil {
		return place{}
	}
	return place{instance: division.Service, division: division.ID, folder: sync.Spec.Destination.Folder}
}

func overlap(a, b place) bool {
	if a.instance != b.instance || a.division != b.division || a.division == 0 {
		return false
	}
	x, y := strings.TrimSuffix(a.folder, "/")+"/", strings.TrimSuffix(b.folder, "/")+"/"
	return strings.HasPrefix(x, y) || strings.HasPrefix(y, x)
}

// precedes tells whether one FolderSync has the better right to a destination.
func precedes(a, b *v1alpha1.FolderSync) bool {
	if wroteA, wroteB := hasWritten(a), hasWritten(b); wroteA != wroteB {
		return wroteA
	}
	if !a.CreationTimestamp.Equal(&b.CreationTimestamp) {
		return a.CreationTimestamp.Before(&b.CreationTimestamp)
	}
	return a.UID < b.UID
}

// hasWritten tells whether a FolderSync's runs have got as far as its destination.
func hasWritten(sync *v1alpha1.FolderSync) bool { return sync.Status.Documents != nil }

// inUse names the other one only within the namespace: who is elsewhere, and what they sync, is theirs.
func inUse(owner, other *v1alpha1.FolderSync) error {
	who := "a FolderSync of another namespace"
	if owner.Namespace == other.Namespace {
		who = fmt.Sprintf("FolderSync %q (folder %s)", other.Name, other.Spec.Destination.Folder)
	}
	return &engine.Failure{Reason: v1alpha1.DestinationInUseReason, Stalled: true, Message: fmt.Sprintf(
		"%s feeds this folder of the Division, one above it or one below it; give each FolderSync a folder of its own: delete one, and create it anew with another spec.destination.folder", who)}
}
