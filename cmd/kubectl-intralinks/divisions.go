package main

import (
	"context"
	"fmt"
	"io"
	"strconv"

	"github.com/spf13/cobra"

	"dataroom.dev/intralinks-operator/internal/apiclient"
	"dataroom.dev/intralinks-operator/internal/findings"
)

func newDivisionsCommand(a *app) *cobra.Command {
	var o output
	var r reach
	command := &cobra.Command{
		Use:               "divisions INTEGRATION",
		Short:             "List the Divisions that the integration's service user can see",
		Long:              "Lists the Divisions that the integration's service user can see. It costs a request of the allowance.",
		Example:           "  kubectl intralinks divisions intralinks-production",
		GroupID:           lookGroup,
		Args:              takes("INTEGRATION"),
		ValidArgsFunction: a.completeIntegrations,
		RunE: a.asks(&o, &r, func(ctx context.Context, c *apiclient.Client, integration apiclient.Object, _ []string) (result, error) {
			found, err := c.Divisions(ctx, integration)
			if err != nil {
				return result{}, err
			}
			return divisionsOf(found), nil
		}),
	}
	o.addTo(command, "json", "yaml", "csv")
	r.addTo(command)
	return command
}

func divisionsOf(found *findings.Divisions) result {
	r := result{value: found, header: []string{"id", "name", "moniker", "state", "type"}}
	for _, d := range found.Items {
		r.rows = append(r.rows, []string{strconv.FormatInt(d.ID, 10), d.Name, d.Moniker, d.State, d.Type})
	}
	r.people = func(w io.Writer) error {
		if len(r.rows) == 0 {
			fmt.Fprintln(w, "The service user can see no Division. Give it a role in one.")
			return nil
		}
		return writeTable(w, []string{"ID", "NAME", "MONIKER", "STATE", "TYPE"}, r.rows)
	}
	return r
}

func newFoldersCommand(a *app) *cobra.Command {
	var o output
	var r reach
	command := &cobra.Command{
		Use:   "folders INTEGRATION DIVISION",
		Short: "List the folders of a Division",
		Long: "Lists the folders of a Division, which is named by its id, its moniker or its name. It costs one to three requests of\n" +
			"the allowance.",
		Example:           "  kubectl intralinks folders intralinks-production Corporate",
		GroupID:           lookGroup,
		Args:              takes("INTEGRATION", "DIVISION"),
		ValidArgsFunction: a.completeIntegrations,
		RunE: a.asks(&o, &r, func(ctx context.Context, c *apiclient.Client, integration apiclient.Object, args []string) (result, error) {
			found, err := c.Folders(ctx, integration, args[1])
			if err != nil {
				return result{}, err
			}
			if found.Incomplete != "" {
				fmt.Fprintf(a.ErrOut, "Warning: %s\n", printable(found.Incomplete))
			}
			return foldersOf(found), nil
		}),
	}
	o.addTo(command, "json", "yaml", "csv")
	r.addTo(command)
	return command
}

func foldersOf(found *findings.DivisionFolders) result {
	r := result{value: found, header: []string{"id", "path", "sync"}}
	for _, f := range found.Items {
		r.rows = append(r.rows, []string{strconv.FormatInt(f.ID, 10), f.Path, f.Sync})
	}
	r.people = func(w io.Writer) error {
		rows := make([][]string, 0, len(r.rows))
		for _, row := range r.rows {
			rows = append(rows, []string{row[1], row[0], row[2]})
		}
		return writeTable(w, []string{"FOLDER", "ID", "FED BY"}, rows)
	}
	return r
}
