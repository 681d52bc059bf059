package historytest

import (
	"fmt"
	"strings"

	luminancesim "dataroom.dev/intralinks-operator/internal/simulator/luminance"
)

// show tells a document of Luminance.
func show(d *luminancesim.Stored) string {
	by := "a person"
	if d.ByService {
		by = "the operator"
	}
	return fmt.Sprintf("%s (version %d by %s, %s)", d.Path, d.Version, by, d.VersionState)
}

// show tells all that there is on both sides, where a history is shown.
func (w *world) show() {
	shown := w.view()
	for _, d := range w.room.Documents() {
		m, s := w.model.documents[d.ID], shown[d.ID]
		what := "not shown"
		if s != nil {
			what = fmt.Sprintf("%s, listed %v, to be carried %v", s.path(), s.listed(), s.carriable())
		}
		w.logf("exchange:  document %d: %s; newest %.8s, carried %.8s, removed %.8s, places %v", d.ID, what, m.newest(), m.carried, m.removed, m.places)
	}
	for _, d := range w.target.Documents(true) {
		w.logf("Luminance: document %d: %s, content %.8s of document %d", d.ID, show(&d), d.SHA1, w.model.owner[d.SHA1])
	}
}

// describe tells what became of a run.
func describe(r *ran) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%+v, uploaded %d, new versions %d, adopted %d, requests %d", r.Counts, r.Uploaded, r.NewVersions, r.Adopted, r.Requests)
	for _, u := range r.uploads {
		fmt.Fprintf(&b, "; upload of %q to folder %d, content %.8s, replace %v, status %d, lost %v", u.name, u.folder, u.sha1, u.replace, u.status, u.lost)
	}
	for _, p := range r.Problems {
		fmt.Fprintf(&b, "; document %d: %s", p.DocumentID, p.Reason)
	}
	for _, text := range r.Warnings {
		b.WriteString("; warning: " + text)
	}
	if r.Failure != nil {
		fmt.Fprintf(&b, "; ended early: %v", r.Failure)
	}
	return b.String()
}
