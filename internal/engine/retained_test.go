package engine_test

import (
	"testing"

	"dataroom.dev/intralinks-operator/internal/engine"
	"dataroom.dev/intralinks-operator/internal/simulator/control"
	"dataroom.dev/intralinks-operator/internal/simulator/dataroom"
)

// TestACopyThatFailsLeavesTheFirstOnRecord, and is tried again.
func TestACopyThatFailsLeavesTheFirstOnRecord(t *testing.T) {
	w := newWorld(t, dataroom.New(1))
	d := w.add("/A/a.txt", "a")
	job := w.job("/A")
	job.Policy.CopyRenamed = true
	first := w.run(job)
	before := w.record(again(job, first), d)
	w.rename(d, "z")
	w.breaks(w.source, control.FaultRule{Fault: "truncate", Path: anyFile, Times: -1})
	failed := w.run(again(job, first))
	w.sends(failed, 0, 0, engine.Counts{Listed: 1, Failed: 1, Moved: 1})
	after := w.record(again(job, first), d)
	if after.Folder != before.Folder || after.Name != before.Name || after.Standing == nil || after.Standing.LuminanceID != before.Standing.LuminanceID {
		t.Errorf("the record was %+v and is %+v", before, after)
	}
	w.stands(map[string]string{"/Deal/a.txt": "a"})

	w.source.Control().ClearFaults()
	w.sends(w.run(again(job, first)), 1, 0, engine.Counts{Listed: 1, Synced: 1, Retained: 1})
	w.stands(map[string]string{"/Deal/a.txt": "a", "/Deal/z.txt": "a"})
}

// TestACopyWhoseAnswerIsLostStandsOnce: the first copy has the same content and stands beside it.
func TestACopyWhoseAnswerIsLostStandsOnce(t *testing.T) {
	w := newWorld(t, dataroom.New(1))
	d := w.add("/A/a.txt", "a")
	job := w.job("/A")
	job.Policy.CopyRenamed = true
	first := w.run(job)
	w.rename(d, "z")
	w.loses()
	w.breaks(w.target, control.FaultRule{Fault: "error-before-commit", Path: anyDocuments, Times: -1})
	w.engine.Run(t.Context(), again(job, first), nil)
	w.target.Control().ClearFaults()
	w.restart()
	next := again(w.job("/A"), first)
	next.Policy.CopyRenamed = true
	w.sends(w.run(next), 0, 0, engine.Counts{Listed: 1, Synced: 1, Retained: 1})
	w.stands(map[string]string{"/Deal/a.txt": "a", "/Deal/z.txt": "a"})
	w.once()
}

func TestACopyNeverReplacesWhatAPersonPutThere(t *testing.T) {
	w := newWorld(t, dataroom.New(1))
	d := w.add("/A/a.txt", "a")
	job := w.job("/A")
	job.Policy.CopyRenamed = true
	first := w.run(job)
	_, err := w.target.PersonUploads(corporate, "/Deal/z.txt", []byte("theirs"))
	w.must(err)
	w.rename(d, "z")
	taken := w.run(again(job, first))
	if problems(taken)["z.txt"] != "NameConflict" {
		t.Errorf("problems %v", taken.Problems)
	}
	w.rename(d, "y") // is tried at once: the name was the trouble
	w.sends(w.run(again(job, first)), 1, 0, engine.Counts{Listed: 1, Synced: 1, Retained: 1})
	w.stands(map[string]string{"/Deal/a.txt": "a", "/Deal/y.txt": "a", "/Deal/z.txt": "theirs"})
}

// TestWhatLeavesTheFolderIsRetainedAndRecognisedWhenItIsBack under either policy, whatever way it left.
func TestWhatLeavesTheFolderIsRetainedAndRecognisedWhenItIsBack(t *testing.T) {
	hide := func(hidden bool) func(w *world, d *dataroom.Document) {
		return func(w *world, d *dataroom.Document) {
			w.must(w.room.EditDocument(d.ID, func(d *dataroom.Document) { d.Hidden = hidden }))
		}
	}
	deleted := func(deleted bool) func(w *world, d *dataroom.Document) {
		return func(w *world, d *dataroom.Document) {
			w.must(w.room.EditDocument(d.ID, func(d *dataroom.Document) { d.Deleted = deleted }))
		}
	}
	for _, c := range []struct {
		name        string
		leave, back func(w *world, d *dataroom.Document)
		gone        bool // from the exchange, as far as a listing tells
		path        string
	}{
		{
			"moved out of scope",
			func(w *world, d *dataroom.Document) { w.move(d, "/Elsewhere") }, func(w *world, d *dataroom.Document) { w.move(d, "/A") },
			false, "Elsewhere/a.txt",
		},
		{"hidden", hide(true), hide(false), true, "A/a.txt"},
		{"deleted and restored", deleted(true), deleted(false), true, "A/a.txt"},
	} {
		for _, policy := range []engine.Policy{{}, {CopyRenamed: true}} {
			t.Run(c.name, func(t *testing.T) {
				w := newWorld(t, dataroom.New(1))
				d := w.add("/A/a.txt", "a")
				w.add("/A/b.txt", "b")
				job := w.job("/A")
				job.Policy = policy
				first := w.run(job)
				c.leave(w, d)
				for range 2 {
					w.sends(w.run(again(job, first)), 0, 0, engine.Counts{Listed: 1, Synced: 1, Retained: 1})
				}
				if r := w.record(again(job, first), d); r.GoneAt.IsZero() == c.gone || r.SourcePath != c.path {
					t.Errorf("the ledger has it at %q, gone %v", r.SourcePath, r.GoneAt)
				}
				c.back(w, d)
				w.sends(w.run(again(job, first)), 0, 0, engine.Counts{Listed: 2, Synced: 2})
				if r := w.record(again(job, first), d); !r.GoneAt.IsZero() || r.SourcePath != "A/a.txt" {
					t.Errorf("the ledger has it at %q, gone %v", r.SourcePath, r.GoneAt)
				}
				w.stands(map[string]string{"/Deal/a.txt": "a", "/Deal/b.txt": "b"})
			})
		}
	}
}

// TestWhatComesBackChangedIsANewVersion: its name is still its own.
func TestWhatComesBackChangedIsANewVersion(t *testing.T) {
	w := newWorld(t, dataroom.New(1))
	d := w.add("/A/a.txt", "first")
	w.add("/A/b.txt", "b")
	job := w.job("/A")
	first := w.run(job)
	w.move(d, "/Elsewhere")
	w.run(again(job, first))
	twin := w.add("/A/a.txt", "twin")
	w.run(again(job, first))
	w.move(d, "/A")
	w.change(d, "second")
	w.sends(w.run(again(job, first)), 0, 1, engine.Counts{Listed: 3, Synced: 3})
	w.stands(map[string]string{"/Deal/a.txt": "second", "/Deal/b.txt": "b", "/Deal/a (" + id(twin.ID) + ").txt": "twin"})
}
