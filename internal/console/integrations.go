package console

import (
	"net/http"
	"slices"
	"strings"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/connect"
)

// integrationsPage is the list of integrations.
type integrationsPage struct {
	page
	Query string
	Rows  []integrationRow
	Pager pager
}

type integrationRow struct {
	Name, Namespace, Path string
	Standing              standing
	Account, Luminance    string
	Allowance             *allowance
}

// allowance is how much of a period's requests is taken.
type allowance struct{ Used, Limit int }

func (c *Console) listIntegrations(v *visit) error {
	all, err := c.integrations(v)
	if err != nil {
		return err
	}
	query := v.r.URL.Query()
	p := integrationsPage{page: v.page("integrations", "Integrations"), Query: query.Get("q")}
	words := strings.Fields(strings.ToLower(p.Query))
	all = slices.DeleteFunc(all, func(i *v1alpha1.IntralinksIntegration) bool {
		return !holds(words, i.Name, i.Namespace, i.Status.Account, connect.InstanceOf(i))
	})
	all, p.Pager = cut(all, query)
	for _, i := range all {
		row := integrationRow{
			Name: i.Name, Namespace: i.Namespace, Path: pathOf("integrations", i.Namespace, i.Name), Standing: standingOfIntegration(i),
			Account: i.Status.Account, Luminance: connect.InstanceOf(i),
		}
		if state, ok := c.budgetOf(row.Luminance); ok {
			row.Allowance = &allowance{Used: state.Used, Limit: state.Limit}
		}
		p.Rows = append(p.Rows, row)
	}
	show(v.w, http.StatusOK, "integrations", p)
	return nil
}

// integrationPage is one integration.
type integrationPage struct {
	page
	Path         string
	Standing     standing
	MaySignIn    bool
	SignInWanted bool
	// Link leads to the sign-in; LinkComes: it was asked for and isn't there yet.
	Link      string
	LinkComes bool
	Luminance string
	Chart     *chart
	Facts     []fact
}

// integration reads the integration of the address, with the rights of who is there.
func (v *visit) integration() (*v1alpha1.IntralinksIntegration, error) {
	i := &v1alpha1.IntralinksIntegration{}
	return i, v.who.client.Get(v.r.Context(), v.named(), i)
}

func (c *Console) showIntegration(v *visit) error {
	i, err := v.integration()
	if err != nil {
		return err
	}
	may, err := v.who.may(v.r.Context(), "patch", integrationsResource, i.Namespace, i.Name)
	if err != nil {
		return err
	}
	p := integrationPage{
		page: v.page("integrations", i.Name, trailTo("integrations", i.Namespace, "")...), Path: pathOf("integrations", i.Namespace, i.Name),
		Standing: standingOfIntegration(i), Luminance: connect.InstanceOf(i), Facts: c.factsOfIntegration(i),
		MaySignIn: may && i.Spec.Intralinks.Grant != v1alpha1.ClientCredentialsGrant,
	}
	// The link lets anybody in who opens it first, so it is for those who could ask for one themselves.
	if p.MaySignIn {
		p.Link, p.LinkComes = linkOf(i)
		p.SignInWanted = p.Link == "" && (p.Standing.Tone == toneIll || p.Standing.Tone == toneWarn)
	}
	p.Chart = c.chartOf(p.Luminance)
	show(v.w, http.StatusOK, "integration", p)
	return nil
}

// linkOf gives the link to sign in, while there is one that works.
func linkOf(i *v1alpha1.IntralinksIntegration) (address string, comes bool) {
	asked := i.Annotations[v1alpha1.SignInRequestAnnotation]
	if asked != "" && asked != i.Status.LastHandledSignInAt {
		return "", true
	}
	if !strings.Contains(i.Status.SignInURL, "ticket=") || !strings.HasPrefix(i.Status.SignInURL, "http") {
		return "", false
	}
	return i.Status.SignInURL, false
}

func (c *Console) factsOfIntegration(i *v1alpha1.IntralinksIntegration) []fact {
	facts := []fact{
		{Name: "From Intralinks", Value: connect.SourceOf(i)},
		{Name: "To Luminance", Value: connect.InstanceOf(i)},
	}
	if i.Status.Account != "" {
		facts = append(facts, fact{Name: "Signed in as", Value: i.Status.Account})
	}
	facts = c.withTime(facts, "Sign-in ends", i.Status.TokenExpiresAt)
	if user := i.Status.Luminance.ServiceUser; user != nil && user.Name != "" {
		facts = append(facts, fact{Name: "Luminance user", Value: user.Name})
	}
	if i.Status.Luminance.Product != "" {
		facts = append(facts, fact{Name: "Luminance", Value: strings.TrimSpace(i.Status.Luminance.Product + " " + i.Status.Luminance.Version)})
	}
	return append(facts, fact{Name: "Exchanges", Value: some(i.Status.ExchangeCount, "exchange", "exchanges")})
}

// askForLink asks the operator for a link to sign in by, with the person's own patch.
func (c *Console) askForLink(v *visit) error {
	i, err := v.integration()
	if err != nil {
		return err
	}
	before := i.DeepCopy()
	if i.Annotations == nil {
		i.Annotations = map[string]string{}
	}
	i.Annotations[v1alpha1.SignInRequestAnnotation] = c.Clock.Now().UTC().Format(timeFormat)
	if err := v.who.client.Patch(v.r.Context(), i, client.MergeFrom(before)); err != nil {
		return err
	}
	return v.goTo(pathOf("integrations", i.Namespace, i.Name))
}
