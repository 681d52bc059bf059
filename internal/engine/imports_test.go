package engine_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"dataroom.dev/intralinks-operator/internal/budget"
	"dataroom.dev/intralinks-operator/internal/engine"
	"dataroom.dev/intralinks-operator/internal/ledger"
	"dataroom.dev/intralinks-operator/internal/simulator/control"
	"dataroom.dev/intralinks-operator/internal/simulator/dataroom"
	luminancesim "dataroom.dev/intralinks-operator/internal/simulator/luminance"
)

const (
	// afterUpload is when the result of an import is first looked up.
	afterUpload = 5 * time.Minute
	// anyTags is where an instance tells what an import noted.
	anyTags = "/api2/projects/*/documents/*/annotations"
)

// imports is a world whose Luminance can't analyse documents of a name that begins with "bad", all of them carried,
// and the job of the next run.
func imports(t *testing.T, set map[string]string, paths ...string) (*world, engine.Job) {
	t.Helper()
	w := newWorld(t, dataroom.New(1))
	w.set(w.target, "failNames", "bad*")
	w.set(w.target, "failTags", "qa:encrypted,qa:contentextraction")
	for name, value := range set {
		w.set(w.target, name, value)
	}
	for _, path := range paths {
		w.add(path, path)
	}
	if set["budgetRequests"] == "0" {
		w.limit = budget.Limit{Requests: 1000, Per: time.Minute}
		w.restart()
	}
	job := w.job("/A")
	first := w.run(job)
	if first.Uploaded != int64(len(paths)) {
		t.Fatalf("%+v", first)
	}
	w.requests(w.target)
	return w, again(job, first)
}

// looks fails unless a run lists documents so often.
func (w *world) looks(job engine.Job, lists int) engine.Result {
	w.t.Helper()
	w.requests(w.target)
	result := w.run(job)
	if n := w.asked(anyDocuments); n != lists {
		w.t.Errorf("%d lists of documents, not %d", n, lists)
	}
	if len(result.Warnings) != 0 {
		w.t.Errorf("warnings %q", result.Warnings)
	}
	return result
}

// standingID is what Luminance calls a document.
func (w *world) standingID(name string) int64 {
	w.t.Helper()
	for _, d := range w.target.Documents(false) {
		if d.Name == name {
			return d.ID
		}
	}
	w.t.Fatalf("no %s stands in Luminance", name)
	return 0
}

func TestTheResultsOfImportsCostAListAFolderAndThreeAtMost(t *testing.T) {
	for folders, lists := range map[int]int{1: 1, 2: 2, 3: 3, 4: 3, 10: 3} {
		t.Run(fmt.Sprint(folders, " folders"), func(t *testing.T) {
			var paths []string
			for i := range folders {
				paths = append(paths, fmt.Sprintf("/A/F%d/a.txt", i), fmt.Sprintf("/A/F%d/b.txt", i))
			}
			w, job := imports(t, nil, append(paths, "/A/F0/bad.pdf")...)
			w.pass(afterUpload - time.Minute)
			w.looks(job, 0)
			w.pass(time.Minute)
			result := w.looks(job, lists)
			if result.Counts.Failed != 1 || result.Counts.Synced != int64(len(paths)) {
				t.Errorf("%+v", result.Counts)
			}
			if n := w.asked(anyTags); n != 1 {
				t.Errorf("%d documents were asked for their tags", n)
			}
			if got := w.record(job, w.room.Documents()[0]).Standing.Import; got.State != ledger.ImportComplete || !got.LookAt.IsZero() {
				t.Errorf("the ledger has %+v", got)
			}
			w.pass(24 * time.Hour)
			w.looks(job, 0)
			if n := w.requests(w.target); n != 0 {
				t.Errorf("%d requests in a poll without news", n)
			}
		})
	}
}

