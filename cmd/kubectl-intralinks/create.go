package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/refusal"
)

func newCreateCommand(a *app) *cobra.Command {
	command := &cobra.Command{
		Use:               "create",
		Short:             "Create a sync",
		GroupID:           setUpGroup,
		Args:              takes(),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE:              func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	command.AddCommand(newCreateSyncCommand(a))
	return command
}

// createOptions are the flags of create sync.
type createOptions struct {
	output
	reach
	wanted wantedSync
	apply  bool
	// comment stands above the YAML; empty for none.
	comment string
}

func newCreateSyncCommand(a *app) *cobra.Command {
	o := createOptions{}
	command := &cobra.Command{
		Use:   "sync [NAME]",
		Short: "Set up a sync: choose exchange, folder and Division, or say them by flags",
		Long: "Writes a FolderSync. At a terminal it asks for what no flag says, and lets you choose from what the integration's accounts\n" +
			"can see; type to narrow a list down. Everywhere else the flags have to say all of it.\n\n" +
			"It prints YAML, to be kept in Git and applied; --apply creates the FolderSync in the cluster at once. At a terminal you are\n" +
			"asked which.",
		Example: "  kubectl intralinks create sync\n" +
			"  kubectl intralinks create sync project-heron-contracts --integration intralinks-production \\\n" +
			"    --exchange 'Project Heron' --folder /Contracts --division Corporate --to '/Project Heron/Contracts' > sync.yaml",
		Args:              takes("[NAME]"),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			o.wanted.name = strings.Join(args, "")
			return a.createSync(cmd.Context(), &o)
		},
	}
	flags, w := command.Flags(), &o.wanted
	flags.StringVar(&w.integration, "integration", "", "IntralinksIntegration to use")
	flags.StringVar(&w.exchange, "exchange", "", "id or name of the exchange to read")
	flags.StringVar(&w.folder, "folder", "", "folder of the exchange to read, such as /Contracts; / is all of it")
	flags.StringVar(&w.division, "division", "", "id or name of the Division to fill")
	flags.StringVar(&w.destination, "to", "", "folder of the Division to fill, such as '/Project Heron/Contracts'; created where missing")
	flags.StringArrayVar(&w.include, "include", nil, "carry only documents whose path below --folder matches, such as '**/*.pdf'; may be repeated")
	flags.StringArrayVar(&w.exclude, "exclude", nil, "leave out documents whose path below --folder matches, such as 'Drafts/**'; may be repeated")
	flags.StringVar(&w.maxFileSize, "max-file-size", "", "leave out larger documents, such as 1Gi")
	flags.StringVar(&w.interval, "interval", "", "time between two looks, such as 15m")
	flags.BoolVar(&w.acceptSplash, "accept-splash", false, "accept the exchange's splash screen, often an NDA, in the name of the account")
	flags.BoolVar(&w.planOnly, "plan-only", false, "only plan at first: nothing is carried before spec.dryRun is false")
	flags.BoolVar(&o.apply, "apply", false, "create the FolderSync in the cluster instead of printing it")
	completeIntegrationFlag(command, a)
	o.output.addTo(command, "json", "yaml")
	o.reach.addTo(command)
	return command
}

func completeIntegrationFlag(command *cobra.Command, a *app) {
	complete := func(cmd *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
		return a.completeIntegrations(cmd, nil, typed)
	}
	// It fails only for a flag that doesn't exist.
	if err := command.RegisterFlagCompletionFunc("integration", complete); err != nil {
		panic(err)
	}
}

func (a *app) createSync(ctx context.Context, o *createOptions) error {
	namespace, err := a.namespace()
	if err != nil {
		return err
	}
	if missing := o.wanted.missing(); len(missing) > 0 {
		if !terminalOf(a.In).is() || !terminalOf(a.ErrOut).is() || !o.forPeople() {
			return misuse(strings.Join(missing, ", ") + " missing: at a terminal you are asked for them")
		}
		if err := a.chooseSync(ctx, o, namespace); err != nil {
			return err
		}
	}
	sync, err := o.wanted.object(namespace)
	if err != nil {
		return err
	}
	if o.apply {
		return a.applySync(ctx, o, sync)
	}
	return a.printSync(o, sync)
}

// applySync creates the object, which the API server holds against the rules of its kind.
func (a *app) applySync(ctx context.Context, o *createOptions, sync *v1alpha1.FolderSync) error {
	c, _, err := a.cluster()
	if err != nil {
		return err
	}
	err = c.Create(ctx, sync, client.FieldOwner("kubectl-intralinks"))
	switch {
	case apierrors.IsAlreadyExists(err):
		return failure(fmt.Sprintf("there is a FolderSync %q already in namespace %s", sync.Name, sync.Namespace), "give this one another name")
	case apierrors.IsInvalid(err):
		return failure("the FolderSync is not right: "+cmp.Or(strings.Join(refusal.Fields(err), "; "), refusal.Message(err)), "")
	case err != nil:
		return err
	}
	return o.output.print(a.Out, result{value: viewSync(sync), people: func(w io.Writer) error {
		return writeLines(w, []string{sync.Name + " created; see how it does: kubectl intralinks status " + sync.Name + " --watch"})
	}})
}

// printSync prints what a person would have written, and nothing that the API server adds.
func (a *app) printSync(o *createOptions, sync *v1alpha1.FolderSync) error {
	sync.APIVersion, sync.Kind = v1alpha1.GroupVersion.String(), "FolderSync"
	plain, err := runtime.DefaultUnstructuredConverter.ToUnstructured(sync)
	if err != nil {
		return err
	}
	delete(plain, "status")
	if source, found := plain["spec"].(map[string]any)["source"].(map[string]any); found && !sync.Spec.Source.Splash.Accept {
		delete(source, "splash")
	}
	if metadata, found := plain["metadata"].(map[string]any); found {
		delete(metadata, "creationTimestamp")
	}
	if o.forPeople() {
		o.format = "yaml"
	}
	if o.comment != "" {
		fmt.Fprintln(a.Out, printable(o.comment))
	}
	return o.output.print(a.Out, result{value: plain})
}
