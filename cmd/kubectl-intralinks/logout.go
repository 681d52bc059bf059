package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
)

// signOutPatience is above the ten seconds that Intralinks may take to revoke a token.
const signOutPatience = time.Minute

func newLogoutCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "logout INTEGRATION",
		Short: "Sign an integration out of Intralinks",
		Long: "Has the operator forget the tokens of the sign-in and revoke them at Intralinks, and waits until that is done. Syncs stop,\n" +
			"and go on where they were once somebody has signed in again.",
		GroupID:           actGroup,
		Args:              takes("INTEGRATION"),
		ValidArgsFunction: a.completeIntegrations,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.logout(cmd.Context(), args[0])
		},
	}
}

func (a *app) logout(ctx context.Context, name string) error {
	c, integration, err := a.personal(ctx, name)
	if err != nil {
		return err
	}
	account := integration.Status.Account
	wish := a.now().UTC().Format(time.RFC3339Nano)
	if err := annotate(ctx, c, integration, v1alpha1.SignOutRequestAnnotation, wish); err != nil {
		return err
	}
	err = until(ctx, signOutPatience, c, integration, func() (bool, error) { return integration.Status.LastHandledSignOutAt == wish, nil })
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return timedOut(fmt.Sprintf("%s is not signed out after %s", name, signOutPatience),
			"does the operator run? kubectl intralinks doctor "+name+" tells; it signs out as soon as it does")
	case err != nil:
		return err
	case account == "":
		fmt.Fprintf(a.Out, "%s is signed out\n", name)
	default:
		fmt.Fprintf(a.Out, "%s is signed out; it was %s\n", name, printable(account))
	}
	return nil
}
