package metrics_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-logr/logr"
	. "github.com/onsi/gomega"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/clock"
	clocktesting "k8s.io/utils/clock/testing"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/budget"
	"dataroom.dev/intralinks-operator/internal/engine"
	"dataroom.dev/intralinks-operator/internal/ledger"
	"dataroom.dev/intralinks-operator/internal/luminance"
	"dataroom.dev/intralinks-operator/internal/metrics"
	"dataroom.dev/intralinks-operator/internal/testenv"
)

const host = "acme.app.luminance.com"

// world is an API server whose objects a cache holds, a ledger and a budget, with metrics of all of them.
type world struct {
	*WithT
	t         *testing.T
	client    client.Client
	namespace string
	now       *clocktesting.FakePassiveClock
	ledger    *ledger.Ledger
	budgets   *budget.Registry
	metrics   *metrics.Metrics
	registry  *prometheus.Registry
}

func newWorld(t *testing.T) *world {
	t.Helper()
	env := testenv.Start(t)
	// The cache ends after the objects are removed, so that it sees them go.
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	w := &world{
		WithT: NewWithT(t), t: t, client: env.Client, namespace: env.Namespace(t), registry: prometheus.NewPedanticRegistry(),
		now: clocktesting.NewFakePassiveClock(time.Now()), metrics: metrics.New(), budgets: budget.NewRegistry(nil, clock.RealClock{}),
	}
	w.SetDefaultEventuallyTimeout(time.Minute)
	w.budgets.OnWait = w.metrics.Waited
	var err error
	w.ledger, err = ledger.Open(ctx, "sqlite://"+filepath.Join(t.TempDir(), "ledger.db"))
	w.Expect(err).NotTo(HaveOccurred())
	t.Cleanup(func() { _ = w.ledger.Close() })
	objects, err := cache.New(env.Config, cache.Options{Scheme: env.Scheme, DefaultNamespaces: map[string]cache.Config{w.namespace: {}}})
	w.Expect(err).NotTo(HaveOccurred())
	w.Expect(w.metrics.Register(w.registry, metrics.Sources{
		Reader: objects, Budgets: w.budgets, Ledger: w.ledger, MinInterval: 5 * time.Minute, Clock: w.now, Log: logr.Discard(),
	})).To(Succeed())
	go func() { _ = objects.Start(ctx) }()
	return w
}

// create stores an object, and its status.
func (w *world) create(object client.Object, status func()) {
	w.t.Helper()
	object.SetNamespace(w.namespace)
	w.Expect(w.client.Create(w.t.Context(), object)).To(Succeed())
	status()
	w.Expect(w.client.Status().Update(w.t.Context(), object)).To(Succeed())
}

func (w *world) createSync(name string, status v1alpha1.FolderSyncStatus, change ...func(*v1alpha1.FolderSync)) *v1alpha1.FolderSync {
	w.t.Helper()
	s := &v1alpha1.FolderSync{ObjectMeta: metav1.ObjectMeta{Name: name}}
	s.Spec = v1alpha1.FolderSyncSpec{
		IntegrationRef: v1alpha1.IntegrationReference{Name: "production"},
		Source:         v1alpha1.Source{Exchange: v1alpha1.ExchangeReference{Name: "Secret Project"}, Folder: "/Hidden"},
		Destination:    v1alpha1.Destination{Division: v1alpha1.DivisionReference{Name: "Unnamed"}, Folder: "/Nowhere"},
	}
	for _, f := range change {
		f(s)
	}
	w.create(s, func() { s.Status = status })
	return s
}

func (w *world) createIntegration(status v1alpha1.IntralinksIntegrationStatus) {
	w.t.Helper()
	i := &v1alpha1.IntralinksIntegration{ObjectMeta: metav1.ObjectMeta{Name: "production"}}
	i.Spec.Intralinks.CredentialsSecretRef.Name = "a"
	i.Spec.Luminance.CredentialsSecretRef.Name = "b"
	i.Spec.Luminance.BaseURL = "https://" + host
	w.create(i, func() { i.Status = status })
}

// shows waits until series are there, and no others of their names.
func (w *world) shows(names []string, lines ...string) {
	w.t.Helper()
	w.Eventually(func() []string { return w.series(names...) }).Should(ConsistOf(lines))
}

// series gives the series of metrics, in Prometheus' text without the prefix of the names and the namespace.
func (w *world) series(names ...string) []string {
	w.t.Helper()
	families, err := w.registry.Gather()
	w.Expect(err).NotTo(HaveOccurred())
	return textOf(families, w.namespace, names...)
}

