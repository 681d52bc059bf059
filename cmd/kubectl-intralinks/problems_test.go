package main

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	. "github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/api/resource"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/simulator/control"
)

// withProblems is a status of a sync that could not carry everything; of three problems it tells two.
func withProblems() v1alpha1.FolderSyncStatus {
	return v1alpha1.FolderSyncStatus{
		ProblemCount:   3,
		ProblemReasons: []v1alpha1.ProblemCount{{Reason: v1alpha1.ProtectedProblem, Count: 2}, {Reason: v1alpha1.NameConflictProblem, Count: 1}},
		Problems: []v1alpha1.Problem{
			{DocumentID: 4711, Name: "Board/Minutes 2024.pdf", Reason: v1alpha1.ProtectedProblem, Message: "ask the exchange's manager to lift the protection"},
			// Whoever names a document must not command a spreadsheet or a terminal.
			{DocumentID: 4712, Name: "=HYPERLINK(\"http://x.example\")\x1b[2J.pdf", Reason: v1alpha1.NameConflictProblem, Message: "rename one of the two"},
		},
	}
}

func TestProblems(t *testing.T) {
	w := newWorld(t)
	all := withProblems()
	all.ProblemCount, all.ProblemReasons[0].Count = 2, 1
	w.createSync("heron", all)
	w.createSync("fine", v1alpha1.FolderSyncStatus{})
	for name, args := range map[string][]string{
		"problems":      {"problems", "heron"},
		"problems-json": {"problems", "heron", "-o", "json"},
		"problems-yaml": {"problems", "heron", "-o", "yaml"},
		"problems-csv":  {"problems", "heron", "-o", "csv"},
		"problems-none": {"problems", "fine"},
		"problems-few":  {"problems", "heron", "--reason", "Protected", "--search", "MINUTES", "-o", "json"},
	} {
		t.Run(name, func(*testing.T) {
			got := w.run(args...)
			w.Expect(got.code).To(Equal(exitDone), got.err)
			w.golden(name, got.out)
		})
	}
}

// TestTheFirstProblemsAreShownWhereTheOperatorIsNot: with an exit code by which a script knows that it hasn't all.
func TestTheFirstProblemsAreShownWhereTheOperatorIsNot(t *testing.T) {
	w := newWorld(t)
	w.createSync("heron", withProblems())
	w.account("reader", permission("get", "foldersyncs"))
	got := w.run("problems", "heron", "--token-from-service-account", "reader")
	w.Expect(got.code).To(Equal(exitNotInOrder))
	w.golden("problems-first", got.out)
	w.golden("problems-first-error", got.err)
}

// TestAllProblemsComeFromTheOperator: more than a status holds.
func TestAllProblemsComeFromTheOperator(t *testing.T) {
	files := room(t)
	tooLarge(t, files)
	w := newOperatedOn(t, files)
	w.account("auditor", permission("get", "foldersyncs/documents"))
	w.connect("production", v1alpha1.ClientCredentialsGrant)
	w.createSync("heron", v1alpha1.FolderSyncStatus{}, withSplash, limited)
	w.Eventually(func() int64 { return w.sync("heron").Status.ProblemCount }).Should(BeEquivalentTo(30))

	for name, args := range map[string][]string{
		"problems-all":      {},
		"problems-all-json": {"-o", "json"},
		"problems-all-csv":  {"-o", "csv", "--search", "annex 2"},
	} {
		got := w.asking("auditor", append([]string{"problems", "heron"}, args...)...)
		w.Expect(got.code).To(Equal(exitDone), got.err)
		w.golden(name, got.out)
	}
	got := w.asking("auditor", "problems", "heron", "--reason", "Protected")
	w.Expect(got).To(Equal(outcome{out: "No document has a problem.\n"}))
}

