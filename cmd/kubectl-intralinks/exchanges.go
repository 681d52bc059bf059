package main

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"dataroom.dev/intralinks-operator/internal/apiclient"
	"dataroom.dev/intralinks-operator/internal/findings"
)

func newExchangesCommand(a *app) *cobra.Command {
	var o output
	var r reach
	command := &cobra.Command{
		Use:               "exchanges INTEGRATION",
		Short:             "List the exchanges that the integration's account can enter",
		Example:           "  kubectl intralinks exchanges intralinks-production",
		GroupID:           lookGroup,
		Args:              takes("INTEGRATION"),
		ValidArgsFunction: a.completeIntegrations,
		RunE: a.asks(&o, &r, func(ctx context.Context, c *apiclient.Client, integration apiclient.Object, _ []string) (result, error) {
			found, err := c.Exchanges(ctx, integration)
			if err != nil {
				return result{}, err
			}
			return exchangesOf(found), nil
		}),
	}
	o.addTo(command, "json", "yaml", "csv")
	r.addTo(command)
	return command
}

func exchangesOf(found *findings.Exchanges) result {
	r := result{value: found, header: []string{"id", "name", "host", "phase", "type", "securityLevel", "syncs"}}
	rows := make([][]string, 0, len(found.Items))
	for _, e := range found.Items {
		id, level := strconv.FormatInt(e.ID, 10), strconv.Itoa(e.SecurityLevel)
		r.rows = append(r.rows, []string{id, e.Name, e.Host, e.Phase, e.Type, level, strings.Join(e.Syncs, " ")})
		rows = append(rows, []string{id, e.Name, e.Host, e.Phase, level, strings.Join(e.Syncs, ", ")})
	}
	r.people = func(w io.Writer) error {
		if len(rows) == 0 {
			fmt.Fprintln(w, "The account can see no exchange. Ask the manager of one to add it.")
			return nil
		}
		return writeTable(w, []string{"ID", "NAME", "HOST", "PHASE", "SECURITY", "SYNCS"}, rows)
	}
	return r
}
