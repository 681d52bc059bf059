package findings

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"
	"time"

	"dataroom.dev/intralinks-operator/internal/spreadsheet"
)

// columns of a register as a table.
var columns = []string{
	"exchangeID", "exchange", "documentID", "path", "carriedPath", "version", "sha1", "bytes",
	"instance", "divisionID", "division", "luminanceID", "luminanceVersion", "folder", "name", "uploadedAt", "goneAt", "import", "importTags",
}

// Table writes a register as CSV, as it comes.
type Table struct {
	register Register
	cell     func(string) string
	out      *csv.Writer
}

// NewTable begins a table. Each text goes through cell first: others chose the documents' names.
func NewTable(w io.Writer, register *Register, cell func(string) string) (*Table, error) {
	t := &Table{register: *register, cell: cell, out: csv.NewWriter(w)}
	return t, t.out.Write(columns)
}

// Write adds a document.
func (t *Table) Write(d *Document) error {
	r := &t.register
	row := []string{
		number(r.Exchange.ID), r.Exchange.Name, number(d.ID), d.Path, d.CarriedPath, spreadsheet.Known(d.Version), d.SHA1, number(d.Bytes),
		r.Instance, number(r.Division.ID), r.Division.Name, spreadsheet.Known(d.LuminanceID), d.LuminanceVersion, d.Folder, d.Name,
		timestamp(d.UploadedAt), timestamp(d.GoneAt), d.Import, strings.Join(d.ImportTags, " "),
	}
	for i, text := range row {
		row[i] = t.cell(text)
	}
	return t.out.Write(row)
}

// End writes what is left.
func (t *Table) End() error {
	t.out.Flush()
	return t.out.Error()
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

func timestamp(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.UTC().Format(time.RFC3339)
}