func TestWhatCannotBeAnalysedIsAProblemUntilTheSourceChanges(t *testing.T) {
	for _, folders := range []string{"/A", "/A/1 /A/2 /A/3 /A/4"} {
		for _, answer := range []string{"200", "201-empty"} {
			t.Run(folders+answer, func(t *testing.T) {
				var paths []string
				for _, folder := range strings.Fields(folders) {
					paths = append(paths, folder+"/good.pdf", folder+"/bad.pdf")
				}
				n := int64(len(paths) / 2)
				w, job := imports(t, map[string]string{"uploadStatus": answer}, paths...)
				w.pass(afterUpload)
				for range 2 {
					failed := w.run(job)
					w.sends(failed, 0, 0, engine.Counts{Listed: 2 * n, Synced: n, Failed: n})
					problem := failed.Problems[0]
					if problem.Reason != "ImportFailed" || !strings.Contains(problem.Message, "qa:contentextraction, qa:encrypted") {
						t.Errorf("problem %+v", problem)
					}
				}
				w.set(w.target, "failNames", "")
				for _, d := range w.room.Documents() {
					if d.Name == "bad" {
						w.change(d, "mended")
					}
				}
				w.sends(w.run(job), 0, n, engine.Counts{Listed: 2 * n, Synced: 2 * n})
				w.pass(afterUpload)
				w.sends(w.run(job), 0, 0, engine.Counts{Listed: 2 * n, Synced: 2 * n})
			})
		}
	}
}

// TestWhatIsNotAnalysedYetIsLookedAtLessAndLess, for about a day, and then left.
func TestWhatIsNotAnalysedYetIsLookedAtLessAndLess(t *testing.T) {
	w, job := imports(t, map[string]string{"importDelay": "1000h", "tokenTTL": "2000h"}, "/A/a.txt", "/A/bad.pdf")
	for _, wait := range []int{5, 10, 20, 40, 80, 160, 320, 640} {
		w.pass(time.Duration(wait)*time.Minute - time.Second)
		w.looks(job, 0)
		w.pass(time.Second)
		w.sends(w.looks(job, 1), 0, 0, engine.Counts{Listed: 2, Synced: 2})
	}
	w.pass(1000 * time.Hour)
	w.looks(job, 0)
	if n := w.requests(w.target); n != 0 {
		t.Errorf("%d requests in a poll without news", n)
	}
}

// TestAResultThatComesLateIsFound: the first look was too early.
func TestAResultThatComesLateIsFound(t *testing.T) {
	w, job := imports(t, map[string]string{"importDelay": "10m"}, "/A/a.txt", "/A/bad.pdf")
	w.pass(afterUpload)
	w.sends(w.looks(job, 1), 0, 0, engine.Counts{Listed: 2, Synced: 2})
	w.pass(2 * afterUpload)
	w.sends(w.looks(job, 1), 0, 0, engine.Counts{Listed: 2, Synced: 1, Failed: 1})
}

func TestWhatWasMendedInLuminanceIsSyncedOnceSomebodyAsks(t *testing.T) {
	complete := "import_complete"
	for name, mend := range map[string]func(w *world){
		"analysed": func(w *world) {
			w.must(w.target.ChangeDocument(w.standingID("bad.pdf"), luminancesim.DocumentChange{State: &complete}))
		},
		"replaced": func(w *world) {
			w.set(w.target, "failNames", "")
			_, err := w.target.PersonUploads(corporate, "/Deal/bad.pdf", []byte("mended"))
			w.must(err)
		},
		"removed": func(w *world) { w.must(w.target.PersonDeletes(w.standingID("bad.pdf"))) },
	} {
		t.Run(name, func(t *testing.T) {
			w, job := imports(t, nil, "/A/bad.pdf", "/A/a.txt")
			w.pass(afterUpload)
			failed := engine.Counts{Listed: 2, Synced: 1, Failed: 1}
			w.sends(w.looks(job, 1), 0, 0, failed)
			asked := job
			asked.Policy.RetryNow = true
			w.sends(w.looks(asked, 1), 0, 0, failed) // nothing was mended yet, and it is not sent again
			mend(w)
			w.sends(w.looks(job, 0), 0, 0, failed)
			w.sends(w.looks(asked, 1), 0, 0, engine.Counts{Listed: 2, Synced: 2})
			w.sends(w.looks(asked, 0), 0, 0, engine.Counts{Listed: 2, Synced: 2})
		})
	}
}

