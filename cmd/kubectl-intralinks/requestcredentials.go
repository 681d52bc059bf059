package main

import (
	"context"
	"fmt"
	"io"
	"net/url"
	"strings"
	"text/template"

	"github.com/spf13/cobra"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
)

// keyRequest is what the e-mail is filled in with.
type keyRequest struct {
	Company, Contact, ClientName, Environment, Callback, Account string
	Grant                                                        v1alpha1.Grant
	AuthAPIVersion                                               v1alpha1.AuthAPIVersion
}

// letter is what request-credentials shows to scripts.
type letter struct {
	Subject string `json:"subject"`
	Body    string `json:"body"`
}

func newRequestCredentialsCommand(a *app) *cobra.Command {
	var o output
	k := keyRequest{}
	var grant, version string
	command := &cobra.Command{
		Use:   "request-credentials [INTEGRATION]",
		Short: "Write the e-mail that asks Intralinks for an API key",
		Long: "Prints the e-mail to send to your contact at Intralinks, who gives keys out by hand within some business days. Of an\n" +
			"integration that exists already, grant, Auth API version, callback URL and account are taken, unless flags say otherwise;\n" +
			"without one, no cluster is asked.",
		Example: "  kubectl intralinks request-credentials --company 'Firm LLP' --contact 'A. Partner' \\\n" +
			"    --callback-url https://operator.example.com/auth/callback\n" +
			"  kubectl intralinks request-credentials intralinks-production --company 'Firm LLP'",
		GroupID:           setUpGroup,
		Args:              takes("[INTEGRATION]"),
		ValidArgsFunction: a.completeIntegrations,
		RunE: func(cmd *cobra.Command, args []string) error {
			k.Grant, k.AuthAPIVersion = v1alpha1.Grant(grant), v1alpha1.AuthAPIVersion(version)
			if len(args) > 0 {
				if err := a.fillIn(cmd.Context(), &k, args[0]); err != nil {
					return err
				}
			}
			if err := k.complete(); err != nil {
				return err
			}
			return a.writeLetter(o, k)
		},
	}
	flags := command.Flags()
	flags.StringVar(&k.Company, "company", "", "your company's name")
	flags.StringVar(&k.Contact, "contact", "", "who signs the e-mail; default: the company")
	flags.StringVar(&k.ClientName, "client-name", "", "name of the client; default: the company and \"Intralinks operator\"")
	flags.StringVar(&k.Environment, "environment", "", "Production (default) or Test: a key works in one of them only")
	flags.StringVar(&k.Callback, "callback-url", "", "where browsers come back to: the operator's --external-url and /auth/callback")
	flags.StringVar(&k.Account, "account", "", "e-mail of the Intralinks account that the operator is to work as")
	flags.StringVar(&grant, "grant", "", "AuthorizationCode (default: a person signs in) or ClientCredentials (a service account)")
	flags.StringVar(&version, "auth-api-version", "", "v3 (default) or v2")
	for flag, values := range map[string][]string{
		"grant":            {string(v1alpha1.AuthorizationCodeGrant), string(v1alpha1.ClientCredentialsGrant)},
		"auth-api-version": {string(v1alpha1.AuthAPIVersionV3), string(v1alpha1.AuthAPIVersionV2)},
		"environment":      {"Production", "Test"},
	} {
		completeFlag(command, flag, values...)
	}
	o.addTo(command, "json", "yaml")
	return command
}

// fillIn takes from an integration what no flag said.
func (a *app) fillIn(ctx context.Context, k *keyRequest, name string) error {
	c, namespace, err := a.cluster()
	if err != nil {
		return err
	}
	integration, err := getIntegration(ctx, c, namespace, name)
	if err != nil {
		return err
	}
	spec := integration.Spec.Intralinks
	orElse(&k.Grant, spec.Grant)
	orElse(&k.AuthAPIVersion, spec.AuthAPIVersion)
	orElse(&k.Account, integration.Status.Account)
	orElse(&k.Callback, callbackOf(integration.Status.SignInURL))
	// The hosts of the test environments that are known have one of these words in them.
	if strings.Contains(spec.BaseURL, "test") || strings.Contains(spec.BaseURL, "preview") {
		orElse(&k.Environment, "Test")
	}
	return nil
}

