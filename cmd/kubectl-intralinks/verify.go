package main

import (
	"context"
	"fmt"
	"io"
	"strconv"

	"github.com/spf13/cobra"
	"k8s.io/apimachinery/pkg/util/duration"

	"dataroom.dev/intralinks-operator/internal/apiclient"
	"dataroom.dev/intralinks-operator/internal/findings"
	"dataroom.dev/intralinks-operator/internal/spreadsheet"
)

// verifyOptions are the flags of verify.
type verifyOptions struct {
	output
	reach
	download int
	byFolder bool
	estimate bool
}

func newVerifyCommand(a *app) *cobra.Command {
	var o verifyOptions
	command := &cobra.Command{
		Use:   "verify SYNC",
		Short: "Hold ledger, exchange and Luminance against each other, and print every difference",
		Long: "Holds what the ledger has as carried against what the exchange lists and what stands in Luminance, and prints every\n" +
			"difference. It says first what it costs in requests of the allowance. --download n has n documents, chosen at random,\n" +
			"downloaded from Luminance and held against their SHA-1, at a request each.\n\n" +
			"Exit code 3: there are differences that somebody should look into. What comes about as a sync works, such as a new version\n" +
			"that crosses at the next run, is printed, too, and isn't one of them.",
		Example: "  kubectl intralinks verify project-heron-contracts --estimate\n" +
			"  kubectl intralinks verify project-heron-contracts --download 20",
		GroupID:           lookGroup,
		Args:              takes("SYNC"),
		ValidArgsFunction: a.completeSyncs,
		RunE:              func(cmd *cobra.Command, args []string) error { return a.verify(cmd.Context(), o, args[0]) },
	}
	command.Flags().IntVar(&o.download, "download", 0, "compare the bytes of so many documents, too")
	command.Flags().BoolVar(&o.byFolder, "by-folder", false, "list each folder of Luminance for itself, at a request each: for an instance that cuts long lists")
	command.Flags().BoolVar(&o.estimate, "estimate", false, "say what it costs, and do nothing")
	o.output.addTo(command, "json", "yaml", "csv")
	o.reach.addTo(command)
	return command
}

// verificationView is what verify shows to scripts.
type verificationView struct {
	Cost         *findings.VerifyCost   `json:"cost"`
	Verification *findings.Verification `json:"verification,omitempty"`
	Differences  []findings.Difference  `json:"differences"`
}

func (a *app) verify(ctx context.Context, o verifyOptions, name string) error {
	c, namespace, err := a.operator(ctx, o.reach)
	if err != nil {
		return err
	}
	defer c.Close()
	sync := apiclient.Object{Namespace: namespace, Name: name}
	view := verificationView{Differences: []findings.Difference{}}
	if view.Cost, err = c.VerifyCost(ctx, sync, o.download, o.byFolder); err != nil {
		return err
	}
	a.tellCost(view.Cost)
	if o.estimate {
		return o.print(a.Out, result{value: view.Cost, header: []string{"requests", "downloads", "downloadBytes", "records"},
			rows:   [][]string{{number(view.Cost.Requests), number(view.Cost.Downloads), number(view.Cost.DownloadBytes), number(view.Cost.Records)}},
			people: func(io.Writer) error { return nil }})
	}
	for line, err := range c.Verify(ctx, sync, o.download, o.byFolder) {
		switch {
		case err != nil:
			return err
		case line.Difference != nil:
			view.Differences = append(view.Differences, *line.Difference)
		case line.Verification != nil:
			view.Verification = line.Verification
		}
	}
	if view.Verification == nil {
		return failure("the operator sent no result", "ask again")
	}
	if err := o.print(a.Out, view.result()); err != nil {
		return err
	}
	if view.Verification.Incomplete != "" {
		fmt.Fprintf(a.ErrOut, "Warning: %s\n", printable(view.Verification.Incomplete))
	}
	if n := view.Verification.Unexpected; n > 0 {
		return notInOrder(plural(n, "difference")+" that somebody should look into", "")
	}
	return nil
}

// tellCost goes to the person before anything is spent, and not into the result.
func (a *app) tellCost(cost *findings.VerifyCost) {
	wait := "at once"
	if left := cost.EstimatedCompletion.Sub(a.now()); left > 0 {
		wait = "in " + duration.HumanDuration(left)
	}
	fmt.Fprintf(a.ErrOut, "This costs %s of the allowance, which can be through %s", plural(cost.Requests, "request"), wait)
	if cost.Downloads > 0 {
		fmt.Fprintf(a.ErrOut, "; %s (%s) are downloaded", plural(cost.Downloads, "document"), bytesOf(cost.DownloadBytes))
	}
	fmt.Fprintln(a.ErrOut, ".")
}

func (v verificationView) result() result {
	r := result{value: v, header: []string{"kind", "documentID", "source", "target", "luminanceID", "message"}}
	rows := make([][]string, 0, len(v.Differences))
	for _, d := range v.Differences {
		r.rows = append(r.rows, []string{string(d.Kind), spreadsheet.Known(d.DocumentID), d.Source, d.Target, spreadsheet.Known(d.LuminanceID), d.Message})
		where := d.Target
		if where == "" {
			where = d.Source
		}
		rows = append(rows, []string{string(d.Kind), spreadsheet.Known(d.DocumentID), where, d.Message})
	}
	r.people = func(w io.Writer) error {
		if len(rows) > 0 {
			if err := writeTable(w, []string{"DIFFERENCE", "DOCUMENT", "WHERE", "WHAT IT MEANS"}, rows); err != nil {
				return err
			}
			fmt.Fprintln(w)
		}
		s := v.Verification
		fmt.Fprintf(w, "%s carried, %s listed in the exchange, %s in Luminance; of %s all three agree.\n",
			plural(s.Carried, "document"), count(s.Listed), count(s.Standing), count(s.Agreed))
		if s.Compared > 0 {
			fmt.Fprintf(w, "The bytes of %s were compared.\n", plural(s.Compared, "document"))
		}
		return nil
	}
	return r
}

func number(n int64) string { return strconv.FormatInt(n, 10) }