func at(seconds int64) *metav1.Time {
	t := metav1.Unix(seconds, 0)
	return &t
}

func TestASyncsStatus(t *testing.T) {
	w := newWorld(t)
	w.createIntegration(v1alpha1.IntralinksIntegrationStatus{})
	w.createSync("contracts", v1alpha1.FolderSyncStatus{
		Conditions: []metav1.Condition{
			{Type: "Ready", Status: "True", Reason: "SyncedWithProblems", LastTransitionTime: *at(1)},
			{Type: "InSync", Status: "False", Reason: "NameConflict", Message: "hidden.pdf", LastTransitionTime: *at(1)},
		},
		Documents: &v1alpha1.DocumentCounts{Listed: 10, Synced: 4, Pending: 3, Failed: 2, Skipped: 1, Retained: 6, Moved: 5},
		Bytes:     1234, ProblemCount: 3, FailedRuns: 2,
		ProblemReasons:  []v1alpha1.ProblemCount{{Reason: "NameConflict", Count: 2}, {Reason: "Protected", Count: 1}},
		Problems:        []v1alpha1.Problem{{DocumentID: 7, Name: "hidden.pdf", Reason: "NameConflict"}},
		LastSync:        &v1alpha1.SyncSummary{StartTime: *at(1000), CompletionTime: at(1090), Uploaded: 4, RunID: "x"},
		LastSuccessTime: at(2000), NextSyncTime: at(3000),
		Progress: &v1alpha1.Progress{Done: 1, Total: 3, EstimatedCompletionTime: at(4000)},
	}, func(s *v1alpha1.FolderSync) { s.Spec.Interval = &metav1.Duration{Duration: 10 * time.Minute} })
	w.now.SetTime(time.Unix(2000, 0).Add(35 * time.Minute))

	w.shows([]string{
		"foldersync_info", "foldersync_condition", "foldersync_suspended", "foldersync_interval_seconds", "foldersync_documents",
		"foldersync_retained_documents", "foldersync_moved_documents", "foldersync_synced_bytes", "foldersync_problems",
		"foldersync_last_success_timestamp_seconds", "foldersync_last_run_duration_seconds", "foldersync_failed_runs",
		"foldersync_next_run_timestamp_seconds", "foldersync_missed_intervals", "foldersync_run_documents",
		"foldersync_run_documents_done", "foldersync_estimated_completion_timestamp_seconds",
	},
		`foldersync_info{host="acme.app.luminance.com",integration="production",name="contracts"} 1`,
		`foldersync_condition{name="contracts",reason="SyncedWithProblems",status="True",type="Ready"} 1`,
		`foldersync_condition{name="contracts",reason="NameConflict",status="False",type="InSync"} 1`,
		`foldersync_suspended{name="contracts"} 0`,
		`foldersync_interval_seconds{name="contracts"} 600`,
		`foldersync_documents{name="contracts",state="synced"} 4`,
		`foldersync_documents{name="contracts",state="pending"} 3`,
		`foldersync_documents{name="contracts",state="failed"} 2`,
		`foldersync_documents{name="contracts",state="skipped"} 1`,
		`foldersync_retained_documents{name="contracts"} 6`,
		`foldersync_moved_documents{name="contracts"} 5`,
		`foldersync_synced_bytes{name="contracts"} 1234`,
		`foldersync_problems{name="contracts",reason="NameConflict"} 2`,
		`foldersync_problems{name="contracts",reason="Protected"} 1`,
		`foldersync_last_success_timestamp_seconds{name="contracts"} 2000`,
		`foldersync_last_run_duration_seconds{name="contracts"} 90`,
		`foldersync_failed_runs{name="contracts"} 2`,
		`foldersync_next_run_timestamp_seconds{name="contracts"} 3000`,
		`foldersync_missed_intervals{name="contracts"} 2`, // of the three that passed, one is what any sync waits for
		`foldersync_run_documents{name="contracts"} 3`,
		`foldersync_run_documents_done{name="contracts"} 1`,
		`foldersync_estimated_completion_timestamp_seconds{name="contracts"} 4000`,
	)
	created := w.series("foldersync_created_timestamp_seconds")
	w.Expect(created).To(HaveLen(1))
	w.Expect(created[0]).To(MatchRegexp(`^foldersync_created_timestamp_seconds\{name="contracts"\} 1\.\d+e\+09$`))
}

