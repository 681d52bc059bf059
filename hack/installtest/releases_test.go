package installtest

import (
	"path/filepath"
	"strings"
	"testing"

	. "github.com/onsi/gomega"
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
