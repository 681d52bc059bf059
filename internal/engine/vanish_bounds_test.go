package engine_test

import (
	"fmt"
	"testing"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/engine"
	"dataroom.dev/intralinks-operator/internal/ledger"
	"dataroom.dev/intralinks-operator/internal/simulator/control"
	"dataroom.dev/intralinks-operator/internal/simulator/dataroom"
)

// TestHalfIsNotMost tells where a listing is doubted, for sets of all sizes.
func TestHalfIsNotMost(t *testing.T) {
	for _, c := range []struct {
		of, gone int
		doubted  bool
	}{{1, 1, true}, {2, 1, false}, {2, 2, true}, {3, 1, false}, {3, 2, true}, {4, 2, false}, {4, 3, true}} {
		t.Run(fmt.Sprintf("%d of %d", c.gone, c.of), func(t *testing.T) {
			names := []string{"a", "b", "c", "d"}[:c.of]
			w, job, documents := carried(t, names...)
			w.hides(documents, names[:c.gone]...)
			if c.doubted {
				w.freezes(job)
				return
			}
			left := int64(c.of - c.gone)
			w.sends(w.run(job), 0, 0, engine.Counts{Listed: left, Synced: left, Retained: int64(c.gone)})
			if seen := w.vanishing(job); seen != (ledger.Vanishing{}) {
				t.Errorf("the ledger keeps %+v", seen)
			}
		})
	}
}

// TestWhatIsElsewhereInTheExchangeHasNotVanished: a move is no sign of a permission that was taken away.
func TestWhatIsElsewhereInTheExchangeHasNotVanished(t *testing.T) {
	w, job, documents := carried(t, "a", "b", "c")
	w.add("/A/stays.txt", "stays") // or the source folder would be empty
	for _, d := range documents {
		w.move(d, "/Elsewhere")
	}
	w.sends(w.run(job), 1, 0, engine.Counts{Listed: 1, Synced: 1, Retained: 3})
}

// TestWhatIsGoneForGoodIsNotCountedAgain: of four that stand, two are gone already, and one of two is half.
func TestWhatIsGoneForGoodIsNotCountedAgain(t *testing.T) {
	w, job, documents := carried(t, "a", "b", "c", "d")
	w.hides(documents, "a", "b")
	w.run(job)
	w.hides(documents, "c")
	w.sends(w.run(job), 0, 0, engine.Counts{Listed: 1, Synced: 1, Retained: 3})
	w.hides(documents, "d")
	w.freezes(job)
}

// TestAMissingFolderIsNoVanishing: what lies in a folder that the listing lacks is there, and can't be placed.
func TestAMissingFolderIsNoVanishing(t *testing.T) {
	w := newWorld(t, dataroom.New(1))
	w.fills("/A/B/a.txt", "/A/B/b.txt", "/A/B/c.txt", "/A/d.txt")
	job := w.job("/A")
	job.Interval = interval
	first := w.run(job)
	folder, err := w.room.FolderAt("/A/B")
	w.must(err)
	w.must(w.room.EditFolder(folder.ID, func(f *dataroom.Folder) { f.Unlisted = true }))
	lost := w.run(again(job, first))
	w.sends(lost, 0, 0, engine.Counts{Listed: 4, Synced: 1, Failed: 3})
	if problems(lost)["a.txt"] != "Orphaned" {
		t.Errorf("problems %v", lost.Problems)
	}
	w.must(w.room.EditFolder(folder.ID, func(f *dataroom.Folder) { f.Unlisted = false }))
	w.sends(w.run(again(job, first)), 0, 0, first.Counts)
}

// TestATruncatedListingIsAnErrorAndNoVanishing: it says itself that it isn't whole.
func TestATruncatedListingIsAnErrorAndNoVanishing(t *testing.T) {
	breaks := func(fault string) func(w *world, path string) {
		return func(w *world, path string) {
			w.breaks(w.source, control.FaultRule{Fault: fault, Path: path, Times: -1})
		}
	}
	for name, damage := range map[string]func(w *world, path string){
		"more in all than came": func(w *world, _ string) { w.set(w.source, "paging", "capped"); w.set(w.source, "pageSize", "1") },
		"broken JSON":           breaks("cut"),
		"broken off":            breaks("truncate"),
		"reset":                 breaks("reset"),
		"a web page":            breaks("html200"),
	} {
		for _, path := range []string{allFolders, allDocuments} {
			t.Run(name+path, func(t *testing.T) {
				w, job, documents := carried(t, "a", "b", "c")
				w.add("/B/elsewhere.txt", "elsewhere") // more folders than one
				damage(w, path)
				_ = w.fail(job, v1alpha1.SyncFailedReason)
				w.pass(interval)
				_ = w.fail(job, v1alpha1.SyncFailedReason)
				if seen := w.vanishing(job); seen != (ledger.Vanishing{}) {
					t.Errorf("the ledger keeps %+v", seen)
				}
				if r := w.record(job, documents["a"]); !r.GoneAt.IsZero() {
					t.Errorf("gone %v", r.GoneAt)
				}
			})
		}
	}
}

// TestAnExchangeThatIsGoneFreezesWhatWasCarried, in the same process and in the next.
func TestAnExchangeThatIsGoneFreezesWhatWasCarried(t *testing.T) {
	gone := control.FaultRule{Fault: "errors200", Path: "/v2/workspaces/7100015/**", Times: -1, Args: map[string]string{"code": "400", "subcode": "3-1"}}
	for _, restart := range []bool{false, true} {
		t.Run(fmt.Sprint("restart ", restart), func(t *testing.T) {
			w, job, _ := carried(t, "a", "b")
			if restart {
				w.restart()
				known := job
				job = w.job("/A")
				job.Interval, job.Source.Known, job.Destination.Known = interval, known.Source.Known, known.Destination.Known
			}
			w.breaks(w.source, gone)
			w.freezes(job)
			w.pass(interval)
			w.freezes(job) // no listing says so a second time
			w.source.Control().ClearFaults()
			w.sends(w.run(job), 0, 0, engine.Counts{Listed: 2, Synced: 2})
		})
	}
}

func TestAnExchangeThatWasNeverReadIsNotFound(t *testing.T) {
	w := newWorld(t, dataroom.New(1))
	w.add("/A/a.txt", "a")
	w.breaks(w.source, control.FaultRule{Fault: "errors200", Path: "/v2/workspaces/7100015/*", Times: -1, Args: map[string]string{"code": "400", "subcode": "3-1"}})
	_ = w.fail(w.job("/A"), v1alpha1.ExchangeNotFoundReason)
}
