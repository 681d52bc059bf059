package engine_test

import (
	"fmt"
	"testing"
	"time"

	"dataroom.dev/intralinks-operator/internal/engine"
	"dataroom.dev/intralinks-operator/internal/simulator/control"
	"dataroom.dev/intralinks-operator/internal/simulator/dataroom"
)

// leavesOpen carries documents whose uploads land, and about which nothing can be learnt.
func (w *world) leavesOpen(uploads int) {
	w.t.Helper()
	w.breaks(w.target, control.FaultRule{Fault: "drop-after-commit", Path: anyUpload, Times: uploads})
	w.breaks(w.target, control.FaultRule{Fault: "error-before-commit", Path: anyDocuments, Times: -1})
	if result := w.engine.Run(w.t.Context(), w.job("/A"), nil); result.Uploaded != 0 || len(w.standing()) != uploads {
		w.t.Fatalf("%+v, %d stand", result, len(w.standing()))
	}
	w.target.Control().ClearFaults()
	w.restart()
}

// TestARefusalThatALookContradictsIsLookedAtAgain: Luminance has the name, and its list does not. Whatever was true, the
// document isn't sent to where it goes next before that is known.
func TestARefusalThatALookContradictsIsLookedAtAgain(t *testing.T) {
	for _, later := range []time.Duration{time.Minute, 26 * time.Hour} { // the latter is too long for the time to tell
		t.Run(later.String(), func(t *testing.T) {
			w := newWorld(t, dataroom.New(1))
			d := w.add("/A/a.txt", "a")
			w.leavesOpen(1)
			w.pass(later)
			for range 2 { // once for the intent that is open, once for the refusal
				w.breaks(w.target, control.FaultRule{Fault: "empty-list", Path: anyDocuments})
			}
			w.sends(w.run(w.job("/A")), 0, 0, engine.Counts{Listed: 1, Failed: 1})
			w.add("/A/B/b.txt", "so that the folder is there")
			w.move(d, "/A/B")
			w.sends(w.run(w.job("/A")), 1, 0, engine.Counts{Listed: 2, Synced: 2, Moved: 1})
			w.stands(map[string]string{"/Deal/a.txt": "a", "/Deal/B/b.txt": "so that the folder is there"})
			w.once()
		})
	}
}

// TestARefusalForAnotherReasonIsBelievedAfterTheSecondLook, and tried again a day later.
func TestARefusalForAnotherReasonIsBelievedAfterTheSecondLook(t *testing.T) {
	w := newWorld(t, dataroom.New(1))
	w.add("/A/a.txt", "a")
	job := w.job("/A")
	w.breaks(w.target, control.FaultRule{Fault: "error-before-commit", Path: anyUpload, Args: map[string]string{"status": "422"}})
	first := w.run(job)
	w.sends(first, 0, 0, engine.Counts{Listed: 1, Failed: 1})
	w.requests(w.target)
	w.sends(w.run(again(job, first)), 0, 0, engine.Counts{Listed: 1, Failed: 1})
	if n := w.requests(w.target); n != 1 {
		t.Errorf("%d requests, not the one look", n)
	}
	w.run(again(job, first))
	if n := w.requests(w.target); n != 0 {
		t.Errorf("%d requests more", n)
	}
	w.pass(25 * time.Hour)
	w.sends(w.run(again(job, first)), 1, 0, engine.Counts{Listed: 1, Synced: 1})
	w.stands(map[string]string{"/Deal/a.txt": "a"})
}

// TestSeveralIntentsOfAFolderAreLookedUpAtOnce: a crash leaves open as many as there were in hand.
func TestSeveralIntentsOfAFolderAreLookedUpAtOnce(t *testing.T) {
	w := newWorld(t, dataroom.New(1))
	want := map[string]string{}
	for i := range 4 {
		name := fmt.Sprintf("%d.txt", i)
		w.add("/A/"+name, "content "+name)
		want["/Deal/"+name] = "content " + name
	}
	w.leavesOpen(4)
	before := w.asked(anyDocuments)
	w.sends(w.run(w.job("/A")), 0, 0, engine.Counts{Listed: 4, Synced: 4})
	if n := w.asked(anyDocuments) - before; n != 1 {
		t.Errorf("%d lists, not one", n)
	}
	w.stands(want)
	w.once()
}