func TestASyncThatHasDoneNothingYet(t *testing.T) {
	w := newWorld(t)
	s := w.createSync("contracts", v1alpha1.FolderSyncStatus{ObservedGeneration: 1})
	w.createSync("suspended", v1alpha1.FolderSyncStatus{ObservedGeneration: 1}, func(s *v1alpha1.FolderSync) {
		s.Spec.Suspend, s.Spec.Interval = true, &metav1.Duration{Duration: time.Minute}
	})
	w.now.SetTime(s.CreationTimestamp.Add(61 * time.Minute)) // four intervals of 15 minutes
	w.shows([]string{"foldersync_info", "foldersync_missed_intervals", "foldersync_suspended", "foldersync_interval_seconds"},
		`foldersync_info{host="",integration="production",name="contracts"} 1`, `foldersync_info{host="",integration="production",name="suspended"} 1`,
		`foldersync_missed_intervals{name="contracts"} 3`, `foldersync_missed_intervals{name="suspended"} 0`,
		`foldersync_suspended{name="contracts"} 0`, `foldersync_suspended{name="suspended"} 1`,
		`foldersync_interval_seconds{name="contracts"} 900`,
		`foldersync_interval_seconds{name="suspended"} 300`, // the platform's floor
	)
	w.Expect(w.series("foldersync_documents", "foldersync_last_success_timestamp_seconds", "foldersync_run_documents",
		"foldersync_next_run_timestamp_seconds", "foldersync_last_run_duration_seconds")).To(BeEmpty())
}

func TestAnIntegrationsStatus(t *testing.T) {
	w := newWorld(t)
	checked := metav1.NewMicroTime(time.Unix(5000, 0))
	w.createIntegration(v1alpha1.IntralinksIntegrationStatus{
		Conditions: []metav1.Condition{
			{Type: "Ready", Status: "False", Reason: "SignInRequired", LastTransitionTime: *at(1)},
			{Type: "Authorized", Status: "False", Reason: "SignInRequired", LastTransitionTime: *at(1)},
		},
		Account: "somebody@firm.example", TokenExpiresAt: at(6000), ExchangeCount: 12, LastCheckTime: &checked, FailedChecks: 3,
	})
	w.shows([]string{
		"integration_info", "integration_condition", "integration_sign_in_required", "integration_token_expiry_timestamp_seconds", "integration_exchanges",
		"integration_last_check_timestamp_seconds", "integration_failed_checks",
	},
		`integration_info{host="acme.app.luminance.com",name="production"} 1`,
		`integration_condition{name="production",reason="SignInRequired",status="False",type="Ready"} 1`,
		`integration_condition{name="production",reason="SignInRequired",status="False",type="Authorized"} 1`,
		`integration_sign_in_required{name="production"} 1`,
		`integration_token_expiry_timestamp_seconds{name="production"} 6000`,
		`integration_exchanges{name="production"} 12`,
		`integration_last_check_timestamp_seconds{name="production"} 5000`,
		`integration_failed_checks{name="production"} 3`,
	)
}

func TestWhoHasToSignIn(t *testing.T) {
	for _, tt := range []struct {
		reason string
		status metav1.ConditionStatus
		value  string
	}{
		{v1alpha1.SignInRequiredReason, "False", "1"}, {v1alpha1.SignInTimedOutReason, "False", "1"}, {v1alpha1.CallbackNotRegisteredReason, "False", "1"},
		{v1alpha1.SignInExpiringReason, "True", "0"}, {v1alpha1.ConnectedReason, "True", "0"}, {v1alpha1.InvalidCredentialsReason, "False", "0"},
	} {
		t.Run(tt.reason, func(t *testing.T) {
			w := newWorld(t)
			w.createIntegration(v1alpha1.IntralinksIntegrationStatus{Conditions: []metav1.Condition{
				{Type: "Authorized", Status: tt.status, Reason: tt.reason, LastTransitionTime: *at(1)},
			}})
			w.shows([]string{"integration_sign_in_required"}, `integration_sign_in_required{name="production"} `+tt.value)
		})
	}
}

