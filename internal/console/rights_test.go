package console_test

import (
	"net/http"
	"testing"

	. "github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/api/meta"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
)

// TestRights: people see and do in the console what the cluster lets them, and no more.
func TestRights(t *testing.T) {
	w := newWorld(t)
	w.connect(v1alpha1.ClientCredentialsGrant)
	w.create(w.newSync(contracts))
	w.Eventually(func() bool {
		return meta.IsStatusConditionTrue(w.sync(contracts).Status.Conditions, v1alpha1.ReadyCondition)
	}).Should(BeTrue())
	syncs, sync := "/console/syncs", "/console/syncs/"+w.namespace+"/"+contracts
	integration := "/console/integrations/" + w.namespace + "/" + production

	nobody := w.signsIn(w.person("nobody"))
	w.Expect(nobody.get(syncs).body).To(And(ContainSubstring("no sync that your account may see"), Not(ContainSubstring(contracts))))
	w.Expect(nobody.get("/console/integrations").body).NotTo(ContainSubstring(production))
	for _, path := range []string{sync, sync + "/problems", sync + "/documents", sync + "/documents.csv", integration, integration + "/exchanges",
		integration + "/browse?exchange=7100015", integration + "/activate?exchange=7100015&folder=/"} {
		v := nobody.get(path)
		w.Expect(v.status).To(Equal(http.StatusForbidden), path)
		w.Expect(v.body).NotTo(ContainSubstring("Heron"), path)
	}

	viewer := w.signsIn(w.person("viewer", seeing))
	w.Expect(viewer.get(syncs).body).To(ContainSubstring(contracts))
	v := viewer.get(sync)
	w.Expect(v.body).To(And(ContainSubstring("and not change it"), Not(ContainSubstring("Suspend</button>"))))
	for _, deed := range []string{"/suspend", "/resume", "/run"} {
		w.Expect(viewer.post(sync+deed, v.form()).status).To(Equal(http.StatusForbidden), deed)
	}
	w.Expect(w.sync(contracts).Spec.Suspend).To(BeFalse())
	w.Expect(w.sync(contracts).Annotations).To(BeEmpty())
	for _, path := range []string{sync + "/problems", sync + "/documents", sync + "/documents.csv", integration + "/exchanges", integration + "/browse?exchange=7100015"} {
		w.Expect(viewer.get(path).status).To(Equal(http.StatusForbidden), path)
	}

	reader := w.signsIn(w.person("reader", seeing, browsing))
	w.Expect(reader.get(sync + "/documents").body).To(ContainSubstring("/Contracts/"))
	form := reader.get(integration + "/activate?exchange=7100015&folder=/Contracts")
	w.Expect(form.body).To(And(ContainSubstring("may not create a FolderSync"), Not(ContainSubstring("Activate sync"))))
	asked := form.form("name", "stolen", "exchange", "7100015", "folder", "/Contracts", "division", "Corporate", "target", "/Stolen", "interval", "15m")
	v = reader.post(integration+"/activate", asked)
	w.Expect(v.status).To(Equal(http.StatusForbidden))
	w.Expect(v.body).To(ContainSubstring("cannot create resource"))
	w.Expect(reader.post(integration+"/yaml", asked).body).To(ContainSubstring("kind: FolderSync"))

	// A right that is taken away is gone.
	w.Expect(w.env.Kubectl(t, "-n", w.namespace, "delete", "rolebinding", "viewer")).To(ContainSubstring("deleted"))
	w.Eventually(func() int { return viewer.get(sync).status }).Should(Equal(http.StatusForbidden))
	w.Eventually(func() string { return viewer.get(syncs).body }).ShouldNot(ContainSubstring(contracts))
}
