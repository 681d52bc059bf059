package main

import (
	"bytes"
	"context"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/cli-runtime/pkg/genericiooptions"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/testenv"
)

var update = flag.Bool("update", false, "write testdata/*.golden anew")

// patience is far above what anything here takes.
const patience = time.Minute

// world is a namespace of a real API server, and a person at the keyboard.
type world struct {
	*WithT
	t         *testing.T
	env       *testenv.Env
	namespace string
}

func newWorld(t *testing.T) *world {
	t.Helper()
	env := testenv.Start(t)
	g := NewWithT(t)
	g.SetDefaultEventuallyTimeout(patience)
	return &world{WithT: g, t: t, env: env, namespace: env.Namespace(t)}
}

// outcome is what a command came to.
type outcome struct {
	out, err string
	code     int
}

// run runs a command in the world's namespace, without a terminal.
func (w *world) run(args ...string) outcome {
	w.t.Helper()
	return runPlugin(w.t.Context(), append([]string{"--kubeconfig", w.env.Kubeconfig, "-n", w.namespace}, args...)...)
}

func runPlugin(ctx context.Context, args ...string) outcome {
	var out, errOut bytes.Buffer
	code := run(ctx, append([]string{"kubectl-intralinks"}, args...), genericiooptions.IOStreams{In: strings.NewReader(""), Out: &out, ErrOut: &errOut})
	return outcome{out.String(), errOut.String(), code}
}

// golden compares with testdata/NAME.golden, in which the namespace is NAMESPACE.
func (w *world) golden(name, got string) {
	w.t.Helper()
	got = strings.ReplaceAll(got, w.namespace, "NAMESPACE")
	path := filepath.Join("testdata", name+".golden")
	if *update {
		w.Expect(os.MkdirAll("testdata", 0o755)).To(Succeed())
		w.Expect(os.WriteFile(path, []byte(got), 0o644)).To(Succeed())
	}
	want, err := os.ReadFile(path)
	w.Expect(err).NotTo(HaveOccurred(), "go test -update writes it")
	w.Expect(got).To(Equal(string(want)), path)
}

// createSync creates a FolderSync with a status.
func (w *world) createSync(name string, status v1alpha1.FolderSyncStatus, change ...func(*v1alpha1.FolderSync)) *v1alpha1.FolderSync {
	w.t.Helper()
	sync := &v1alpha1.FolderSync{ObjectMeta: metav1.ObjectMeta{Namespace: w.namespace, Name: name}}
	sync.Spec.IntegrationRef.Name = "production"
	sync.Spec.Source = v1alpha1.Source{Exchange: v1alpha1.ExchangeReference{Name: "Project Heron"}, Folder: "/Contracts", MaxFileSize: new(resource.MustParse("1Gi"))}
	sync.Spec.Destination = v1alpha1.Destination{Division: v1alpha1.DivisionReference{Name: "Corporate"}, Folder: "/Heron/" + name}
	for _, f := range change {
		f(sync)
	}
	w.Expect(w.env.Client.Create(w.t.Context(), sync)).To(Succeed())
	w.setStatus(sync, status)
	return sync
}

// setStatus does what the operator does.
func (w *world) setStatus(sync *v1alpha1.FolderSync, status v1alpha1.FolderSyncStatus) {
	w.t.Helper()
	before := sync.DeepCopy()
	sync.Status = status
	w.Expect(w.env.Client.Status().Patch(w.t.Context(), sync, client.MergeFrom(before))).To(Succeed())
}

// sync as it stands.
func (w *world) sync(name string) *v1alpha1.FolderSync {
	w.t.Helper()
	var sync v1alpha1.FolderSync
	w.Expect(w.env.Client.Get(w.t.Context(), client.ObjectKey{Namespace: w.namespace, Name: name}, &sync)).To(Succeed())
	return &sync
}

// apply has kubectl apply a manifest.
func (w *world) apply(manifest string) {
	w.t.Helper()
	file := filepath.Join(w.t.TempDir(), "manifest.yaml")
	w.Expect(os.WriteFile(file, []byte(manifest), 0o600)).To(Succeed())
	w.env.Kubectl(w.t, "apply", "-f", file)
}
