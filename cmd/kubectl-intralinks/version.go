package main

import (
	"fmt"
	"io"
	"runtime"

	"github.com/spf13/cobra"
)

// build says which build this is.
type build struct {
	Version  string `json:"version"`
	Commit   string `json:"commit"`
	Date     string `json:"date"`
	Platform string `json:"platform"`
}

func newVersionCommand(a *app) *cobra.Command {
	var o output
	command := &cobra.Command{
		Use:               "version",
		Short:             "Say which version of the plugin this is",
		Args:              takes(),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(*cobra.Command, []string) error {
			b := build{Version: version, Commit: commit, Date: date, Platform: runtime.GOOS + "/" + runtime.GOARCH}
			return o.print(a.Out, result{value: b, people: func(w io.Writer) error {
				fmt.Fprintf(w, "kubectl-intralinks %s, commit %s of %s, %s\n", b.Version, b.Commit, b.Date, b.Platform)
				return nil
			}})
		},
	}
	o.addTo(command, "json", "yaml")
	return command
}
