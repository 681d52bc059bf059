package crashtest

import (
	"context"
	"net/http"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/simulator/dataroom"
	intralinkssim "dataroom.dev/intralinks-operator/internal/simulator/intralinks"
	luminancesim "dataroom.dev/intralinks-operator/internal/simulator/luminance"
	"dataroom.dev/intralinks-operator/internal/testenv"
)

const (
	exchange    = "Project Heron"
	division    = "Corporate"
	destination = "/Deal"
	name        = "heron"
	// patience is how long anything is waited for: far above what it takes, because the machine may be busy.
	patience = time.Minute
)

// world is an API server, both services, simulated and spoken to over HTTP, and what processes leave on the disk.
type world struct {
	*gomega.WithT
	t         *testing.T
	env       *testenv.Env
	namespace string
	room      *dataroom.Room
	source    struct {
		*intralinkssim.Server
		door *door
	}
	target struct {
		*luminancesim.Simulator
		door *door
	}
	// ledger is the file that the next process opens; uploads, how many the present one has sent.
	ledger  string
	uploads atomic.Int64
}

func newWorld(t *testing.T) *world {
	t.Helper()
	env := testenv.Start(t)
	w := &world{WithT: gomega.NewWithT(t), t: t, env: env, namespace: env.Namespace(t), room: dataroom.New(1)}
	w.SetDefaultEventuallyTimeout(patience)
	w.SetDefaultEventuallyPollingInterval(5 * time.Millisecond)
	w.ledger = w.newLedger()
	w.source.Server = intralinkssim.New(intralinkssim.Options{Exchanges: []intralinkssim.Exchange{{ID: 7100015, Name: exchange, Room: w.room}}})
	target, err := luminancesim.New(luminancesim.Options{})
	w.must(err)
	w.target.Simulator = target
	w.source.door, w.target.door = newDoor(t, w.source.Server, nil), newDoor(t, target, w.hold)
	return w
}

// hold keeps an upload until the status tells of those before it, so that a status is written for each.
func (w *world) hold(open context.Context, r *http.Request) {
	if !strings.HasSuffix(r.URL.Path, "/upload") {
		return
	}
	before := w.uploads.Add(1) - 1
	// What ends this early is the death of the process, or a test that fails.
	_ = wait.PollUntilContextTimeout(open, 5*time.Millisecond, patience, true, func(ctx context.Context) (bool, error) {
		var sync v1alpha1.FolderSync
		err := w.env.Client.Get(ctx, client.ObjectKey{Namespace: w.namespace, Name: name}, &sync)
		return sync.Status.Progress != nil && sync.Status.Progress.Done >= before, err
	})
}

func (w *world) newLedger() string { return filepath.Join(w.t.TempDir(), "ledger.db") }

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// add puts a document into a folder of the exchange.
func (w *world) add(folder, stem, content string) *dataroom.Document {
	w.t.Helper()
	at, err := w.room.FolderAt(folder)
	w.must(err)
	d, err := w.room.AddDocument(at.ID, stem, ".txt", dataroom.Bytes(content))
	w.must(err)
	return d
}

// apply creates what a user applies: two Secrets, an integration and a FolderSync.
func (w *world) apply() {
	w.t.Helper()
	meta := func(name string) metav1.ObjectMeta { return metav1.ObjectMeta{Namespace: w.namespace, Name: name} }
	interval := metav1.Duration{Duration: time.Hour}
	for _, object := range []client.Object{
		&corev1.Secret{ObjectMeta: meta("intralinks"), StringData: map[string]string{
			v1alpha1.APIKeyKey: intralinkssim.DefaultAPIKey, v1alpha1.APISecretKey: intralinkssim.DefaultAPISecret,
		}},
		&corev1.Secret{ObjectMeta: meta("luminance"), StringData: map[string]string{
			v1alpha1.ClientIDKey: luminancesim.DefaultClientID, v1alpha1.ClientSecretKey: luminancesim.DefaultClientSecret,
		}},
		&v1alpha1.IntralinksIntegration{ObjectMeta: meta(name), Spec: v1alpha1.IntralinksIntegrationSpec{
			Intralinks: v1alpha1.IntralinksConnection{
				Grant: v1alpha1.ClientCredentialsGrant, BaseURL: w.source.door.URL, CredentialsSecretRef: v1alpha1.SecretReference{Name: "intralinks"},
			},
			Luminance: v1alpha1.LuminanceConnection{BaseURL: w.target.door.URL, CredentialsSecretRef: v1alpha1.SecretReference{Name: "luminance"}},
		}},
		&v1alpha1.FolderSync{ObjectMeta: meta(name), Spec: v1alpha1.FolderSyncSpec{
			IntegrationRef: v1alpha1.IntegrationReference{Name: name},
			Source:         v1alpha1.Source{Exchange: v1alpha1.ExchangeReference{Name: exchange}, Folder: "/Contracts"},
			Destination:    v1alpha1.Destination{Division: v1alpha1.DivisionReference{Name: division}, Folder: destination},
			Interval:       &interval,
		}},
	} {
		w.must(w.env.Client.Create(w.t.Context(), object))
	}
}

// sync reads the FolderSync.
func (w *world) sync() *v1alpha1.FolderSync {
	w.t.Helper()
	var sync v1alpha1.FolderSync
	w.must(w.env.Client.Get(w.t.Context(), client.ObjectKey{Namespace: w.namespace, Name: name}, &sync))
	return &sync
}

// request asks for a sync, as a person does, and gives the request's mark.
func (w *world) request(mark string) {
	w.t.Helper()
	sync := w.sync()
	before := sync.DeepCopy()
	sync.Annotations = map[string]string{v1alpha1.ReconcileRequestAnnotation: mark}
	w.must(w.env.Client.Patch(w.t.Context(), sync, client.MergeFrom(before)))
}
