package console

import (
	"strings"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
)

// Tones of a badge; the style sheet has a colour and a sign for each.
const (
	toneWell  = "well"
	toneBusy  = "busy"
	toneWarn  = "warn"
	toneIll   = "ill"
	toneQuiet = "quiet"
)

// standing is how an object stands, in two words and a sentence.
type standing struct {
	// Tone of the badge, and Group of the list that it is counted in.
	Tone, Label string
	Group       string
	// Message says more, where there is more to say; Help is the page about its reason.
	Message, Help string
}

// Groups of syncs that the list can be narrowed to.
const (
	groupRunning   = "running"
	groupAttention = "attention"
	groupProblems  = "problems"
	groupSuspended = "suspended"
	groupSynced    = "synced"
	groupWaiting   = "waiting"
)

// standingOf says how a sync stands: the first of these that holds, worst first.
func standingOf(s *v1alpha1.FolderSync) standing {
	ready := meta.FindStatusCondition(s.Status.Conditions, v1alpha1.ReadyCondition)
	running := s.Status.Progress != nil || meta.IsStatusConditionTrue(s.Status.Conditions, v1alpha1.ReconcilingCondition)
	switch {
	case s.DeletionTimestamp != nil:
		return standing{Tone: toneQuiet, Label: "Ending", Group: groupSuspended}
	case s.Spec.Suspend:
		return standing{Tone: toneQuiet, Label: "Suspended", Group: groupSuspended, Message: "Nothing is carried until it is resumed."}
	case ready != nil && ready.Status == metav1.ConditionFalse:
		return standing{Tone: toneIll, Label: "Needs attention", Group: groupAttention, Message: said(ready), Help: v1alpha1.HelpOn(ready.Reason)}
	case running:
		return standing{Tone: toneBusy, Label: "Syncing", Group: groupRunning, Message: said(meta.FindStatusCondition(s.Status.Conditions, v1alpha1.ReconcilingCondition))}
	case ready == nil || ready.Status != metav1.ConditionTrue:
		return standing{Tone: toneQuiet, Label: "Waiting", Group: groupWaiting, Message: said(ready)}
	case s.Spec.DryRun:
		return standing{Tone: toneQuiet, Label: "Dry run", Group: groupWaiting, Message: said(ready)}
	case s.Status.ProblemCount > 0:
		return standing{Tone: toneWarn, Label: "Synced with problems", Group: groupProblems, Message: said(ready)}
	}
	return standing{Tone: toneWell, Label: "Synced", Group: groupSynced, Message: said(ready)}
}

// standingOfIntegration is the same of an integration.
func standingOfIntegration(i *v1alpha1.IntralinksIntegration) standing {
	ready := meta.FindStatusCondition(i.Status.Conditions, v1alpha1.ReadyCondition)
	switch {
	case i.DeletionTimestamp != nil:
		return standing{Tone: toneQuiet, Label: "Ending"}
	case ready == nil || ready.Status == metav1.ConditionUnknown:
		return standing{Tone: toneBusy, Label: "Being checked"}
	case ready.Reason == v1alpha1.SignInRequiredReason:
		return standing{Tone: toneIll, Label: "Sign-in required", Message: said(ready), Help: v1alpha1.HelpOn(ready.Reason)}
	case ready.Status == metav1.ConditionFalse:
		return standing{Tone: toneIll, Label: "Needs attention", Message: said(ready), Help: v1alpha1.HelpOn(ready.Reason)}
	case ready.Reason == v1alpha1.SignInExpiringReason:
		return standing{Tone: toneWarn, Label: "Sign-in ends soon", Message: said(ready), Help: v1alpha1.HelpOn(ready.Reason)}
	}
	return standing{Tone: toneWell, Label: "Connected"}
}

// said is the message of a condition, for a page: the link to help stands beside it, and what kubectl would be told to do
// there is a button for.
func said(condition *metav1.Condition) string {
	if condition == nil {
		return ""
	}
	message, _, _ := strings.Cut(v1alpha1.WithoutHelp(condition.Message), " Ask for a link: kubectl")
	return sentence(message)
}
