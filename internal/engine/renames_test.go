package engine_test

import (
	"fmt"
	"testing"

	"dataroom.dev/intralinks-operator/internal/engine"
	"dataroom.dev/intralinks-operator/internal/simulator/dataroom"
)

// TestWhatIsRenamedOrMovedStaysWhereItStands: under the default policy nothing is sent, and the ledger knows.
func TestWhatIsRenamedOrMovedStaysWhereItStands(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(w *world, d *dataroom.Document)
		path   string
	}{
		{"renamed", func(w *world, d *dataroom.Document) { w.rename(d, "z") }, "A/B/z.txt"},
		{"moved", func(w *world, d *dataroom.Document) { w.move(d, "/A/C") }, "A/C/a.txt"},
		{"moved up", func(w *world, d *dataroom.Document) { w.move(d, "/A") }, "A/a.txt"},
		{"its folder renamed", func(w *world, _ *dataroom.Document) { w.renameFolder("/A/B", "C") }, "A/C/a.txt"},
		{"both at once", func(w *world, d *dataroom.Document) { w.move(d, "/A/C"); w.rename(d, "z") }, "A/C/z.txt"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, dataroom.New(1))
			d := w.add("/A/B/a.txt", "a")
			w.add("/A/other.txt", "other")
			job := w.job("/A")
			first := w.run(job)
			c.change(w, d)
			w.requests(w.target)
			for range 2 {
				w.sends(w.run(again(job, first)), 0, 0, engine.Counts{Listed: 2, Synced: 2, Moved: 1})
			}
			if n := w.requests(w.target); n != 0 {
				t.Errorf("%d requests to Luminance", n)
			}
			w.stands(map[string]string{"/Deal/B/a.txt": "a", "/Deal/other.txt": "other"})
			if r := w.record(again(job, first), d); r.SourcePath != c.path || r.Standing.CarriedPath != "A/B/a.txt" || !r.GoneAt.IsZero() {
				t.Errorf("the ledger has it at %q, carried from %q, gone %v", r.SourcePath, r.Standing.CarriedPath, r.GoneAt)
			}
		})
	}
}

func TestWhatIsRenamedIsCarriedOnceMoreWhereTheUserSaysSo(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(w *world, d *dataroom.Document)
		place  string
	}{
		{"renamed", func(w *world, d *dataroom.Document) { w.rename(d, "z") }, "/Deal/B/z.txt"},
		{"moved", func(w *world, d *dataroom.Document) { w.move(d, "/A/C") }, "/Deal/C/a.txt"},
		{"its folder renamed", func(w *world, _ *dataroom.Document) { w.renameFolder("/A/B", "C") }, "/Deal/C/a.txt"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, dataroom.New(1))
			d := w.add("/A/B/a.txt", "a")
			w.add("/A/other.txt", "other")
			job := w.job("/A")
			job.Policy.CopyRenamed = true
			first := w.run(job)
			c.change(w, d)
			copied := w.run(again(job, first))
			w.sends(copied, 1, 0, engine.Counts{Listed: 2, Synced: 2, Retained: 1})
			w.stands(map[string]string{"/Deal/B/a.txt": "a", c.place: "a", "/Deal/other.txt": "other"})
			w.once()
			w.requests(w.target)
			after := w.run(again(job, first))
			w.sends(after, 0, 0, engine.Counts{Listed: 2, Synced: 2, Retained: 1})
			if n := w.requests(w.target); n != 0 {
				t.Errorf("%d requests to Luminance", n)
			}
			if after.Bytes != copied.Bytes || after.Bytes != first.Bytes {
				t.Errorf("bytes %d, then %d, then %d", first.Bytes, copied.Bytes, after.Bytes)
			}
		})
	}
}

// TestWhatIsRenamedBackIsOfItsNameAgain under the default policy; with copies it is one more, beside the first.
func TestWhatIsRenamedBackIsOfItsNameAgain(t *testing.T) {
	w := newWorld(t, dataroom.New(1))
	d := w.add("/A/old.txt", "a")
	job := w.job("/A")
	first := w.run(job)
	w.rename(d, "new")
	w.sends(w.run(again(job, first)), 0, 0, engine.Counts{Listed: 1, Synced: 1, Moved: 1})
	w.rename(d, "old")
	w.sends(w.run(again(job, first)), 0, 0, engine.Counts{Listed: 1, Synced: 1})
	w.stands(map[string]string{"/Deal/old.txt": "a"})
}

func TestACopyOfWhatIsRenamedBackTakesItsIDForItsName(t *testing.T) {
	w := newWorld(t, dataroom.New(1))
	d := w.add("/A/old.txt", "a")
	job := w.job("/A")
	job.Policy.CopyRenamed = true
	first := w.run(job)
	stands := map[string]string{"/Deal/old.txt": "a"}
	for i, c := range []struct{ name, place string }{
		{"new", "/Deal/new.txt"},
		{"old", fmt.Sprintf("/Deal/old (%d).txt", d.ID)},
		{"new", fmt.Sprintf("/Deal/new (%d).txt", d.ID)},
		{"old", fmt.Sprintf("/Deal/old (%d-2).txt", d.ID)},
	} {
		w.rename(d, c.name)
		stands[c.place] = "a"
		w.sends(w.run(again(job, first)), 1, 0, engine.Counts{Listed: 1, Synced: 1, Retained: int64(i) + 1})
		w.stands(stands)
		w.sends(w.run(again(job, first)), 0, 0, engine.Counts{Listed: 1, Synced: 1, Retained: int64(i) + 1})
	}
}

func TestANewVersionOfWhatWasRenamedGoesWhereTheFirstStands(t *testing.T) {
	w := newWorld(t, dataroom.New(1))
	d := w.add("/A/B/a.txt", "first")
	job := w.job("/A")
	first := w.run(job)
	w.rename(d, "z")
	w.change(d, "second")
	moved := engine.Counts{Listed: 1, Synced: 1, Moved: 1}
	w.sends(w.run(again(job, first)), 0, 1, moved)
	w.sends(w.run(again(job, first)), 0, 0, moved)
	w.stands(map[string]string{"/Deal/B/a.txt": "second"})
	w.change(d, "third")
	w.sends(w.run(again(job, first)), 0, 1, moved)
	w.stands(map[string]string{"/Deal/B/a.txt": "third"})

	job.Policy.CopyRenamed = true // the user thinks better of it
	w.sends(w.run(again(job, first)), 1, 0, engine.Counts{Listed: 1, Synced: 1, Retained: 1})
	w.stands(map[string]string{"/Deal/B/a.txt": "third", "/Deal/B/z.txt": "third"})
}

func TestANewVersionOfWhatWasRenamedIsOneCopyWhereTheUserSaysSo(t *testing.T) {
	w := newWorld(t, dataroom.New(1))
	d := w.add("/A/B/a.txt", "first")
	job := w.job("/A")
	job.Policy.CopyRenamed = true
	first := w.run(job)
	w.rename(d, "z")
	w.change(d, "second, and longer")
	copied := w.run(again(job, first))
	w.sends(copied, 1, 0, engine.Counts{Listed: 1, Synced: 1, Retained: 1})
	w.change(d, "third")
	last := w.run(again(job, first))
	w.sends(last, 0, 1, engine.Counts{Listed: 1, Synced: 1, Retained: 1})
	w.stands(map[string]string{"/Deal/B/a.txt": "first", "/Deal/B/z.txt": "third"})
	if copied.Bytes != int64(len("second, and longer")) || last.Bytes != int64(len("third")) {
		t.Errorf("bytes %d, then %d", copied.Bytes, last.Bytes)
	}
}
