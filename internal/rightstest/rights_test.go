package rightstest

import (
	"net/http"
	"runtime"
	"strings"
	"testing"

	. "github.com/onsi/gomega"
	coordinationv1 "k8s.io/api/coordination/v1"
	eventsv1 "k8s.io/api/events/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/metrics"
)

// TestTheChartGivesTheRightsInUse has the operator do everything, and looks up what it asked the API server for.
func TestTheChartGivesTheRightsInUse(t *testing.T) {
	w := newWorld(t)
	chart := render(t, w.own)
	for _, object := range chart.objects {
		w.create(object)
	}
	w.Expect(chart.rights).NotTo(BeEmpty())
	user := "system:serviceaccount:" + w.own + ":" + chart.account
	t.Cleanup(func() {
		// What is refused is why it does not get on.
		if _, refused := asked(t, w.env.AuditLog, user); t.Failed() && len(refused) > 0 {
			t.Logf("the API server refused:\n%s", strings.Join(refused, "\n"))
		}
	})
	// An API server that can't stream a list is asked for it in one piece, as all were before Kubernetes 1.34.
	old := w.startOperator(w.token(chart.account), "KUBE_FEATURE_WatchListClient=false")
	w.isReady(old)
	// Secrets are listed by who leads.
	w.Eventually(old.logged).Should(MatchRegexp(`"Starting workers".*"controller":"intralinksintegration"`))
	old.stop()
	o := w.startOperator(w.token(chart.account))

	w.syncs()
	w.signsIn()
	w.isReady(o)
	w.showsMetrics(o, chart.reader)
	w.changesItsLogLevel(o)
	w.showsProfiles(o)
	w.suspends()
	w.notices()
	w.lets(o)

	used, refused := asked(t, w.env.AuditLog, user)
	t.Run("none is missing", func(t *testing.T) {
		NewWithT(t).Expect(refused).To(BeEmpty(), "the API server refuses what the operator asks for")
	})
	t.Run("none is idle", func(t *testing.T) {
		NewWithT(t).Expect(idle(chart.rights, used)).To(BeEmpty(), "the chart grants what the operator never asks for")
	})
}

// syncs carries a document, and tells of it in Events.
func (w *world) syncs() {
	w.t.Helper()
	w.createSecret("intralinks-api", map[string]string{"apiKey": "key", "apiSecret": "secret"})
	w.createSecret("luminance-service-user", map[string]string{"clientID": "client", "clientSecret": "secret"})
	w.createIntegration(production)
	w.createSync()
	w.settles(v1alpha1.SyncedReason)
	w.tells(production, v1alpha1.ConnectedReason)
	w.tells(contracts, v1alpha1.SyncedReason)
}

// tells waits for an Event about an object.
func (w *world) tells(name, reason string) {
	w.t.Helper()
	w.Eventually(func(g Gomega) {
		var events eventsv1.EventList
		g.Expect(w.client.List(w.t.Context(), &events, client.InNamespace(w.deals))).To(Succeed())
		g.Expect(events.Items).To(ContainElement(And(HaveField("Regarding.Name", name), HaveField("Reason", reason))))
	}).Should(Succeed())
}

func (w *world) isReady(o *operator) {
	w.t.Helper()
	for _, path := range []string{"/healthz", "/readyz"} {
		w.Eventually(func() (int, error) { return o.probe(path) }).Should(Equal(http.StatusOK))
	}
}

// showsMetrics to whom the chart's role is bound, and to nobody else.
func (w *world) showsMetrics(o *operator, role string) {
	w.t.Helper()
	scraper, stranger := w.accountWith("scraper", role), w.accountWith("stranger", "view")
	var text string
	w.Eventually(func() (status int) {
		status, text = o.ask(http.MethodGet, "/metrics", scraper, "")
		return status
	}).Should(Equal(http.StatusOK))
	w.Expect(o.statusOf(http.MethodGet, "/metrics", stranger, "")).To(Equal(http.StatusForbidden))
	w.Expect(o.statusOf(http.MethodGet, "/metrics", "", "")).To(Equal(http.StatusUnauthorized))
	// What the wiring has to do with: objects, budget, requests, runs, documents, ledger.
	for _, line := range []string{
		`foldersync_condition{name="contracts",namespace="` + w.deals + `",reason="Synced",status="True",type="Ready"} 1`,
		`foldersync_documents_total{name="contracts",namespace="` + w.deals + `",result="uploaded"} 1`,
		`integration_info{host="` + strings.TrimPrefix(w.targetURL, "http://") + `",name="production",namespace="` + w.deals + `"} 1`,
		`request_budget_limit{host="` + strings.TrimPrefix(w.targetURL, "http://") + `"} 80`,
		`request_budget_wait_seconds_count{host="` + strings.TrimPrefix(w.targetURL, "http://") + `"}`,
		`api_requests_total{api="intralinks",code="200",operation="DownloadDocument"} 1`,
		`api_requests_total{api="luminance",code="200",operation="Upload"} 1`,
		`run_duration_seconds_count{result="succeeded"} 1`,
		`ledger_size_bytes `,
		`build_info{goversion="` + runtime.Version() + `",revision="unknown",version="dev"} 1`,
	} {
		w.Expect(text).To(ContainSubstring("\n" + metrics.Prefix + line))
	}
	for _, name := range []string{"Heron", "Corporate", "Deal"} {
		w.Expect(strings.Contains(text, name)).To(BeFalse(), "the metrics name %s", name)
	}
}

