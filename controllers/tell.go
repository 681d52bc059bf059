package controllers

import (
	"fmt"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/tools/events"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
)

const (
	// eventsAnHour is how many Events an object gets at most, whatever happens to it.
	eventsAnHour = 6
	// newsAnHour is how many of them may tell of what goes well, so that a warning always has room.
	newsAnHour = 4
)

// teller writes Events of what a person should know, and never many: documents that it has no room to tell of are
// told of with the next ones.
type teller struct {
	recorder events.EventRecorder
	clock    clock.PassiveClock

	mu   sync.Mutex
	told map[types.NamespacedName]*told
}

// told is what an object's Events have told.
type told struct {
	at     []time.Time // of those in the last hour, oldest first
	unsaid cargo       // what was carried and not told of
}

// cargo is what runs have carried.
type cargo struct{ uploaded, newVersions, bytes int64 }

func newTeller(recorder events.EventRecorder, clk clock.PassiveClock) *teller {
	return &teller{recorder: recorder, clock: clk, told: map[types.NamespacedName]*told{}}
}

// tell writes an Event, unless the object has had enough of them.
func (t *teller) tell(object client.Object, kind, reason, note string) bool {
	if t.recorder == nil || !t.mayTell(client.ObjectKeyFromObject(object), kind) {
		return false
	}
	t.recorder.Eventf(object, nil, kind, reason, "Reconcile", "%s", cutEvent(note))
	return true
}

func (t *teller) mayTell(key types.NamespacedName, kind string) bool {
	most := eventsAnHour
	if kind == corev1.EventTypeNormal {
		most = newsAnHour
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	now, of := t.clock.Now(), t.of(key)
	for len(of.at) > 0 && now.Sub(of.at[0]) >= time.Hour {
		of.at = of.at[1:]
	}
	if len(of.at) >= most {
		return false
	}
	of.at = append(of.at, now)
	return true
}

func (t *teller) of(key types.NamespacedName) *told {
	if t.told[key] == nil {
		t.told[key] = &told{}
	}
	return t.told[key]
}

// forget drops what is known of an object that is gone.
func (t *teller) forget(key types.NamespacedName) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.told, key)
}

// load adds to what was carried and not told of, and gives all of it.
func (t *teller) load(key types.NamespacedName, more cargo) cargo {
	t.mu.Lock()
	defer t.mu.Unlock()
	unsaid := &t.of(key).unsaid
	unsaid.uploaded += more.uploaded
	unsaid.newVersions += more.newVersions
	unsaid.bytes += more.bytes
	return *unsaid
}

func (t *teller) unload(key types.NamespacedName) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.of(key).unsaid = cargo{}
}

// turned tells that Ready has turned to something else.
func (t *teller) turned(object client.Object, before, after []metav1.Condition) {
	is := meta.FindStatusCondition(after, v1alpha1.ReadyCondition)
	if !turned(before, after) || is.Status == metav1.ConditionUnknown {
		return
	}
	kind := corev1.EventTypeNormal
	if is.Status == metav1.ConditionFalse {
		kind = corev1.EventTypeWarning
	}
	t.tell(object, kind, is.Reason, is.Message)
}

func turned(before, after []metav1.Condition) bool {
	was, is := meta.FindStatusCondition(before, v1alpha1.ReadyCondition), meta.FindStatusCondition(after, v1alpha1.ReadyCondition)
	return is != nil && (was == nil || was.Status != is.Status || was.Reason != is.Reason)
}

// synced tells what has happened to a FolderSync: how Ready has turned, and what a run that has ended meanwhile
// brought.
func (t *teller) synced(sync *v1alpha1.FolderSync, before *v1alpha1.FolderSyncStatus) {
	after := &sync.Status
	last := after.LastSync
	if last == nil || before.LastSync != nil && before.LastSync.RunID == last.RunID {
		t.turned(sync, before.Conditions, after.Conditions)
		return
	}
	if last.Adopted > 0 {
		t.tell(sync, corev1.EventTypeWarning, v1alpha1.LedgerRebuiltReason, fmt.Sprintf(
			"%d documents were found standing in Luminance that the ledger did not know, and were recorded again; "+
				"the ledger was lost or damaged, or restored from an older copy", last.Adopted))
	}
	if !t.carried(sync, last) {
		t.turned(sync, before.Conditions, after.Conditions)
	}
	if note := newProblems(before, after); note != "" {
		t.tell(sync, corev1.EventTypeWarning, v1alpha1.NewProblemsReason, note)
	}
}

// carried tells what a run has carried, with how all stands now; false where the run carried nothing, or went
// wrong, which is another matter.
func (t *teller) carried(sync *v1alpha1.FolderSync, last *v1alpha1.SyncSummary) bool {
	all := t.load(client.ObjectKeyFromObject(sync), cargo{last.Uploaded, last.NewVersions, last.Bytes})
	ready := meta.FindStatusCondition(sync.Status.Conditions, v1alpha1.ReadyCondition)
	if last.Uploaded+last.NewVersions == 0 || ready.Status != metav1.ConditionTrue {
		return false
	}
	if t.tell(sync, corev1.EventTypeNormal, ready.Reason, fmt.Sprintf("carried %d new documents and %d new versions (%s); %s",
		all.uploaded, all.newVersions, size(all.bytes), ready.Message)) {
		t.unload(client.ObjectKeyFromObject(sync))
	}
	return true
}

// newProblems tells of documents that did not cross and of which nothing was said before; "" where there are none. It
// gives no names: the recorder writes each Event into the operator's log as well.
func newProblems(before, after *v1alpha1.FolderSyncStatus) string {
	type document struct {
		id     int64
		reason v1alpha1.ProblemReason
	}
	known := map[document]bool{}
	for _, p := range before.Problems {
		known[document{p.DocumentID, p.Reason}] = true
	}
	more := max(0, after.ProblemCount-before.ProblemCount)
	for _, p := range after.Problems {
		if !known[document{p.DocumentID, p.Reason}] {
			return fmt.Sprintf("%d documents do not cross; new among them: document %d, %s; see status.problems", after.ProblemCount, p.DocumentID, p.Reason)
		}
	}
	if more > 0 {
		return fmt.Sprintf("%d documents do not cross, %d more than before; see status.problems", after.ProblemCount, more)
	}
	return ""
}

// cutEvent keeps a note within the API's limit of 1,024 bytes.
func cutEvent(note string) string {
	const most = 1000
	return cutTo(most, note)
}