func TestDocumentsAndBytesOfASync(t *testing.T) {
	w := newWorld(t)
	w.createSync("contracts", v1alpha1.FolderSyncStatus{})
	for outcome, bytes := range map[engine.DocumentOutcome]int64{
		engine.Uploaded: 100, engine.NewVersionUploaded: 20, engine.Adopted: 0, engine.Failed: 0, engine.Skipped: 0,
	} {
		w.metrics.Document(w.namespace+"/contracts", outcome, bytes)
	}
	w.metrics.Document(w.namespace+"/contracts", engine.Uploaded, 3)
	w.shows([]string{"foldersync_documents_total", "foldersync_carried_bytes_total"},
		`foldersync_documents_total{name="contracts",result="uploaded"} 2`,
		`foldersync_documents_total{name="contracts",result="new_version"} 1`,
		`foldersync_documents_total{name="contracts",result="adopted"} 1`,
		`foldersync_documents_total{name="contracts",result="failed"} 1`,
		`foldersync_documents_total{name="contracts",result="skipped"} 1`,
		`foldersync_carried_bytes_total{name="contracts"} 123`,
	)
}

func TestSeriesGoWithTheirObject(t *testing.T) {
	w := newWorld(t)
	w.createIntegration(v1alpha1.IntralinksIntegrationStatus{})
	s := w.createSync("contracts", v1alpha1.FolderSyncStatus{LastSuccessTime: at(1)})
	w.metrics.Document(w.namespace+"/contracts", engine.Uploaded, 3)
	w.Eventually(func() []string { return w.series("foldersync_carried_bytes_total") }).Should(ConsistOf(
		`foldersync_carried_bytes_total{name="contracts"} 3`))

	w.Expect(w.client.Delete(t.Context(), s)).To(Succeed())
	w.Expect(w.client.DeleteAllOf(t.Context(), &v1alpha1.IntralinksIntegration{}, client.InNamespace(w.namespace))).To(Succeed())
	w.Eventually(func() []string { return w.ofObjects() }).Should(BeEmpty())

	// Another object of that name begins anew.
	w.createSync("contracts", v1alpha1.FolderSyncStatus{})
	w.shows([]string{"foldersync_carried_bytes_total"}, `foldersync_carried_bytes_total{name="contracts"} 0`)
}

// ofObjects gives the series that belong to an object.
func (w *world) ofObjects() []string {
	var names []string
	for _, d := range metrics.Definitions() {
		if len(d.Labels) > 1 && d.Labels[0] == "namespace" {
			names = append(names, d.Name[len(metrics.Prefix):])
		}
	}
	return w.series(names...)
}

func TestTheRequestBudget(t *testing.T) {
	w := newWorld(t)
	w.budgets.Configure(host, "deals/production", budget.Limit{Requests: 10, Per: time.Hour, Reserve: 20})
	b, err := w.budgets.For(t.Context(), host)
	w.Expect(err).NotTo(HaveOccurred())
	ticket, err := b.Acquire(t.Context(), "a")
	w.Expect(err).NotTo(HaveOccurred())
	ticket.Done()
	names := []string{"request_budget_limit", "request_budget_period_seconds", "request_budget_used", "request_budget_waiting", "request_budget_paused"}
	w.shows(names,
		`request_budget_limit{host="acme.app.luminance.com"} 8`, `request_budget_period_seconds{host="acme.app.luminance.com"} 3600`,
		`request_budget_used{host="acme.app.luminance.com"} 1`, `request_budget_waiting{host="acme.app.luminance.com"} 0`,
		`request_budget_paused{host="acme.app.luminance.com"} 0`)
	w.Expect(w.series("request_budget_wait_seconds")).To(ContainElement(`request_budget_wait_seconds_count{host="acme.app.luminance.com"} 1`))

	b.Throttled(time.Hour)
	w.Expect(w.series("request_budget_paused", "request_budget_limit")).To(ConsistOf(
		`request_budget_paused{host="acme.app.luminance.com"} 1`, `request_budget_limit{host="acme.app.luminance.com"} 4`))

	w.budgets.Forget(host, "deals/production")
	w.Expect(w.series(names...)).To(BeEmpty(), "nobody uses that instance any more")
}

