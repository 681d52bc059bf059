package engine_test

import (
	"context"
	"strings"
	"testing"

	"dataroom.dev/intralinks-operator/internal/simulator/control"
	"dataroom.dev/intralinks-operator/internal/simulator/dataroom"
	luminancesim "dataroom.dev/intralinks-operator/internal/simulator/luminance"
)

const (
	anyFile   = "/v2/workspaces/*/documents/*/file"
	anyUpload = "/api2/projects/*/folders/*/upload"
)

// large is more than the engine holds in memory here, so it is checked while it is on its way.
func large() dataroom.Content { return dataroom.Noise(7, 300<<10) }

// TestWhatIsNotWholeNeverLands breaks downloads of a small and of a large document in each way that the
// simulator knows, for good. Nothing may land, and the document beside it must.
func TestWhatIsNotWholeNeverLands(t *testing.T) {
	for _, c := range []struct{ fault, reason string }{
		{"truncate", "DownloadFailed"},
		{"reset", "DownloadFailed"},
		{"corrupt", "HashMismatch"},
		{"cut", "DownloadFailed"},
		{"drop", "DownloadFailed"},
		{"html200", "DownloadFailed"},
		{"server999", "Protected"},
	} {
		for name, content := range map[string]dataroom.Content{"small": dataroom.Bytes(strings.Repeat("abc", 1000)), "large": large()} {
			t.Run(c.fault+"/"+name, func(t *testing.T) {
				w := newWorld(t, dataroom.New(1))
				broken := w.addContent("/A/broken.bin", content)
				w.add("/A/fine.txt", "fine")
				w.breaks(w.source, control.FaultRule{Fault: c.fault, Path: strings.Replace(anyFile, "documents/*", "documents/"+id(broken.ID), 1), Times: -1})
				result := w.run(w.job("/A"))
				w.stands(map[string]string{"/Deal/fine.txt": "fine"})
				if got := problems(result)["broken.bin"]; got != c.reason {
					t.Errorf("reason %q, want %s", got, c.reason)
				}

				w.source.Control().ClearFaults()
				job := again(w.job("/A"), result)
				job.Policy.RetryNow = true
				if mended := w.run(job); mended.Uploaded != 1 || mended.Counts.Synced != 2 {
					t.Errorf("after the fault: %+v", mended)
				}
			})
		}
	}
}

// TestAPassingFaultLosesNothing lets each fault strike once, on either side. Whatever happens, every document
// stands exactly once after one more run at the most.
func TestAPassingFaultLosesNothing(t *testing.T) {
	source := []string{"truncate", "reset", "cut", "drop", "html", "javascript", "unauthorized", "expire", "notEntered", "errors200"}
	target := []string{
		"reset", "drop-before-commit", "drop-after-commit", "error-before-commit", "error-after-commit",
		"unauthorized", "throttle", "html", "broken-list",
	}
	for _, side := range []struct {
		name   string
		faults []string
		paths  []string
	}{
		{"intralinks", source, []string{anyFile, "/v2/workspaces/*/folders", "/v2/workspaces/*/documents"}},
		{"luminance", target, []string{anyUpload, "/api2/projects/*/folders", "/api2/projects"}},
	} {
		for _, fault := range side.faults {
			for _, path := range side.paths {
				t.Run(side.name+"/"+fault+path, func(t *testing.T) {
					w := newWorld(t, dataroom.New(1))
					w.set(w.target, "budgetRequests", "0")
					want := map[string]string{}
					for _, name := range []string{"a", "b", "c", "d"} {
						w.add("/A/"+name+".txt", name)
						want["/Deal/"+name+".txt"] = name
					}
					simulator := interface{ Control() *control.Control }(w.source)
					if side.name == "luminance" {
						simulator = w.target
					}
					w.breaks(simulator, control.FaultRule{Fault: fault, Path: path, Args: map[string]string{"retryAfter": "1"}})
					w.engine.Run(context.Background(), w.job("/A"), nil)
					w.restart() // the next poll, with a budget that has forgotten a pause
					job := w.job("/A")
					job.Policy.RetryNow = true
					result := w.run(job)
					w.stands(want)
					if result.Counts.Synced != 4 || result.ProblemCount != 0 {
						t.Errorf("counts %+v, problems %v", result.Counts, result.Problems)
					}
					for _, d := range w.target.Documents(true) {
						if d.Version != 1 {
							t.Errorf("%s was sent twice", d.Path)
						}
					}
				})
			}
		}
	}
}

func TestANameThatAPersonUsedIsNeverReplaced(t *testing.T) {
	w := newWorld(t, dataroom.New(1))
	w.add("/A/a.txt", "ours")
	_, err := w.target.PersonUploads(corporate, "/Deal/a.txt", []byte("theirs"))
	w.must(err)
	result := w.run(w.job("/A"))
	w.stands(map[string]string{"/Deal/a.txt": "theirs"})
	if problems(result)["a.txt"] != "NameConflict" {
		t.Errorf("problems: %v", result.Problems)
	}
}

func TestANewVersionNeverReplacesWhatAPersonPutThere(t *testing.T) {
	w := newWorld(t, dataroom.New(1))
	d := w.add("/A/a.txt", "ours")
	first := w.run(w.job("/A"))
	w.must(w.target.PersonDeletes(w.target.Documents(false)[0].ID))
	_, err := w.target.PersonUploads(corporate, "/Deal/a.txt", []byte("theirs"))
	w.must(err)
	w.change(d, "ours, second")
	result := w.run(again(w.job("/A"), first))
	w.stands(map[string]string{"/Deal/a.txt": "theirs"})
	if problems(result)["a.txt"] != "NameConflict" {
		t.Errorf("problems: %v", result.Problems)
	}
}

