package v1alpha1_test

import (
	"regexp"
	"testing"
	"time"

	. "github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/testenv"
)

func TestColumnsOfFolderSync(t *testing.T) {
	g := NewWithT(t)
	env := testenv.Start(t)
	sync := runningFolderSync(t, env)

	header, row := table(t, env, "get", "fsync", sync.Name, "-n", sync.Namespace)
	g.Expect(header).To(Equal([]string{"NAME", "READY", "EXCHANGE", "FOLDER", "SYNCED", "PENDING", "PROBLEMS", "LAST SYNC", "ETA"}))
	g.Expect(row).To(Equal([]string{"least", "True", "Project Heron", "/Contracts", "412", "88", "3", "10d", "2031-05-06T07:08:09Z"}))

	header, row = table(t, env, "get", "fsync", sync.Name, "-n", sync.Namespace, "-o", "wide")
	g.Expect(header[9:]).To(Equal([]string{"DIVISION", "MESSAGE"}))
	g.Expect(row[9:]).To(Equal([]string{"Corporate", "88 documents to go"}))
}

func TestColumnsOfIntralinksIntegration(t *testing.T) {
	g := NewWithT(t)
	env := testenv.Start(t)
	integration := connectedIntegration(t, env)

	header, row := table(t, env, "get", "ili", integration.Name, "-n", integration.Namespace)
	g.Expect(header).To(Equal([]string{"NAME", "READY", "EXCHANGES", "LUMINANCE", "REASON", "AGE"}))
	g.Expect(row[:5]).To(Equal([]string{"least", "True", "7", "https://acme-corporate.app.luminance.com", "Connected"}))

	header, row = table(t, env, "get", "ili", integration.Name, "-n", integration.Namespace, "-o", "wide")
	g.Expect(header).To(Equal([]string{"NAME", "READY", "EXCHANGES", "LUMINANCE", "ACCOUNT", "REQUESTS", "REASON", "MESSAGE", "AGE"}))
	g.Expect(row[4:8]).To(Equal([]string{"operator@example.com", "31", "Connected", "Both services answer"}))
}

func TestBothKindsShareACategory(t *testing.T) {
	env := testenv.Start(t)
	namespace := connectedIntegration(t, env).Namespace

	NewWithT(t).Expect(lines(env.Kubectl(t, "get", "dataroom", "-n", namespace, "-o", "name"))).To(
		ConsistOf("intralinksintegration.dataroom.dev/least"))
}

func TestKubectlWaitsForReady(t *testing.T) {
	env := testenv.Start(t)
	sync := runningFolderSync(t, env)

	env.Kubectl(t, "wait", "--for=condition=Ready", "--timeout=60s", "-n", sync.Namespace, "fsync/"+sync.Name)
}

func runningFolderSync(t *testing.T, env *testenv.Env) *v1alpha1.FolderSync {
	t.Helper()
	sync := &v1alpha1.FolderSync{}
	store(t, env, leastFolderSync, sync)
	eta := metav1.NewTime(time.Date(2031, 5, 6, 7, 8, 9, 0, time.UTC))
	// kubectl shows whole days; half a day more keeps a slow test from reaching the next.
	lastSync := metav1.NewTime(time.Now().AddDate(0, 0, -10).Add(-12 * time.Hour))
	sync.Status = v1alpha1.FolderSyncStatus{
		ObservedGeneration: sync.Generation,
		Exchange:           &v1alpha1.ResolvedReference{ID: 7100015, Name: "Project Heron"},
		Division:           &v1alpha1.ResolvedReference{ID: 12, Name: "Corporate"},
		Documents:          &v1alpha1.DocumentCounts{Listed: 503, Synced: 412, Pending: 88, Failed: 3},
		ProblemCount:       3,
		Progress:           &v1alpha1.Progress{Total: 88, EstimatedCompletionTime: &eta},
		LastSync:           &v1alpha1.SyncSummary{StartTime: lastSync, CompletionTime: &lastSync},
	}
	meta.SetStatusCondition(&sync.Status.Conditions, ready(v1alpha1.SyncingReason, "88 documents to go"))
	if err := env.Client.Status().Update(t.Context(), sync); err != nil {
		t.Fatal(err)
	}
	return sync
}

func connectedIntegration(t *testing.T, env *testenv.Env) *v1alpha1.IntralinksIntegration {
	t.Helper()
	integration := &v1alpha1.IntralinksIntegration{}
	store(t, env, leastIntegration, integration)
	integration.Status = v1alpha1.IntralinksIntegrationStatus{
		ObservedGeneration: integration.Generation,
		Account:            "operator@example.com",
		ExchangeCount:      7,
		RequestBudget:      &v1alpha1.RequestBudgetStatus{Limit: 80, Used: 31},
	}
	meta.SetStatusCondition(&integration.Status.Conditions, ready(v1alpha1.ConnectedReason, "Both services answer"))
	if err := env.Client.Status().Update(t.Context(), integration); err != nil {
		t.Fatal(err)
	}
	return integration
}

func ready(reason, message string) metav1.Condition {
	return metav1.Condition{Type: v1alpha1.ReadyCondition, Status: metav1.ConditionTrue, Reason: reason, Message: message}
}

// store creates a manifest in a namespace of its own and reads it into the Go type.
func store(t *testing.T, env *testenv.Env, manifest string, object client.Object) {
	t.Helper()
	if err := yaml.UnmarshalStrict([]byte(manifest), object); err != nil {
		t.Fatal(err)
	}
	object.SetNamespace(env.Namespace(t))
	if err := env.Client.Create(t.Context(), object); err != nil {
		t.Fatal(err)
	}
}

// gap separates the columns of kubectl's tables; a name of a column or a value holds single spaces only.
var gap = regexp.MustCompile(` {2,}`)

// table gives the header and the only row of what kubectl prints.
func table(t *testing.T, env *testenv.Env, args ...string) (header, row []string) {
	t.Helper()
	output := lines(env.Kubectl(t, args...))
	if len(output) != 2 {
		t.Fatalf("expected a header and one row, and got %q", output)
	}
	return gap.Split(output[0], -1), gap.Split(output[1], -1)
}
