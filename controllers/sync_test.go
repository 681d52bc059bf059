package controllers_test

import (
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/simulator/control"
	"dataroom.dev/intralinks-operator/internal/simulator/dataroom"
)

func TestAFolderSyncCarriesTheDocumentsAndSaysSo(t *testing.T) {
	w := newWorld(t)
	w.add("/Contracts/Heronlease.txt", "the lease")
	w.add("/Contracts/2024/Heronloan.txt", "the loan agreement")
	w.add("/Minutes/Heronboard.txt", "elsewhere")
	before := time.Now().Truncate(time.Second)
	w.createAll()

	s := w.settles(contracts, "True", v1alpha1.SyncedReason)
	w.stands(map[string]string{"/Deal/Heronlease.txt": "the lease", "/Deal/2024/Heronloan.txt": "the loan agreement"})
	w.Expect(s.Status.Exchange).To(HaveValue(Equal(v1alpha1.ResolvedReference{ID: heron, Name: "Project Heron", Service: strings.TrimPrefix(w.sourceURL, "http://")})))
	w.Expect(s.Status.Division).To(HaveValue(Equal(v1alpha1.ResolvedReference{ID: 11, Name: "Corporate", Service: strings.TrimPrefix(w.targetURL, "http://")})))
	w.Expect(s.Status.Documents).To(HaveValue(Equal(v1alpha1.DocumentCounts{Listed: 2, Synced: 2})))
	w.Expect(s.Status.Bytes).To(Equal(int64(len("the lease") + len("the loan agreement"))))
	w.Expect(s.Status.Problems).To(BeEmpty())
	w.Expect(s.Status.Progress).To(BeNil())
	w.Expect(isTrue(s.Status.Conditions, v1alpha1.InSyncCondition)).To(BeTrue())
	w.Expect(readyOf(s.Status.Conditions).Message).To(Equal("2 of 2 documents stand in Luminance (27 B)"))

	last := s.Status.LastSync
	w.Expect(last).To(HaveValue(And(HaveField("Uploaded", int64(2)), HaveField("NewVersions", int64(0)), HaveField("Bytes", s.Status.Bytes))))
	w.Expect(last.Requests).To(Equal(int64(requests(w.target, "", anyPath)-2)), "but for the token and the check, all requests are the run's")
	w.Expect(last.StartTime.Time).To(BeTemporally(">=", before))
	w.Expect(last.CompletionTime.Time).To(BeTemporally(">=", last.StartTime.Time))
	w.Expect(s.Status.NextSyncTime.Time).To(And(
		BeTemporally(">=", last.CompletionTime.Add(6*time.Minute)), BeTemporally("<=", last.CompletionTime.Add(23*time.Minute))),
		"0.45 to 1.45 of an interval later the first time")
}

func TestAFolderSyncSaysWhichDocumentsDidNotCross(t *testing.T) {
	w := newWorld(t)
	w.add("/Contracts/Heronlease.txt", "the lease")
	w.add("/Contracts/Heronbroken.txt", "never whole")
	w.addContent("/Contracts/Heronblank.txt", nil)
	protected := w.add("/Contracts/Heronsecret.txt", "protected")
	w.must(w.room.EditDocument(protected.ID, func(d *dataroom.Document) { d.IRM = true }))
	w.breaksDownloadOf("Heronbroken", "corrupt")
	w.createAll()

	s := w.settles(contracts, "True", v1alpha1.SyncedWithProblemsReason)
	w.stands(map[string]string{"/Deal/Heronlease.txt": "the lease"})
	w.Expect(s.Status.Documents).To(HaveValue(Equal(v1alpha1.DocumentCounts{Listed: 4, Synced: 1, Failed: 1, Skipped: 2})))
	reasons := map[string]v1alpha1.ProblemReason{}
	for _, p := range s.Status.Problems {
		reasons[p.Name] = p.Reason
		w.Expect(p.Message).NotTo(BeEmpty())
	}
	w.Expect(reasons).To(Equal(map[string]v1alpha1.ProblemReason{
		"Heronbroken.txt": v1alpha1.HashMismatchProblem, "Heronblank.txt": v1alpha1.PlaceholderProblem, "Heronsecret.txt": v1alpha1.ProtectedProblem,
	}))
	w.Expect(s.Status.ProblemCount).To(Equal(int64(3)))
	inSync := conditionOf(s, v1alpha1.InSyncCondition)
	w.Expect(inSync.Status).To(BeEquivalentTo("False"))
	w.Expect(inSync.Reason).To(Equal("HashMismatch"), "of the documents that failed, not of those that are left out")
	w.Expect(inSync.Message).To(ContainSubstring("Heronbroken.txt"))

	w.source.Control().ClearFaults()
	w.intervalPasses(contracts)
	w.settles(contracts, "True", v1alpha1.SyncedReason)
}

func TestProgressShowsWhileDocumentsCross(t *testing.T) {
	w := newWorld(t)
	for _, name := range []string{"a", "b", "c", "d", "e", "f", "g", "h"} {
		w.add("/Contracts/Heron-"+name+".txt", name)
	}
	w.breaks(w.target, control.FaultRule{Fault: "latency", Path: anyUpload, Args: map[string]string{"delay": "150ms"}})
	w.createAll()
	w.settles(contracts, "True", v1alpha1.SyncedReason)

	var seen []*v1alpha1.Progress
	for _, s := range w.witness.syncs(contracts) {
		if s.Status.Progress == nil {
			continue
		}
		seen = append(seen, s.Status.Progress)
		w.Expect(isTrue(s.Status.Conditions, v1alpha1.ReconcilingCondition)).To(BeTrue())
		w.Expect(readyOf(s.Status.Conditions).Status).To(BeEquivalentTo("Unknown"), "until a first run is through")
		w.Expect(s.Status.Exchange).NotTo(BeNil())
		w.Expect(s.Status.Documents.Synced).To(Equal(s.Status.Progress.Done))
	}
	w.Expect(len(seen)).To(BeNumerically(">", 1))
	for i, p := range seen {
		w.Expect(p.Total).To(Equal(int64(8)))
		w.Expect(p.BytesTotal).To(Equal(int64(8)))
		if i > 0 {
			w.Expect(p.Done).To(BeNumerically(">=", seen[i-1].Done))
		}
	}
}
