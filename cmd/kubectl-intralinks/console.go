package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/spf13/cobra"

	"dataroom.dev/intralinks-operator/internal/findings"
)

// consoleTokenLife is how long a service account's token lasts that opens the console: as long as somebody looks at it.
const consoleTokenLife = time.Hour

func newConsoleCommand(a *app) *cobra.Command {
	r := reach{tokenLife: consoleTokenLife}
	noBrowser := false
	command := &cobra.Command{
		Use:   "console",
		Short: "Open the operator's console in a browser, as you",
		Long: "Forwards a port to the operator, hands your token over, and opens the console in a browser. The link works once, within a\n" +
			"minute; all that you see and do there, you see and do with your own rights. It stays open until you press Ctrl-C.\n\n" +
			"The console is off unless the operator runs with --console (with Helm: console.enabled).",
		Example: "  kubectl intralinks console\n" +
			"  kubectl intralinks console --token-from-service-account ada",
		GroupID: lookGroup,
		Args:    takes(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.console(cmd.Context(), r, noBrowser)
		},
	}
	r.addTo(command)
	command.Flags().BoolVar(&noBrowser, "no-browser", false, "print the link and open no browser")
	return command
}

func (a *app) console(ctx context.Context, r reach, noBrowser bool) error {
	c, _, err := a.operator(ctx, r)
	if err != nil {
		return err
	}
	defer c.Close()
	link, user, err := c.Console(ctx)
	if refused := (*findings.Error)(nil); errors.As(err, &refused) && refused.Code == http.StatusNotFound {
		return failure("this operator serves no console", "have it started with --console, or with Helm: console.enabled=true")
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(a.ErrOut, "The console opens as %s, within a minute:\n\n  %s\n\n", printable(user), link)
	if !noBrowser {
		a.openBrowser(link)
	}
	if r.url != "" { // there is no port-forward to keep open
		return nil
	}
	fmt.Fprintln(a.ErrOut, "Press Ctrl-C to close it.")
	<-ctx.Done()
	return nil
}