func TestRequestsByOperationAndCode(t *testing.T) {
	w := newWorld(t)
	code := http.StatusOK
	service := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(code) }))
	hc := &http.Client{Transport: w.metrics.Transport("luminance", http.DefaultTransport)}
	fetch := luminance.ClientCredentials(service.URL, "id", "secret", hc)
	ask := func() { _, _ = fetch(t.Context()) } // what it makes of the answer is not the matter here
	code = http.StatusServiceUnavailable
	ask()
	code = http.StatusTooManyRequests
	ask()
	service.Close()
	ask()
	over, cancel := context.WithCancel(t.Context())
	cancel()
	req, err := http.NewRequestWithContext(over, http.MethodGet, service.URL, http.NoBody)
	w.Expect(err).NotTo(HaveOccurred())
	_, err = hc.Transport.RoundTrip(req)
	w.Expect(err).To(MatchError(context.Canceled))

	all := w.series("api_requests_total")
	w.Expect(all).To(ContainElements(
		`api_requests_total{api="luminance",code="500",operation="Token"} 0`, `api_requests_total{api="luminance",code="429",operation="other"} 0`),
		"trouble begins at 0, or Prometheus does not see the first of it")
	w.Expect(slices.DeleteFunc(all, func(line string) bool { return strings.HasSuffix(line, " 0") })).To(ConsistOf(
		`api_requests_total{api="luminance",code="503",operation="Token"} 1`,
		`api_requests_total{api="luminance",code="429",operation="Token"} 1`,
		`api_requests_total{api="luminance",code="error",operation="Token"} 1`,
		`api_requests_total{api="luminance",code="canceled",operation="other"} 1`))
	w.Expect(w.series("api_request_duration_seconds")).To(ContainElements(
		`api_request_duration_seconds_count{api="luminance",operation="Token"} 3`,
		`api_request_duration_seconds_count{api="luminance",operation="other"} 1`))
}

func TestRuns(t *testing.T) {
	w := newWorld(t)
	began := time.Unix(1000, 0)
	result := engine.Result{Started: began, Ended: began.Add(20 * time.Second)}
	ended := w.metrics.RunBegan()
	w.metrics.RunBegan()
	w.Expect(w.series("runs_under_way")).To(ConsistOf("runs_under_way 2"))
	ended(result)
	w.Expect(w.series("runs_under_way")).To(ConsistOf("runs_under_way 1"))
	result.Failure = &engine.Failure{Reason: "SyncFailed", Err: context.Canceled}
	w.metrics.RunBegan()(result)
	result.Failure = &engine.Failure{Reason: "FolderNotFound"}
	w.metrics.RunBegan()(result)
	w.Expect(w.series("run_duration_seconds")).To(ContainElements(
		`run_duration_seconds_count{result="succeeded"} 1`, `run_duration_seconds_sum{result="succeeded"} 20`,
		`run_duration_seconds_bucket{result="succeeded",le="15"} 0`, `run_duration_seconds_bucket{result="succeeded",le="60"} 1`,
		`run_duration_seconds_count{result="stopped"} 1`, `run_duration_seconds_count{result="failed"} 1`))
}

func TestTheLedger(t *testing.T) {
	w := newWorld(t)
	w.Expect(w.series("ledger_size_bytes")).To(ConsistOf(MatchRegexp(`^ledger_size_bytes [1-9]`)))
	w.Expect(w.series("ledger_errors_total")).To(ConsistOf("ledger_errors_total 0"))
	w.Expect(w.ledger.Close()).To(Succeed())
	_, err := w.ledger.ReserveRequest(t.Context(), host, time.Now())
	w.Expect(err).To(HaveOccurred())
	w.Expect(w.ledger.SettleRequest(t.Context(), 1, time.Now())).NotTo(Succeed())
	w.Expect(w.series("ledger_errors_total")).To(ConsistOf("ledger_errors_total 2"))
}

func TestNamesFollowThePrometheusConventions(t *testing.T) {
	w := newWorld(t)
	w.createIntegration(v1alpha1.IntralinksIntegrationStatus{TokenExpiresAt: at(1)})
	w.createSync("contracts", v1alpha1.FolderSyncStatus{
		Documents: &v1alpha1.DocumentCounts{}, LastSuccessTime: at(1), NextSyncTime: at(1), Progress: &v1alpha1.Progress{EstimatedCompletionTime: at(1)},
		LastSync:       &v1alpha1.SyncSummary{StartTime: *at(1), CompletionTime: at(1)},
		ProblemReasons: []v1alpha1.ProblemCount{{Reason: "Protected", Count: 1}},
	})
	w.metrics.RunBegan()(engine.Result{})
	w.metrics.Waited(host, time.Second)
	w.Eventually(func() []string { return w.ofObjects() }).ShouldNot(BeEmpty())
	problems, err := testutil.GatherAndLint(w.registry)
	w.Expect(err).NotTo(HaveOccurred())
	w.Expect(problems).To(BeEmpty())
}
