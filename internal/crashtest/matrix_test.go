package crashtest

import (
	"crypto/sha1"
	"encoding/hex"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	. "github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/cli-utils/pkg/kstatus/status"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/crashpoint"
	"dataroom.dev/intralinks-operator/internal/simulator/dataroom"
)

// task is something that the operator has to do, and what Luminance has to hold then: content and version by path.
type task struct {
	name string
	// prepare brings the world to where the task begins; begin makes it known to the operator that is started next.
	prepare, begin func(w *world)
	want           map[string]wanted
}

type wanted struct {
	content string
	version int64
}

var tasks = []task{
	{
		name: "the first sync",
		prepare: func(w *world) {
			w.add("/Contracts", "lease", "a lease")
			w.add("/Contracts/2026", "annex", "an annex")
			w.add("/Contracts/2026", "empty", "")
		},
		begin: (*world).apply,
		want:  map[string]wanted{"/lease.txt": {"a lease", 1}, "/2026/annex.txt": {"an annex", 1}, "/2026/empty.txt": {"", 1}},
	},
	{
		name: "a later sync",
		prepare: func(w *world) {
			lease := w.add("/Contracts", "lease", "a lease")
			w.apply()
			o := w.start(nil)
			w.isDone("", 1)
			w.bury(o)
			w.must(w.room.NewVersion(lease.ID, dataroom.Bytes("another lease")))
			w.add("/Contracts/2026", "annex", "an annex")
		},
		begin: func(w *world) { w.request("later") },
		want:  map[string]wanted{"/lease.txt": {"another lease", 2}, "/2026/annex.txt": {"an annex", 1}},
	},
}

func TestACrashAtAnyStatusLeavesItRightInTheEnd(t *testing.T) {
	for _, task := range tasks {
		t.Run(task.name, func(t *testing.T) {
			var tries, deaths atomic.Int64
			t.Cleanup(func() {
				if deaths.Load() < tries.Load()/3 { // how many statuses are written is never quite the same
					t.Errorf("only %d of %d processes came to the step at which they were to die", deaths.Load(), tries.Load())
				}
			})
			for at := range task.statuses(t) {
				for _, flavour := range []crashpoint.Flavour{crashpoint.Before, crashpoint.After} {
					t.Run(fmt.Sprintf("%02d %s", at, flavour), func(t *testing.T) {
						t.Parallel()
						w := newWorld(t)
						task.prepare(w)
						task.begin(w)
						dying := w.start(&crashpoint.Point{Step: at, Flavour: flavour, Of: statusWrite})
						tries.Add(1)
						if w.diesOrIsDone(dying, task) {
							deaths.Add(1)
						}
						w.bury(dying)
						w.finishes(task)
					})
				}
			}
		})
	}
}

// statuses is how many statuses are written while the task is done. A few more or less are written each time.
func (task task) statuses(t *testing.T) (n int) {
	t.Helper()
	w := newWorld(t)
	task.prepare(w)
	task.begin(w)
	o := w.start(nil)
	w.isDone(w.sync().Annotations[v1alpha1.ReconcileRequestAnnotation], len(task.want))
	for _, step := range o.process.Steps() {
		if strings.HasPrefix(step.Name, statusWrite) {
			n++
			t.Log(step.Name)
		}
	}
	w.bury(o)
	if n < 3 {
		t.Fatalf("only %d statuses were written", n)
	}
	return n
}

// diesOrIsDone waits for the death, or for the end of a task that took fewer writes than usual.
func (w *world) diesOrIsDone(o *operator, task task) (died bool) {
	w.t.Helper()
	requested := w.sync().Annotations[v1alpha1.ReconcileRequestAnnotation]
	w.Eventually(func() bool { return o.process.Dead() || w.done(requested, len(task.want)) == nil }).Should(BeTrue())
	return o.process.Dead()
}

// finishes starts another process and looks whether it brings the task to its end, and whether the sync after that
// costs nothing.
func (w *world) finishes(task task) {
	w.t.Helper()
	o := w.start(nil)
	defer w.bury(o)
	w.isDone(w.sync().Annotations[v1alpha1.ReconcileRequestAnnotation], len(task.want))
	w.stands(task.want)

	w.target.Control().ResetRequests()
	w.request("once more")
	w.isDone("once more", len(task.want))
	w.Expect(w.target.Control().Requests()).To(BeEmpty(), "a sync without news costs nothing")
	w.stands(task.want)
}

// isDone waits until the status says that all documents stand.
func (w *world) isDone(requested string, documents int) {
	w.t.Helper()
	w.Eventually(func() error { return w.done(requested, documents) }).Should(Succeed())
}

// done tells what the status lacks of saying that all documents stand.
func (w *world) done(requested string, documents int) error {
	sync := w.sync()
	s := &sync.Status
	object, err := runtime.DefaultUnstructuredConverter.ToUnstructured(sync)
	if err != nil {
		return err
	}
	result, err := status.Compute(&unstructured.Unstructured{Object: object})
	switch {
	case err != nil:
		return err
	case result.Status != status.CurrentStatus:
		return fmt.Errorf("kstatus says %s: %s", result.Status, result.Message)
	case !meta.IsStatusConditionTrue(s.Conditions, v1alpha1.ReadyCondition) || !meta.IsStatusConditionTrue(s.Conditions, v1alpha1.InSyncCondition):
		return fmt.Errorf("conditions: %+v", s.Conditions)
	case s.Documents == nil || *s.Documents != (v1alpha1.DocumentCounts{Listed: int64(documents), Synced: int64(documents)}):
		return fmt.Errorf("documents: %+v", s.Documents)
	case s.LastHandledReconcileAt != requested:
		return fmt.Errorf("the request %q was not handled, but %q", requested, s.LastHandledReconcileAt)
	case s.Progress != nil || len(s.Problems) > 0 || s.ProblemCount > 0 || s.LastSync == nil || s.NextSyncTime == nil:
		return fmt.Errorf("progress %+v, problems %+v, last sync %+v, next %v", s.Progress, s.Problems, s.LastSync, s.NextSyncTime)
	}
	return nil
}

// stands holds Luminance against what it has to hold, and looks whether it ever had to refuse.
func (w *world) stands(want map[string]wanted) {
	w.t.Helper()
	got, expected := map[string]string{}, map[string]string{}
	for _, d := range w.target.Documents(false) {
		w.Expect(got).NotTo(HaveKey(d.Path), "a document stands twice")
		got[d.Path] = fmt.Sprintf("%s, version %d", d.SHA1, d.Version)
	}
	for path, d := range want {
		sum := sha1.Sum([]byte(d.content))
		expected[destination+path] = fmt.Sprintf("%s, version %d", hex.EncodeToString(sum[:]), d.version)
	}
	w.Expect(got).To(Equal(expected))
	folders := map[string]int{}
	for _, f := range w.target.Folders() {
		if f.Division == division {
			folders[f.Path]++
			w.Expect(folders[f.Path]).To(Equal(1), "folder %s was made twice", f.Path)
		}
	}
	w.Expect(w.target.Usage().Refused).To(BeZero())
}
