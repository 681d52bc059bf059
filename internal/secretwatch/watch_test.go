package secretwatch_test

import (
	"context"
	"testing"
	"time"

	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"dataroom.dev/intralinks-operator/internal/secretwatch"
	"dataroom.dev/intralinks-operator/internal/testenv"
)

// TestWhatIsKeptOfSecrets: those with the label, and of them no annotation, in which kubectl leaves a copy of the data.
func TestWhatIsKeptOfSecrets(t *testing.T) {
	g := NewWithT(t)
	g.SetDefaultEventuallyTimeout(time.Minute)
	env := testenv.Start(t)
	namespace := env.Namespace(t)
	for name, labels := range map[string]map[string]string{"labelled": {secretwatch.Label: "true"}, "foreign": nil} {
		g.Expect(env.Client.Create(t.Context(), &corev1.Secret{
			ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name, Labels: labels, Annotations: map[string]string{
				corev1.LastAppliedConfigAnnotation: `{"data":{"apiSecret":"aHVzaA=="}}`,
			}},
		})).To(Succeed())
	}
	kept, err := cache.New(env.Config, cache.Options{
		Scheme: env.Scheme, DefaultNamespaces: map[string]cache.Config{namespace: {}}, ByObject: secretwatch.Cached(),
	})
	g.Expect(err).NotTo(HaveOccurred())
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	go func() { _ = kept.Start(ctx) }()

	secrets := &metav1.PartialObjectMetadataList{}
	secrets.SetGroupVersionKind(corev1.SchemeGroupVersion.WithKind("SecretList"))
	g.Eventually(func() error { return kept.List(ctx, secrets, client.InNamespace(namespace)) }).Should(Succeed())
	g.Expect(secrets.Items).To(HaveLen(1))
	g.Expect(secrets.Items[0].Name).To(Equal("labelled"))
	g.Expect(secrets.Items[0].Annotations).To(BeEmpty())
	g.Expect(secrets.Items[0].ManagedFields).To(BeEmpty())
}
