package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

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

// registerHeader are the columns of the register.
var registerHeader = []string{
	"exchangeID", "exchange", "documentID", "path", "carriedPath", "version", "sha1", "bytes",
	"instance", "divisionID", "division", "luminanceID", "luminanceVersion", "folder", "name", "uploadedAt", "goneAt", "import", "importTags",
}

// registerWriter writes the register as it comes.
type registerWriter struct {
	out      io.Writer
	json     bool
	csv      *csv.Writer
	register findings.Register
	any      bool
}

func newRegisterWriter(out io.Writer, format string) *registerWriter {
	return &registerWriter{out: out, json: format == "json", csv: csv.NewWriter(out)}
}

func (w *registerWriter) write(line findings.Line) error {
	switch {
	case line.Register != nil:
		w.register = *line.Register
		return w.begin()
	case line.Document == nil:
		return nil
	case w.json:
		return w.writeJSON(line.Document)
	}
	row := w.row(line.Document)
	for i, cell := range row {
		row[i] = csvCell(cell)
	}
	return w.csv.Write(row)
}

// begin writes what stands before the first document.
func (w *registerWriter) begin() error {
	if !w.json {
		return w.csv.Write(registerHeader)
	}
	head, err := json.MarshalIndent(w.register, "  ", "  ")
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
		w.csv.Flush()
		return w.csv.Error()
	}
	end := "]\n}\n"
	if w.any {
		end = "\n  " + end
	}
	_, err := io.WriteString(w.out, end)
	return err
}

func (w *registerWriter) row(d *findings.Document) []string {
	return []string{
		number(w.register.Exchange.ID), w.register.Exchange.Name, number(d.ID), d.Path, d.CarriedPath, known(d.Version), d.SHA1, number(d.Bytes),
		w.register.Instance, number(w.register.Division.ID), w.register.Division.Name, known(d.LuminanceID), d.LuminanceVersion, d.Folder, d.Name,
		timestamp(d.UploadedAt), timestamp(d.GoneAt), d.Import, strings.Join(d.ImportTags, " "),
	}
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

// known is empty for a number that isn't.
func known(n int64) string {
	if n <= 0 {
		return ""
	}
	return number(n)
}

func timestamp(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.UTC().Format(time.RFC3339)
}
