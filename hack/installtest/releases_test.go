package installtest

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	apiextensions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"dataroom.dev/intralinks-operator/internal/testenv"
)

// helm runs the real Helm against the API server.
func helm(t *testing.T, env *testenv.Env, args ...string) (string, error) {
	t.Helper()
	kubeconfig, err := filepath.Abs(env.Kubeconfig)
	if err != nil {
		t.Fatal(err)
	}
	return run(t, nil, helmPath(t), append([]string{"--kubeconfig", kubeconfig, "--namespace", namespace}, args...)...)
}

func install(t *testing.T, env *testenv.Env, release string, set ...string) error {
	t.Helper()
	args := []string{"install", release, chart, "--set", "crds.enabled=false"}
	for _, value := range set {
		args = append(args, "--set", value)
	}
	_, err := helm(t, env, args...)
	if err == nil {
		t.Cleanup(func() { uninstall(t, env, release) })
	}
	return err
}

func uninstall(t *testing.T, env *testenv.Env, release string) {
	t.Helper()
	if _, err := helm(t, env, "uninstall", release, "--ignore-not-found"); err != nil {
		t.Error(err)
	}
}

// Two releases that look after the same objects would carry each document twice. The second is refused, with the
// object that tells and the release that it belongs to.
func TestASecondReleaseForTheSameObjectsIsRefused(t *testing.T) {
	g := NewWithT(t)
	env := cluster(t)

	g.Expect(install(t, env, "first")).To(Succeed())
	g.Expect(install(t, env, "second")).To(MatchError(And(
		ContainSubstring(`ClusterRole "intralinks-operator-manager-role"`), ContainSubstring("exists and cannot be imported into the current release"),
		ContainSubstring(`must equal "second": current value is "first"`))))
	g.Expect(install(t, env, "tenants", "watch.labelSelector=tenant=acme")).To(Succeed(), "those of one tenant are others")
	uninstall(t, env, "first")
	uninstall(t, env, "tenants")

	g.Expect(install(t, env, "deals", "watch.namespaces={deals,deals-archive}")).To(Succeed())
	g.Expect(install(t, env, "archive", "watch.namespaces={deals-archive}")).To(MatchError(And(
		ContainSubstring(`Role "intralinks-operator-manager-role" in namespace "deals-archive"`), ContainSubstring(`must equal "archive": current value is "deals"`))))
	uninstall(t, env, "deals")
	g.Expect(install(t, env, "deals", "watch.namespaces={deals}")).To(Succeed())
	g.Expect(install(t, env, "archive", "watch.namespaces={deals-archive}")).To(Succeed(), "each has namespaces of its own")

	var leases []string
	for _, release := range []string{"deals", "archive"} {
		text, err := helm(t, env, "get", "manifest", release)
		g.Expect(err).NotTo(HaveOccurred())
		leases = append(leases, deployment(t, parse(t, text)).Spec.Template.Spec.Containers[0].Args[1])
	}
	g.Expect(leases).To(Equal([]string{"--leader-election-id=deals-intralinks-operator", "--leader-election-id=archive-intralinks-operator"}))
}

