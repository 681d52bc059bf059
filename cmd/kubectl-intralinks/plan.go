package main

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/spf13/cobra"
	"k8s.io/apimachinery/pkg/util/duration"

	"dataroom.dev/intralinks-operator/internal/apiclient"
	"dataroom.dev/intralinks-operator/internal/findings"
)

func newPlanCommand(a *app) *cobra.Command {
	var o output
	var r reach
	command := &cobra.Command{
		Use:   "plan SYNC",
		Short: "Say what the next run would do, document by document, and what it costs",
		Long: "Says what the next run would do, by what the exchange lists and what was carried before, and how many requests of the\n" +
			"allowance and how much time that takes. It costs none of them: what others have put into the destination folder\n" +
			"meanwhile shows in a dry run (spec.dryRun), which looks there.",
		Example:           "  kubectl intralinks plan project-heron-contracts\n  kubectl intralinks plan project-heron-contracts -o csv > plan.csv",
		GroupID:           lookGroup,
		Args:              takes("SYNC"),
		ValidArgsFunction: a.completeSyncs,
		RunE: a.asks(&o, &r, func(ctx context.Context, c *apiclient.Client, sync apiclient.Object, _ []string) (result, error) {
			plan, err := c.Plan(ctx, sync)
			if err != nil {
				return result{}, err
			}
			for _, warning := range plan.Warnings {
				fmt.Fprintf(a.ErrOut, "Warning: %s\n", printable(warning))
			}
			return planOf(plan, a.now()), nil
		}),
	}
	o.addTo(command, "json", "yaml", "csv")
	r.addTo(command)
	return command
}

func planOf(plan *findings.Plan, now time.Time) result {
	r := result{value: plan, header: []string{"action", "documentID", "source", "target", "bytes", "version", "retry"}}
	rows := make([][]string, 0, len(plan.Actions))
	for _, a := range plan.Actions {
		id, size := "", ""
		if a.DocumentID != 0 {
			id, size = strconv.FormatInt(a.DocumentID, 10), bytesOf(a.Bytes)
		}
		r.rows = append(r.rows, []string{a.Action, id, a.Source, a.Target, strconv.FormatInt(a.Bytes, 10), strconv.FormatInt(a.Version, 10), a.Retry})
		rows = append(rows, []string{a.Action, id, size, a.Target, a.Retry})
	}
	r.people = func(w io.Writer) error {
		if len(rows) == 0 {
			fmt.Fprintln(w, "Nothing would be carried: all that the exchange has and that isn't left out stands in Luminance.")
		} else if err := writeTable(w, []string{"ACTION", "DOCUMENT", "SIZE", "TO", "FAILED BEFORE"}, rows); err != nil {
			return err
		}
		fmt.Fprintln(w)
		fmt.Fprintf(w, "%s and %s (%s), into %s.\n", plural(plan.Upload, "new document"), plural(plan.NewVersions, "new version"), bytesOf(plan.Bytes), plural(plan.CreateFolders, "new folder"))
		if plan.Requests > 0 {
			fmt.Fprintf(w, "%s of the allowance: through in %s at the earliest.\n", plural(plan.Requests, "request"), duration.HumanDuration(max(0, plan.EstimatedCompletion.Sub(now))))
		}
		if plan.ProblemCount > 0 {
			fmt.Fprintf(w, "%s would not cross, or failed before: kubectl intralinks problems lists them.\n", plural(plan.ProblemCount, "document"))
		}
		if plan.Running {
			fmt.Fprintln(w, "A run is on: some of this is under way.")
		}
		return nil
	}
	return r
}