// changesItsLogLevel at run time, for whom a role lets.
func (w *world) changesItsLogLevel(o *operator) {
	w.t.Helper()
	w.create(&rbacv1.ClusterRole{
		ObjectMeta: metav1.ObjectMeta{Name: w.own + "-log-level"},
		Rules:      []rbacv1.PolicyRule{{NonResourceURLs: []string{"/debug/log-level"}, Verbs: []string{"get", "put"}}},
	})
	token := w.accountWith("engineer", w.own+"-log-level")
	w.Expect(o.logged()).NotTo(ContainSubstring(`"level":"debug"`))
	w.Eventually(func() int { return o.statusOf(http.MethodPut, "/debug/log-level", token, "level=debug") }).
		Should(Equal(http.StatusOK))
	w.changeSync(func(s *v1alpha1.FolderSync) {
		s.Annotations = map[string]string{v1alpha1.ReconcileRequestAnnotation: "now"}
	})
	w.Eventually(o.logged).Should(ContainSubstring(`"level":"debug"`))
}

// showsProfiles to whom a role lets.
func (w *world) showsProfiles(o *operator) {
	w.t.Helper()
	w.create(&rbacv1.ClusterRole{
		ObjectMeta: metav1.ObjectMeta{Name: w.own + "-profiles"},
		Rules:      []rbacv1.PolicyRule{{NonResourceURLs: []string{"/debug/pprof/*"}, Verbs: []string{"get"}}},
	})
	token := w.accountWith("profiler", w.own+"-profiles")
	w.Eventually(func() int { return o.statusOf(http.MethodGet, "/debug/pprof/goroutine?debug=1", token, "") }).
		Should(Equal(http.StatusOK))
	w.Expect(o.statusOf(http.MethodGet, "/debug/log-level", token, "")).To(Equal(http.StatusForbidden))
}

func (w *world) suspends() {
	w.t.Helper()
	for range 2 {
		w.changeSync(func(s *v1alpha1.FolderSync) { s.Spec.Suspend = true })
		w.settles(v1alpha1.SuspendedReason)
		w.changeSync(func(s *v1alpha1.FolderSync) { s.Spec.Suspend = false })
		w.settles(v1alpha1.SyncedReason)
	}
}

// notices a Secret that is gone, and objects that are deleted.
func (w *world) notices() {
	w.t.Helper()
	w.must(w.client.Delete(w.t.Context(), w.sync()))
	w.must(w.client.DeleteAllOf(w.t.Context(), &v1alpha1.IntralinksIntegration{}, client.InNamespace(w.deals)))
	w.Eventually(func(g Gomega) {
		var integrations v1alpha1.IntralinksIntegrationList
		g.Expect(w.client.List(w.t.Context(), &integrations, client.InNamespace(w.deals))).To(Succeed())
		g.Expect(integrations.Items).To(BeEmpty(), "the operator lets go of them once their tokens are revoked")
	}).Should(Succeed())
}

// lets go of the lease when it is told to end.
func (w *world) lets(o *operator) {
	w.t.Helper()
	holder := func() (*string, error) {
		var lease coordinationv1.Lease
		err := w.client.Get(w.t.Context(), client.ObjectKey{Namespace: w.own, Name: "intralinks-operator"}, &lease)
		return lease.Spec.HolderIdentity, err
	}
	w.Expect(holder()).NotTo(HaveValue(BeEmpty()))
	o.stop()
	w.Expect(holder()).To(HaveValue(BeEmpty()), "another replica need not wait for the lease to run out")
}