// TestWhatFailedIsKnownWithoutTheExchange: and nobody takes that for all.
func TestWhatFailedIsKnownWithoutTheExchange(t *testing.T) {
	files := room(t)
	tooLarge(t, files)
	w := newOperatedOn(t, files)
	w.account("auditor", permission("get", "foldersyncs/documents"))
	exchange := w.services.Intralinks.Control()
	w.Expect(exchange.AddFault(control.FaultRule{Fault: "corrupt", Path: "/v2/workspaces/*/documents/*/file", Times: -1})).To(Succeed())
	w.connect("production", v1alpha1.ClientCredentialsGrant)
	w.createSync("heron", v1alpha1.FolderSyncStatus{}, withSplash, limited)
	w.Eventually(func() int64 { return w.sync("heron").Status.ProblemCount }).WithTimeout(3*patience).Should(BeEquivalentTo(32), "two more were broken on their way")
	w.Expect(exchange.AddFault(control.FaultRule{
		Fault: "errors200", Path: "/v2/workspaces/7100015/*", Times: -1, Args: map[string]string{"code": "400", "subcode": "3-1"},
	})).To(Succeed())
	got := w.asking("auditor", "problems", "heron")
	w.Expect(got.code).To(Equal(exitNotInOrder))
	w.golden("problems-recorded", got.out)
	w.Expect(got.err).To(ContainSubstring("the exchange can't be listed now"))
}

// tooLarge adds 30 files that limited syncs leave out.
func tooLarge(t *testing.T, folder string) {
	t.Helper()
	for n := range 30 {
		if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("Board/Annex %02d.txt", n)), []byte("too large for this sync"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func limited(s *v1alpha1.FolderSync) {
	s.Spec.Source.MaxFileSize = new(resource.MustParse("10"))
	s.Spec.Source.Exclude = []string{"Board/=*", "Contracts/**"}
}

func TestErrorsAreForPeople(t *testing.T) {
	w := newWorld(t)
	for name, c := range map[string]struct {
		args []string
		code int
	}{
		"error-no-sync":         {[]string{"problems", "hreon"}, exitFailed},
		"error-no-argument":     {[]string{"problems"}, exitMisused},
		"error-unknown-command": {[]string{"problem"}, exitMisused},
		"error-unknown-format":  {[]string{"problems", "heron", "-o", "xml"}, exitMisused},
		"error-unknown-flag":    {[]string{"problems", "heron", "--all"}, exitMisused},
		"error-forbidden":       {[]string{"problems", "heron", "--as", "stranger"}, exitFailed},
	} {
		t.Run(name, func(*testing.T) {
			got := w.run(c.args...)
			w.Expect(got.code).To(Equal(c.code), got.err)
			w.Expect(got.out).To(BeEmpty())
			w.golden(name, got.err)
		})
	}
}

func TestWithoutACluster(t *testing.T) {
	t.Setenv("KUBECONFIG", "/nowhere/kubeconfig")
	g := NewWithT(t)
	got := runPlugin(t.Context(), "problems", "heron")
	g.Expect(got.code).To(Equal(exitFailed))
	g.Expect(got.err).To(Equal("Error: there is no kubeconfig, so no cluster to ask\n" +
		"  set KUBECONFIG or --kubeconfig to a kubeconfig that works; kubectl cluster-info tells\n"))
	got = runPlugin(t.Context(), "problems", "heron", "--server", "http://127.0.0.1:1")
	g.Expect(got.code).To(Equal(exitFailed))
	g.Expect(got.err).To(ContainSubstring("the cluster does not answer"))
}

func TestNamesAreCompletedLive(t *testing.T) {
	w := newWorld(t)
	w.createSync("heron", v1alpha1.FolderSyncStatus{})
	w.createSync("heron-annexes", v1alpha1.FolderSyncStatus{})
	w.createSync("osprey", v1alpha1.FolderSyncStatus{})
	g := NewWithT(t)
	got := w.run("__complete", "problems", "her")
	g.Expect(got.out).To(Equal("heron\nheron-annexes\n:4\n"))
	got = w.run("__complete", "problems", "heron", "-o", "")
	g.Expect(got.out).To(Equal("json\nyaml\ncsv\n:4\n"))
	got = w.run("__complete", "problems", "heron", "-n", "kube-s")
	g.Expect(got.out).To(Equal("kube-system\n:4\n"))
	g.Expect(arguments([]string{"/usr/bin/kubectl_complete-intralinks", "problems", ""})).To(Equal([]string{"__complete", "problems", ""}))
}
