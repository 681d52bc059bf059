package lead_test

import (
	"net/http"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	. "github.com/onsi/gomega"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/lead"
	"dataroom.dev/intralinks-operator/internal/testenv"
)

// Whatever the operator writes into the API server, it writes only while it leads.
func TestNothingIsWrittenOnceTheLeaseHasLapsed(t *testing.T) {
	e := newElection(t)
	env := testenv.Start(t)
	namespace := env.Namespace(t)
	c, err := e.lease.NewClient(env.Config, client.Options{Scheme: env.Scheme})
	e.Expect(err).NotTo(HaveOccurred())
	named := metav1.ObjectMeta{Namespace: namespace, Name: "heron"}
	secret := &corev1.Secret{ObjectMeta: named}
	sync := &v1alpha1.FolderSync{ObjectMeta: named}
	sync.Spec.IntegrationRef.Name = "production"
	sync.Spec.Source = v1alpha1.Source{Exchange: v1alpha1.ExchangeReference{Name: "Project Heron"}, Folder: "/"}
	sync.Spec.Destination = v1alpha1.Destination{Division: v1alpha1.DivisionReference{Name: "Corporate"}, Folder: "/Deal"}
	e.Expect(c.Create(t.Context(), sync)).To(Succeed())
	writes := map[string]func() error{
		"create": func() error {
			return c.Create(t.Context(), &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, GenerateName: "another-"}})
		},
		"update": func() error { return c.Update(t.Context(), secret) },
		"patch": func() error {
			before := sync.DeepCopy()
			sync.Annotations = map[string]string{"time": e.clock.Now().String()}
			return c.Patch(t.Context(), sync, client.MergeFrom(before))
		},
		"patch a status": func() error {
			before := sync.DeepCopy()
			sync.Status.LastHandledReconcileAt = e.clock.Now().String()
			return c.Status().Patch(t.Context(), sync, client.MergeFromWithOptions(before, client.MergeFromWithOptimisticLock{}))
		},
	}

	e.Expect(c.Create(t.Context(), secret)).To(Succeed())
	e.Expect(e.send(http.MethodPut, leases)).To(Succeed())
	for name, write := range writes {
		e.Expect(write()).To(Succeed(), name)
	}
	e.clock.Step(time.Minute)
	for name, write := range writes {
		e.Expect(write()).To(MatchError(lead.ErrLost), name)
	}
	e.Expect(c.Get(t.Context(), client.ObjectKeyFromObject(sync), sync)).To(Succeed())
}
