package console

import (
	"errors"
	"fmt"
	"net/http"
	"path"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/findings"
	"dataroom.dev/intralinks-operator/internal/spreadsheet"
)

// problemsPage is all documents of a sync that did not cross.
type problemsPage struct {
	page
	list
	Reason  string
	Reasons []string
	Rows    []problemRow
}

type problemRow struct {
	findings.Problem
	Tone    string
	RetryAt *moment
}

// syncToRead is the sync of a visit, for whoever may see its documents.
func (v *visit) syncToRead() (*v1alpha1.FolderSync, error) {
	s, err := v.sync()
	if err == nil {
		err = v.allowed(documentsRight)
	}
	return s, err
}

func (c *Console) listProblems(v *visit) error {
	s, err := v.syncToRead()
	if err != nil {
		return err
	}
	query := v.r.URL.Query()
	found, err := c.Live.Problems(v.r.Context(), v.named(), queryFor(query))
	if err != nil {
		return err
	}
	p := problemsPage{
		page: v.page("syncs", "Problems of "+s.Name, trailTo("syncs", s.Namespace, s.Name)...), list: listOf(query, found), Reason: query.Get("reason"),
	}
	for _, reason := range s.Status.ProblemReasons {
		p.Reasons = append(p.Reasons, string(reason.Reason))
	}
	for _, problem := range found.Items {
		problem.Message = sentence(problem.Message)
		row := problemRow{Problem: problem, Tone: toneIll, RetryAt: c.moment(problem.RetryAt)}
		if problem.Attempts == 0 {
			row.Tone = toneWarn // left out, and not failed
		}
		p.Rows = append(p.Rows, row)
	}
	show(v.w, http.StatusOK, "problems", p)
	return nil
}

// documentsPage is the register of a sync.
type documentsPage struct {
	page
	list
	CSV  string
	Rows []documentRow
}

type documentRow struct {
	findings.Document
	Target string
	Gone   bool
	At     *moment
}

func (c *Console) listDocuments(v *visit) error {
	s, err := v.syncToRead()
	if err != nil {
		return err
	}
	query := v.r.URL.Query()
	found, err := c.Live.Documents(v.r.Context(), v.named(), queryFor(query))
	if err != nil {
		return err
	}
	p := documentsPage{
		page: v.page("syncs", "Register of "+s.Name, trailTo("syncs", s.Namespace, s.Name)...), list: listOf(query, found),
		CSV: pathOf("syncs", s.Namespace, s.Name, "documents.csv") + queryOf("q", query.Get("q")),
	}
	for _, d := range found.Items {
		p.Rows = append(p.Rows, documentRow{Document: d, Target: path.Join(d.Folder, d.Name), Gone: !d.GoneAt.IsZero(), At: c.moment(d.UploadedAt)})
	}
	show(v.w, http.StatusOK, "documents", p)
	return nil
}

// sendRegister sends the register as it is read.
func (c *Console) sendRegister(v *visit) error {
	s, err := v.syncToRead()
	if err != nil {
		return err
	}
	register, err := c.Live.Register(v.r.Context(), v.named())
	if err != nil {
		return err // while it can still be told as a page
	}
	v.w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	v.w.Header().Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", s.Name+"-register.csv"))
	out, err := findings.NewTable(v.w, register, spreadsheet.Cell)
	for d, failed := range c.Live.EachDocument(v.r.Context(), v.named(), v.r.URL.Query().Get("q")) {
		if err = errors.Join(err, failed); err != nil {
			break
		}
		err = out.Write(&d)
	}
	if err = errors.Join(err, out.End()); err != nil && v.r.Context().Err() == nil {
		c.Log.Error(err, "a register broke off", "sync", v.named().String())
		panic(http.ErrAbortHandler) // so that nobody takes what has been sent for all of it
	}
	return nil
}