func TestANewVersionWaitsWhileSomebodyIsEditing(t *testing.T) {
	w := newWorld(t, dataroom.New(1))
	d := w.add("/A/a.txt", "first")
	first := w.run(w.job("/A"))
	standing := w.target.Documents(false)[0].ID
	draft, active := "draft", "active"
	w.must(w.target.ChangeDocument(standing, luminancesim.DocumentChange{VersionState: &draft}))
	w.change(d, "second")
	waiting := w.run(again(w.job("/A"), first))
	if problems(waiting)["a.txt"] != "BeingEdited" {
		t.Errorf("problems: %v", waiting.Problems)
	}
	w.stands(map[string]string{"/Deal/a.txt": "first"})
	w.must(w.target.ChangeDocument(standing, luminancesim.DocumentChange{VersionState: &active}))
	w.run(again(w.job("/A"), first))
	w.stands(map[string]string{"/Deal/a.txt": "second"})
}

func TestAFolderThatAPersonDeletedIsMadeAnew(t *testing.T) {
	for _, status := range []string{"404", "403", "422"} {
		t.Run(status, func(t *testing.T) {
			w := newWorld(t, dataroom.New(1))
			w.set(w.target, "missingStatus", status)
			w.set(w.target, "deleteFolderWithContent", "cascade")
			w.add("/A/B/a.txt", "a")
			first := w.run(w.job("/A"))
			for _, f := range w.target.Folders() {
				if f.Path == "/Deal/B" {
					w.must(w.target.PersonDeletesFolder(f.ID))
				}
			}
			w.add("/A/B/b.txt", "b")
			w.run(again(w.job("/A"), first))
			if got := w.standing()["/Deal/B/b.txt"]; got != sha1Of(t, dataroom.Bytes("b")) {
				t.Errorf("standing: %v", w.standing())
			}
		})
	}
}

// TestAFolderOfOursIsNeverTakenForTheRoot syncs into an instance whose Divisions have no root folder, so that the
// destination folder comes to be the only one without a parent.
func TestAFolderOfOursIsNeverTakenForTheRoot(t *testing.T) {
	w := newWorld(t, dataroom.New(1))
	w.set(w.target, "rootFolder", "off")
	w.add("/A/a.txt", "a")
	first := w.run(w.job("/A"))
	w.add("/A/B/b.txt", "b")
	w.run(again(w.job("/A"), first))
	w.stands(map[string]string{"/Deal/a.txt": "a", "/Deal/B/b.txt": "b"})
}

func TestAFolderThatStandsIsUsed(t *testing.T) {
	w := newWorld(t, dataroom.New(1))
	w.add("/A/B/a.txt", "a")
	_, err := w.target.PersonCreatesFolder(corporate, "/Deal/B")
	w.must(err)
	before := len(w.target.Folders())
	w.run(w.job("/A"))
	if n := len(w.target.Folders()); n != before {
		t.Errorf("%d folders were made", n-before)
	}
}

func TestAStopLosesNothing(t *testing.T) {
	w := newWorld(t, dataroom.New(1))
	want := map[string]string{}
	for _, name := range []string{"a", "b", "c", "d", "e", "f"} {
		w.add("/A/"+name+".txt", name)
		want["/Deal/"+name+".txt"] = name
	}
	ctx, cancel := context.WithCancel(context.Background())
	w.breaks(w.target, control.FaultRule{Fault: "latency", Path: anyUpload, Skip: 2, Times: -1, Args: map[string]string{"delay": "2s"}})
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		w.engine.Run(ctx, w.job("/A"), nil)
	}()
	waitFor(t, func() bool { return len(w.target.Documents(false)) == 2 })
	cancel()
	<-stopped
	w.target.Control().ClearFaults()
	w.run(w.job("/A"))
	w.stands(want)
	for _, d := range w.target.Documents(true) {
		if d.Version != 1 {
			t.Errorf("%s was sent twice", d.Path)
		}
	}
}

func TestADocumentThatIsTooLargeForLuminanceIsNotSentAgain(t *testing.T) {
	w := newWorld(t, dataroom.New(1))
	w.set(w.target, "maxBytes", "100")
	w.add("/A/large.txt", strings.Repeat("x", 200))
	first := w.run(w.job("/A"))
	if problems(first)["large.txt"] != "UploadRejected" {
		t.Fatalf("problems: %v", first.Problems)
	}
	w.requests(w.target)
	second := w.run(again(w.job("/A"), first))
	if n := w.requests(w.target); n != 0 || problems(second)["large.txt"] != "UploadRejected" {
		t.Errorf("%d requests, problems %v", n, second.Problems)
	}
}

func TestEveryAnswerToAnUploadWillDo(t *testing.T) {
	for _, status := range []string{"200", "201", "201-empty"} {
		for _, envelope := range []string{"bare", "wrapped", "wrapped-items", "array"} {
			t.Run(status+"/"+envelope, func(t *testing.T) {
				w := newWorld(t, dataroom.New(1))
				w.set(w.target, "uploadStatus", status)
				w.set(w.target, "envelope", envelope)
				d := w.add("/A/a.txt", "first")
				first := w.run(w.job("/A"))
				w.change(d, "second")
				second := w.run(again(w.job("/A"), first))
				w.stands(map[string]string{"/Deal/a.txt": "second"})
				if second.NewVersions != 1 {
					t.Errorf("%+v", second)
				}
			})
		}
	}
}