// callbackOf the operator that hands out such links; empty where there is none.
func callbackOf(signInURL string) string {
	u, err := url.Parse(signInURL)
	if err != nil || u.Host == "" {
		return ""
	}
	return u.Scheme + "://" + u.Host + "/auth/callback"
}

func orElse[T ~string](value *T, otherwise T) {
	if *value == "" {
		*value = otherwise
	}
}

// complete fills in the defaults, and says what is missing.
func (k *keyRequest) complete() error {
	if k.Company == "" {
		return misuse("--company is missing: write your company's name")
	}
	orElse(&k.Contact, k.Company)
	orElse(&k.ClientName, k.Company+", Intralinks operator")
	orElse(&k.Environment, "Production")
	orElse(&k.Grant, v1alpha1.AuthorizationCodeGrant)
	orElse(&k.AuthAPIVersion, v1alpha1.AuthAPIVersionV3)
	switch {
	case k.Environment != "Production" && k.Environment != "Test":
		return misuse("--environment is Production or Test")
	case k.Grant != v1alpha1.AuthorizationCodeGrant && k.Grant != v1alpha1.ClientCredentialsGrant:
		return misuse("--grant is AuthorizationCode or ClientCredentials")
	case k.AuthAPIVersion != v1alpha1.AuthAPIVersionV3 && k.AuthAPIVersion != v1alpha1.AuthAPIVersionV2:
		return misuse("--auth-api-version is v3 or v2")
	case k.Callback == "":
		return misuse("--callback-url is missing: write the operator's --external-url and /auth/callback, such as\n" +
			"  https://operator.example.com/auth/callback; Intralinks asks for it with a service account, too")
	}
	u, err := url.Parse(k.Callback)
	if err != nil || u.Host == "" || u.Path != "/auth/callback" || u.RawQuery != "" || u.Fragment != "" {
		return misuse("--callback-url must be the operator's --external-url and /auth/callback, such as https://operator.example.com/auth/callback")
	}
	return nil
}

// Personal: somebody signs in with the key.
func (k keyRequest) Personal() bool { return k.Grant == v1alpha1.AuthorizationCodeGrant }

var letterTemplate = template.Must(template.New("").Parse(`Dear Intralinks team,

please issue a client API key for us:

  Environment:       {{.Environment}}
  Client name:       {{.ClientName}}
  Client type:       ISV
  Callback URL:      {{.Callback}}
  Grant:             {{if .Personal}}authorization code with refresh token (three-legged): a person signs in{{else}}client credentials (two-legged): a service account{{end}}
  Auth API version:  {{.AuthAPIVersion}}
{{- with .Account}}
  Account:           {{.}}
{{- end}}

The key is for a program that reads documents of the exchanges which the account may enter. It changes and deletes nothing.

Please tell us with the key
{{- if .Personal}}
  - that the grant refresh_token is enabled for it, and how long a refresh token lives;
{{- else}}
  - whether its service account has to enter exchanges before it reads them, and how;
{{- end}}
  - the host names for signing in and for calls of API v2 in this environment;
  - its rate limit;
  - whether signing in with it ends other sessions of the same account.

Kind regards
{{.Contact}}
`))

func (a *app) writeLetter(o output, k keyRequest) error {
	body := new(strings.Builder)
	if err := letterTemplate.Execute(body, k); err != nil {
		return err
	}
	l := letter{Subject: fmt.Sprintf("ISV - %s: Client API Key Request", k.Company), Body: body.String()}
	return o.print(a.Out, result{value: l, people: func(w io.Writer) error {
		_, err := fmt.Fprintf(w, "To: your contact at Intralinks\nSubject: %s\n\n%s", printable(l.Subject), printableText(l.Body))
		return err
	}})
}
