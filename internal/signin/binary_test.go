package signin_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/simulator"
	"dataroom.dev/intralinks-operator/internal/simulator/intralinks"
	"dataroom.dev/intralinks-operator/internal/simulator/luminance"
	"dataroom.dev/intralinks-operator/internal/testenv"
	"dataroom.dev/intralinks-operator/internal/testenv/chromium"
)

// TestTheOperatorAsItShipsInABrowser: the program with its flags, and its pages on a loopback address without
// encryption, where a browser keeps the cookies all the same.
func TestTheOperatorAsItShipsInABrowser(t *testing.T) {
	b := chromium.Start(t)
	env := testenv.Start(t)
	g := NewWithT(t)
	g.SetDefaultEventuallyTimeout(time.Minute)
	namespace, address := env.Namespace(t), testenv.FreeAddress(t)
	origin := "http://" + address
	services, err := simulator.Start(t.Context(), simulator.Options{Callback: origin + "/auth/callback", Received: filepath.Join(t.TempDir(), "received")})
	g.Expect(err).NotTo(HaveOccurred())
	t.Cleanup(func() { g.Expect(services.Close()).To(Succeed()) })
	env.RunOperator(t, "--external-url="+origin, "--sign-in-bind-address="+address, "--watch-namespaces="+namespace)

	create(t, env.Client, &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "intralinks"}, StringData: map[string]string{
		"apiKey": intralinks.DefaultAPIKey, "apiSecret": intralinks.DefaultAPISecret}})
	create(t, env.Client, &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "luminance"}, StringData: map[string]string{
		"clientID": luminance.DefaultClientID, "clientSecret": luminance.DefaultClientSecret}})
	i := &v1alpha1.IntralinksIntegration{ObjectMeta: metav1.ObjectMeta{
		Namespace: namespace, Name: "production", Annotations: map[string]string{v1alpha1.SignInRequestAnnotation: "now"},
	}}
	i.Spec.Intralinks = v1alpha1.IntralinksConnection{BaseURL: services.IntralinksURL, CredentialsSecretRef: v1alpha1.SecretReference{Name: "intralinks"}}
	i.Spec.Luminance = v1alpha1.LuminanceConnection{BaseURL: services.LuminanceURL, CredentialsSecretRef: v1alpha1.SecretReference{Name: "luminance"}}
	create(t, env.Client, i)
	reads := func() v1alpha1.IntralinksIntegrationStatus {
		g.Expect(env.Client.Get(context.Background(), client.ObjectKeyFromObject(i), i)).To(Succeed())
		return i.Status
	}
	g.Eventually(reads).Should(HaveField("SignInURL", ContainSubstring("ticket=")))

	p := b.NewPage()
	p.Open(i.Status.SignInURL)
	g.Eventually(p.Text).Should(ContainSubstring("Continue to Intralinks"))
	g.Expect(p.Click("button")).To(BeTrue())
	g.Eventually(p.Address).Should(HavePrefix(services.SignInURL))
	g.Eventually(func() bool { return p.Type("#email", intralinks.DefaultEmail) }).Should(BeTrue())
	g.Expect(p.Type("#password", intralinks.DefaultPassword) && p.Click("#signin")).To(BeTrue())
	g.Eventually(p.Text).Should(ContainSubstring("Signed in"))
	g.Eventually(func() bool { return meta.IsStatusConditionTrue(reads().Conditions, v1alpha1.ReadyCondition) }).Should(BeTrue())

	g.Expect(env.Client.Delete(t.Context(), i)).To(Succeed())
	g.Eventually(func() int { return services.Intralinks.Stats().TokensRevoked }).Should(Equal(1))
}

func create(t *testing.T, c client.Client, object client.Object) {
	t.Helper()
	if err := c.Create(t.Context(), object); err != nil {
		t.Fatal(err)
	}
}
