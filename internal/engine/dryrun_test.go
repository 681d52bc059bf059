package engine_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/engine"
	"dataroom.dev/intralinks-operator/internal/simulator/control"
	"dataroom.dev/intralinks-operator/internal/simulator/dataroom"
	luminancesim "dataroom.dev/intralinks-operator/internal/simulator/luminance"
)

// state is all that Luminance holds: versions and active folders, by id.
func (w *world) state() (versions, folders map[int64]string) {
	versions, folders = map[int64]string{}, map[int64]string{}
	for _, d := range w.target.Documents(true) {
		versions[d.ID] = d.Path
	}
	for _, f := range w.target.Folders() {
		if f.State == "active" {
			folders[f.ID] = f.Path
		}
	}
	return versions, folders
}

// added lists what came to be between two states.
func added(before, after map[int64]string) []string {
	var paths []string
	for id, path := range after {
		if before[id] == "" {
			paths = append(paths, path)
		}
	}
	slices.Sort(paths)
	return paths
}

// foretells holds a dry run against the run that follows it: what it carries, makes, counts, reports and spends. It
// gives what the dry run said.
func (w *world) foretells(job engine.Job) engine.Result {
	w.t.Helper()
	dry := job
	dry.DryRun = true
	versions, folders := w.state()
	w.requests(w.target)
	planned := w.run(dry)
	after, foldersAfter := w.state()
	if n := w.written(); n != 0 || !maps.Equal(versions, after) || !maps.Equal(folders, foldersAfter) {
		w.t.Fatalf("the dry run wrote to Luminance with %d requests", n)
	}

	done := w.run(again(job, planned))
	after, foldersAfter = w.state()
	w.same("documents", targets(planned), added(versions, after))
	made := make([]string, 0, len(planned.PlanFolders))
	for _, path := range planned.PlanFolders {
		made = append(made, "/"+path)
	}
	w.same("folders", made, added(folders, foldersAfter))
	w.same("problems", problems(planned), problems(done))
	w.same("requests", planned.PlanRequests, done.Requests)
	counts, copies := planned.Counts, int64(0)
	for _, a := range planned.Plan.Actions {
		if a.Kind == engine.UploadAction && a.Previous != nil {
			copies++
		}
	}
	counts.Synced, counts.Pending = counts.Synced+counts.Pending, 0
	counts.Moved, counts.Retained = counts.Moved-copies, counts.Retained+copies
	w.same("counts", counts, done.Counts)
	w.same("bytes", planned.Plan.Bytes, done.BytesCarried)
	return planned
}

func (w *world) same(what string, planned, done any) {
	w.t.Helper()
	if got, want := fmt.Sprint(done), fmt.Sprint(planned); got != want {
		w.t.Errorf("%s: planned %s, did %s", what, want, got)
	}
}

func targets(r engine.Result) []string {
	var paths []string
	for _, a := range r.Plan.Actions {
		paths = append(paths, a.Target)
	}
	slices.Sort(paths)
	return paths
}

func TestADryRunForetellsFoldersThatAreMissing(t *testing.T) {
	w := newWorld(t, dataroom.New(1))
	w.fills("/A/a.txt", "/A/B/b.txt", "/A/C/D/d.txt", "/A/E/e.txt")
	_, err := w.target.PersonCreatesFolder(corporate, "/Deal/C")
	w.must(err)
	if planned := w.foretells(w.job("/A")); len(planned.PlanFolders) != 3 || len(planned.Plan.Actions) != 4 {
		t.Errorf("planned %v", planned.PlanFolders)
	}
}

func TestADryRunForetellsNamesThatAreTaken(t *testing.T) {
	w := newWorld(t, dataroom.New(1))
	w.fills("/A/a.txt", "/A/b.txt", "/A/B/a.txt", "/A/B/b.txt")
	for _, path := range []string{"/Deal/a.txt", "/Deal/B/b.txt"} {
		_, err := w.target.PersonUploads(corporate, path, []byte("theirs"))
		w.must(err)
	}
	if planned := w.foretells(w.job("/A")); problems(planned)["a.txt"] != "NameConflict" || planned.ProblemCount != 2 {
		t.Errorf("problems %v", problems(planned))
	}
}

