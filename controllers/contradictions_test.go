package controllers_test

import (
	"fmt"
	"reflect"
	"regexp"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/cli-utils/pkg/kstatus/status"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
)

// seenStatus is what both kinds have in common, and what only a FolderSync has.
type seenStatus struct {
	Metadata metav1.ObjectMeta `json:"metadata"`
	Spec     struct {
		Suspend bool `json:"suspend"`
		DryRun  bool `json:"dryRun"`
	} `json:"spec"`
	Status struct {
		ObservedGeneration int64                    `json:"observedGeneration"`
		Conditions         []metav1.Condition       `json:"conditions"`
		SyncedGeneration   int64                    `json:"syncedGeneration"`
		Documents          *v1alpha1.DocumentCounts `json:"documents"`
		Progress           *v1alpha1.Progress       `json:"progress"`
		LastSync           *v1alpha1.SyncSummary    `json:"lastSync"`
		Problems           []v1alpha1.Problem       `json:"problems"`
	} `json:"status"`
}

func (s *seenStatus) condition(kind string) *metav1.Condition {
	return meta.FindStatusCondition(s.Status.Conditions, kind)
}

func (s *seenStatus) is(kind string) bool { return isTrue(s.Status.Conditions, kind) }

// reason is CamelCase, shorter than the limit of metav1.Condition.
var reason = regexp.MustCompile(`^[A-Z][A-Za-z0-9]{0,63}$`)

// longestMessage is the limit of metav1.Condition.
const longestMessage = 32768

func decode(object *unstructured.Unstructured) (s seenStatus, err error) {
	err = runtime.DefaultUnstructuredConverter.FromUnstructured(object.Object, &s)
	return s, err
}

// contradictions tells what is wrong with one version of an object.
func contradictions(object *unstructured.Unstructured) []string {
	s, err := decode(object)
	if err != nil {
		return []string{err.Error()}
	}
	found := append(inConditions(&s), withKstatus(object, &s)...)
	if object.GetKind() == "FolderSync" {
		found = append(found, inSync(&s)...)
	} else if s.is("Ready") && !(s.is("Authorized") && s.is("LuminanceReachable")) {
		found = append(found, "Ready without both sides")
	}
	return found
}

func inConditions(s *seenStatus) (found []string) {
	seen := map[string]bool{}
	for _, c := range s.Status.Conditions {
		switch {
		case seen[c.Type]:
			found = append(found, c.Type+" is there twice")
		case c.ObservedGeneration > s.Metadata.Generation:
			found = append(found, fmt.Sprintf("%s has seen generation %d before there was one", c.Type, c.ObservedGeneration))
		case !reason.MatchString(c.Reason):
			found = append(found, fmt.Sprintf("%s has the reason %q", c.Type, c.Reason))
		case c.Message == "" || len(c.Message) > longestMessage:
			found = append(found, fmt.Sprintf("%s has a message of %d bytes", c.Type, len(c.Message)))
		case (c.Type == "Reconciling" || c.Type == "Stalled") && c.Status != metav1.ConditionTrue:
			found = append(found, c.Type+" is there and not true")
		}
		seen[c.Type] = true
	}
	if s.Status.ObservedGeneration > s.Metadata.Generation {
		found = append(found, "observedGeneration is ahead")
	}
	if s.is("Reconciling") && s.is("Stalled") {
		found = append(found, "Reconciling and Stalled")
	}
	if s.is("Stalled") && s.is("Ready") {
		found = append(found, "Stalled and Ready")
	}
	if s.Status.ObservedGeneration >= 0 && !seen["Ready"] {
		found = append(found, "a status without Ready")
	}
	return found
}

// withKstatus holds the conditions against what kstatus makes of the object.
func withKstatus(object *unstructured.Unstructured, s *seenStatus) []string {
	result, err := status.Compute(object)
	if err != nil {
		return []string{"kstatus: " + err.Error()}
	}
	want := status.InProgressStatus
	switch {
	case s.Metadata.DeletionTimestamp != nil:
		want = status.TerminatingStatus
	case s.Status.ObservedGeneration != s.Metadata.Generation, s.is("Reconciling"):
	case s.is("Stalled"):
		want = status.FailedStatus
	case s.is("Ready"):
		want = status.CurrentStatus
	}
	if result.Status != want {
		return []string{fmt.Sprintf("kstatus says %s (%s), and the conditions %s", result.Status, result.Message, want)}
	}
	return nil
}

// inSync looks at what only a FolderSync has.
func inSync(s *seenStatus) (found []string) {
	seen := s.Status.ObservedGeneration == s.Metadata.Generation
	if seen && !s.Spec.Suspend && s.Status.SyncedGeneration != s.Metadata.Generation && !s.is("Reconciling") && (s.is("Ready") || s.is("Stalled")) {
		found = append(found, "kstatus takes for done what no run has worked on")
	}
	if d := s.Status.Documents; d != nil && d.Listed != d.Synced+d.Pending+d.Failed+d.Skipped {
		found = append(found, fmt.Sprintf("the counts don't add up: %+v", *d))
	}
	if seen && s.Spec.Suspend && (s.is("Reconciling") || s.Status.Progress != nil) {
		found = append(found, "suspended and at work")
	}
	if s.Status.Progress != nil && !s.is("Reconciling") && !s.Spec.DryRun {
		found = append(found, "progress of nothing")
	}
	if c := s.condition("Ready"); seen && c != nil && !s.Spec.Suspend && c.Reason == v1alpha1.SuspendedReason {
		found = append(found, "says suspended, and isn't")
	}
	return found
}

// contradictionsBetween tells what is wrong with a step from one version of an object to the next.
func contradictionsBetween(before, after *unstructured.Unstructured) (found []string) {
	if before == nil {
		return nil
	}
	a, errA := decode(before)
	b, errB := decode(after)
	if errA != nil || errB != nil {
		return nil // said of each by itself
	}
	for _, was := range a.Status.Conditions {
		is := b.condition(was.Type)
		if is != nil && (was.Status == is.Status) != was.LastTransitionTime.Equal(&is.LastTransitionTime) && is.Status == was.Status {
			found = append(found, was.Type+" has another lastTransitionTime and the same status")
		}
	}
	if foundNothingNew(&a, &b) {
		if !reflect.DeepEqual(a.condition("Ready"), b.condition("Ready")) || b.is("Reconciling") {
			found = append(found, "a poll that found nothing new changed Ready or Reconciling")
		}
	}
	return found
}

// foundNothingNew tells whether a poll ended between two versions and brought nothing.
func foundNothingNew(a, b *seenStatus) bool {
	if a.Status.LastSync == nil || b.Status.LastSync == nil || a.Status.LastSync.RunID == b.Status.LastSync.RunID {
		return false
	}
	return a.is("Ready") && !a.is("Reconciling") && !b.Spec.DryRun && a.Status.SyncedGeneration == b.Metadata.Generation &&
		b.Status.LastSync.Message == "nothing new" && reflect.DeepEqual(a.Status.Documents, b.Status.Documents) &&
		reflect.DeepEqual(a.Status.Problems, b.Status.Problems)
}
