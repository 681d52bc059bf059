package engine_test

import (
	"fmt"
	"testing"
	"time"

	"dataroom.dev/intralinks-operator/internal/engine"
	"dataroom.dev/intralinks-operator/internal/simulator/dataroom"
)

// The tests of this file go on from a ledger that was restored from an older copy, so that it lacks what was carried
// since, while it knows that the destination was searched.

// restored is a world whose ledger is older than what stands: since is what happened after it was copied. It gives
// the job of the next run.
func restored(t *testing.T, policy engine.Policy, before, since func(w *world)) (*world, engine.Job) {
	t.Helper()
	w := newWorld(t, dataroom.New(1))
	before(w)
	job := w.job("/A")
	job.Policy = policy
	first := w.run(job)
	restore := w.saveLedger()
	since(w)
	job = again(w.job("/A"), first)
	job.Policy = policy
	w.run(job)
	restore()
	next := again(w.job("/A"), first)
	next.Policy = policy
	w.requests(w.target)
	return w, next
}

func TestAnOlderLedgerRecognisesNewDocuments(t *testing.T) {
	for _, age := range []time.Duration{0, long} { // by their bytes, and by their times
		t.Run(fmt.Sprint(age), func(t *testing.T) {
			var stands map[string]string
			w, job := restored(t, engine.Policy{},
				func(w *world) { w.add("/A/known.txt", "known") },
				func(w *world) {
					stands = w.fills("/A/a.txt", "/A/B/b.txt")
					w.pass(age)
				})
			result := w.run(job)
			w.sends(result, 0, 0, engine.Counts{Listed: 3, Synced: 3})
			if result.Adopted != 2 || result.BytesCarried != 0 {
				t.Errorf("adopted %d, carried %d bytes", result.Adopted, result.BytesCarried)
			}
			stands["/Deal/known.txt"] = "known"
			w.stands(stands)
			w.once()
			w.requests(w.target)
			w.sends(w.run(job), 0, 0, engine.Counts{Listed: 3, Synced: 3})
		})
	}
}

// TestAnOlderLedgerDoesNotTakeAnOlderVersionForTheNewest, however soon after the one the other follows.
func TestAnOlderLedgerDoesNotTakeAnOlderVersionForTheNewest(t *testing.T) {
	for _, age := range []time.Duration{0, long} {
		t.Run(fmt.Sprint(age), func(t *testing.T) {
			var d *dataroom.Document
			w, job := restored(t, engine.Policy{},
				func(w *world) { w.add("/A/known.txt", "known") },
				func(w *world) { d = w.add("/A/a.txt", "first"); w.pass(age) })
			w.change(d, "second")
			w.sends(w.run(job), 0, 1, engine.Counts{Listed: 2, Synced: 2})
			w.stands(map[string]string{"/Deal/known.txt": "known", "/Deal/a.txt": "second"})
		})
	}
}

func TestAnOlderLedgerRecognisesNewVersions(t *testing.T) {
	for _, ids := range []string{"new", "kept"} {
		t.Run(ids, func(t *testing.T) {
			var changed, changedTwice *dataroom.Document
			w, job := restored(t, engine.Policy{},
				func(w *world) {
					w.set(w.target, "idOnReplace", ids)
					changed, changedTwice = w.add("/A/once.txt", "once"), w.add("/A/twice.txt", "twice")
				},
				func(w *world) { w.change(changed, "once: second"); w.change(changedTwice, "twice: second") })
			w.change(changedTwice, "twice: third")
			result := w.run(job)
			w.sends(result, 0, 1, engine.Counts{Listed: 2, Synced: 2})
			if result.Adopted != 2 || result.Bytes != int64(len("once: second")+len("twice: third")) {
				t.Errorf("adopted %d, %d bytes", result.Adopted, result.Bytes)
			}
			w.stands(map[string]string{"/Deal/once.txt": "once: second", "/Deal/twice.txt": "twice: third"})
			if n := len(w.target.Documents(true)); n != 5 {
				t.Errorf("%d versions stand", n)
			}
			w.requests(w.target)
			w.sends(w.run(job), 0, 0, engine.Counts{Listed: 2, Synced: 2})
		})
	}
}