func TestADryRunForetellsNewVersions(t *testing.T) {
	w := newWorld(t, dataroom.New(1))
	documents := map[string]*dataroom.Document{}
	for _, name := range []string{"plain", "draft", "theirs", "removed", "same"} {
		documents[name] = w.add("/A/"+name+".txt", name)
	}
	documents["alone"] = w.add("/A/B/alone.txt", "alone")
	documents["sub"] = w.add("/A/C/draft.txt", "draft")
	first := w.run(w.job("/A"))
	draft := "draft"
	for _, d := range w.target.Documents(false) {
		if d.Name == "draft.txt" {
			w.must(w.target.ChangeDocument(d.ID, luminancesim.DocumentChange{VersionState: &draft}))
		}
	}
	_, err := w.target.PersonUploads(corporate, "/Deal/theirs.txt", []byte("of a person"))
	w.must(err)
	w.must(w.target.PersonDeletes(w.standingID("removed.txt")))
	for name, d := range documents {
		if name != "same" {
			w.change(d, name+", second")
		}
	}
	planned := w.foretells(again(w.job("/A"), first))
	want := map[string]string{"draft.txt": "BeingEdited", "C/draft.txt": "BeingEdited", "theirs.txt": "NameConflict"}
	if got := problems(planned); !maps.Equal(got, want) || len(planned.Plan.Actions) != 3 {
		t.Errorf("problems %v, plan %v", got, targets(planned))
	}
}

// TestADryRunForetellsFoldersThatAPersonDeleted: the ledger knows them still.
func TestADryRunForetellsFoldersThatAPersonDeleted(t *testing.T) {
	w := newWorld(t, dataroom.New(1))
	w.add("/A/B/C/a.txt", "a")
	b := w.add("/A/D/b.txt", "b")
	first := w.run(w.job("/A"))
	for _, f := range w.target.Folders() {
		if f.Path == "/Deal/B" || f.Path == "/Deal/D" {
			w.must(w.target.PersonDeletesFolder(f.ID))
		}
	}
	w.add("/A/B/C/new.txt", "new")
	w.add("/A/B/new.txt", "new")
	w.change(b, "b, second")
	planned := w.foretells(again(w.job("/A"), first))
	w.same("folders", []string{"Deal/B", "Deal/B/C", "Deal/D"}, planned.PlanFolders)
}

func TestADryRunForetellsWhatOpenIntentsCameTo(t *testing.T) {
	w := newWorld(t, dataroom.New(1))
	w.fills("/A/landed.txt", "/A/lost.txt", "/A/B/landed.txt")
	for range 2 {
		w.breaks(w.target, control.FaultRule{Fault: "drop-after-commit", Path: anyUpload})
	}
	w.breaks(w.target, control.FaultRule{Fault: "drop-before-commit", Path: anyUpload, Times: -1})
	w.breaks(w.target, control.FaultRule{Fault: "error-before-commit", Path: anyDocuments, Times: -1})
	if result := w.engine.Run(t.Context(), w.job("/A"), nil); result.Uploaded != 0 {
		t.Fatalf("%+v", result)
	}
	w.target.Control().ClearFaults()
	w.restart()
	planned := w.foretells(w.job("/A"))
	if len(planned.Plan.Actions) != 1 || planned.Counts.Synced != 2 {
		t.Errorf("plan %v, counts %+v", targets(planned), planned.Counts)
	}
}

