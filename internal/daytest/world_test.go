package daytest

import (
	"fmt"
	"math/rand/v2"
	"net/http/httptest"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/simulator/dataroom"
	intralinkssim "dataroom.dev/intralinks-operator/internal/simulator/intralinks"
	luminancesim "dataroom.dev/intralinks-operator/internal/simulator/luminance"
	"dataroom.dev/intralinks-operator/internal/testenv"
)

// day is both services with what lies in them, and the operator between them.
type day struct {
	*gomega.WithT
	t         *testing.T
	plan      plan
	random    *rand.Rand
	clock     *fast
	env       *testenv.Env
	namespace string
	rooms     []*dataroom.Room
	source    *intralinkssim.Server
	target    *luminancesim.Simulator
	servers   []*httptest.Server // of source and target
	ledger    string
	stop      func()

	// idle is how many goroutines there are without an operator.
	idle int
	// made are the SHA-1s of all contents that there ever were.
	made map[string]bool
	// What happened.
	changes, faults, restarts int
}

// names of the folder of a sync.
func folderOf(sync int) string { return fmt.Sprintf("/F%02d", sync) }

func destinationOf(exchange, sync int) string {
	return fmt.Sprintf("/Deals/X%02d%s", exchange, folderOf(sync))
}

func begin(t *testing.T, p plan, random *rand.Rand) *day {
	t.Helper()
	env := testenv.Start(t)
	d := &day{
		WithT: gomega.NewWithT(t), t: t, plan: p, random: random, clock: &fast{began: time.Now(), speed: p.speed}, env: env,
		namespace: env.Namespace(t), ledger: filepath.Join(t.TempDir(), "ledger.db"), made: map[string]bool{},
	}
	d.SetDefaultEventuallyTimeout(p.patience)
	d.SetDefaultEventuallyPollingInterval(200 * time.Millisecond)
	var exchanges []intralinkssim.Exchange
	for x := range p.exchanges {
		room := dataroom.New(int64(x + 1))
		d.rooms = append(d.rooms, room)
		exchanges = append(exchanges, intralinkssim.Exchange{ID: int64(7100000 + x), Name: fmt.Sprintf("Project %02d", x), Room: room})
		for sync := range p.syncs {
			for range p.documents {
				d.add(room, sync)
			}
		}
	}
	d.source = intralinkssim.New(intralinkssim.Options{Exchanges: exchanges, Clock: d.clock.Now})
	target, err := luminancesim.New(luminancesim.Options{Clock: d.clock.Now})
	d.must(err)
	d.target = target
	d.must(target.Control().Set("store", "hashes"))
	d.must(target.Control().Set("tokenTTL", p.tokens.String()))
	d.must(d.source.Control().Set("tokenTTL", p.tokens.String()))
	d.servers = []*httptest.Server{httptest.NewServer(d.source), httptest.NewServer(d.target)}
	for _, server := range d.servers {
		t.Cleanup(server.Close)
	}
	d.idle = runtime.NumGoroutine()
	return d
}

func (d *day) must(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

// apply creates an integration and the FolderSyncs of every exchange.
func (d *day) apply() {
	d.t.Helper()
	create := func(name string, object client.Object) {
		d.t.Helper()
		object.SetNamespace(d.namespace)
		object.SetName(name)
		d.must(d.env.Client.Create(d.t.Context(), object))
	}
	create("intralinks", &corev1.Secret{StringData: map[string]string{
		v1alpha1.APIKeyKey: intralinkssim.DefaultAPIKey, v1alpha1.APISecretKey: intralinkssim.DefaultAPISecret,
	}})
	create("luminance", &corev1.Secret{StringData: map[string]string{
		v1alpha1.ClientIDKey: luminancesim.DefaultClientID, v1alpha1.ClientSecretKey: luminancesim.DefaultClientSecret,
	}})
	var integration v1alpha1.IntralinksIntegration
	integration.Spec.Intralinks = v1alpha1.IntralinksConnection{
		Grant: v1alpha1.ClientCredentialsGrant, BaseURL: d.servers[0].URL, CredentialsSecretRef: v1alpha1.SecretReference{Name: "intralinks"},
	}
	integration.Spec.Luminance = v1alpha1.LuminanceConnection{BaseURL: d.servers[1].URL, CredentialsSecretRef: v1alpha1.SecretReference{Name: "luminance"}}
	create("deals", &integration)
	for x := range d.plan.exchanges {
		for sync := range d.plan.syncs {
			var s v1alpha1.FolderSync
			s.Spec.IntegrationRef.Name, s.Spec.Interval = "deals", &metav1.Duration{Duration: d.plan.interval}
			s.Spec.Source = v1alpha1.Source{Exchange: v1alpha1.ExchangeReference{Name: fmt.Sprintf("Project %02d", x)}, Folder: folderOf(sync)}
			s.Spec.Destination = v1alpha1.Destination{Division: v1alpha1.DivisionReference{Name: "Corporate"}, Folder: destinationOf(x, sync)}
			create(fmt.Sprintf("sync-%02d-%02d", x, sync), &s)
		}
	}
}
