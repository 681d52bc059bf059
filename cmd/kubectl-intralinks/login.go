package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"time"

	"github.com/cli/browser"
	"github.com/spf13/cobra"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
)

const (
	// linkPatience is how long the operator may take to hand out a link.
	linkPatience = 30 * time.Second
	// lookAgain is how often an integration is looked at that a person waits for.
	lookAgain = 500 * time.Millisecond
)

// loginOptions are the flags of login.
type loginOptions struct {
	output
	noBrowser, noWait bool
	timeout           time.Duration
}

func newLoginCommand(a *app) *cobra.Command {
	o := loginOptions{}
	command := &cobra.Command{
		Use:   "login INTEGRATION",
		Short: "Sign in to Intralinks for an integration, in a browser",
		Long: "Asks the operator for a link, opens it in a browser, waits until you have signed in on Intralinks' page, and says as whom.\n" +
			"The link works once and for ten minutes, in any browser that reaches the operator's sign-in pages. Where no browser can\n" +
			"be opened, or this is no terminal, it is printed.\n\n" +
			"Only for integrations with grant AuthorizationCode. Exit code 3 where the sign-in came to nothing, 4 where --timeout came first.",
		Example: "  kubectl intralinks login intralinks-production\n" +
			"  kubectl intralinks login intralinks-production --no-wait -o json",
		GroupID:           actGroup,
		Args:              takes("INTEGRATION"),
		ValidArgsFunction: a.completeIntegrations,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.login(cmd.Context(), o, args[0])
		},
	}
	command.Flags().BoolVar(&o.noBrowser, "no-browser", false, "print the link and open no browser")
	command.Flags().BoolVar(&o.noWait, "no-wait", false, "print the link and wait for nobody")
	command.Flags().DurationVar(&o.timeout, "timeout", 15*time.Minute, "wait at most so long for the sign-in")
	o.addTo(command, "json", "yaml")
	return command
}

// signedIn is what login shows to scripts.
type signedIn struct {
	Integration    string       `json:"integration"`
	SignInURL      string       `json:"signInURL,omitempty"`
	Account        string       `json:"account,omitempty"`
	TokenExpiresAt *metav1.Time `json:"tokenExpiresAt,omitempty"`
}

func (a *app) login(ctx context.Context, o loginOptions, name string) error {
	c, integration, err := a.personal(ctx, name)
	if err != nil {
		return err
	}
	before := integration.Status.TokenExpiresAt
	link, err := a.askForLink(ctx, c, integration)
	if err != nil {
		return err
	}
	if o.noWait {
		return o.print(a.Out, result{value: signedIn{Integration: name, SignInURL: link}, people: func(w io.Writer) error {
			return writeLines(w, []string{link})
		}})
	}
	a.offer(o, link)
	if err := a.waitForSignIn(ctx, o, c, integration, before); err != nil {
		return err
	}
	status := integration.Status
	done := signedIn{Integration: name, Account: status.Account, TokenExpiresAt: status.TokenExpiresAt}
	return o.print(a.Out, result{value: done, people: func(w io.Writer) error {
		as := ""
		if status.Account != "" {
			as = " as " + printable(status.Account)
		}
		return writeLines(w, []string{fmt.Sprintf("%s is signed in%s, until %s (%s)", name, as,
			moment(status.TokenExpiresAt.Time, a.now()), ahead(status.TokenExpiresAt, a.now()))})
	}})
}

// personal fetches an integration that a person signs in for.
func (a *app) personal(ctx context.Context, name string) (client.WithWatch, *v1alpha1.IntralinksIntegration, error) {
	c, namespace, err := a.cluster()
	if err != nil {
		return nil, nil, err
	}
	integration, err := getIntegration(ctx, c, namespace, name)
	if err == nil && integration.Spec.Intralinks.Grant != v1alpha1.AuthorizationCodeGrant {
		err = failure(fmt.Sprintf("%s works with a service account (grant %s): nobody signs in for it", name, integration.Spec.Intralinks.Grant),
			"kubectl intralinks doctor "+name+" tells whether the account is accepted")
	}
	return c, integration, err
}

