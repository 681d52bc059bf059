package installtest

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	. "github.com/onsi/gomega"
	rbacv1 "k8s.io/api/rbac/v1"
)

// release renders the chart as another release in the same namespace.
func release(t *testing.T, name, selector string) objects {
	t.Helper()
	text, err := run(t, nil, helmPath(t), "template", name, chart, "--namespace", namespace, "--kube-version", "1.37.0",
		"--set", "crds.enabled=false", "--set", "watch.labelSelector="+selector)
	if err != nil {
		t.Fatal(err)
	}
	return parse(t, text)
}

// identities are the kinds and names of objects.
func identities(all objects) (found []string) {
	for _, object := range all {
		found = append(found, object.GetKind()+" "+object.GetNamespace()+"/"+object.GetName())
	}
	return found
}

// leases are what the operator's arguments and its role say of its leases.
func leases(t *testing.T, all objects) (id string, allowed []string) {
	t.Helper()
	for _, arg := range deployment(t, all).Spec.Template.Spec.Containers[0].Args {
		if name, ok := strings.CutPrefix(arg, "--leader-election-id="); ok {
			id = name
		}
	}
	for _, object := range all.of("Role") {
		for _, rule := range into[rbacv1.Role](t, object).Rules {
			allowed = append(allowed, rule.ResourceNames...)
		}
	}
	return id, allowed
}

// Two releases in one namespace share no object, no pod and no lease.
func TestTwoReleasesDoNotCollide(t *testing.T) {
	g := NewWithT(t)
	acme, beta := release(t, "intralinks-acme", "tenant=acme"), release(t, "intralinks-beta", "tenant=beta")
	for _, identity := range identities(beta) {
		g.Expect(identities(acme)).NotTo(ContainElement(identity))
	}
	g.Expect(deployment(t, acme).Spec.Selector).NotTo(Equal(deployment(t, beta).Spec.Selector))
	for _, all := range []objects{acme, beta} {
		id, allowed := leases(t, all)
		g.Expect(allowed).To(ConsistOf(id, id+"-allowances"))
	}
}

// The overlay that the documentation shows makes a second installation beside the first.
func TestTheOverlayForASecondInstallationDoesNotCollide(t *testing.T) {
	g := NewWithT(t)
	_, block, found := strings.Cut(file(t, "docs/scaling.md"), "# beta/kustomization.yaml\n")
	g.Expect(found).To(BeTrue())
	block, _, _ = strings.Cut(block, "```")
	// kustomize reads only what lies beside or above.
	folder, err := os.MkdirTemp(filepath.Join(root, "hack", "installtest"), "overlay-") //nolint:usetesting // it has to lie in the repository
	g.Expect(err).NotTo(HaveOccurred())
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	block = strings.Replace(block, "../config/default", "../../../config/default", 1)
	g.Expect(os.WriteFile(filepath.Join(folder, "kustomization.yaml"), []byte(block), 0o600)).To(Succeed())
	first, beta := kustomize(t, "config/default"), kustomize(t, filepath.Join("hack", "installtest", filepath.Base(folder)))

	g.Expect(len(beta)).To(Equal(len(first)-3), "but for the namespace and both kinds")
	for _, identity := range identities(beta) {
		g.Expect(identities(first)).NotTo(ContainElement(identity))
	}
	spec := deployment(t, beta).Spec
	g.Expect(spec.Selector.MatchLabels).To(HaveKeyWithValue("app.kubernetes.io/instance", "intralinks-operator-beta"))
	g.Expect(spec.Template.Labels).To(HaveKeyWithValue("app.kubernetes.io/instance", "intralinks-operator-beta"))
	g.Expect(spec.Template.Spec.Containers[0].Args).To(ContainElement("--watch-label-selector=tenant=beta"))
	g.Expect(slices.Contains(spec.Template.Spec.Containers[0].Args, "--leader-elect")).To(BeTrue())
	id, allowed := leases(t, beta)
	g.Expect(allowed).To(ConsistOf(id, id+"-allowances"))
	g.Expect(spec.Template.Spec.Volumes[0].PersistentVolumeClaim.ClaimName).To(Equal("intralinks-operator-ledger-beta"))
}
