package engine_test

import (
	"fmt"
	"testing"

	"dataroom.dev/intralinks-operator/internal/engine"
	"dataroom.dev/intralinks-operator/internal/simulator/dataroom"
	intralinkssim "dataroom.dev/intralinks-operator/internal/simulator/intralinks"
)

// merlin is a second exchange, beside the world's own.
const merlin = 7100025

// newWorldOfTwo has Project Heron and Project Merlin.
func newWorldOfTwo(t *testing.T) (w *world, other *dataroom.Room) {
	t.Helper()
	other = dataroom.New(2)
	return newWorldOf(t,
		intralinkssim.Exchange{ID: project, Name: "Project Heron", Room: dataroom.New(1)},
		intralinkssim.Exchange{ID: merlin, Name: "Project Merlin", Room: other},
	), other
}

// ofMerlin is a sync of all of Project Merlin to a folder of the Division.
func (w *world) ofMerlin(folder string) engine.Job {
	job := w.job("/")
	job.Claimant, job.Source.ExchangeID, job.Destination.Folder = "deals/merlin", merlin, folder
	return job
}

func TestASearchWhereNothingStandsCostsNothing(t *testing.T) {
	w := newWorld(t, dataroom.New(1))
	w.fills("/A/a.txt", "/A/b.txt")
	w.run(w.job("/A"))
	if n := w.asked(anyDocuments); n != 0 {
		t.Errorf("%d lists of documents", n)
	}
	// A token, the Division, its folders, one folder to make, two documents.
	if n := w.requests(w.target); n != 6 {
		t.Errorf("%d requests", n)
	}
}

func TestASearchOfAFolderThatStandsCostsOneListOnce(t *testing.T) {
	w := newWorld(t, dataroom.New(1))
	const documents, folders = 20, 5 // /Deal and four below it
	for i := range documents {
		w.add(fmt.Sprintf("/A/F%d/%d.txt", i%4, i), fmt.Sprint(i))
	}
	for _, path := range []string{"/Deal", "/Deal/F1", "/Deal/theirs"} {
		_, err := w.target.PersonCreatesFolder(corporate, path)
		w.must(err)
	}
	_, err := w.target.PersonUploads(corporate, "/Deal/theirs/a.txt", []byte("theirs"))
	w.must(err)
	first := w.run(w.job("/A"))
	if n := w.asked(anyDocuments); n != 1 {
		t.Errorf("%d lists of documents", n)
	}
	if n := w.requests(w.target); first.Uploaded != documents || n > documents+folders+4 {
		t.Errorf("%d documents with %d requests, more than %d + %d + 4", first.Uploaded, n, documents, folders)
	}
	w.add("/A/F1/new.txt", "new")
	w.restart()
	w.run(again(w.job("/A"), first))
	if n := w.asked(anyDocuments); n != 0 {
		t.Errorf("%d lists of documents in a later run", n)
	}
}

// TestASearchIsMadeOnceThoughNothingCrosses: nothing is on record then, as after a loss.
func TestASearchIsMadeOnceThoughNothingCrosses(t *testing.T) {
	for _, folder := range []string{"/Deal", "/Elsewhere"} {
		t.Run(folder, func(t *testing.T) {
			w := newWorld(t, dataroom.New(1))
			_, err := w.target.PersonUploads(corporate, folder+"/a.txt", []byte("theirs"))
			w.must(err)
			w.addContent("/A/to come.txt", nil)
			first := w.run(w.job("/A"))
			w.requests(w.target)
			w.restart()
			w.run(again(w.job("/A"), first))
			if n := w.requests(w.target); n != 0 {
				t.Errorf("%d requests in a poll without news", n)
			}
		})
	}
}

// TestASearchReadsFolderByFolderWhereTheWholeMayBeCut: an instance that cuts lists at 50 leaves a list of 50 in doubt.
func TestASearchReadsFolderByFolderWhereTheWholeMayBeCut(t *testing.T) {
	w := newWorld(t, dataroom.New(1))
	for i := range 54 {
		w.add(fmt.Sprintf("/A/F%d/%d.txt", i%2, i), fmt.Sprint(i))
	}
	w.pass(long)
	first := w.run(w.job("/A"))
	w.pass(long)
	w.set(w.target, "maxLimit", "50")
	w.loseLedger()
	w.requests(w.target)
	rebuilt := w.run(w.job("/A"))
	w.sends(rebuilt, 0, 0, first.Counts)
	if n := w.asked(anyDocuments); rebuilt.Adopted != 54 || n > 6 {
		t.Errorf("adopted %d with %d lists", rebuilt.Adopted, n)
	}
	w.once()
}

// TestASearchSeesFoldersThatAnotherSyncHadNoUseFor: the ledger knows the destination from a sync that went deeper.
func TestASearchSeesFoldersThatAnotherSyncHadNoUseFor(t *testing.T) {
	w, other := newWorldOfTwo(t)
	stands := w.fills("/A/B/a.txt", "/A/C/c.txt")
	_, err := other.AddDocument(0, "x", ".txt", dataroom.Bytes("x"))
	w.must(err)
	w.pass(long)
	first := w.run(w.job("/A"))
	w.loseLedger()
	w.run(w.ofMerlin("/Deal/X"))
	stands["/Deal/X/x.txt"] = "x"
	w.requests(w.target)
	rebuilt := w.run(w.job("/A"))
	w.sends(rebuilt, 0, 0, first.Counts)
	if n := w.requests(w.target); rebuilt.Adopted != 2 || n > 3 { // the Division, its folders, its documents
		t.Errorf("adopted %d with %d requests", rebuilt.Adopted, n)
	}
	w.stands(stands)
}

// TestWhatAnotherSyncCarriedIsNotAdopted: its documents are the service user's too, and of the same names.
func TestWhatAnotherSyncCarriedIsNotAdopted(t *testing.T) {
	for _, answer := range []string{"200", "201-empty"} {
		t.Run(answer, func(t *testing.T) {
			w, other := newWorldOfTwo(t)
			w.set(w.target, "uploadStatus", answer)
			w.fills("/A/NDA.pdf", "/A/own.txt")
			_, err := other.AddDocument(0, "NDA", ".pdf", dataroom.Bytes("of Merlin"))
			w.must(err)
			w.pass(long)
			before := w.run(w.ofMerlin("/Deal"))
			result := w.run(w.job("/A"))
			w.sends(result, 1, 0, engine.Counts{Listed: 2, Synced: 1, Failed: 1})
			if result.Adopted != 0 || problems(result)["NDA.pdf"] != "NameConflict" {
				t.Errorf("adopted %d, problems %v", result.Adopted, result.Problems)
			}
			w.stands(map[string]string{"/Deal/NDA.pdf": "of Merlin", "/Deal/own.txt": "/A/own.txt"})
			w.sends(w.run(w.ofMerlin("/Deal")), 0, 0, before.Counts)
		})
	}
}
