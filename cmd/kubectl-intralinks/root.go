package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericiooptions"
)

// Groups of commands in the help.
const (
	lookGroup  = "look"
	actGroup   = "act"
	setUpGroup = "set-up"
)

// run is the whole program but for its end: args as the shell gives them, the exit code as the shell takes it.
func run(ctx context.Context, args []string, streams genericiooptions.IOStreams) int {
	return newApp(streams).run(ctx, args)
}

func (a *app) run(ctx context.Context, args []string) int {
	root := newRoot(a)
	root.SetArgs(arguments(args))
	called, err := root.ExecuteContextC(ctx)
	if err == nil {
		return exitDone
	}
	return report(ctx, a.ErrOut, called, err)
}

// arguments are those after the program's name. kubectl completes a plugin by running kubectl_complete-NAME, which may
// be a link to the plugin itself.
func arguments(args []string) []string {
	if strings.HasPrefix(filepath.Base(args[0]), "kubectl_complete-") {
		return append([]string{cobra.ShellCompRequestCmd}, args[1:]...)
	}
	return args[1:]
}

func newRoot(a *app) *cobra.Command {
	root := &cobra.Command{
		Use:   "kubectl-intralinks",
		Short: "Carry documents from Intralinks exchanges into Luminance, and see how that goes",
		Long: "Looks after the FolderSyncs and IntralinksIntegrations of the Intralinks operator.\n\n" +
			"Exit codes: 0 done; 1 it could not be done; 2 the command line is wrong; 3 what was asked about is not in order;\n" +
			"4 waited as long as --timeout allows; 130 interrupted.",
		Annotations:   map[string]string{cobra.CommandDisplayNameAnnotation: "kubectl intralinks"},
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          knownCommand,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetIn(a.In)
	root.SetOut(a.Out)
	root.SetErr(a.ErrOut)
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return misuse(err.Error()) })
	root.CompletionOptions.HiddenDefaultCmd = true // kubectl asks for completions itself
	root.AddGroup(
		&cobra.Group{ID: lookGroup, Title: "See what there is:"},
		&cobra.Group{ID: actGroup, Title: "Act:"},
		&cobra.Group{ID: setUpGroup, Title: "Set up:"},
	)
	a.addFlags(root)
	for _, command := range commands {
		root.AddCommand(command(a))
	}
	return root
}

// commands in no order: the help sorts them.
var commands = []func(*app) *cobra.Command{
	newConsoleCommand,
	newCreateCommand,
	newDivisionsCommand,
	newDoctorCommand,
	newExchangesCommand,
	newFoldersCommand,
	newLoginCommand,
	newLogoutCommand,
	newPlanCommand,
	newProblemsCommand,
	newReportCommand,
	newRequestCredentialsCommand,
	newResumeCommand,
	newStatusCommand,
	newSuspendCommand,
	newSyncCommand,
	newTreeCommand,
	newVerifyCommand,
	newVersionCommand,
}

// knownCommand has the root refuse what is none of its commands.
func knownCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if like := cmd.SuggestionsFor(args[0]); len(like) > 0 {
		return misuse(fmt.Sprintf("there is no command %q; did you mean %s?", args[0], strings.Join(like, " or ")))
	}
	return misuse(fmt.Sprintf("there is no command %q", args[0]))
}

// takes has a command take arguments of these names, the last of which may be left out where it stands in brackets.
func takes(names ...string) cobra.PositionalArgs {
	needed := len(names)
	if needed > 0 && strings.HasPrefix(names[needed-1], "[") {
		needed--
	}
	return func(cmd *cobra.Command, args []string) error {
		switch {
		case len(args) < needed:
			return misuse(fmt.Sprintf("%s is missing: write %s", names[len(args)], cmd.UseLine()))
		case len(args) > len(names):
			return misuse(fmt.Sprintf("%q is one argument too many: write %s", args[len(names)], cmd.UseLine()))
		}
		return nil
	}
}
