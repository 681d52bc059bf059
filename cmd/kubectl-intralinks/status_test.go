package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/creack/pty"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/gbytes"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/cli-runtime/pkg/genericiooptions"
	clocktesting "k8s.io/utils/clock/testing"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
)

// noon is when these tests happen.
var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func at(after time.Duration) *metav1.Time { return new(metav1.NewTime(noon.Add(after))) }

func ready(status metav1.ConditionStatus, reason, message string) []metav1.Condition {
	return []metav1.Condition{{Type: v1alpha1.ReadyCondition, Status: status, Reason: reason, Message: message, LastTransitionTime: *at(0)}}
}

// running is a first load under way, 1,240 of 2,000 documents in.
func running(done int64) v1alpha1.FolderSyncStatus {
	return v1alpha1.FolderSyncStatus{
		Conditions: ready(metav1.ConditionUnknown, v1alpha1.SyncingReason, "carrying documents"),
		Exchange:   &v1alpha1.ResolvedReference{ID: 7100015, Name: "Project Heron"}, Division: &v1alpha1.ResolvedReference{ID: 3, Name: "Corporate"},
		Documents: &v1alpha1.DocumentCounts{Listed: 2030, Synced: done, Pending: 2000 - done, Failed: 3, Skipped: 27},
		Bytes:     done << 20,
		Progress:  &v1alpha1.Progress{Done: done, Total: 2000, BytesDone: done << 20, BytesTotal: 2000 << 20, EstimatedCompletionTime: at(95 * time.Minute)},
	}
}

// scene is one of everything that status has to show.
func (w *world) scene() {
	w.t.Helper()
	w.createSync("heron", running(1240))
	done := withProblems()
	done.Conditions = ready(metav1.ConditionTrue, v1alpha1.SyncedWithProblemsReason, "5 of 8 documents stand in Luminance")
	done.Documents = &v1alpha1.DocumentCounts{Listed: 8, Synced: 5, Failed: 1, Skipped: 2, Retained: 4}
	done.LastSync = &v1alpha1.SyncSummary{RunID: "r1", StartTime: *at(-10 * time.Minute), CompletionTime: at(-9 * time.Minute), Message: "nothing new"}
	done.NextSyncTime = at(6 * time.Minute)
	w.createSync("annexes", done)
	w.createSync("lost", v1alpha1.FolderSyncStatus{Conditions: ready(metav1.ConditionFalse, v1alpha1.FolderNotFoundReason, "there is no folder /Lost")})
	w.createIntegration("production", v1alpha1.IntralinksIntegrationStatus{
		Conditions: ready(metav1.ConditionTrue, v1alpha1.ConnectedReason, "both services answer"), Account: "operator@firm.example",
		TokenExpiresAt: at(25 * 24 * time.Hour), ExchangeCount: 4,
		RequestBudget: &v1alpha1.RequestBudgetStatus{Limit: 80, Used: 12, ResetAt: at(3 * time.Minute)},
	})
}

// createIntegration creates one with a status, without anything behind it.
func (w *world) createIntegration(name string, status v1alpha1.IntralinksIntegrationStatus, change ...func(*v1alpha1.IntralinksIntegration)) *v1alpha1.IntralinksIntegration {
	w.t.Helper()
	i := &v1alpha1.IntralinksIntegration{ObjectMeta: metav1.ObjectMeta{Namespace: w.namespace, Name: name}}
	i.Spec.Intralinks.CredentialsSecretRef.Name = "intralinks"
	i.Spec.Luminance = v1alpha1.LuminanceConnection{BaseURL: "https://acme-corporate.app.luminance.com", CredentialsSecretRef: v1alpha1.SecretReference{Name: "luminance"}}
	for _, f := range change {
		f(i)
	}
	w.Expect(w.env.Client.Create(w.t.Context(), i)).To(Succeed())
	i.Status = status
	w.Expect(w.env.Client.Status().Update(w.t.Context(), i)).To(Succeed())
	return i
}

// runAtNoon runs a command whose clock stands still.
func (w *world) runAtNoon(args ...string) outcome {
	w.t.Helper()
	var out, errOut bytes.Buffer
	a := newApp(genericiooptions.IOStreams{In: strings.NewReader(""), Out: &out, ErrOut: &errOut})
	a.Clock = clocktesting.NewFakePassiveClock(noon)
	code := a.run(w.t.Context(), append([]string{"kubectl-intralinks", "--kubeconfig", w.env.Kubeconfig, "-n", w.namespace}, args...))
	return outcome{out.String(), errOut.String(), code}
}

