package testenv

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/envtest"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/testenv/reaper"
)

// startTimeout is far above the five seconds that a start takes on an idle machine: several test
// binaries start theirs at once, on as little as two cores.
const startTimeout = 3 * time.Minute

// Env is a running API server with both kinds installed. All of a test binary share it.
type Env struct {
	// Config has the rights of an administrator and no rate limit that a test would notice.
	Config *rest.Config
	// Client reads and writes the API server directly; nothing is cached.
	Client client.Client
	// Scheme knows both kinds and all that come with Kubernetes.
	Scheme *runtime.Scheme
	// Kubeconfig is the path of a file with the same rights as Config.
	Kubeconfig string
	// AuditLog is the path of the API server's audit log, a line of JSON for each request; "" unless WithAuditLog was
	// called.
	AuditLog string

	kubectl  string
	folder   string
	operator func() (program string, err error)
}

var audited bool

// WithAuditLog has the API server of this test binary write an audit log. To be called before the first Start, in
// TestMain.
func WithAuditLog() { audited = true }

var shared = sync.OnceValues(func() (*Env, error) { return start(os.Getenv("KUBEBUILDER_ASSETS")) })

// Start returns the API server of this test binary, and starts it if this is the first call. It fails
// the test where KUBEBUILDER_ASSETS doesn't name a folder with etcd, kube-apiserver and kubectl.
func Start(t testing.TB) *Env {
	t.Helper()
	env, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	return env
}

// Open returns the API server of this process for a program that is no test; KUBEBUILDER_ASSETS is needed likewise.
func Open() (*Env, error) { return shared() }

func start(assets string) (*Env, error) {
	if assets == "" {
		return nil, errors.New("KUBEBUILDER_ASSETS is not set: run `make test`, which builds etcd, kube-apiserver " +
			"and kubectl where they are missing, or set it to the folder that holds them")
	}
	for _, name := range []string{"etcd", "kube-apiserver", "kubectl"} {
		if _, err := os.Stat(filepath.Join(assets, name)); err != nil {
			return nil, fmt.Errorf("KUBEBUILDER_ASSETS names a folder without %s: unset it and run `make test`: %w", name, err)
		}
	}
	crds, err := crdFolder()
	if err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp("", "testenv-")
	if err != nil {
		return nil, err
	}
	watch, err := reaper.Start(folder)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(folder))
	}
	environment, err := configure(watch, assets, crds)
	if err != nil {
		return nil, err
	}
	auditLog := ""
	if audited {
		auditLog = filepath.Join(folder, "audit.log")
		if err := configureAudit(environment, folder, auditLog); err != nil {
			return nil, err
		}
	}
	env := &Env{AuditLog: auditLog, folder: folder, kubectl: filepath.Join(assets, "kubectl"), Kubeconfig: filepath.Join(folder, "kubeconfig")}
	env.operator = sync.OnceValues(func() (string, error) { return buildOperator(folder) })
	return env, env.connect(environment)
}

// configure keeps all that the control plane writes in the folder of the reaper.
func configure(watch *reaper.Reaper, assets, crds string) (*envtest.Environment, error) {
	etcd, errEtcd := watch.Wrap(filepath.Join(assets, "etcd"), reaper.Kill)
	apiServer, errAPIServer := watch.Wrap(filepath.Join(assets, "kube-apiserver"), reaper.Kill)
	etcdLog, errEtcdLog := os.Create(filepath.Join(watch.Folder, "etcd.log"))
	apiServerLog, errAPIServerLog := os.Create(filepath.Join(watch.Folder, "kube-apiserver.log"))
	if err := errors.Join(errEtcd, errAPIServer, errEtcdLog, errAPIServerLog); err != nil {
		return nil, err
	}
	environment := &envtest.Environment{
		CRDDirectoryPaths:        []string{crds},
		ErrorIfCRDPathMissing:    true,
		ControlPlaneStartTimeout: startTimeout,
		// Never a cluster that the user's kubeconfig happens to name.
		UseExistingCluster: new(false),
	}
	environment.ControlPlane.KubectlPath = filepath.Join(assets, "kubectl")
	environment.ControlPlane.Etcd = &envtest.Etcd{Path: etcd, DataDir: filepath.Join(watch.Folder, "etcd.data"), Err: etcdLog}
	server := environment.ControlPlane.GetAPIServer()
	server.Path, server.CertDir, server.Err = apiServer, filepath.Join(watch.Folder, "certificates"), apiServerLog
	for _, needed := range []string{environment.ControlPlane.Etcd.DataDir, server.CertDir} {
		if err := os.Mkdir(needed, 0o700); err != nil {
			return nil, err
		}
	}
	return environment, nil
}

func (e *Env) connect(environment *envtest.Environment) error {
	var err error
	if e.Config, err = environment.Start(); err != nil {
		// What the API server says about a CRD is in the error; the logs tell why it did not start at all.
		if environment.Config == nil {
			err = fmt.Errorf("%w\n%s", err, e.logs())
		}
		return fmt.Errorf("start etcd and kube-apiserver with the CRDs of config/crd/bases: %w", err)
	}
	e.Scheme = runtime.NewScheme()
	if err := errors.Join(clientgoscheme.AddToScheme(e.Scheme), v1alpha1.AddToScheme(e.Scheme)); err != nil {
		return err
	}
	if e.Client, err = client.New(e.Config, client.Options{Scheme: e.Scheme}); err != nil {
		return err
	}
	return os.WriteFile(e.Kubeconfig, environment.KubeConfig, 0o600)
}

// logs gives the end of what etcd and kube-apiserver wrote, for the message about a failed start.
func (e *Env) logs() string {
	const end = 2000
	text := ""
	for _, name := range []string{"etcd.log", "kube-apiserver.log"} {
		content, err := os.ReadFile(filepath.Join(e.folder, name))
		if err != nil {
			continue
		}
		text += fmt.Sprintf("--- the end of %s:\n%s\n", name, content[max(0, len(content)-end):])
	}
	return text
}