func TestAnOlderLedgerRecognisesCopies(t *testing.T) {
	var d *dataroom.Document
	policy := engine.Policy{CopyRenamed: true}
	w, job := restored(t, policy,
		func(w *world) { d = w.add("/A/a.txt", "a") },
		func(w *world) { w.rename(d, "z") })
	result := w.run(job)
	w.sends(result, 0, 0, engine.Counts{Listed: 1, Synced: 1, Retained: 1})
	w.sends(w.run(job), 0, 0, engine.Counts{Listed: 1, Synced: 1, Retained: 1})
	w.stands(map[string]string{"/Deal/a.txt": "a", "/Deal/z.txt": "a"})
	w.once()
}

// TestAnOlderLedgerNeverReplacesWhatAPersonPutThere, as a document or as a version of ours.
func TestAnOlderLedgerNeverReplacesWhatAPersonPutThere(t *testing.T) {
	for _, ids := range []string{"new", "kept"} {
		t.Run(ids, func(t *testing.T) {
			var d *dataroom.Document
			w, job := restored(t, engine.Policy{},
				func(w *world) {
					w.set(w.target, "idOnReplace", ids)
					d = w.add("/A/a.txt", "first")
				},
				func(w *world) { w.change(d, "second"); w.add("/A/b.txt", "b") })
			for _, name := range []string{"a.txt", "b.txt"} {
				_, err := w.target.PersonUploads(corporate, "/Deal/"+name, []byte("theirs"))
				w.must(err)
			}
			w.change(d, "third")
			result := w.run(job)
			w.sends(result, 0, 0, engine.Counts{Listed: 2, Failed: 2})
			if got := problems(result); got["a.txt"] != "NameConflict" || got["b.txt"] != "NameConflict" {
				t.Errorf("problems %v", got)
			}
			w.stands(map[string]string{"/Deal/a.txt": "theirs", "/Deal/b.txt": "theirs"})
		})
	}
}

// TestAnOlderLedgerDoesNotMixUpTwoOfOneName: while it was away, the second of two documents of one name was carried
// under the plain name, as the first was sealed.
func TestAnOlderLedgerDoesNotMixUpTwoOfOneName(t *testing.T) {
	var sealed *dataroom.Document
	w, job := restored(t, engine.Policy{},
		func(w *world) { w.add("/A/known.txt", "known") },
		func(w *world) {
			sealed = w.add("/A/NDA.pdf", "sealed")
			w.must(w.room.EditDocument(sealed.ID, func(d *dataroom.Document) { d.IRM = true }))
			w.add("/A/NDA.pdf", "open")
			w.pass(long)
		})
	w.room.SetClock(func() time.Time { return sealed.Modified }) // to lift a protection is no change of the document
	w.must(w.room.EditDocument(sealed.ID, func(d *dataroom.Document) { d.IRM = false }))
	w.run(job)
	newest := map[string]bool{}
	for _, sum := range w.standing() {
		newest[sum] = true
	}
	for _, content := range []string{"known", "sealed", "open"} {
		if !newest[sha1Of(t, dataroom.Bytes(content))] {
			t.Errorf("%q does not stand: %v", content, w.standing())
		}
	}
	for _, d := range w.target.Documents(true) {
		if d.VersionState != "active" {
			t.Errorf("%s was replaced by another document", d.Path)
		}
	}
}

// TestAnOlderLedgerKeepsFromWhereADocumentWasCarried: it was renamed and changed while the ledger was away, and the new
// version is where the old one was.
func TestAnOlderLedgerKeepsFromWhereADocumentWasCarried(t *testing.T) {
	var d *dataroom.Document
	w, job := restored(t, engine.Policy{},
		func(w *world) { d = w.add("/A/a.txt", "first") },
		func(w *world) {
			w.must(w.room.EditDocument(d.ID, func(d *dataroom.Document) { d.Name = "b" }))
			w.change(d, "second")
		})
	for range 2 {
		w.sends(w.run(job), 0, 0, engine.Counts{Listed: 1, Synced: 1, Moved: 1})
	}
	w.stands(map[string]string{"/Deal/a.txt": "second"})
}