// TestADryRunMakesNoFolderToSettleAnIntent: where the folder is gone, nothing has come of the intent.
func TestADryRunMakesNoFolderToSettleAnIntent(t *testing.T) {
	w, job, _ := carried(t, "a")
	w.add("/A/B/b.txt", "b")
	w.loses()
	w.breaks(w.target, control.FaultRule{Fault: "error-before-commit", Path: anyDocuments, Times: -1})
	w.engine.Run(t.Context(), job, nil)
	w.target.Control().ClearFaults()
	for _, f := range w.target.Folders() {
		if f.Path == "/Deal/B" {
			w.must(w.target.PersonDeletesFolder(f.ID))
		}
	}
	w.must(w.pair(job).ForgetPlaces(t.Context()))
	job.Policy.RetryNow = true
	w.foretells(job)
}

func TestADryRunForetellsWhatALostLedgerMeans(t *testing.T) {
	w := newWorld(t, dataroom.New(1))
	changed := w.add("/A/changed.txt", "first")
	w.fills("/A/NDA.pdf", "/A/B/b.txt", "/A/taken.txt")
	w.add("/A/NDA.pdf", "twin")
	first := w.run(w.job("/A"))
	w.change(changed, "second")
	w.add("/A/C/new.txt", "new")
	w.must(w.target.PersonDeletes(w.standingID("taken.txt")))
	_, err := w.target.PersonUploads(corporate, "/Deal/taken.txt", []byte("theirs"))
	w.must(err)
	w.loseLedger()
	planned := w.foretells(again(w.job("/A"), first))
	if planned.Adopted != 4 || len(planned.Plan.Actions) != 2 {
		t.Errorf("adopted %d, plan %v", planned.Adopted, targets(planned))
	}
}

func TestADryRunForetellsWhatAnOlderLedgerMeans(t *testing.T) {
	var changed, twice, renamed *dataroom.Document
	w, job := restored(t, engine.Policy{CopyRenamed: true},
		func(w *world) {
			changed, twice, renamed = w.add("/A/once.txt", "once"), w.add("/A/twice.txt", "twice"), w.add("/A/old.txt", "old")
		},
		func(w *world) {
			w.change(changed, "once, second")
			w.change(twice, "twice, second")
			w.rename(renamed, "new")
			w.fills("/A/B/a.txt", "/A/b.txt")
		})
	w.change(twice, "twice, third")
	w.add("/A/B/new.txt", "new")
	planned := w.foretells(job)
	if planned.Adopted != 5 || len(planned.Plan.Actions) != 2 {
		t.Errorf("adopted %d, plan %v", planned.Adopted, targets(planned))
	}
}

func TestADryRunForetellsCopies(t *testing.T) {
	w := newWorld(t, dataroom.New(1))
	a, b, c := w.add("/A/a.txt", "a"), w.add("/A/B/b.txt", "b"), w.add("/A/c.txt", "c")
	job := w.job("/A")
	job.Policy.CopyRenamed = true
	first := w.run(job)
	w.rename(a, "z")
	w.move(b, "/A/New")
	w.rename(c, "taken")
	_, err := w.target.PersonUploads(corporate, "/Deal/taken.txt", []byte("theirs"))
	w.must(err)
	w.foretells(again(job, first))
}

func TestADryRunForetellsWhatWaits(t *testing.T) {
	w := newWorld(t, dataroom.New(1))
	w.set(w.target, "maxBytes", "10")
	w.fills("/A/a much longer name than that.txt", "/A/b.txt")
	w.addContent("/A/to come.txt", nil)
	first := w.run(w.job("/A"))
	w.set(w.target, "maxBytes", "0")
	job := again(w.job("/A"), first)
	w.foretells(job)
	job.Policy.RetryNow = true
	w.foretells(job)
}

func TestADryRunFreezesToo(t *testing.T) {
	w, job, documents := carried(t, "a", "b", "c")
	w.hides(documents, "a", "b")
	dry := job
	dry.DryRun = true
	_ = w.fail(dry, v1alpha1.SourceVanishedReason)
	_ = w.fail(job, v1alpha1.SourceVanishedReason)
}
