package connect_test

import (
	"net/http"
	"testing"
	"time"

	. "github.com/onsi/gomega"
	"golang.org/x/oauth2"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/connect"
	"dataroom.dev/intralinks-operator/internal/tokens"
)

func byAPerson(i *v1alpha1.IntralinksIntegration) {
	i.Spec.Intralinks.Grant = v1alpha1.AuthorizationCodeGrant
}

// signs keeps what a sign-in would have brought.
func (o *office) signs(i *v1alpha1.IntralinksIntegration, access string) {
	o.t.Helper()
	in, err := o.SignIn(o.t.Context(), i)
	o.must(err)
	stored, err := o.Tokens.Load(o.t.Context(), tokens.OwnerOf(i))
	o.must(err)
	token := (&oauth2.Token{AccessToken: access, ExpiresIn: 3599}).WithExtra(map[string]any{"email": "person@example.com"})
	_, err = o.Tokens.Save(o.t.Context(), stored, tokens.NewRecord(token, in.Service, time.Now()))
	o.must(err)
}

func TestAPersonsGrantTakesTheTokenOfTheLastSignIn(t *testing.T) {
	g := NewWithT(t)
	o, s, i := newWorkingOffice(t, byAPerson)
	_, err := o.Connect(t.Context(), i)
	g.Expect(err).To(MatchError(And(ContainSubstring(v1alpha1.SignInRequiredReason), ContainSubstring("nobody has signed in"))))

	o.signs(i, "token-of-a-person")
	first := o.connect(i)
	g.Expect(first.Account).To(Equal("person@example.com"))
	token, err := first.IntralinksTokens.Token(t.Context())
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(token.AccessToken).To(Equal("token-of-a-person"))
	g.Expect(o.connect(i)).To(BeIdenticalTo(first))
	g.Expect(s.requests()).To(BeEmpty())

	o.signs(i, "token-of-another")
	second := o.connect(i)
	g.Expect(second.Revision).NotTo(Equal(first.Revision), "another sign-in is another connection")
}

// TestATokenGoesOnlyWhereItWasGotFor, whatever the spec says by now.
func TestATokenGoesOnlyWhereItWasGotFor(t *testing.T) {
	for name, change := range map[string]func(*v1alpha1.IntralinksConnection){
		"baseURL": func(c *v1alpha1.IntralinksConnection) { c.BaseURL = "https://other.intralinks.com" },
		"authURL": func(c *v1alpha1.IntralinksConnection) { c.AuthURL = "https://other.intralinks.com" },
		"tokenURL": func(c *v1alpha1.IntralinksConnection) {
			c.SignIn = &v1alpha1.SignIn{TokenURL: "https://other.intralinks.com/x"}
		},
		"revokeURL": func(c *v1alpha1.IntralinksConnection) {
			c.SignIn = &v1alpha1.SignIn{RevokeURL: "https://other.intralinks.com/x"}
		},
	} {
		t.Run(name, func(t *testing.T) {
			o, _, i := newWorkingOffice(t, byAPerson)
			o.signs(i, "token-of-a-person")
			o.connect(i)
			change(&i.Spec.Intralinks)
			o.must(o.client.Update(t.Context(), i))
			_, err := o.Connect(t.Context(), i)
			NewWithT(t).Expect(err).To(MatchError(ContainSubstring(v1alpha1.SignInRequiredReason)))
		})
	}
}

// TestTheServicesClockIsHeldAgainstOurs at each answer to a sign-in.
func TestTheServicesClockIsHeldAgainstOurs(t *testing.T) {
	for _, ahead := range []time.Duration{0, 5 * time.Minute, -5 * time.Minute} {
		g := NewWithT(t)
		o, s, i := newWorkingOffice(t, byAPerson)
		s.breaks("POST /v3/apis/il-iam/oauth/token", http.StatusBadRequest, `{}`, "Date", time.Now().Add(ahead).UTC().Format(http.TimeFormat))
		in, err := o.SignIn(t.Context(), i)
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(in.Skew()).To(BeZero())
		_, err = in.Exchange(t.Context(), "code", "")
		g.Expect(err).To(HaveOccurred())
		g.Expect(in.Skew()).To(BeNumerically("~", ahead, 3*time.Second))
	}
}

func TestTheCallbackIsBelowTheExternalURL(t *testing.T) {
	g := NewWithT(t)
	g.Expect((&connect.Connector{}).Callback()).To(BeEmpty())
	g.Expect((&connect.Connector{ExternalURL: "https://operator.example.com"}).Callback()).To(Equal("https://operator.example.com/auth/callback"))
}
