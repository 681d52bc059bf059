package connect_test

import (
	"context"
	"testing"

	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/connect"
)

func v2(i *v1alpha1.IntralinksIntegration) {
	i.Spec.Intralinks.AuthAPIVersion = v1alpha1.AuthAPIVersionV2
}

func TestASecretThatWontDoIsExplained(t *testing.T) {
	good := []string{"clientID", "operator", "clientSecret", "client-secret"}
	for _, tt := range []struct {
		name                  string
		intralinks, luminance []string // nil: no Secret
		change                func(*v1alpha1.IntralinksIntegration)
		reason, message       string
	}{
		{"no Secret for Intralinks", nil, good, nil, v1alpha1.SecretNotFoundReason,
			`spec.intralinks.credentialsSecretRef: there is no Secret "intralinks-api" in namespace "NAMESPACE"; create it, or correct the name`},
		{"no Secret for Luminance", []string{"apiKey", "key", "apiSecret", "s3cret"}, nil, nil, v1alpha1.SecretNotFoundReason,
			`spec.luminance.credentialsSecretRef: there is no Secret "luminance" in namespace "NAMESPACE"; create it, or correct the name`},
		{"a key is missing", []string{"apiKey", "key", "apisecret", "s3cret"}, good, nil, v1alpha1.SecretKeyMissingReason,
			`Secret "intralinks-api" has no value under the key "apiSecret"; add it (it has: apiKey, apisecret)`},
		{"a Secret is empty", []string{}, good, nil, v1alpha1.SecretKeyMissingReason,
			`Secret "intralinks-api" has no value under the key "apiKey"; add it (it has: no keys at all)`},
		{"a value is nothing but white space", []string{"apiKey", " \n", "apiSecret", "s3cret"}, good, nil, v1alpha1.SecretKeyMissingReason,
			`Secret "intralinks-api" has no value under the key "apiKey"; add it (it has: apiKey, apiSecret)`},
		{"a key of the other Secret is missing", []string{"apiKey", "key", "apiSecret", "s3cret"}, []string{"clientID", "operator"}, nil, v1alpha1.SecretKeyMissingReason,
			`Secret "luminance" has no value under the key "clientSecret"; add it (it has: clientID)`},
		{"v2 wants an e-mail", []string{"apiKey", "key", "apiSecret", "s3cret", "password", "s3cret"}, good, v2, v1alpha1.SecretKeyMissingReason,
			`Secret "intralinks-api" has no value under the key "email"; add it (it has: apiKey, apiSecret, password)`},
		{"and a password", []string{"apiKey", "key", "apiSecret", "s3cret", "email", "svc@example.com"}, good, v2, v1alpha1.SecretKeyMissingReason,
			`Secret "intralinks-api" has no value under the key "password"; add it (it has: apiKey, apiSecret, email)`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			g := NewWithT(t)
			o := newOffice(t)
			if tt.intralinks != nil {
				o.secret("intralinks-api", tt.intralinks...)
			}
			if tt.luminance != nil {
				o.secret("luminance", tt.luminance...)
			}
			if tt.change == nil {
				tt.change = func(*v1alpha1.IntralinksIntegration) {}
			}
			_, err := o.Connect(t.Context(), o.integration("http://127.0.0.1:1", tt.change))
			var problem *connect.Problem
			g.Expect(err).To(BeAssignableToTypeOf(problem))
			problem = err.(*connect.Problem) //nolint:errorlint // held to be one, unwrapped, a line above
			g.Expect(problem.Reason).To(Equal(tt.reason))
			g.Expect(problem.Message).To(Equal(replaceNamespace(tt.message, o.namespace)))
			g.Expect(err.Error()).NotTo(Or(ContainSubstring("s3cret"), ContainSubstring("client-secret")))
		})
	}
}

func TestAPersonsSignInNeedsNoPassword(t *testing.T) {
	o := newOffice(t)
	o.secret("intralinks-api", "apiKey", "key", "apiSecret", "key-secret")
	o.secret("luminance", "clientID", "operator", "clientSecret", "client-secret")
	i := o.integration("http://127.0.0.1:1", v2, byAPerson)
	o.signs(i, "token-of-a-person")
	o.connect(i)
}

