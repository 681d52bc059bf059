package engine_test

import (
	"fmt"
	"path"
	"strings"
	"testing"

	"dataroom.dev/intralinks-operator/internal/engine"
	"dataroom.dev/intralinks-operator/internal/intralinks"
	"dataroom.dev/intralinks-operator/internal/simulator/dataroom"
)

func TestEveryDocumentOfADataRoomCrossesWholeAndOnce(t *testing.T) {
	room := dataroom.Generated(1, dataroom.Size{})
	w := newWorld(t, room)
	first := w.run(w.job("/Contracts"))

	want := map[string]int{} // how often each content has to stand
	for _, d := range room.Documents() {
		if below(room, d, "Contracts") && !d.Placeholder() && !d.IRM {
			want[sha1Of(t, d.Content())]++
		}
	}
	for _, sum := range w.standing() {
		want[sum]--
	}
	for sum, n := range want {
		if n != 0 {
			t.Errorf("content %s stands %d times too few", sum, n)
		}
	}
	if len(want) < 20 || first.Counts.Synced != first.Uploaded || first.Counts.Failed != 0 || first.Counts.Pending != 0 {
		t.Errorf("counts: %+v", first.Counts)
	}
	reasons := map[string]int{}
	for _, p := range first.Problems {
		reasons[p.Reason]++
	}
	if reasons["Protected"] != 1 || reasons["Placeholder"] != 1 || len(reasons) != 2 {
		t.Errorf("problems: %v", reasons)
	}
	if n := w.target.Usage().Refused; n != 0 {
		t.Errorf("%d answers of 429", n)
	}
}

// below tells whether a document lies under a top-level folder.
func below(room *dataroom.Room, d *dataroom.Document, top string) bool {
	for id := d.Parent; id != 0; {
		folder, ok := room.Folder(id)
		if !ok {
			return false
		}
		if folder.Parent == 0 {
			return folder.Name == top
		}
		id = folder.Parent
	}
	return false
}

func TestTwoDocumentsOfOneNameBothStand(t *testing.T) {
	w := newWorld(t, dataroom.New(1))
	w.add("/A/NDA.pdf", "one")
	second := w.add("/A/NDA.pdf", "two")
	w.add("/A/nda.PDF", "three")
	w.run(w.job("/A"))
	stands := w.standing()
	if len(stands) != 3 || stands["/All Documents/Deal/NDA.pdf"]+stands["/Deal/NDA.pdf"] != sha1Of(t, dataroom.Bytes("one")) {
		t.Fatalf("standing: %v", stands)
	}
	if got := stands[fmt.Sprintf("/Deal/NDA (%d).pdf", second.ID)]; got != sha1Of(t, dataroom.Bytes("two")) {
		t.Errorf("standing: %v", stands)
	}
}

func TestRequestsForNDocumentsInFFoldersAreAtMostNPlusFPlus4(t *testing.T) {
	w := newWorld(t, dataroom.New(1))
	const documents, folders = 30, 6 // /Deal and five below it
	for i := range documents {
		w.add(fmt.Sprintf("/Top/F%d/document %d.txt", i%5, i), fmt.Sprint("content ", i))
	}
	first := w.run(w.job("/Top"))
	if n := w.requests(w.target); n > documents+folders+4 {
		t.Errorf("%d requests to Luminance, more than %d + %d + 4", n, documents, folders)
	}
	if first.Uploaded != documents {
		t.Fatalf("uploaded %d", first.Uploaded)
	}
	w.requests(w.source)
	poll := w.run(again(w.job("/Top"), first))
	if n := w.requests(w.target); n != 0 || poll.Requests != 0 {
		t.Errorf("a poll without news sent %d requests to Luminance (says %d)", n, poll.Requests)
	}
	if n := w.requests(w.source); n > 2 {
		t.Errorf("a poll without news sent %d requests to Intralinks", n)
	}
}

func TestARestartKnowsWhatStands(t *testing.T) {
	w := newWorld(t, dataroom.Generated(1, dataroom.Size{}))
	first := w.run(w.job("/Contracts"))
	before := w.standing()
	w.restart()
	second := w.run(w.job("/Contracts")) // also without what a status keeps
	if second.Uploaded+second.NewVersions != 0 || second.Counts != first.Counts {
		t.Errorf("after the restart: %+v, before: %+v", second, first)
	}
	if fmt.Sprint(w.standing()) != fmt.Sprint(before) {
		t.Error("the restart changed what stands")
	}
}

