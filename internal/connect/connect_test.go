package connect_test

import (
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/budget"
	"dataroom.dev/intralinks-operator/internal/connect"
)

func replaceNamespace(message, namespace string) string {
	return strings.ReplaceAll(message, "NAMESPACE", namespace)
}

func keyOf(o client.Object) client.ObjectKey { return client.ObjectKeyFromObject(o) }

func TestTheDefaultOfTheBaseURLFollowsTheAuthAPIVersion(t *testing.T) {
	for _, tt := range []struct {
		version v1alpha1.AuthAPIVersion
		baseURL string
		want    string
	}{
		{v1alpha1.AuthAPIVersionV3, "", "https://apps.intralinks.com"},
		{"", "", "https://apps.intralinks.com"},
		{v1alpha1.AuthAPIVersionV2, "", "https://api.intralinks.com"},
		{v1alpha1.AuthAPIVersionV3, "https://api.intralinks.com", "https://api.intralinks.com"},
		{v1alpha1.AuthAPIVersionV2, "https://test-api.intralinks.com", "https://test-api.intralinks.com"},
	} {
		var i v1alpha1.IntralinksIntegration
		i.Spec.Intralinks.AuthAPIVersion, i.Spec.Intralinks.BaseURL = tt.version, tt.baseURL
		NewWithT(t).Expect(connect.IntralinksURL(&i)).To(Equal(tt.want), "%s %s", tt.version, tt.baseURL)
	}
}

func TestSignInHasAnAddressOfItsOwnWhereOneIsGiven(t *testing.T) {
	g := NewWithT(t)
	auth := newServices(t)
	o, s, i := newWorkingOffice(t, func(i *v1alpha1.IntralinksIntegration) { i.Spec.Intralinks.AuthURL = auth.URL })
	for _, err := range o.connect(i).Intralinks.Exchanges(t.Context()) {
		g.Expect(err).NotTo(HaveOccurred())
	}
	g.Expect(auth.requests()).To(Equal([]string{"POST /v3/apis/il-iam/oauth/token key:key-secret"}))
	g.Expect(s.requests()).To(Equal([]string{"GET /v2/workspaces"}))
}

func TestAnInstanceIsSpelledOneWay(t *testing.T) {
	for baseURL, want := range map[string]string{
		"https://acme.app.luminance.com":       "acme.app.luminance.com",
		"https://ACME.App.Luminance.com":       "acme.app.luminance.com",
		"https://acme.app.luminance.com/":      "acme.app.luminance.com",
		"https://acme.app.luminance.com:443":   "acme.app.luminance.com",
		"https://acme.app.luminance.com.":      "acme.app.luminance.com",
		"https://acme.app.luminance.com.:443/": "acme.app.luminance.com",
		"https://acme.app.luminance.com:8443":  "acme.app.luminance.com:8443",
		"http://127.0.0.1:8812":                "127.0.0.1:8812",
		"http://localhost:80":                  "localhost",
		"http://localhost:443":                 "localhost:443",
		"http://[::1]:8812":                    "[::1]:8812",
		"https://[::1]:443":                    "[::1]",
	} {
		var i v1alpha1.IntralinksIntegration
		i.Spec.Luminance.BaseURL = baseURL
		NewWithT(t).Expect(connect.InstanceOf(&i)).To(Equal(want), baseURL)
	}
}

func TestAHostThatIsNotAllowedIsNotCalled(t *testing.T) {
	for field, change := range map[string]func(*v1alpha1.IntralinksIntegration){
		"spec.intralinks.baseURL": func(i *v1alpha1.IntralinksIntegration) {
			i.Spec.Intralinks.BaseURL = "https://evil-intralinks.com"
			i.Spec.Intralinks.AuthURL = "https://api.intralinks.com"
		},
		"spec.intralinks.authURL": func(i *v1alpha1.IntralinksIntegration) {
			i.Spec.Intralinks.AuthURL = "https://evil-intralinks.com"
		},
		"spec.luminance.baseURL": func(i *v1alpha1.IntralinksIntegration) {
			i.Spec.Luminance.BaseURL = "https://evil-intralinks.com"
		},
	} {
		t.Run(field, func(t *testing.T) {
			o, _, i := newWorkingOffice(t, change)
			_, err := o.Connect(t.Context(), i)
			NewWithT(t).Expect(err).To(MatchError(HavePrefix("HostNotAllowed: " + field + ": the operator may not call evil-intralinks.com: correct the URL, or")))
		})
	}
}

