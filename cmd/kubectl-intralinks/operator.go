package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"dataroom.dev/intralinks-operator/internal/apiclient"
	"dataroom.dev/intralinks-operator/internal/findings"
)

// reach is how a command gets to the operator's own API: flags of those commands that the Kubernetes API alone can't answer.
type reach struct {
	url, namespace, serviceAccount string
	// tokenLife of a service account's token; 0: the shortest.
	tokenLife time.Duration
}

// namespaceVariable names the operator's namespace for all commands.
const namespaceVariable = "INTRALINKS_OPERATOR_NAMESPACE"

func (r *reach) addTo(command *cobra.Command) {
	flags := command.Flags()
	flags.StringVar(&r.namespace, "operator-namespace", cmp.Or(os.Getenv(namespaceVariable), apiclient.DefaultNamespace),
		"namespace of the operator's pods, which are handed your token; "+namespaceVariable+" sets it for good")
	flags.StringVar(&r.url, "operator-url", "", "where the operator's API is reached without a port-forward, such as http://localhost:8083")
	flags.StringVar(&r.serviceAccount, "token-from-service-account", "", "ask as this service account, NAME or NAMESPACE/NAME, where the kubeconfig signs in by a certificate")
}

// operator gives a way to the operator's API, and the namespace that the command works in.
func (a *app) operator(ctx context.Context, r reach) (*apiclient.Client, string, error) {
	namespace, err := a.namespace()
	if err != nil {
		return nil, "", err
	}
	config, err := a.restConfig()
	if err != nil {
		return nil, "", err
	}
	o := apiclient.Options{Config: config, URL: r.url, OperatorNamespace: r.namespace, TokenLife: r.tokenLife}
	if r.serviceAccount != "" {
		o.ServiceAccountNamespace, o.ServiceAccount = namespace, r.serviceAccount
		if other, name, ok := strings.Cut(r.serviceAccount, "/"); ok {
			o.ServiceAccountNamespace, o.ServiceAccount = other, name
		}
	}
	c, err := apiclient.New(ctx, o)
	return c, namespace, err
}

// question asks the operator about the object that is the command's first argument.
type question func(ctx context.Context, c *apiclient.Client, object apiclient.Object, args []string) (result, error)

// asks makes a command show what the operator answers.
func (a *app) asks(o *output, r *reach, ask question) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		c, namespace, err := a.operator(cmd.Context(), *r)
		if err != nil {
			return err
		}
		defer c.Close()
		found, err := ask(cmd.Context(), c, apiclient.Object{Namespace: namespace, Name: args[0]}, args)
		if err != nil {
			return err
		}
		return o.print(a.Out, found)
	}
}

// explainOperator finds words for what keeps the operator's API from answering; nil where that isn't it.
func explainOperator(err error) *personError {
	var refused *findings.Error
	var noToken *apiclient.NoTokenError
	var noOperator *apiclient.NoOperatorError
	switch {
	case errors.As(err, &refused):
		return &personError{what: refused.Message, code: exitFailed, cause: err, advice: adviceOn(refused)}
	case errors.As(err, &noToken):
		return &personError{what: noToken.Error(), code: exitFailed,
			advice: "ask as a service account that may see this: --token-from-service-account NAME; docs/installation.md has its roles"}
	case errors.As(err, &noOperator):
		return &personError{what: noOperator.Error(), code: exitFailed,
			advice: "say where it is: --operator-namespace, " + namespaceVariable + ", or --operator-url; kubectl get pods -A -l app.kubernetes.io/name=intralinks-operator\n" +
				"shows what calls itself the operator, and only the platform team can say which is: it is handed your token"}
	case apierrors.IsForbidden(err) && strings.Contains(err.Error(), "pods"):
		return &personError{what: "not allowed: " + err.Error(), code: exitFailed,
			advice: "the operator is reached by a port-forward, for which you need list on pods and create on pods/portforward in its namespace; docs/installation.md has the role"}
	}
	return nil
}

// adviceOn a refusal, where its message has none.
func adviceOn(e *findings.Error) string {
	switch {
	case e.Code == http.StatusUnauthorized:
		return "sign in to the cluster again; kubectl auth whoami tells who you are"
	case !e.RetryAt.IsZero():
		return fmt.Sprintf("ask again after %s", e.RetryAt.Local().Format("15:04:05"))
	}
	return ""
}