func TestASecretOfAnotherNamespaceIsNotRead(t *testing.T) {
	elsewhere := newOffice(t)
	elsewhere.secret("intralinks-api", "apiKey", "key", "apiSecret", "key-secret")
	elsewhere.secret("luminance", "clientID", "operator", "clientSecret", "client-secret")
	o := newOffice(t)
	_, err := o.Connect(t.Context(), o.integration("http://127.0.0.1:1"))
	NewWithT(t).Expect(err).To(MatchError(HavePrefix("SecretNotFound: ")))
}

func TestATroubledAPIServerIsNoProblemOfTheIntegration(t *testing.T) {
	o, _, i := newWorkingOffice(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := o.Connect(ctx, i)
	NewWithT(t).Expect(err).To(MatchError(context.Canceled))
	NewWithT(t).Expect(err).NotTo(BeAssignableToTypeOf(&connect.Problem{}))
}

func TestWhiteSpaceAroundAValueIsNotPartOfIt(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(*v1alpha1.IntralinksIntegration)
		signIn string
	}{
		{"v3", func(*v1alpha1.IntralinksIntegration) {}, "POST /v3/apis/il-iam/oauth/token key:key-secret"},
		{"v2", v2, "POST /v2/oauth/token key:key-secret svc@example.com:pass word"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			g := NewWithT(t)
			o, s := newOffice(t), newServices(t)
			o.secret("intralinks-api", "apiKey", "key\n", "apiSecret", " key-secret\r\n", "email", "svc@example.com\n", "password", "pass word\n")
			o.secret("luminance", "clientID", "operator\n", "clientSecret", "\tclient-secret\n")
			connection := o.connect(o.integration(s.URL, tt.change))

			g.Expect(connection.IntralinksTokens.Token(t.Context())).NotTo(BeNil())
			g.Expect(s.requests()).To(Equal([]string{tt.signIn}))
			g.Expect(connection.Luminance.Me(t.Context())).To(HaveField("ID", int64(77)))
			g.Expect(s.requests()).To(Equal([]string{"POST /auth/oauth2/token operator:client-secret", "GET /api2/users/me"}))
		})
	}
}

func TestARotatedSecretTakesEffect(t *testing.T) {
	g := NewWithT(t)
	o, s, i := newWorkingOffice(t)
	first := o.connect(i)
	g.Expect(o.connect(i) == first).To(BeTrue(), "while nothing changes")

	secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: o.namespace, Name: "intralinks-api"}}
	o.must(o.client.Get(t.Context(), keyOf(secret), secret))
	secret.Data["apiSecret"] = []byte("rotated")
	o.must(o.client.Update(t.Context(), secret))
	second := o.connect(i)
	g.Expect(second == first).To(BeFalse())
	g.Expect(second.Revision).NotTo(Equal(first.Revision))
	g.Expect(second.IntralinksTokens.Token(t.Context())).NotTo(BeNil())
	g.Expect(s.requests()).To(Equal([]string{"POST /v3/apis/il-iam/oauth/token key:rotated"}))

	// Deleted and created again by GitOps, with the same values: whether they are can't be told without them.
	o.must(o.client.Delete(t.Context(), secret))
	_, err := o.Connect(t.Context(), i)
	g.Expect(err).To(MatchError(HavePrefix("SecretNotFound: ")), "a connection doesn't outlive its Secret")
	o.secret("intralinks-api", "apiKey", "key", "apiSecret", "rotated")
	g.Expect(o.connect(i).Revision).NotTo(Equal(second.Revision))
}

func TestTheRevisionHoldsNothingOfTheSecrets(t *testing.T) {
	g := NewWithT(t)
	one, _, i := newWorkingOffice(t)
	other, _, j := newWorkingOffice(t)
	g.Expect(one.connect(i).Revision).To(MatchRegexp(`^[0-9a-f]{16}$`))
	g.Expect(one.connect(i).Revision).NotTo(Equal(other.connect(j).Revision), "the same values, other Secrets")
}
