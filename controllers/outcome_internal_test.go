package controllers

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	. "github.com/onsi/gomega"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/engine"
)

// TestAnOutcomeIsReadAsWhatTheRunWas: when a run ends, the spec may have changed already, so that it asks for a dry
// run where that was none, or the other way round.
func TestAnOutcomeIsReadAsWhatTheRunWas(t *testing.T) {
	g := NewWithT(t)
	sync := &v1alpha1.FolderSync{ObjectMeta: metav1.ObjectMeta{Generation: 2}, Spec: v1alpha1.FolderSyncSpec{DryRun: true}}
	integration := &v1alpha1.IntralinksIntegration{}
	ran := outcome{Result: engine.Result{Planned: true, Counts: engine.Counts{Listed: 1, Synced: 1}}, id: "real", generation: 1, integration: integration}

	view := newSyncView(sync)
	view.concluded(&ran, time.Minute)
	view.finished(nil)
	g.Expect(view.readyFor(v1alpha1.SyncedReason)).To(BeTrue())
	g.Expect(view.is(v1alpha1.ReconcilingCondition)).To(BeTrue(), "the spec that stands now has had no run")

	sync.Generation, sync.Spec.DryRun = 3, false
	planned := outcome{Result: engine.Result{Planned: true, Plan: &engine.Plan{}}, id: "dry", generation: 2, integration: integration}
	view = newSyncView(sync)
	view.concluded(&planned, time.Minute)
	view.finished(sync.Status.Conditions)
	g.Expect(view.readyFor(v1alpha1.DryRunReason)).To(BeTrue())
	g.Expect(view.is(v1alpha1.ReconcilingCondition)).To(BeTrue())
}

func TestALongMessageIsCutBetweenCharacters(t *testing.T) {
	g := NewWithT(t)
	for _, text := range []string{strings.Repeat("é", 1500), "x" + strings.Repeat("é", 1500), strings.Repeat("房", 1000)} {
		for _, short := range []string{cut(text), cutEvent(text)} {
			g.Expect(utf8.ValidString(short)).To(BeTrue())
			g.Expect(short).To(HaveSuffix("..."))
		}
		g.Expect(len(cut(text))).To(And(BeNumerically("<=", 2000), BeNumerically(">", 1990)))
		g.Expect(len(cutEvent(text))).To(And(BeNumerically("<=", 1000), BeNumerically(">", 990)))
	}
	g.Expect(cut("short")).To(Equal("short"))
}
