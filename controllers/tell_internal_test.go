package controllers

import (
	"fmt"
	"testing"
	"time"

	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/events"
	clocktesting "k8s.io/utils/clock/testing"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
)

// ear hears the Events of one FolderSync.
type ear struct {
	*teller
	clock    *clocktesting.FakePassiveClock
	recorder *events.FakeRecorder
	sync     *v1alpha1.FolderSync
	run      int
}

func newEar() *ear {
	clk, recorder := clocktesting.NewFakePassiveClock(time.Unix(1_000_000, 0)), events.NewFakeRecorder(100)
	return &ear{
		teller: newTeller(recorder, clk), clock: clk, recorder: recorder,
		sync: &v1alpha1.FolderSync{ObjectMeta: metav1.ObjectMeta{Namespace: "deals", Name: "contracts"}},
	}
}

// ends lets a run end, and change the status.
func (e *ear) ends(uploaded int64, status metav1.ConditionStatus, reason string, change ...func(*v1alpha1.FolderSyncStatus)) {
	before := e.sync.Status.DeepCopy()
	e.run++
	e.sync.Status.LastSync = &v1alpha1.SyncSummary{RunID: fmt.Sprint(e.run), Uploaded: uploaded, Bytes: uploaded * 1024}
	e.sync.Status.Conditions = []metav1.Condition{{Type: v1alpha1.ReadyCondition, Status: status, Reason: reason, Message: "all told"}}
	for _, f := range change {
		f(&e.sync.Status)
	}
	e.synced(e.sync, before)
}

// heard gives the Events since it was last asked.
func (e *ear) heard() (texts []string) {
	for len(e.recorder.Events) > 0 {
		texts = append(texts, <-e.recorder.Events)
	}
	return texts
}

func TestWhatARunCarriedIsTold(t *testing.T) {
	g, e := NewWithT(t), newEar()
	e.ends(3, "True", "Synced")
	g.Expect(e.heard()).To(Equal([]string{"Normal Synced carried 3 new documents and 0 new versions (3.0 KiB); all told"}))
	e.ends(0, "True", "Synced")
	g.Expect(e.heard()).To(BeEmpty(), "a poll without news")
	e.ends(0, "False", "Throttled")
	g.Expect(e.heard()).To(Equal([]string{"Warning Throttled all told"}))
	e.ends(1, "False", "Throttled")
	g.Expect(e.heard()).To(BeEmpty(), "the same as before; what it carried is told with the next success")
	e.ends(1, "True", "Synced")
	g.Expect(e.heard()).To(Equal([]string{"Normal Synced carried 2 new documents and 0 new versions (2.0 KiB); all told"}))
}

func TestAFewEventsAnHour(t *testing.T) {
	g, e := NewWithT(t), newEar()
	for range 30 {
		e.ends(1, "True", "Synced")
	}
	g.Expect(e.heard()).To(HaveLen(newsAnHour))
	for i := range 30 {
		e.ends(0, "False", fmt.Sprint("Trouble", i))
	}
	g.Expect(e.heard()).To(HaveLen(eventsAnHour-newsAnHour), "a warning has room, and not without an end")

	e.clock.SetTime(e.clock.Now().Add(time.Hour))
	e.ends(1, "True", "Synced")
	g.Expect(e.heard()).To(Equal([]string{"Normal Synced carried 27 new documents and 0 new versions (27 KiB); all told"}),
		"with those that there was no room for")
}

func TestEachObjectHasItsOwnEvents(t *testing.T) {
	g, e := NewWithT(t), newEar()
	for range 30 {
		e.ends(1, "True", "Synced")
	}
	g.Expect(e.heard()).NotTo(BeEmpty())
	other := e.sync.DeepCopy()
	other.Name = "other"
	g.Expect(e.tell(other, corev1.EventTypeNormal, "Synced", "x")).To(BeTrue())
}

func TestNewProblemsAreToldOnce(t *testing.T) {
	g, e := NewWithT(t), newEar()
	problems := func(total int64, list ...v1alpha1.Problem) func(*v1alpha1.FolderSyncStatus) {
		return func(s *v1alpha1.FolderSyncStatus) { s.ProblemCount, s.Problems = total, list }
	}
	sealed := v1alpha1.Problem{DocumentID: 7, Name: "a.pdf", Reason: v1alpha1.ProtectedProblem, Message: "ask for it"}
	taken := v1alpha1.Problem{DocumentID: 8, Name: "b.pdf", Reason: v1alpha1.NameConflictProblem, Message: "rename it"}
	e.ends(0, "True", "Synced", problems(1, sealed))
	g.Expect(e.heard()).To(Equal([]string{
		"Normal Synced all told", "Warning NewProblems 1 documents do not cross; new among them: document 7, Protected; see status.problems"}))
	e.ends(0, "True", "Synced", problems(1, sealed))
	g.Expect(e.heard()).To(BeEmpty(), "it is still the same")
	e.ends(0, "True", "Synced", problems(2, sealed, taken))
	g.Expect(e.heard()).To(Equal([]string{"Warning NewProblems 2 documents do not cross; new among them: document 8, NameConflict; see status.problems"}))
	e.ends(0, "True", "Synced", problems(5, sealed, taken))
	g.Expect(e.heard()).To(Equal([]string{"Warning NewProblems 5 documents do not cross, 3 more than before; see status.problems"}), "beyond those that the status lists")
	e.ends(0, "True", "Synced", problems(1, taken))
	g.Expect(e.heard()).To(BeEmpty(), "fewer")
}

func TestAnObjectThatIsGoneIsForgotten(t *testing.T) {
	g, e := NewWithT(t), newEar()
	e.ends(1, "True", "Synced")
	g.Expect(e.told).To(HaveLen(1))
	e.forget(client.ObjectKeyFromObject(e.sync))
	g.Expect(e.told).To(BeEmpty())
}