func TestAChangedSpecMakesANewConnection(t *testing.T) {
	g := NewWithT(t)
	o, _, i := newWorkingOffice(t)
	first := o.connect(i)
	before := i.DeepCopy()
	i.Labels = map[string]string{"team": "deals"}
	o.must(o.client.Patch(t.Context(), i, client.MergeFrom(before)))
	g.Expect(o.connect(i) == first).To(BeTrue(), "a label is no change of the spec")

	i.Spec.Intralinks.EndOtherSessions = true
	o.must(o.client.Update(t.Context(), i))
	g.Expect(o.connect(i) == first).To(BeFalse())
	g.Expect(o.connect(i).Revision).To(Equal(first.Revision), "the Secrets are the same")

	o.must(o.client.Delete(t.Context(), i))
	again := o.integration(i.Spec.Luminance.BaseURL, func(again *v1alpha1.IntralinksIntegration) { again.Spec = i.Spec })
	second := o.connect(again)
	g.Expect(second == first).To(BeFalse())

	o.Forget(keyOf(again))
	g.Expect(o.connect(again) == second).To(BeFalse(), "what was forgotten is made anew")
	o.Forget(client.ObjectKey{Name: "never seen"})
}

func TestTheBudgetOfAnInstanceIsTheStrictestOfItsUsers(t *testing.T) {
	g := NewWithT(t)
	budgetOf := func(requests int32) func(*v1alpha1.IntralinksIntegration) {
		return func(i *v1alpha1.IntralinksIntegration) {
			i.Spec.Luminance.RequestBudget = v1alpha1.RequestBudget{Requests: requests, Per: &metav1.Duration{Duration: time.Hour}, Reserve: new(int32(0))}
		}
	}
	o, s, strict := newWorkingOffice(t, budgetOf(10))
	lax := o.integration(s.URL, budgetOf(50), func(i *v1alpha1.IntralinksIntegration) {
		i.Name, i.Spec.Luminance.BaseURL = "other", s.URL+"/"
	})
	connection := o.connect(lax)
	g.Expect(connection.Budget.State().Limit).To(Equal(50))
	g.Expect(o.connect(strict).Budget == connection.Budget).To(BeTrue(), "one instance, one budget")
	g.Expect(connection.Budget.State().Limit).To(Equal(10))

	// The strict one turns out to belong to another instance: here it has no say any more.
	strict.Spec.Luminance.BaseURL = newServices(t).URL
	o.must(o.client.Update(t.Context(), strict))
	g.Expect(o.connect(strict).Budget.State().Limit).To(Equal(10))
	g.Expect(connection.Budget.State().Limit).To(Equal(50))
}

func TestEveryRequestToLuminanceIsCounted(t *testing.T) {
	g := NewWithT(t)
	o, s, i := newWorkingOffice(t)
	connection := o.connect(i)
	g.Expect(connection.Luminance.Me(t.Context())).To(HaveField("ID", int64(77)))
	g.Expect(s.requests()).To(HaveLen(2))
	g.Expect(connection.Budget.State().Used).To(Equal(2), "the token, too")
}

func TestLimitOf(t *testing.T) {
	g := NewWithT(t)
	g.Expect(connect.LimitOf(v1alpha1.RequestBudget{Requests: 30, Per: &metav1.Duration{Duration: time.Minute}, Reserve: new(int32(10))})).
		To(Equal(budget.Limit{Requests: 30, Per: time.Minute, Reserve: 10}))
	g.Expect(connect.LimitOf(v1alpha1.RequestBudget{Requests: 30})).To(Equal(budget.Limit{Requests: 30}))
}
