package main

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"dataroom.dev/intralinks-operator/internal/apiclient"
	"dataroom.dev/intralinks-operator/internal/findings"
)

func newReportCommand(a *app) *cobra.Command {
	var o output
	var r reach
	search := ""
	command := &cobra.Command{
		Use:   "report SYNC",
		Short: "Write the register of every document that was carried, as CSV for the deal file",
		Long: "Writes the register: each document that was carried, with its id, path, version, SHA-1 and size in Intralinks, its id,\n" +
			"folder and version in Luminance, and when. It is CSV unless -o says otherwise, costs no request, and is written as it is\n" +
			"read, however many documents there are. What a spreadsheet would take for a formula has an apostrophe in front.",
		Example:           "  kubectl intralinks report project-heron-contracts > register.csv",
		GroupID:           lookGroup,
		Args:              takes("SYNC"),
		ValidArgsFunction: a.completeSyncs,
		RunE: func(cmd *cobra.Command, args []string) error {
			c, namespace, err := a.operator(cmd.Context(), r)
			if err != nil {
				return err
			}
			defer c.Close()
			register := newRegisterWriter(a.Out, o.format)
			for line, err := range c.Register(cmd.Context(), apiclient.Object{Namespace: namespace, Name: args[0]}, search) {
				if err == nil {
					err = register.write(line)
				}
				if err != nil {
					return err
				}
			}
			return register.end()
		},
	}
	command.Flags().StringVar(&search, "search", "", "only documents whose path, id or SHA-1 holds this text")
	o.addTo(command, "csv", "json")
	r.addTo(command)
	return command
}

// registerWriter writes the register as it comes.
type registerWriter struct {
	out   io.Writer
	json  bool
	table *findings.Table // nil before it has begun
	any   bool
}

func newRegisterWriter(out io.Writer, format string) *registerWriter {
	return &registerWriter{out: out, json: format == "json"}
}

func (w *registerWriter) write(line findings.Line) error {
	switch {
	case line.Register != nil:
		return w.begin(line.Register)
	case line.Document == nil:
		return nil
	case w.json:
		return w.writeJSON(line.Document)
	}
	return w.table.Write(line.Document)
}

// begin writes what stands before the first document.
func (w *registerWriter) begin(register *findings.Register) (err error) {
	if !w.json {
		w.table, err = findings.NewTable(w.out, register, csvCell)
		return err
	}
	head, err := json.MarshalIndent(register, "  ", "  ")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w.out, "{\n  \"register\": %s,\n  \"documents\": [", head)
	return err
}

func (w *registerWriter) writeJSON(d *findings.Document) error {
	text, err := json.MarshalIndent(d, "    ", "  ")
	if err != nil {
		return err
	}
	comma := ""
	if w.any {
		comma = ","
	}
	w.any = true
	_, err = fmt.Fprintf(w.out, "%s\n    %s", comma, text)
	return err
}

func (w *registerWriter) end() error {
	if !w.json {
		return w.table.End()
	}
	end := "]\n}\n"
	if w.any {
		end = "\n  " + end
	}
	_, err := io.WriteString(w.out, end)
	return err
}
