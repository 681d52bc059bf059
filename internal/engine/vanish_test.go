package engine_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/engine"
	"dataroom.dev/intralinks-operator/internal/ledger"
	"dataroom.dev/intralinks-operator/internal/simulator/control"
	"dataroom.dev/intralinks-operator/internal/simulator/dataroom"
)

// interval between two runs of the tests of vanished documents.
const interval = 15 * time.Minute

// allFolders and allDocuments are the listings of an exchange.
const (
	allFolders   = "/v2/workspaces/*/folders"
	allDocuments = "/v2/workspaces/*/documents"
)

// carried is a world whose room has documents of these names in /A, all of them carried, and the job of the next run.
func carried(t *testing.T, names ...string) (*world, engine.Job, map[string]*dataroom.Document) {
	t.Helper()
	w := newWorld(t, dataroom.New(1))
	documents := map[string]*dataroom.Document{}
	for _, name := range names {
		documents[name] = w.add("/A/"+name+".txt", name)
	}
	job := w.job("/A")
	job.Interval = interval
	first := w.run(job)
	return w, again(job, first), documents
}

// hides takes documents from the account's sight, and shows brings them back.
func (w *world) hides(documents map[string]*dataroom.Document, names ...string) {
	w.t.Helper()
	w.setHidden(true, documents, names)
}

func (w *world) shows(documents map[string]*dataroom.Document, names ...string) {
	w.t.Helper()
	w.setHidden(false, documents, names)
}

func (w *world) setHidden(hidden bool, documents map[string]*dataroom.Document, names []string) {
	w.t.Helper()
	for _, name := range names {
		w.must(w.room.EditDocument(documents[name].ID, func(d *dataroom.Document) { d.Hidden = hidden }))
	}
}

// freezes fails unless a run ends with SourceVanished and has changed nothing. It gives the mark to confirm.
func (w *world) freezes(job engine.Job) (mark string) {
	w.t.Helper()
	before := w.standing()
	w.requests(w.target)
	failure := w.fail(job, v1alpha1.SourceVanishedReason)
	if n := w.written(); n != 0 || fmt.Sprint(w.standing()) != fmt.Sprint(before) {
		w.t.Errorf("%d requests that write, where stood %v and stands %v", n, before, w.standing())
	}
	_, mark, _ = strings.Cut(failure.Message, v1alpha1.ConfirmVanishedAnnotation+"=")
	return mark
}

// vanishing is what the ledger keeps of an unconfirmed listing.
func (w *world) vanishing(job engine.Job) ledger.Vanishing {
	w.t.Helper()
	seen, err := w.pair(job).Vanishing(w.t.Context())
	w.must(err)
	return seen
}

func TestMoreThanHalfGoneChangesNothing(t *testing.T) {
	w, job, documents := carried(t, "a", "b", "c", "d", "e")
	w.hides(documents, "a", "b", "c")
	w.add("/A/new.txt", "new")
	w.change(documents["d"], "d, second")
	w.freezes(job)
	if r := w.record(job, documents["a"]); !r.GoneAt.IsZero() {
		t.Errorf("gone %v", r.GoneAt)
	}

	w.shows(documents, "a", "b", "c")
	w.sends(w.run(job), 1, 1, engine.Counts{Listed: 6, Synced: 6})
	if seen := w.vanishing(job); seen != (ledger.Vanishing{}) {
		t.Errorf("the ledger keeps %+v", seen)
	}
}

func TestTheMessageOfAVanishingSaysWhatIsMissingAndWhatToDo(t *testing.T) {
	w, job, documents := carried(t, "a", "b", "c")
	w.hides(documents, "a", "b")
	failure := w.fail(job, v1alpha1.SourceVanishedReason)
	believed := w.clock.Now().Add(interval).UTC().Format(time.RFC3339)
	for _, part := range []string{"2 of the 3 documents", believed, v1alpha1.ConfirmVanishedAnnotation + "=" + w.vanishing(job).Mark} {
		if !strings.Contains(failure.Message, part) {
			t.Errorf("the message lacks %q: %s", part, failure.Message)
		}
	}
}

