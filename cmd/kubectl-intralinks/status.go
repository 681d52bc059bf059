package main

import (
	"context"
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
)

// statusOptions are the flags of status.
type statusOptions struct {
	output
	watch, everywhere bool
}

func newStatusCommand(a *app) *cobra.Command {
	o := statusOptions{}
	command := &cobra.Command{
		Use:   "status [SYNC]",
		Short: "Show how the syncs are doing, or all of one",
		Long: "Shows the integrations and syncs of a namespace, a line each; or one sync on one screen.\n\n" +
			"--watch keeps the screen up to date until Ctrl-C. Where there is no terminal, it writes a line whenever a sync changes;\n" +
			"with -o json one JSON object a line.",
		Example: "  kubectl intralinks status\n" +
			"  kubectl intralinks status project-heron-contracts --watch\n" +
			"  kubectl intralinks status -A -o csv > syncs.csv",
		GroupID:           lookGroup,
		Args:              takes("[SYNC]"),
		ValidArgsFunction: a.completeSyncs,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.status(cmd.Context(), o, strings.Join(args, ""))
		},
	}
	command.Flags().BoolVarP(&o.watch, "watch", "w", false, "keep showing, until Ctrl-C")
	command.Flags().BoolVarP(&o.everywhere, "all-namespaces", "A", false, "those of all namespaces")
	o.addTo(command, "json", "yaml", "csv")
	return command
}

func (a *app) status(ctx context.Context, o statusOptions, name string) error {
	switch {
	case o.everywhere && name != "":
		return misuse("--all-namespaces is for all syncs: leave it out, or the name")
	case o.watch && o.format != "" && o.format != "json":
		return misuse("--watch writes json, or for people: leave -o " + o.format + " out")
	}
	c, namespace, err := a.cluster()
	if err != nil {
		return err
	}
	if o.everywhere {
		namespace = ""
	}
	seen, err := look(ctx, c, namespace, name)
	if err != nil {
		return err
	}
	if o.watch {
		return a.watchStatus(ctx, o, namespace, name)
	}
	p := painter{terminal: terminalOf(a.Out), now: a.now(), everywhere: o.everywhere}
	return o.print(a.Out, seen.result(func(w io.Writer) error { return writeLines(w, p.show(seen, name)) }))
}

// show one sync, or all.
func (p painter) show(seen overview, name string) []string {
	if name != "" && len(seen.Syncs) == 1 {
		return p.one(seen)
	}
	return p.many(seen)
}

func (seen overview) result(people func(io.Writer) error) result {
	r := result{value: seen, people: people, header: []string{
		"namespace", "name", "integration", "ready", "reason", "exchangeID", "exchange", "folder", "divisionID", "division", "destination",
		"listed", "synced", "pending", "failed", "skipped", "problems", "message",
	}}
	for _, s := range seen.Syncs {
		row := []string{
			s.Namespace, s.Name, s.Integration, string(s.Ready), s.Reason, id(s.Source.ID), s.Source.Name, s.Source.Folder,
			id(s.Destination.ID), s.Destination.Name, s.Destination.Folder,
		}
		figures := []string{"", "", "", "", ""}
		if d := s.Documents; d != nil {
			for i, n := range []int64{d.Listed, d.Synced, d.Pending, d.Failed, d.Skipped} {
				figures[i] = strconv.FormatInt(n, 10)
			}
		}
		r.rows = append(r.rows, append(append(row, figures...), strconv.FormatInt(s.ProblemCount, 10), s.Message))
	}
	return r
}

// id is empty where it isn't known yet.
func id(n int64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

func writeLines(w io.Writer, lines []string) error {
	_, err := io.WriteString(w, strings.Join(lines, "\n")+"\n")
	return err
}
