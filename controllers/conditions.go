package controllers

import (
	"unicode/utf8"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
)

// conditions changes the conditions of one object. Reconciling and Stalled stand only while they are true,
// and never both, as kstatus has it.
type conditions struct {
	list       *[]metav1.Condition
	generation int64
}

func (c conditions) set(kind string, status metav1.ConditionStatus, reason, message string) {
	if kind == v1alpha1.ReadyCondition && (status == metav1.ConditionFalse || reason == v1alpha1.SignInExpiringReason) {
		message = withHelp(reason, message)
	}
	meta.SetStatusCondition(c.list, metav1.Condition{
		Type: kind, Status: status, Reason: reason, Message: cut(message), ObservedGeneration: c.generation,
	})
}

func (c conditions) ready() *metav1.Condition {
	return meta.FindStatusCondition(*c.list, v1alpha1.ReadyCondition)
}

func (c conditions) is(kind string) bool { return meta.IsStatusConditionTrue(*c.list, kind) }

func (c conditions) readyFor(reason string) bool {
	condition := c.ready()
	return condition != nil && condition.Reason == reason
}

// reconciling says that there is work under way towards the newest spec.
func (c conditions) reconciling(reason, message string) {
	c.set(v1alpha1.ReconcilingCondition, metav1.ConditionTrue, reason, message)
	meta.RemoveStatusCondition(c.list, v1alpha1.StalledCondition)
}

// settled says that nothing is under way, and whether no retry can mend what is wrong.
func (c conditions) settled(stalled bool, reason, message string) {
	meta.RemoveStatusCondition(c.list, v1alpha1.ReconcilingCondition)
	if !stalled {
		meta.RemoveStatusCondition(c.list, v1alpha1.StalledCondition)
		return
	}
	c.set(v1alpha1.StalledCondition, metav1.ConditionTrue, reason, message)
}

// keepGeneration marks the conditions that stay as they are as seen at this generation, so that none looks
// older than the status.
func (c conditions) keepGeneration() {
	for i := range *c.list {
		(*c.list)[i].ObservedGeneration = c.generation
	}
}

// keepTimes takes back the times of conditions that only looked otherwise in between.
func (c conditions) keepTimes(before []metav1.Condition) {
	for i := range *c.list {
		now := &(*c.list)[i]
		if was := meta.FindStatusCondition(before, now.Type); was != nil && was.Status == now.Status {
			now.LastTransitionTime = was.LastTransitionTime
		}
	}
}

// withHelp ends a message with a link to what its reason means. One that is there already, such as of a message
// that is quoted, gives way to it.
func withHelp(reason, message string) string {
	link := " (" + v1alpha1.HelpOn(reason) + ")"
	return cutTo(maxMessage-len(link), v1alpha1.WithoutHelp(message)) + link
}

// cut keeps a message within a size that a person reads.
func cut(message string) string { return cutTo(maxMessage, message) }

// maxMessage is how many bytes of a message a person reads.
const maxMessage = 2000

// cutTo cuts a text to so many bytes, and never inside a character.
func cutTo(most int, text string) string {
	if len(text) <= most {
		return text
	}
	end := most - len("...")
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + "..."
}