// askForLink annotates the integration and waits for the link.
func (a *app) askForLink(ctx context.Context, c client.Client, integration *v1alpha1.IntralinksIntegration) (string, error) {
	wish := a.now().UTC().Format(time.RFC3339Nano)
	if err := annotate(ctx, c, integration, v1alpha1.SignInRequestAnnotation, wish); err != nil {
		return "", err
	}
	err := until(ctx, linkPatience, c, integration, func() (bool, error) { return integration.Status.LastHandledSignInAt == wish, nil })
	if errors.Is(err, context.DeadlineExceeded) {
		return "", timedOut(fmt.Sprintf("the operator handed out no link within %s", linkPatience),
			"does it run, and with --external-url? kubectl intralinks doctor "+integration.Name+" tells")
	}
	if err != nil {
		return "", err
	}
	link, err := url.Parse(integration.Status.SignInURL)
	if err != nil || link.Scheme != "https" && link.Scheme != "http" {
		return "", failure("the operator handed out something that is no link", "is --external-url of the operator right?")
	}
	return link.String(), nil
}

// offer opens the link where a person sits, and tells it in any case: the browser may be on another machine.
func (a *app) offer(o loginOptions, link string) {
	fmt.Fprintf(a.ErrOut, "Sign in here, within ten minutes:\n\n  %s\n\n", link)
	if !o.noBrowser {
		a.openBrowser(link)
	}
}

// openBrowser opens a link that is on the screen already, where a person sits.
func (a *app) openBrowser(link string) {
	if !terminalOf(a.ErrOut).is() {
		return
	}
	// A browser that is no window of its own would not end; it gets nothing to write on.
	browser.Stdout, browser.Stderr = io.Discard, io.Discard
	go func() { _ = browser.OpenURL(link) }() // the link is on the screen for where there is none
}

// waitForSignIn waits until there is another token than before, and the services were asked with it.
func (a *app) waitForSignIn(ctx context.Context, o loginOptions, c client.Client, integration *v1alpha1.IntralinksIntegration, before *metav1.Time) error {
	err := until(ctx, o.timeout, c, integration, func() (bool, error) {
		status := integration.Status
		ready := summaryOf(status.Conditions)
		signedIn := status.TokenExpiresAt != nil && (before == nil || !status.TokenExpiresAt.Equal(before))
		switch {
		case signedIn && ready.Ready == metav1.ConditionTrue:
			return true, nil
		case ready.Ready == metav1.ConditionFalse && ready.Reason != v1alpha1.SignInRequiredReason && (signedIn || isOutcome(ready.Reason)):
			return false, notInOrder(fmt.Sprintf("%s is not connected (%s): %s", integration.Name, ready.Reason, ready.Message), "")
		}
		return false, nil
	})
	if errors.Is(err, context.DeadlineExceeded) {
		return timedOut(fmt.Sprintf("nobody has signed in within %s", o.timeout), "for another link: kubectl intralinks login "+integration.Name)
	}
	return err
}

// isOutcome tells the reasons that only a sign-in brings.
func isOutcome(reason string) bool {
	switch reason {
	case v1alpha1.SignInDeniedReason, v1alpha1.SignInTimedOutReason, v1alpha1.SignInFailedReason, v1alpha1.CallbackNotRegisteredReason,
		v1alpha1.ClockWrongReason, v1alpha1.InvalidCredentialsReason, v1alpha1.AuthVersionMismatchReason:
		return true
	}
	return false
}

func annotate(ctx context.Context, c client.Writer, integration *v1alpha1.IntralinksIntegration, annotation, value string) error {
	before := integration.DeepCopy()
	metav1.SetMetaDataAnnotation(&integration.ObjectMeta, annotation, value)
	return c.Patch(ctx, integration, client.MergeFrom(before), client.FieldOwner("kubectl-intralinks"))
}

// until looks at an integration until done, or fails with context.DeadlineExceeded.
func until(ctx context.Context, patience time.Duration, c client.Reader, integration *v1alpha1.IntralinksIntegration, done func() (bool, error)) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	tick := time.NewTicker(lookAgain)
	defer tick.Stop()
	for {
		if err := c.Get(ctx, client.ObjectKeyFromObject(integration), integration); err != nil {
			return err
		}
		if is, err := done(); is || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}
