package historytest

import (
	"fmt"
	"path"

	"golang.org/x/text/unicode/norm"

	"dataroom.dev/intralinks-operator/internal/naming"
	luminancesim "dataroom.dev/intralinks-operator/internal/simulator/luminance"
)

// personActs are what people do in Luminance.
var personActs = map[string]act{
	"person uploads":          {3, (*world).personUploads},
	"person replaces":         {2, (*world).personReplaces},
	"person checks out or in": {2, (*world).personChecksOut},
	"person deletes":          {2, (*world).personDeletes},
	"person creates a folder": {1, (*world).personCreatesFolder},
	"person deletes a folder": {1, (*world).personDeletesFolder},
}

// personFolder is one that the operator may use, too.
func personFolder(n int) string {
	return pick([]string{destination, destination + "/S", destination + "/T", destination + "/s"}, n)
}

// personUploads to folder A under name B, or where C says so under the name that document B has as a twin. Names are
// composed: whether an instance tells a decomposed one from it, nobody knows, so no dry run can foresee that.
func (w *world) personUploads(s step) {
	name := norm.NFC.String(pick(fileNames, s.B))
	if d := w.chooseDocument(s.B); d != nil && s.C < 3 {
		name = naming.WithID(d.FileName(), d.ID)
	}
	w.personPuts(path.Join(personFolder(s.A), name))
}

// personReplaces a document that stands.
func (w *world) personReplaces(s step) {
	if d := w.chooseStanding(s.A); d != nil {
		w.personPuts(d.Path)
	}
}

func (w *world) personPuts(at string) {
	w.contents++
	if _, err := w.target.PersonUploads(division, at, fmt.Appendf(nil, "by a person, %d", w.contents)); err != nil {
		w.logf("a person can't upload %s: %v", at, err) // somebody has it checked out
		return
	}
	w.logf("a person uploads %s", at)
	w.model.personActed()
}

// personChecksOut document A to edit it, or checks it in again.
func (w *world) personChecksOut(s step) {
	d := w.chooseStanding(s.A)
	if d == nil {
		return
	}
	state := "draft"
	if d.VersionState == state {
		state = "active"
	}
	w.must(w.target.ChangeDocument(d.ID, luminancesim.DocumentChange{VersionState: &state}))
	w.logf("Luminance document %d at %s is %s", d.ID, d.Path, state)
	w.model.personActed()
}

// personDeletes document A.
func (w *world) personDeletes(s step) {
	if d := w.chooseStanding(s.A); d != nil {
		w.must(w.target.PersonDeletes(d.ID))
		w.logf("a person deletes %s", d.Path)
		w.model.personActed()
	}
}

func (w *world) personCreatesFolder(s step) {
	_, err := w.target.PersonCreatesFolder(division, personFolder(s.A))
	w.must(err)
	w.logf("a person creates %s", personFolder(s.A))
	w.model.personActed()
}

// personDeletesFolder A with all that it holds.
func (w *world) personDeletesFolder(s step) {
	var there []luminancesim.StoredFolder
	for _, f := range w.target.Folders() {
		if f.Division == division && f.ParentID != 0 && f.State == "active" {
			there = append(there, f)
		}
	}
	if len(there) > 0 {
		f := pick(there, s.A)
		w.must(w.target.PersonDeletesFolder(f.ID))
		w.logf("a person deletes %s", f.Path)
		w.model.personActed()
	}
}

// chooseStanding gives a document that stands in Luminance, whoever put it there; nil where there is none.
func (w *world) chooseStanding(n int) *luminancesim.Stored {
	all := w.target.Documents(false)
	if len(all) == 0 {
		return nil
	}
	d := pick(all, n)
	return &d
}
