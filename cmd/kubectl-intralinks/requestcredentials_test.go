package main

import (
	"testing"

	. "github.com/onsi/gomega"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
)

func TestRequestCredentials(t *testing.T) {
	w := newWorld(t)
	w.createIntegration("production", v1alpha1.IntralinksIntegrationStatus{
		Account: "operator@firm.example", SignInURL: "https://operator.firm.example/auth/login?integration=deals%2Fproduction",
	})
	w.createIntegration("preview", v1alpha1.IntralinksIntegrationStatus{}, func(i *v1alpha1.IntralinksIntegration) {
		i.Spec.Intralinks.Grant, i.Spec.Intralinks.BaseURL = v1alpha1.ClientCredentialsGrant, "https://apps-preview.intralinks.com"
	})
	for name, args := range map[string][]string{
		"request-flags":       {"--company", "Firm LLP", "--contact", "A. Partner", "--callback-url", "https://operator.example.com/auth/callback"},
		"request-integration": {"production", "--company", "Firm LLP"},
		"request-service":     {"preview", "--company", "Firm LLP", "--callback-url", "https://operator.example.com/auth/callback"},
		"request-json":        {"production", "--company", "Firm LLP", "-o", "json"},
	} {
		t.Run(name, func(*testing.T) {
			got := w.run(append([]string{"request-credentials"}, args...)...)
			w.Expect(got.code).To(Equal(exitDone), got.err)
			w.golden(name, got.out)
		})
	}
}

// TestRequestCredentialsWithoutACluster: whoever has no key yet may have no cluster either.
func TestRequestCredentialsWithoutACluster(t *testing.T) {
	t.Setenv("KUBECONFIG", "/nowhere/kubeconfig")
	g := NewWithT(t)
	args := []string{"request-credentials", "--company", "Firm LLP", "--callback-url", "https://operator.example.com/auth/callback"}
	g.Expect(runPlugin(t.Context(), args...).code).To(Equal(exitDone))
	for says, wrong := range map[string][]string{
		"--company is missing":         {"request-credentials"},
		"--callback-url is missing":    args[:3],
		"--callback-url must be":       append(args[:4:4], "https://operator.example.com/"),
		"--grant is AuthorizationCode": append(args, "--grant", "Password"),
		"--auth-api-version is v3":     append(args, "--auth-api-version", "v1"),
		"--environment is Production":  append(args, "--environment", "Staging"),
	} {
		got := runPlugin(t.Context(), wrong...)
		g.Expect(got.code).To(Equal(exitMisused))
		g.Expect(got.err).To(HavePrefix("Error: " + says))
	}
}
