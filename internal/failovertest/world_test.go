package failovertest

import (
	"crypto/sha1"
	"database/sql"
	"encoding/hex"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/simulator/dataroom"
	intralinkssim "dataroom.dev/intralinks-operator/internal/simulator/intralinks"
	luminancesim "dataroom.dev/intralinks-operator/internal/simulator/luminance"
	"dataroom.dev/intralinks-operator/internal/testenv"
	"dataroom.dev/intralinks-operator/internal/testenv/postgres"
)

const (
	lease = "operator"
	heron = "heron"
	// patience is how long anything is waited for: far above the 35 s of the lease, because the machine may be busy.
	patience = 4 * time.Minute
	// transfers at once.
	transfers = 4
	// The instance's allowance: what the spec says of it, and the period in which the instance counts. A fifth is left to
	// others.
	allowance, period = 20, 10 * time.Second
)

// world is an API server, a PostgreSQL server with a ledger, and both services over HTTP.
type world struct {
	*gomega.WithT
	t         testing.TB
	env       *testenv.Env
	namespace string
	ledger    string
	room      *dataroom.Room
	want      map[string]string // SHA-1 by path in Luminance
	target    *luminancesim.Simulator
	door      *door
	sourceURL string
}

func newWorld(t testing.TB, documents int) *world {
	t.Helper()
	env := testenv.Start(t)
	w := &world{
		WithT: gomega.NewWithT(t), t: t, env: env, namespace: env.Namespace(t), ledger: postgres.Start(t).Database(t),
		room: dataroom.New(1), want: map[string]string{},
	}
	w.SetDefaultEventuallyTimeout(patience)
	w.SetDefaultEventuallyPollingInterval(50 * time.Millisecond)
	for n := range documents {
		content := fmt.Sprintf("document %d", n)
		name := fmt.Sprintf("d%03d", n)
		_, err := w.room.AddDocument(0, name, ".txt", dataroom.Bytes(content))
		w.must(err)
		sum := sha1.Sum([]byte(content))
		w.want["/Deal/"+name+".txt"] = hex.EncodeToString(sum[:])
	}
	source := httptest.NewServer(intralinkssim.New(intralinkssim.Options{
		Exchanges: []intralinkssim.Exchange{{ID: 7100015, Name: "Project Heron", Room: w.room}},
	}))
	t.Cleanup(source.Close)
	w.sourceURL = source.URL
	target, err := luminancesim.New(luminancesim.Options{})
	w.must(err)
	w.target = target
	w.must(target.Control().Set("budgetRequests", fmt.Sprint(allowance)))
	w.must(target.Control().Set("budgetPer", period.String()))
	w.door = w.openDoor(target)
	return w
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// apply creates what a user applies.
func (w *world) apply() {
	w.t.Helper()
	w.createSecrets()
	w.connect(heron, "/Deal", nil)
}

func (w *world) createSecrets() {
	w.t.Helper()
	for name, data := range map[string]map[string]string{
		"il":  {v1alpha1.APIKeyKey: intralinkssim.DefaultAPIKey, v1alpha1.APISecretKey: intralinkssim.DefaultAPISecret},
		"lum": {v1alpha1.ClientIDKey: luminancesim.DefaultClientID, v1alpha1.ClientSecretKey: luminancesim.DefaultClientSecret},
	} {
		w.must(w.env.Client.Create(w.t.Context(), &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: w.namespace, Name: name}, StringData: data}))
	}
}

// connect creates an integration and a FolderSync of one name.
func (w *world) connect(name, folder string, labels map[string]string) {
	w.t.Helper()
	named := func(name string) metav1.ObjectMeta {
		return metav1.ObjectMeta{Namespace: w.namespace, Name: name, Labels: labels}
	}
	integration := &v1alpha1.IntralinksIntegration{ObjectMeta: named(name)}
	integration.Spec.Intralinks.Grant, integration.Spec.Intralinks.BaseURL = v1alpha1.ClientCredentialsGrant, w.sourceURL
	integration.Spec.Intralinks.CredentialsSecretRef.Name = "il"
	integration.Spec.Luminance.BaseURL, integration.Spec.Luminance.CredentialsSecretRef.Name = w.door.URL, "lum"
	integration.Spec.Luminance.RequestBudget = v1alpha1.RequestBudget{Requests: allowance, Per: &metav1.Duration{Duration: period}}
	sync := &v1alpha1.FolderSync{ObjectMeta: named(name)}
	sync.Spec.IntegrationRef.Name = name
	sync.Spec.Source = v1alpha1.Source{Exchange: v1alpha1.ExchangeReference{Name: "Project Heron"}, Folder: "/"}
	sync.Spec.Destination = v1alpha1.Destination{Division: v1alpha1.DivisionReference{Name: "Corporate"}, Folder: folder}
	sync.Spec.Interval = &metav1.Duration{Duration: time.Hour}
	for _, object := range []client.Object{integration, sync} {
		w.must(w.env.Client.Create(w.t.Context(), object))
	}
}

// read reads an object of the namespace.
func (w *world) read(name string, object client.Object) {
	w.t.Helper()
	w.must(w.env.Client.Get(w.t.Context(), client.ObjectKey{Namespace: w.namespace, Name: name}, object))
}

func (w *world) sync() *v1alpha1.FolderSync {
	w.t.Helper()
	var sync v1alpha1.FolderSync
	w.read(heron, &sync)
	return &sync
}

// finishes waits until the status says that all documents stand, and holds it to that.
func (w *world) finishes() {
	w.t.Helper()
	w.Eventually(func(g gomega.Gomega) {
		status := w.sync().Status
		g.Expect(status.Documents).To(gomega.HaveValue(gomega.Equal(v1alpha1.DocumentCounts{Listed: int64(len(w.want)), Synced: int64(len(w.want))})))
		g.Expect(meta.IsStatusConditionTrue(status.Conditions, v1alpha1.InSyncCondition)).To(gomega.BeTrue())
		g.Expect(meta.FindStatusCondition(status.Conditions, v1alpha1.ReadyCondition).Reason).To(gomega.Equal(v1alpha1.SyncedReason))
		g.Expect(status.Progress).To(gomega.BeNil())
	}).Should(gomega.Succeed())
	w.stands()
}

// stands holds Luminance against what it has to hold, each document once and never replaced, and the instance's own count
// of requests against the allowance.
func (w *world) stands() {
	w.t.Helper()
	got := map[string]string{}
	for _, d := range w.target.Documents(true) {
		w.Expect(got).NotTo(gomega.HaveKey(d.Path), "a document stands twice")
		w.Expect(d.Version).To(gomega.BeEquivalentTo(1), "%s was sent twice", d.Path)
		got[d.Path] = d.SHA1
	}
	w.Expect(got).To(gomega.Equal(w.want))
	usage := w.target.Usage()
	w.Expect(usage.Refused).To(gomega.BeZero(), "the instance had to refuse")
	w.Expect(usage.Largest).To(gomega.BeNumerically("<=", allowance))
}

// books is all that the ledger holds.
func (w *world) books() string {
	w.t.Helper()
	db, err := sql.Open("pgx", w.ledger)
	w.must(err)
	defer db.Close()
	var all strings.Builder
	for _, table := range []string{"pairs", "documents", "former_places", "folder_names", "places", "requests", "throttles", "leadership"} {
		var rows string
		w.must(db.QueryRowContext(w.t.Context(), `SELECT coalesce(string_agg(t::text, E'\n' ORDER BY t::text), '') FROM `+table+` t`).Scan(&rows))
		fmt.Fprintf(&all, "%s:\n%s\n", table, rows)
	}
	return all.String()
}