func TestStatus(t *testing.T) {
	w := newWorld(t)
	w.Expect(w.run("status").out).To(HavePrefix("There is neither an integration nor a sync here.\n"))
	w.scene()
	for name, args := range map[string][]string{
		"status":              {"status"},
		"status-json":         {"status", "-o", "json"},
		"status-yaml":         {"status", "-o", "yaml"},
		"status-csv":          {"status", "-o", "csv"},
		"status-one":          {"status", "heron"},
		"status-one-problems": {"status", "annexes"},
		"status-one-lost":     {"status", "lost"},
		"status-one-json":     {"status", "lost", "-o", "json"},
	} {
		t.Run(name, func(*testing.T) {
			got := w.runAtNoon(args...)
			w.Expect(got.code).To(Equal(exitDone), got.err)
			w.golden(name, got.out)
		})
	}
	w.Expect(w.runAtNoon("status", "-A").out).To(MatchRegexp(`(?m)^` + w.namespace + ` +heron +Syncing`))
	w.Expect(w.run("status", "heron", "-A").code).To(Equal(exitMisused))
	w.Expect(w.run("status", "-w", "-o", "csv").code).To(Equal(exitMisused))
	w.Expect(w.run("status", "hreon", "-w").code).To(Equal(exitFailed))
}

// keyboard is a person at a terminal of 100 columns.
type keyboard struct {
	screen *gbytes.Buffer
	pty    *os.File
	code   chan int
	stop   context.CancelFunc
}

// type runs a command at a terminal.
func (w *world) atTerminal(args ...string) *keyboard {
	w.t.Helper()
	w.t.Setenv("TERM", "xterm-256color")
	w.t.Setenv("NO_COLOR", "")
	ours, theirs, err := pty.Open()
	w.Expect(err).NotTo(HaveOccurred())
	w.Expect(pty.Setsize(ours, &pty.Winsize{Rows: 40, Cols: 100})).To(Succeed())
	ctx, stop := context.WithCancel(w.t.Context())
	k := &keyboard{screen: gbytes.BufferReader(ours), pty: ours, code: make(chan int, 1), stop: stop}
	go func() {
		k.code <- run(ctx, append([]string{"kubectl-intralinks", "--kubeconfig", w.env.Kubeconfig, "-n", w.namespace}, args...),
			genericiooptions.IOStreams{In: theirs, Out: theirs, ErrOut: theirs})
	}()
	w.t.Cleanup(func() {
		stop()
		_, _ = ours.Close(), theirs.Close()
	})
	return k
}

func TestStatusIsWatchedOnATerminal(t *testing.T) {
	w := newWorld(t)
	w.scene()
	k := w.atTerminal("status", "heron", "--watch")
	w.Eventually(k.screen).Should(gbytes.Say("1,240 of 2,000 documents, 62 %"))
	before := string(k.screen.Contents())
	w.Expect(before).To(ContainSubstring(ansi.HideCursor))
	w.Expect(before).To(ContainSubstring(strings.Repeat("█", 24) + "▊")) // 40 columns for the whole
	w.Expect(before).To(ContainSubstring("68 of 80 left"))
	w.setStatus(w.sync("heron"), running(1300))
	w.Eventually(k.screen).Should(gbytes.Say("1,300 of 2,000 documents, 65 %"))
	w.Eventually(k.screen).Should(gbytes.Say("documents a minute"))
	k.stop()
	w.Eventually(k.code).Should(Receive(Equal(exitDone)))
	w.Eventually(k.screen).Should(gbytes.Say(`\x1b\[\?25h`)) // the cursor is back
}

func TestStatusIsWatchedWithoutATerminal(t *testing.T) {
	w := newWorld(t)
	w.scene()
	ctx, stop := context.WithCancel(t.Context())
	out := gbytes.NewBuffer()
	code := make(chan int, 1)
	go func() {
		code <- run(ctx, []string{"kubectl-intralinks", "--kubeconfig", w.env.Kubeconfig, "-n", w.namespace, "status", "heron", "-w", "-o", "json"},
			genericiooptions.IOStreams{In: strings.NewReader(""), Out: out, ErrOut: out})
	}()
	w.Eventually(out).Should(gbytes.Say("\n"))
	w.setStatus(w.sync("heron"), running(1300))
	w.Eventually(out).Should(gbytes.Say("\n"))
	stop()
	w.Eventually(code).Should(Receive(Equal(exitDone)))
	lines := strings.Split(strings.TrimSpace(string(out.Contents())), "\n")
	w.Expect(lines).To(HaveLen(2))
	for i, done := range []int64{1240, 1300} {
		var s syncView
		w.Expect(json.Unmarshal([]byte(lines[i]), &s)).To(Succeed())
		w.Expect(s.Progress.Done).To(Equal(done))
	}
	w.Expect(string(out.Contents())).NotTo(ContainSubstring("\x1b"))
}

func TestWatchingWhatMayNotBeWatched(t *testing.T) {
	w := newWorld(t)
	w.scene()
	got := w.run("status", "heron", "-w", "--as", "stranger")
	w.Expect(got.code).To(Equal(exitFailed))
	w.Expect(got.err).To(HavePrefix("Error: not allowed: "))
}