func TestOnlyNewsCrosses(t *testing.T) {
	w := newWorld(t, dataroom.New(1))
	changed := w.add("/A/changed.txt", "first")
	w.add("/A/kept.txt", "kept")
	first := w.run(w.job("/A"))
	w.change(changed, "second")
	w.add("/A/B/added.txt", "added")
	second := w.run(again(w.job("/A"), first))
	if second.Uploaded != 1 || second.NewVersions != 1 {
		t.Errorf("uploaded %d, new versions %d", second.Uploaded, second.NewVersions)
	}
	w.stands(map[string]string{"/Deal/changed.txt": "second", "/Deal/kept.txt": "kept", "/Deal/B/added.txt": "added"})
	versions := 0
	for _, d := range w.target.Documents(true) {
		if d.Path == "/Deal/changed.txt" {
			versions++
		}
	}
	if versions != 2 {
		t.Errorf("%d versions of the changed document are kept", versions)
	}
}

func TestWhatIsGoneIsRetainedAndNothingIsEverDeleted(t *testing.T) {
	w := newWorld(t, dataroom.New(1))
	gone := w.add("/A/gone.txt", "gone")
	w.add("/A/kept.txt", "kept")
	first := w.run(w.job("/A"))
	w.must(w.room.DeleteDocument(gone.ID, false))
	second := w.run(again(w.job("/A"), first))
	if second.Counts.Retained != 1 || second.Counts.Synced != 1 {
		t.Errorf("counts: %+v", second.Counts)
	}
	w.stands(map[string]string{"/Deal/gone.txt": "gone", "/Deal/kept.txt": "kept"})
	for _, r := range w.target.Control().Requests() {
		if r.Method == "DELETE" || r.Method == "PATCH" {
			t.Errorf("%s %s was sent", r.Method, r.Path)
		}
	}
}

func TestARenameUploadsNothing(t *testing.T) {
	w := newWorld(t, dataroom.New(1))
	d := w.add("/A/old name.txt", "content")
	first := w.run(w.job("/A"))
	w.must(w.room.EditDocument(d.ID, func(d *dataroom.Document) { d.Name = "new name" }))
	second := w.run(again(w.job("/A"), first))
	if second.Uploaded+second.NewVersions != 0 || second.Counts.Synced != 1 {
		t.Errorf("after the rename: %+v", second)
	}
	w.stands(map[string]string{"/Deal/old name.txt": "content"})
}

func TestPoliciesLeaveOutWhatTheUserChose(t *testing.T) {
	w := newWorld(t, dataroom.New(1))
	w.add("/A/big.pdf", strings.Repeat("x", 2000))
	w.add("/A/small.pdf", "small")
	w.add("/A/Drafts/draft.pdf", "draft")
	w.add("/A/table.xlsx", "table")
	job := w.job("/A")
	filter, err := engine.NewFilter([]string{"**/*.PDF"}, []string{"drafts/**"})
	w.must(err)
	job.Policy.Filter, job.Policy.MaxFileSize = filter, 1000
	result := w.run(job)
	w.stands(map[string]string{"/Deal/small.pdf": "small"})
	if result.Counts.Skipped != 3 || problems(result)["big.pdf"] != "TooLarge" || len(result.Problems) != 1 {
		t.Errorf("counts %+v, problems %v", result.Counts, result.Problems)
	}
}

func TestNewVersionsAreIgnoredWhereTheUserSaysSo(t *testing.T) {
	w := newWorld(t, dataroom.New(1))
	d := w.add("/A/a.txt", "first")
	job := w.job("/A")
	job.Policy.IgnoreNewVersions = true
	w.run(job)
	w.change(d, "second")
	if result := w.run(job); result.NewVersions != 0 || result.Counts.Synced != 1 {
		t.Errorf("%+v", result)
	}
	w.stands(map[string]string{"/Deal/a.txt": "first"})
}

