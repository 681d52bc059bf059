package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
)

// syncOptions are the flags of sync.
type syncOptions struct {
	output
	wait    bool
	timeout time.Duration
}

func newSyncCommand(a *app) *cobra.Command {
	o := syncOptions{}
	command := &cobra.Command{
		Use:   "sync SYNC",
		Short: "Ask for a run now",
		Long: "Asks the operator for a run now, whatever the interval says. A run that is under way goes on, and another follows it.\n\n" +
			"--wait waits until that run is over: exit code 0 where it went through, 3 where it didn't, or where the sync can't run\n" +
			"at all, and 4 where --timeout came first; the run goes on then. Documents that could not be carried don't fail a run:\n" +
			"kubectl intralinks problems lists them.",
		Example: "  kubectl intralinks sync project-heron-contracts\n" +
			"  kubectl intralinks sync project-heron-contracts --wait --timeout 1h",
		GroupID:           actGroup,
		Args:              takes("SYNC"),
		ValidArgsFunction: a.completeSyncs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if o.timeout > 0 && !o.wait {
				return misuse("--timeout is for --wait")
			}
			return a.sync(cmd.Context(), o, args[0])
		},
	}
	command.Flags().BoolVar(&o.wait, "wait", false, "wait until the run is over, and show how far it is")
	command.Flags().DurationVar(&o.timeout, "timeout", 0, "wait at most so long, such as 30m; default: as long as it takes")
	o.addTo(command, "json", "yaml")
	return command
}

func (a *app) sync(ctx context.Context, o syncOptions, name string) error {
	c, sync, err := a.findSync(ctx, name)
	if err != nil {
		return err
	}
	if err := a.canRun(ctx, c, sync); err != nil {
		return err
	}
	wish := a.now().UTC().Format(time.RFC3339Nano)
	if err := patchSync(ctx, c, sync, func() {
		metav1.SetMetaDataAnnotation(&sync.ObjectMeta, v1alpha1.ReconcileRequestAnnotation, wish)
	}); err != nil {
		return err
	}
	if !o.wait {
		return o.print(a.Out, result{value: viewSync(sync), people: func(w io.Writer) error {
			return writeLines(w, []string{"asked for a run of " + name + "; see how it does: kubectl intralinks status " + name + " --watch"})
		}})
	}
	if o.timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, o.timeout)
		defer cancel()
	}
	return a.waitForRun(ctx, o, sync, wish)
}

// canRun says what keeps a sync from running at all, so that nobody waits for a run that doesn't come.
func (a *app) canRun(ctx context.Context, c client.Reader, sync *v1alpha1.FolderSync) error {
	if sync.Spec.Suspend {
		return notInOrder(sync.Name+" is suspended, so it does not run", "let it go on: kubectl intralinks resume "+sync.Name)
	}
	var integration v1alpha1.IntralinksIntegration
	err := c.Get(ctx, client.ObjectKey{Namespace: sync.Namespace, Name: sync.Spec.IntegrationRef.Name}, &integration)
	switch ready := summaryOf(integration.Status.Conditions); {
	case client.IgnoreNotFound(err) == nil && err != nil:
		return notInOrder(fmt.Sprintf("%s names the integration %q, which does not exist", sync.Name, sync.Spec.IntegrationRef.Name),
			"create it, or correct spec.integrationRef")
	case err == nil && ready.Ready == metav1.ConditionFalse:
		return notInOrder(fmt.Sprintf("the integration %s of this sync is not ready (%s): %s", integration.Name, ready.Reason, ready.Message),
			"kubectl intralinks doctor "+integration.Name+" says what to do")
	}
	return nil // an integration that may not be seen may be in order
}

// waitForRun follows the sync until the run that was wished for is over.
func (a *app) waitForRun(ctx context.Context, o syncOptions, sync *v1alpha1.FolderSync, wish string) error {
	terminal := terminalOf(a.Out)
	s := screen{terminal: terminal, out: a.Out}
	defer s.leave()
	measured, last := &speeds{}, viewSync(sync)
	err := a.follow(ctx, sync.Namespace, sync.Name, func(seen overview, _ error) (bool, error) {
		last = seen.Syncs[0]
		over := last.handled == wish
		if terminal.is() && o.forPeople() {
			measured.note(seen, a.now())
			s.draw(painter{terminal: terminal, now: a.now(), speeds: measured}.one(seen))
		}
		if !over && last.Suspended {
			return false, notInOrder(sync.Name+" was suspended before the run was over", "let it go on: kubectl intralinks resume "+sync.Name)
		}
		return over, nil
	})
	if errors.Is(err, context.DeadlineExceeded) {
		return timedOut(fmt.Sprintf("the run of %s is not over after %s; it goes on", sync.Name, o.timeout), a.whyLate(last))
	}
	if err != nil {
		return err
	}
	return a.tellRun(o, terminal, last)
}

// whyLate tells a run that takes its time from one that nobody does.
func (a *app) whyLate(last syncView) string {
	if last.Progress != nil {
		return "see how it does: kubectl intralinks status " + last.Name + " --watch"
	}
	return "no run has begun: does the operator run? kubectl intralinks doctor " + last.Integration + " tells"
}

// tellRun says what the run came to.
func (a *app) tellRun(o syncOptions, terminal terminal, last syncView) error {
	if !o.forPeople() || !terminal.is() {
		if err := o.print(a.Out, result{value: last, people: func(w io.Writer) error {
			return writeLines(w, []string{printable(last.LastSync.Message)})
		}}); err != nil {
			return err
		}
	}
	if last.Ready == metav1.ConditionFalse {
		return notInOrder(fmt.Sprintf("the run of %s did not go through (%s): %s", last.Name, last.Reason, last.Message), "")
	}
	return nil
}
