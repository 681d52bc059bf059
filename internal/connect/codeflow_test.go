package connect_test

import (
	"errors"
	"testing"

	. "github.com/onsi/gomega"
	"k8s.io/utils/ptr"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/connect"
	"dataroom.dev/intralinks-operator/internal/intralinks"
)

func TestTheSpecDecidesHowAPersonSignsIn(t *testing.T) {
	g := NewWithT(t)
	var i v1alpha1.IntralinksIntegration
	g.Expect(connect.CodeFlowOptions(&i)).To(Equal(intralinks.CodeFlowOptions{
		Version: "v3", AuthURL: "https://apps.intralinks.com", PKCE: true, SendRedirectURI: true,
	}))
	spec := &i.Spec.Intralinks
	spec.AuthAPIVersion, spec.AuthURL, spec.EndOtherSessions = v1alpha1.AuthAPIVersionV2, "https://auth.example", true
	spec.SignIn = &v1alpha1.SignIn{}
	g.Expect(connect.CodeFlowOptions(&i)).To(Equal(intralinks.CodeFlowOptions{
		Version: "v2", AuthURL: "https://auth.example", EndOtherSessions: true,
	}))
	spec.SignIn = &v1alpha1.SignIn{
		AuthorizeURL: "https://a.example/1", TokenURL: "https://a.example/2", RevokeURL: "https://a.example/3",
		PKCE: ptr.To(true), SendRedirectURI: ptr.To(true), Scope: "ilservices",
	}
	want := intralinks.CodeFlowOptions{
		Version: "v2", AuthURL: "https://auth.example", EndOtherSessions: true,
		AuthorizeURL: "https://a.example/1", TokenURL: "https://a.example/2", RevokeURL: "https://a.example/3",
		PKCE: true, SendRedirectURI: true, Scope: "ilservices",
	}
	g.Expect(connect.CodeFlowOptions(&i)).To(Equal(want))
	spec.AuthAPIVersion, spec.SignIn.PKCE, spec.SignIn.SendRedirectURI = v1alpha1.AuthAPIVersionV3, ptr.To(false), ptr.To(false)
	want.Version, want.PKCE, want.SendRedirectURI = "v3", false, false
	g.Expect(connect.CodeFlowOptions(&i)).To(Equal(want))
}

func TestNoAddressOfASignInIsBeyondThePolicy(t *testing.T) {
	for field, set := range map[string]func(*v1alpha1.SignIn, string){
		"authorizeURL": func(s *v1alpha1.SignIn, url string) { s.AuthorizeURL = url },
		"tokenURL":     func(s *v1alpha1.SignIn, url string) { s.TokenURL = url },
		"revokeURL":    func(s *v1alpha1.SignIn, url string) { s.RevokeURL = url },
	} {
		t.Run(field, func(t *testing.T) {
			g := NewWithT(t)
			o, _, i := newWorkingOffice(t, func(i *v1alpha1.IntralinksIntegration) {
				i.Spec.Intralinks.Grant, i.Spec.Intralinks.SignIn = v1alpha1.AuthorizationCodeGrant, &v1alpha1.SignIn{}
				set(i.Spec.Intralinks.SignIn, "https://evil.example/oauth")
			})
			_, err := o.Connect(t.Context(), i)
			problem, ok := errors.AsType[*connect.Problem](err)
			g.Expect(ok).To(BeTrue(), "%v", err)
			g.Expect(problem.Reason).To(Equal(v1alpha1.HostNotAllowedReason))
			g.Expect(problem.Message).To(HavePrefix("spec.intralinks.signIn." + field + ": "))
		})
	}
}