func TestADryRunTellsWhatTheNextRunDoesAndTouchesNothing(t *testing.T) {
	w := newWorld(t, dataroom.Generated(1, dataroom.Size{}))
	job := w.job("/Contracts")
	dry := job
	dry.DryRun = true
	planned := w.run(dry)
	if len(w.standing()) != 0 || len(w.target.Folders()) != len(newTargetFolders(t)) {
		t.Fatal("the dry run wrote to Luminance")
	}
	done := w.run(again(job, planned))
	if int64(len(planned.Plan.Actions)) != done.Uploaded {
		t.Errorf("planned %d uploads, did %d", len(planned.Plan.Actions), done.Uploaded)
	}
	stands := w.standing()
	for _, a := range planned.Plan.Actions {
		if stands[a.Target] == "" {
			t.Errorf("planned %s, which does not stand", a.Target)
		}
	}
	created := 0
	for _, f := range w.target.Folders() {
		if strings.HasPrefix(f.Path, "/Deal") {
			created++
		}
	}
	if created != len(planned.PlanFolders) {
		t.Errorf("planned %d folders, made %d", len(planned.PlanFolders), created)
	}
	if planned.PlanRequests != done.Requests {
		t.Errorf("planned %d requests, sent %d", planned.PlanRequests, done.Requests)
	}
}

func newTargetFolders(t *testing.T) []string {
	t.Helper()
	w := newWorld(t, dataroom.New(1))
	var paths []string
	for _, f := range w.target.Folders() {
		paths = append(paths, f.Path)
	}
	return paths
}

func TestHostileNamesBecomeSafeAndUnique(t *testing.T) {
	w := newWorld(t, dataroom.New(1))
	for _, name := range []string{"a/b", "..", "x\x01y", strings.Repeat("é", 300), "dots...", "", "\u202egnp", "Ende\u200f", `q"?*<>|:\`} {
		if _, err := w.room.AddDocument(0, name, ".pdf", dataroom.Bytes("content of "+name)); err != nil {
			t.Fatal(err)
		}
	}
	w.set(w.target, "forbiddenCharacters", `/\:*?"<>|`)
	w.set(w.target, "maxName", "255")
	result := w.run(w.job("/"))
	if result.Counts.Synced != 9 {
		t.Fatalf("counts %+v, problems %v", result.Counts, result.Problems)
	}
	for at := range w.standing() {
		if name := path.Base(at); len(name) > 200 || strings.ContainsAny(name, "\\:*?\"<>|\x01\u202e\u200f") {
			t.Errorf("unsafe name %q", name)
		}
	}
	second := w.run(w.job("/"))
	if second.Uploaded != 0 {
		t.Errorf("the names are not stable: %d uploads", second.Uploaded)
	}
}

func TestOrphansAndCyclesAreReportedAndHoldNothingUp(t *testing.T) {
	w := newWorld(t, dataroom.New(1))
	w.add("/A/fine.txt", "fine")
	w.add("/Lost/orphan.txt", "orphan")
	w.add("/X/Y/circular.txt", "circular")
	lost, err := w.room.FolderAt("/Lost")
	w.must(err)
	w.must(w.room.EditFolder(lost.ID, func(f *dataroom.Folder) { f.Unlisted = true }))
	x, err := w.room.FolderAt("/X")
	w.must(err)
	y, err := w.room.FolderAt("/X/Y")
	w.must(err)
	w.must(w.room.EditFolder(x.ID, func(f *dataroom.Folder) { f.Parent = y.ID }))
	result := w.run(w.job("/"))
	w.stands(map[string]string{"/Deal/A/fine.txt": "fine"})
	if result.Counts.Failed != 2 || result.Problems[0].Reason != "Orphaned" {
		t.Errorf("counts %+v, problems %v", result.Counts, result.Problems)
	}
}

func TestCredentialsOfV2ReadTheSame(t *testing.T) {
	w := newWorld(t, dataroom.New(1))
	w.add("/A/a.txt", "a")
	client, err := intralinks.New(intralinks.Options{BaseURL: w.sourceURL, Tokens: v2(w)})
	w.must(err)
	job := w.job("/A")
	job.Intralinks = client
	w.run(job)
	w.stands(map[string]string{"/Deal/a.txt": "a"})
}
