package controllers_test

import (
	"fmt"
	"testing"

	. "github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"
)

// healthy is a FolderSync whose status holds no contradiction.
const healthy = `
apiVersion: dataroom.dev/v1alpha1
kind: FolderSync
metadata: {name: contracts, generation: 2}
spec: {}
status:
  observedGeneration: 2
  syncedGeneration: 2
  documents: {listed: 3, synced: 2, pending: 0, failed: 0, skipped: 1, retained: 0}
  lastSync: {runID: one, startTime: "2026-01-02T03:04:05Z", uploaded: 0, newVersions: 0, bytes: 0, requests: 0, message: nothing new}
  conditions:
  - {type: Ready, status: "True", reason: Synced, message: all there, observedGeneration: 2, lastTransitionTime: "2026-01-02T03:04:05Z"}
`

// TestTheWitnessKnowsAContradiction holds the witness's rules to what they are to find, one change at a time.
func TestTheWitnessKnowsAContradiction(t *testing.T) {
	g := NewWithT(t)
	g.Expect(contradictions(object(t, healthy))).To(BeEmpty())
	for want, change := range map[string]func(status, ready map[string]any){
		"observedGeneration is ahead":       func(s, _ map[string]any) { s["observedGeneration"] = int64(3) },
		"before there was one":              func(_, r map[string]any) { r["observedGeneration"] = int64(3) },
		`the reason "all there"`:            func(_, r map[string]any) { r["reason"] = "all there" },
		"a message of 0 bytes":              func(_, r map[string]any) { r["message"] = "" },
		"a status without Ready":            func(_, r map[string]any) { r["type"] = "InSync" },
		"Ready is there twice":              func(s, _ map[string]any) { add(s, "Ready", "False") },
		"Reconciling is there and not true": func(s, _ map[string]any) { add(s, "Reconciling", "False") },
		"Stalled and Ready":                 func(s, _ map[string]any) { add(s, "Stalled", "True") },
		"Reconciling and Stalled":           func(s, _ map[string]any) { add(s, "Stalled", "True"); add(s, "Reconciling", "True") },
		"what no run has worked on":         func(s, _ map[string]any) { s["syncedGeneration"] = int64(1) },
		"the counts don't add up":           func(s, _ map[string]any) { s["documents"].(map[string]any)["pending"] = int64(1) },
		"progress of nothing":               func(s, _ map[string]any) { s["progress"] = map[string]any{"done": int64(0)} },
		"says suspended, and isn't":         func(_, r map[string]any) { r["reason"] = "Suspended" },
		"kstatus says Current":              func(_, r map[string]any) { r["type"] = "InSync" },
		"cannot convert int64 to string":    func(_, r map[string]any) { r["message"] = int64(1) },
	} {
		t.Run(want, func(t *testing.T) {
			changed := object(t, healthy)
			change(statusOf(changed))
			NewWithT(t).Expect(fmt.Sprint(contradictions(changed))).To(ContainSubstring(want))
		})
	}
}

func TestTheWitnessKnowsAPollThatChangedReady(t *testing.T) {
	for name, c := range map[string]struct {
		change func(status, ready map[string]any)
		want   string
	}{
		"nothing but the run": {func(_, _ map[string]any) {}, "[]"},
		"another message":     {func(_, r map[string]any) { r["message"] = "still there" }, "a poll that found nothing new changed"},
		"another time":        {func(_, r map[string]any) { r["lastTransitionTime"] = "2026-01-02T04:04:05Z" }, "another lastTransitionTime"},
		"work that is shown":  {func(s, _ map[string]any) { add(s, "Reconciling", "True") }, "a poll that found nothing new changed"},
		"and something was new": {func(s, r map[string]any) {
			s["lastSync"].(map[string]any)["message"] = "1 new document"
			r["message"] = "more there"
		}, "[]"},
	} {
		t.Run(name, func(t *testing.T) {
			before, after := object(t, healthy), object(t, healthy)
			status, ready := statusOf(after)
			status["lastSync"].(map[string]any)["runID"] = "two"
			c.change(status, ready)
			NewWithT(t).Expect(fmt.Sprint(contradictionsBetween(before, after))).To(ContainSubstring(c.want))
		})
	}
}

func object(t *testing.T, manifest string) *unstructured.Unstructured {
	t.Helper()
	o := &unstructured.Unstructured{}
	NewWithT(t).Expect(yaml.Unmarshal([]byte(manifest), o)).To(Succeed())
	return o
}

// statusOf gives an object's status and its first condition, to be changed in place.
func statusOf(o *unstructured.Unstructured) (status, ready map[string]any) {
	status = o.Object["status"].(map[string]any)
	return status, status["conditions"].([]any)[0].(map[string]any)
}

func add(status map[string]any, kind, value string) {
	status["conditions"] = append(status["conditions"].([]any), map[string]any{
		"type": kind, "status": value, "reason": "Because", "message": "of this", "lastTransitionTime": "2026-01-02T03:04:05Z",
	})
}