// TestALookThatFailsEndsNoRun and is made up for.
func TestALookThatFailsEndsNoRun(t *testing.T) {
	for _, path := range []string{anyDocuments, anyTags} {
		t.Run(path, func(t *testing.T) {
			w, job := imports(t, nil, "/A/a.txt", "/A/bad.pdf")
			w.pass(afterUpload)
			w.add("/A/new.txt", "new")
			w.breaks(w.target, control.FaultRule{Fault: "error-before-commit", Path: path, Times: -1})
			without := w.run(job)
			w.sends(without, 1, 0, engine.Counts{Listed: 3, Synced: 3})
			if len(without.Warnings) != 1 {
				t.Errorf("warnings %q", without.Warnings)
			}
			w.target.Control().ClearFaults()
			w.sends(w.looks(job, 1), 0, 0, engine.Counts{Listed: 3, Synced: 2, Failed: 1})
		})
	}
}

// TestWhoseTagsAreNotToldFailedAllTheSame: the service user may see documents and not annotations, say.
func TestWhoseTagsAreNotToldFailedAllTheSame(t *testing.T) {
	w, job := imports(t, nil, "/A/bad.pdf")
	w.pass(afterUpload)
	w.breaks(w.target, control.FaultRule{Fault: "forbidden", Path: anyTags, Times: -1})
	result := w.looks(job, 1)
	w.sends(result, 0, 0, engine.Counts{Listed: 1, Failed: 1})
	if !strings.Contains(result.Problems[0].Message, "import_failure") {
		t.Errorf("problems %v", result.Problems)
	}
}

func TestTagsAreAskedForTwentyDocumentsARun(t *testing.T) {
	var paths []string
	for i := range 23 {
		paths = append(paths, fmt.Sprintf("/A/bad%d.pdf", i))
	}
	w, job := imports(t, nil, paths...)
	w.pass(afterUpload)
	for _, asked := range []int{20, 3} {
		w.looks(job, 1)
		if n := w.asked(anyTags); n != asked {
			t.Errorf("%d documents were asked for their tags, not %d", n, asked)
		}
	}
	w.sends(w.looks(job, 0), 0, 0, engine.Counts{Listed: 23, Failed: 23})
}

// TestAStateThatNobodyDocumentedIsNoFailure.
func TestAStateThatNobodyDocumentedIsNoFailure(t *testing.T) {
	w, job := imports(t, map[string]string{"unknownState": "on"}, "/A/a.txt")
	w.pass(afterUpload)
	w.sends(w.looks(job, 1), 0, 0, engine.Counts{Listed: 1, Synced: 1})
	w.pass(time.Hour)
	w.looks(job, 0)
}

// TestWhatWasLearntBeforeALookBrokeOffIsKept: two documents could not be analysed, and the second one's tags are not told.
func TestWhatWasLearntBeforeALookBrokeOffIsKept(t *testing.T) {
	w, job := imports(t, nil, "/A/bad1.pdf", "/A/bad2.pdf")
	w.pass(afterUpload)
	w.breaks(w.target, control.FaultRule{Fault: "error-before-commit", Path: anyTags, Skip: 1, Times: -1})
	w.sends(w.run(job), 0, 0, engine.Counts{Listed: 2, Synced: 1, Failed: 1})
	w.target.Control().ClearFaults()
	before := w.asked(anyTags)
	w.sends(w.run(job), 0, 0, engine.Counts{Listed: 2, Failed: 2})
	if n := w.asked(anyTags) - before; n != 1 {
		t.Errorf("%d documents were asked for their tags, not the one that is left", n)
	}
}
