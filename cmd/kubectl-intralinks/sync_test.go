package main

import (
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
)

func TestSyncWaitsForTheRunThatWasAskedFor(t *testing.T) {
	w := newOperated(t)
	w.connect("production", v1alpha1.ClientCredentialsGrant)
	w.becomes("production", v1alpha1.ConnectedReason)
	w.createSync("heron", v1alpha1.FolderSyncStatus{}, withSplash)

	got := w.run("sync", "heron", "--wait", "--timeout", patience.String())
	w.Expect(got.code).To(Equal(exitDone), got.err)
	w.Expect(got.out).To(MatchRegexp(`^(\d+ new documents and 0 new versions \(.*\)|nothing new)\n$`))
	first := w.sync("heron")
	w.Expect(first.Status.LastHandledReconcileAt).To(Equal(first.Annotations[v1alpha1.ReconcileRequestAnnotation]))
	w.Expect(first.Status.Documents.Pending).To(BeZero())

	got = w.run("sync", "heron", "--wait")
	w.Expect(got).To(Equal(outcome{out: "nothing new\n"}))
	w.Expect(w.sync("heron").Status.LastSync.RunID).NotTo(Equal(first.Status.LastSync.RunID))

	got = w.run("sync", "heron")
	w.Expect(got).To(Equal(outcome{out: "asked for a run of heron; see how it does: kubectl intralinks status heron --watch\n"}))

	// What keeps the run from going through is told, with an exit code of its own.
	w.createSync("nowhere", v1alpha1.FolderSyncStatus{}, withSplash, func(s *v1alpha1.FolderSync) { s.Spec.Source.Folder = "/No such folder" })
	got = w.run("sync", "nowhere", "--wait")
	w.Expect(got.code).To(Equal(exitNotInOrder))
	w.Expect(got.err).To(HavePrefix("Error: the run of nowhere did not go through (FolderNotFound): "))

	w.Expect(w.run("suspend", "heron")).To(Equal(outcome{out: "heron suspended\n"}))
	w.Expect(w.run("suspend", "heron")).To(Equal(outcome{out: "heron was suspended already\n"}))
	w.Eventually(func() string { return w.run("status", "heron").out }).Should(HavePrefix("heron   Suspended\n"))
	got = w.run("sync", "heron", "--wait")
	w.Expect(got).To(Equal(outcome{code: exitNotInOrder, err: "Error: heron is suspended, so it does not run\n  let it go on: kubectl intralinks resume heron\n"}))
	w.Expect(w.run("resume", "heron")).To(Equal(outcome{out: "heron resumed\n"}))
	w.Eventually(func() string { return w.run("status", "heron").out }).Should(HavePrefix("heron   Synced"))
}

func TestSyncGivesUpWaiting(t *testing.T) {
	w := newWorld(t) // in which nothing runs
	w.createSync("heron", v1alpha1.FolderSyncStatus{})
	got := w.run("sync", "heron", "--wait")
	w.Expect(got).To(Equal(outcome{code: exitNotInOrder,
		err: "Error: heron names the integration \"production\", which does not exist\n  create it, or correct spec.integrationRef\n"}))
	w.createIntegration("production", v1alpha1.IntralinksIntegrationStatus{})
	got = w.run("sync", "heron", "--wait", "--timeout", (10 * time.Millisecond).String())
	w.Expect(got).To(Equal(outcome{code: exitTimedOut,
		err: "Error: the run of heron is not over after 10ms; it goes on\n" +
			"  no run has begun: does the operator run? kubectl intralinks doctor production tells\n"}))
	w.Expect(w.run("sync", "heron", "--timeout", "1s").code).To(Equal(exitMisused))
}
