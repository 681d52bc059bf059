package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
)

func newSuspendCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "suspend SYNC",
		Short: "Stop a sync at once, and start no run until it is resumed",
		Long: "Sets spec.suspend. A run that is under way ends between two documents or inside one, and nothing of it is lost.\n\n" +
			"Where the FolderSync is kept in Git, write suspend: true there instead, or it is resumed by whatever applies it.",
		GroupID:           actGroup,
		Args:              takes("SYNC"),
		ValidArgsFunction: a.completeSyncs,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.setSuspend(cmd.Context(), args[0], true)
		},
	}
}

func newResumeCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:               "resume SYNC",
		Short:             "Let a suspended sync go on",
		Long:              "Unsets spec.suspend. The sync goes on where it was.",
		GroupID:           actGroup,
		Args:              takes("SYNC"),
		ValidArgsFunction: a.completeSyncs,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.setSuspend(cmd.Context(), args[0], false)
		},
	}
}

func (a *app) setSuspend(ctx context.Context, name string, suspend bool) error {
	c, sync, err := a.findSync(ctx, name)
	if err != nil {
		return err
	}
	words := map[bool]string{true: "suspended", false: "resumed"}
	if sync.Spec.Suspend == suspend {
		fmt.Fprintf(a.Out, "%s was %s already\n", name, map[bool]string{true: "suspended", false: "not suspended"}[suspend])
		return nil
	}
	if err := patchSync(ctx, c, sync, func() { sync.Spec.Suspend = suspend }); err != nil {
		return err
	}
	fmt.Fprintf(a.Out, "%s %s\n", name, words[suspend])
	return nil
}

// patchSync changes nothing but what change changes.
func patchSync(ctx context.Context, c client.Writer, sync *v1alpha1.FolderSync, change func()) error {
	before := sync.DeepCopy()
	change()
	return c.Patch(ctx, sync, client.MergeFrom(before), client.FieldOwner("kubectl-intralinks"))
}
