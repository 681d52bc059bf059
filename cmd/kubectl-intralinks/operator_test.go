package main

import (
	"context"
	"net"
	"path/filepath"
	"testing"

	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/simulator"
	"dataroom.dev/intralinks-operator/internal/simulator/intralinks"
	"dataroom.dev/intralinks-operator/internal/simulator/luminance"
	"dataroom.dev/intralinks-operator/internal/testenv"
)

// operated is a world in which the operator runs as it ships, against both services simulated.
type operated struct {
	*world
	services *simulator.Running
	// origin of the operator's sign-in pages.
	origin string
	// api is where the operator's API is reached.
	api string
}

func newOperated(t *testing.T) *operated {
	t.Helper()
	return newOperatedOn(t, "")
}

// newOperatedOn has the exchange Project Heron hold a folder's files; a generated room where that is empty.
func newOperatedOn(t *testing.T, room string, flags ...string) *operated {
	t.Helper()
	w := &operated{world: newWorld(t)}
	api := testenv.FreeAddress(t)
	w.api = "http://" + api
	address := testenv.FreeAddress(t)
	w.origin = "http://" + address
	var err error
	w.services, err = simulator.Start(t.Context(), simulator.Options{
		Callback: w.origin + "/auth/callback", Received: filepath.Join(t.TempDir(), "received"), Budget: "unlimited", DataRoom: room,
	})
	w.Expect(err).NotTo(HaveOccurred())
	t.Cleanup(func() { w.Expect(w.services.Close()).To(Succeed()) })
	w.env.RunOperator(t, append(flags, "--external-url="+w.origin, "--sign-in-bind-address="+address, "--api-bind-address="+api, "--watch-namespaces="+w.namespace)...)
	w.Eventually(func() error { return answers(t.Context(), api) }).Should(Succeed())
	w.createSecret("intralinks", "apiKey", intralinks.DefaultAPIKey, "apiSecret", intralinks.DefaultAPISecret)
	w.createSecret("luminance", "clientID", luminance.DefaultClientID, "clientSecret", luminance.DefaultClientSecret)
	return w
}

// answers tells whether somebody listens at an address.
func answers(ctx context.Context, address string) error {
	connection, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
	if err != nil {
		return err
	}
	return connection.Close()
}

func (w *world) createSecret(name string, values ...string) {
	w.t.Helper()
	secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: w.namespace, Name: name}, StringData: map[string]string{}}
	for i := 0; i < len(values); i += 2 {
		secret.StringData[values[i]] = values[i+1]
	}
	w.Expect(w.env.Client.Create(w.t.Context(), secret)).To(Succeed())
}

// connect creates the integration that newOperated is for.
func (w *operated) connect(name string, grant v1alpha1.Grant) {
	w.t.Helper()
	i := &v1alpha1.IntralinksIntegration{ObjectMeta: metav1.ObjectMeta{Namespace: w.namespace, Name: name}}
	i.Spec.Intralinks = v1alpha1.IntralinksConnection{
		BaseURL: w.services.IntralinksURL, Grant: grant, CredentialsSecretRef: v1alpha1.SecretReference{Name: "intralinks"},
	}
	i.Spec.Luminance = v1alpha1.LuminanceConnection{
		BaseURL: w.services.LuminanceURL, CredentialsSecretRef: v1alpha1.SecretReference{Name: "luminance"},
		RequestBudget: v1alpha1.RequestBudget{Requests: 100000},
	}
	w.Expect(w.env.Client.Create(w.t.Context(), i)).To(Succeed())
}

// integration as it stands.
func (w *world) integration(name string) *v1alpha1.IntralinksIntegration {
	w.t.Helper()
	var i v1alpha1.IntralinksIntegration
	w.Expect(w.env.Client.Get(w.t.Context(), client.ObjectKey{Namespace: w.namespace, Name: name}, &i)).To(Succeed())
	return &i
}

// becomes waits until Ready of an integration has a reason.
func (w *world) becomes(name, reason string) {
	w.t.Helper()
	w.Eventually(func() string { return summaryOf(w.integration(name).Status.Conditions).Reason }).Should(Equal(reason))
}

// withSplash is what Project Heron needs to be entered.
func withSplash(s *v1alpha1.FolderSync) {
	s.Spec.Source.Splash.Accept = true
	s.Spec.Source.Folder = "/"
}