// Helm never touches again what lies in a chart's folder crds; here the kinds are upgraded with the release, and stay when
// it goes.
func TestUpgradingBringsTheKindsUpToDate(t *testing.T) {
	g := NewWithT(t)
	env := cluster(t)
	g.Expect(apiextensions.AddToScheme(env.Scheme)).To(Succeed())
	hasInterval := func() bool {
		crd := &apiextensions.CustomResourceDefinition{}
		g.Expect(env.Client.Get(t.Context(), client.ObjectKey{Name: "foldersyncs.dataroom.dev"}, crd)).To(Succeed())
		_, has := crd.Spec.Versions[0].Schema.OpenAPIV3Schema.Properties["spec"].Properties["interval"]
		return has
	}
	older := filepath.Join(t.TempDir(), "intralinks-operator")
	g.Expect(os.CopyFS(older, os.DirFS(filepath.Join(root, chart)))).To(Succeed())
	kind := filepath.Join(older, "files/crds/dataroom.dev_foldersyncs.yaml")
	text, err := os.ReadFile(kind)
	g.Expect(err).NotTo(HaveOccurred())
	text = regexp.MustCompile(`(?m)^              interval:\n(                .*\n)+`).ReplaceAll(text, nil)
	g.Expect(os.WriteFile(kind, text, 0o600)).To(Succeed())

	// The kinds of the tests' API server are nobody's.
	_, err = helm(t, env, "install", "kinds", older, "--take-ownership")
	g.Expect(err).NotTo(HaveOccurred())
	t.Cleanup(func() { uninstall(t, env, "kinds") })
	g.Expect(hasInterval()).To(BeFalse(), "as it was in the older chart")
	_, err = helm(t, env, "upgrade", "kinds", chart)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(hasInterval()).To(BeTrue())

	uninstall(t, env, "kinds")
	g.Expect(hasInterval()).To(BeTrue(), "the kinds stay")
	claim := &corev1.PersistentVolumeClaim{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "kinds-intralinks-operator-ledger"}}
	g.Expect(env.Client.Delete(t.Context(), claim)).To(Succeed())
}

func TestUninstallingLeavesTheLedger(t *testing.T) {
	g := NewWithT(t)
	env := cluster(t)
	g.Expect(install(t, env, "carrier")).To(Succeed())
	_, err := helm(t, env, "upgrade", "carrier", chart, "--set", "crds.enabled=false,minInterval=5m")
	g.Expect(err).NotTo(HaveOccurred())
	text, err := helm(t, env, "get", "manifest", "carrier")
	g.Expect(err).NotTo(HaveOccurred())
	uninstall(t, env, "carrier")

	left := objects{}
	for _, object := range parse(t, text) {
		err := env.Client.Get(t.Context(), client.ObjectKeyFromObject(object), object)
		g.Expect(client.IgnoreNotFound(err)).To(Succeed())
		if err == nil {
			left = append(left, object)
		}
	}
	g.Expect(left.names()).To(ConsistOf(namespace + "/carrier-intralinks-operator-ledger"))
	g.Expect(left[0].GetKind()).To(Equal("PersistentVolumeClaim"))
	g.Expect(env.Client.Delete(t.Context(), left[0])).To(Succeed())
}

// What docs/upgrade.md says for installations without Helm, run as it stands there.
func TestRemovingWithKubectlLeavesKindsAndLedger(t *testing.T) {
	g := NewWithT(t)
	env := cluster(t)
	var created objects
	for _, object := range kustomize(t, "config/default") {
		if object.GetKind() != "CustomResourceDefinition" && object.GetKind() != "Namespace" {
			g.Expect(env.Client.Create(t.Context(), object)).To(Succeed())
			created = append(created, object)
		}
	}
	page := file(t, "docs/upgrade.md")
	_, section, found := strings.Cut(page, "remove everything but these:")
	g.Expect(found).To(BeTrue())
	_, section, _ = strings.Cut(section, "```sh\n")
	commands, _, _ := strings.Cut(section, "```")
	for _, command := range strings.Split(strings.TrimSpace(strings.ReplaceAll(commands, "\\\n", "")), "\n") {
		words := strings.Fields(command)
		g.Expect(words[0]).To(Equal("kubectl"))
		env.Kubectl(t, words[1:]...)
	}
	left := objects{}
	for _, object := range created {
		if err := env.Client.Get(t.Context(), client.ObjectKeyFromObject(object), object); err == nil {
			left = append(left, object)
		}
	}
	g.Expect(left.names()).To(ConsistOf(namespace + "/intralinks-operator-ledger"))
	g.Expect(env.Client.Delete(t.Context(), left[0])).To(Succeed())
}
