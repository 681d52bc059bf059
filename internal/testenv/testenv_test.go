package testenv

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"dataroom.dev/intralinks-operator/api/v1alpha1"

	"dataroom.dev/intralinks-operator/internal/testenv/reaper"
)

func TestOneAPIServerWithBothKindsServesTheTestBinary(t *testing.T) {
	g := NewWithT(t)
	env := Start(t)

	g.Expect(Start(t)).To(BeIdenticalTo(env))
	g.Expect(env.Client.List(t.Context(), &v1alpha1.FolderSyncList{})).To(Succeed())
	g.Expect(env.Client.List(t.Context(), &v1alpha1.IntralinksIntegrationList{})).To(Succeed())
}

func TestNamespaceIsGoneAfterItsTest(t *testing.T) {
	g := NewWithT(t)
	env := Start(t)

	var first, second string
	t.Run("a test with objects in two namespaces", func(t *testing.T) {
		first, second = env.Namespace(t), env.Namespace(t)
		secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: "intralinks-api", Namespace: first}}
		NewWithT(t).Expect(env.Client.Create(t.Context(), secret)).To(Succeed())
	})

	g.Expect(first).NotTo(Equal(second))
	for _, name := range []string{first, second} {
		err := env.Client.Get(t.Context(), client.ObjectKey{Name: name}, &corev1.Namespace{})
		g.Expect(apierrors.IsNotFound(err)).To(BeTrue(), "namespace %s: %v", name, err)
	}
	var secrets corev1.SecretList
	g.Expect(env.Client.List(t.Context(), &secrets, client.InNamespace(first))).To(Succeed())
	g.Expect(secrets.Items).To(BeEmpty())
}

func TestKubectlSpeaksToTheSameServer(t *testing.T) {
	g := NewWithT(t)
	env := Start(t)
	namespace := env.Namespace(t)

	g.Expect(env.Kubectl(t, "get", "namespace", namespace, "-o", "name")).To(Equal("namespace/" + namespace + "\n"))
	g.Expect(env.KubectlRefused(t, "get", "namespace", "no-such-namespace")).To(ContainSubstring("NotFound"))
}

func TestMissingBinariesAreExplained(t *testing.T) {
	g := NewWithT(t)

	_, err := start("")
	g.Expect(err).To(MatchError(ContainSubstring("run `make test`")))

	_, err = start(t.TempDir())
	g.Expect(err).To(MatchError(And(ContainSubstring("without etcd"), ContainSubstring("run `make test`"))))
}

// victim is the variable that turns this test binary into one that starts a process and then panics.
const victim = "TESTENV_VICTIM"

func TestNothingOutlivesATestBinaryThatPanics(t *testing.T) {
	if folder := os.Getenv(victim); folder != "" {
		startSleeperAndPanic(folder)
	}
	g := NewWithT(t)
	folder := filepath.Join(t.TempDir(), "control plane")
	g.Expect(os.Mkdir(folder, 0o700)).To(Succeed())

	binary := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$")
	binary.Env = append(os.Environ(), victim+"="+folder)
	// The sleeper writes to the same standard output, so this returns when both have ended.
	output, err := binary.Output()

	g.Expect(err).To(HaveOccurred(), "the test binary was to panic")
	g.Expect(string(output)).To(ContainSubstring("asleep"), "the sleeper was to start")
	g.Expect(string(output)).NotTo(ContainSubstring("awake"), "the sleeper was to be killed")
	g.Eventually(folder).WithTimeout(startTimeout).ShouldNot(BeADirectory())
}

func startSleeperAndPanic(folder string) {
	watch, err := reaper.Start(folder)
	if err != nil {
		panic(err)
	}
	sleeper := filepath.Join(folder, "..", "sleeper")
	if err := os.WriteFile(sleeper, []byte("#!/bin/sh\necho asleep\nsleep 20 >/dev/null 2>&1\necho awake\n"), 0o700); err != nil {
		panic(err)
	}
	wrapped, err := watch.Wrap(sleeper, reaper.Kill)
	if err != nil {
		panic(err)
	}
	command := exec.Command(wrapped)
	command.Stdout = os.Stdout
	if err := command.Start(); err != nil {
		panic(err)
	}
	panic("as a failing test does")
}
