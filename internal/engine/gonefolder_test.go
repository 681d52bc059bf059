package engine_test

import (
	"fmt"
	"testing"

	"golang.org/x/text/unicode/norm"

	"dataroom.dev/intralinks-operator/internal/simulator/control"
	"dataroom.dev/intralinks-operator/internal/simulator/dataroom"
)

func TestAFolderIsMadeBelowOneThatAPersonDeleted(t *testing.T) {
	w := newWorld(t, dataroom.New(1))
	w.add("/A/B/a.txt", "a")
	first := w.run(w.job("/A"))
	for _, f := range w.target.Folders() {
		if f.Path == "/Deal/B" {
			w.must(w.target.PersonDeletesFolder(f.ID))
		}
	}
	w.add("/A/B/C/new.txt", "new")
	w.run(again(w.job("/A"), first))
	w.stands(map[string]string{"/Deal/B/C/new.txt": "new"})
}

// TestADestinationIsFoundInEitherFormOfUnicode spells the destination as macOS would, and lets a person have made it
// as others would.
func TestADestinationIsFoundInEitherFormOfUnicode(t *testing.T) {
	const name = "/Verträge"
	w := newWorld(t, dataroom.New(1))
	_, err := w.target.PersonCreatesFolder(corporate, norm.NFC.String(name))
	w.must(err)
	before := len(w.target.Folders())
	w.add("/A/a.txt", "a")
	job := w.job("/A")
	job.Destination.Folder = norm.NFD.String(name)
	first := w.run(job)
	w.add("/A/B/b.txt", "b")
	w.run(again(job, first))
	w.stands(map[string]string{norm.NFC.String(name) + "/a.txt": "a", norm.NFC.String(name) + "/B/b.txt": "b"})
	if made := len(w.target.Folders()) - before; made != 1 {
		t.Errorf("%d folders were made, not one", made)
	}
}

// TestADestinationThatAPersonMadeIsNeverTakenForTheRoot syncs into an instance whose Divisions have no root folder,
// where a person has made the destination before anything else.
func TestADestinationThatAPersonMadeIsNeverTakenForTheRoot(t *testing.T) {
	w := newWorld(t, dataroom.New(1))
	w.set(w.target, "rootFolder", "off")
	_, err := w.target.PersonCreatesFolder(corporate, "/Deal")
	w.must(err)
	w.add("/A/B/a.txt", "a")
	w.run(w.job("/A"))
	w.stands(map[string]string{"/Deal/B/a.txt": "a"})
}

// TestAFolderOfUncertainFateIsLookedForBeforeItIsMadeAgain: the answer to its creation was lost, and the look for it
// fails once or several times.
func TestAFolderOfUncertainFateIsLookedForBeforeItIsMadeAgain(t *testing.T) {
	const anyFolder = "/api2/projects/*/folders"
	for failures := range 8 {
		w := newWorld(t, dataroom.New(1))
		w.set(w.target, "budgetRequests", "0")
		w.add("/A/a.txt", "a")
		w.breaks(w.target, control.FaultRule{Fault: "drop-after-commit", Method: "POST", Path: anyFolder})
		w.breaks(w.target, control.FaultRule{Fault: "error-before-commit", Method: "GET", Path: anyFolder, Skip: 1, Times: failures + 1})
		job := w.job("/A")
		first := w.engine.Run(t.Context(), job, nil)
		w.target.Control().ClearFaults()
		w.run(again(job, first))
		w.stands(map[string]string{"/Deal/a.txt": "a"})
		made := 0
		for _, f := range w.target.Folders() {
			if f.Path == "/Deal" {
				made++
			}
		}
		if made != 1 {
			t.Errorf("after %d failures, %d folders stand", failures+1, made)
		}
	}
}

// TestManyDocumentsMeetAFolderThatIsGone, at once: one of them finds out where to go on, and one list tells.
func TestManyDocumentsMeetAFolderThatIsGone(t *testing.T) {
	for range 20 {
		w := newWorld(t, dataroom.New(1))
		w.add("/A/first.txt", "first")
		w.add("/A/B/first.txt", "first of B")
		first := w.run(w.job("/A"))
		for _, f := range w.target.Folders() {
			if f.Path == "/Deal" {
				w.must(w.target.PersonDeletesFolder(f.ID))
			}
		}
		want := map[string]string{}
		for i := range 12 {
			for _, folder := range []string{"", "B/"} {
				name := fmt.Sprintf("%s%02d.txt", folder, i)
				w.add("/A/"+name, name)
				want["/Deal/"+name] = name
			}
		}
		before := w.folderLists()
		result := w.run(again(w.job("/A"), first))
		w.stands(want)
		if n := w.folderLists() - before; n != 1 || result.ProblemCount != 0 {
			t.Errorf("%d lists of the Division, not one; problems %v", n, result.Problems)
		}
	}
}