// TestAListingThatLacksEverythingChangesNothing: the ways to come by one.
func TestAListingThatLacksEverythingChangesNothing(t *testing.T) {
	for _, fault := range []string{"emptyList", "shortList", "json200"} {
		t.Run(fault, func(t *testing.T) {
			w, job, _ := carried(t, "a", "b", "c")
			w.breaks(w.source, control.FaultRule{Fault: fault, Path: allDocuments, Times: 2})
			w.freezes(job)
			w.freezes(job)
			w.sends(w.run(job), 0, 0, engine.Counts{Listed: 3, Synced: 3})
		})
	}
}

func TestAListingIsBelievedWhenItStaysSoForAnInterval(t *testing.T) {
	w, job, documents := carried(t, "a", "b", "c", "d", "e", "f")
	gone := []string{"a", "b", "c", "d", "e"}
	w.hides(documents, gone...)
	mark := w.freezes(job)
	w.pass(interval - time.Minute)
	if other := w.freezes(job); other != mark {
		t.Errorf("the mark was %s and is %s", mark, other)
	}
	w.pass(time.Minute)
	w.restart()
	after := w.job("/A")
	after.Interval, after.Source.Known, after.Destination.Known = interval, job.Source.Known, job.Destination.Known
	left := engine.Counts{Listed: 1, Synced: 1, Retained: 5}
	w.sends(w.run(after), 0, 0, left)
	w.sends(w.run(after), 0, 0, left)
	if seen := w.vanishing(after); seen != (ledger.Vanishing{}) {
		t.Errorf("the ledger keeps %+v", seen)
	}
	if n := len(w.standing()); n != 6 {
		t.Errorf("%d documents stand", n)
	}

	w.shows(documents, gone...)
	w.sends(w.run(after), 0, 0, engine.Counts{Listed: 6, Synced: 6})
}

func TestAnotherSetStartsTheWaitAnew(t *testing.T) {
	w, job, documents := carried(t, "a", "b", "c", "d")
	w.hides(documents, "a", "b", "c")
	first := w.freezes(job)
	w.pass(interval)
	w.shows(documents, "c")
	w.hides(documents, "d")
	if second := w.freezes(job); second == first {
		t.Error("one mark for two sets")
	}
	w.pass(interval)
	w.sends(w.run(job), 0, 0, engine.Counts{Listed: 1, Synced: 1, Retained: 3})
}

// TestAVanishingThatWasOverStartsTheWaitAnew, also where nothing but a dry run saw that it was over.
func TestAVanishingThatWasOverStartsTheWaitAnew(t *testing.T) {
	for _, dry := range []bool{false, true} {
		t.Run(fmt.Sprint("dry run ", dry), func(t *testing.T) {
			w, job, documents := carried(t, "a", "b", "c")
			w.hides(documents, "a", "b")
			w.freezes(job)
			w.shows(documents, "a", "b")
			between := job
			between.DryRun = dry
			w.run(between)
			w.pass(interval)
			w.hides(documents, "a", "b")
			w.freezes(job)
		})
	}
}

func TestTheMarkConfirmsExactlyItsSet(t *testing.T) {
	w, job, documents := carried(t, "a", "b", "c", "d")
	w.hides(documents, "a", "b", "c")
	job.ConfirmVanished = w.freezes(job)
	w.hides(documents, "d")
	w.freezes(job)
	w.shows(documents, "d")
	w.sends(w.run(job), 0, 0, engine.Counts{Listed: 1, Synced: 1, Retained: 3})
	if seen := w.vanishing(job); seen != (ledger.Vanishing{}) {
		t.Errorf("the ledger keeps %+v", seen)
	}
}
