package engine_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	. "github.com/onsi/gomega"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/simulator/dataroom"
)

// folderLists counts how often the target's folders were listed, all of a Division at once.
func (w *world) folderLists() (n int) {
	for _, r := range w.target.Control().Requests() {
		if r.Method == "GET" && strings.HasSuffix(r.Path, "/projects/11/folders") && !strings.Contains(r.Query, "name=") {
			n++
		}
	}
	return n
}

// holds has the Division hold so many folders, its root included.
func (w *world) holds(folders int) {
	w.t.Helper()
	for n := len(w.foldersOf(corporate)); n < folders; n++ {
		_, err := w.target.PersonCreatesFolder(corporate, fmt.Sprintf("/Another deal %03d", n))
		w.must(err)
	}
}

func (w *world) foldersOf(division string) (paths []string) {
	for _, f := range w.target.Folders() {
		if f.Division == division {
			paths = append(paths, f.Path)
		}
	}
	return paths
}

// TestRunsThatWaitForAListOfFoldersShareIt: only the one that was begun before they asked is not theirs.
func TestRunsThatWaitForAListOfFoldersShareIt(t *testing.T) {
	const many = 5
	g := NewWithT(t)
	w := newWorld(t, dataroom.New(1))
	release := w.engine.HoldFolderLists(w.luminance, 11)
	var runs sync.WaitGroup
	want := map[string]string{}
	for n := range many {
		folder := fmt.Sprintf("/Folder %d", n)
		w.add(folder+"/lease.txt", folder)
		want["/Deal"+folder+"/lease.txt"] = folder
	}
	for n := range many {
		runs.Go(func() {
			job := w.job(fmt.Sprintf("/Folder %d", n))
			job.Claimant, job.Destination.Folder = fmt.Sprint("deals/", n), fmt.Sprintf("/Deal/Folder %d", n)
			if result := w.engine.Run(context.Background(), job, nil); result.Failure != nil {
				t.Errorf("the run ended early: %v", result.Failure)
			}
		})
	}
	g.Eventually(func() int { return w.engine.WaitingForFolders(w.luminance, 11) }).Should(Equal(many))
	release()
	runs.Wait()
	w.stands(want)
	g.Expect(w.folderLists()).To(Equal(1))
}

// cuts has the target cut its lists, say nothing of it, and turn no pages; and the Division hold as many folders as such
// a list has.
func (w *world) cuts() {
	w.set(w.target, "paging", "none")
	w.set(w.target, "maxLimit", "64")
	w.holds(64)
}

// TestAListOfFoldersThatIsCutIsNoObstacle: where the Division holds as many folders as a page has, and the instance
// doesn't turn pages, nothing tells whether the list is whole.
func TestAListOfFoldersThatIsCutIsNoObstacle(t *testing.T) {
	for name, made := range map[string][]string{"a new destination": nil, "half of it is there": {"/Deal/A"}} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, dataroom.New(1))
			w.add("/A/one.txt", "one")
			w.add("/A/B/two.txt", "two")
			w.cuts()
			for _, path := range made {
				_, err := w.target.PersonCreatesFolder(corporate, path)
				w.must(err)
			}
			w.run(w.job("/"))
			w.stands(map[string]string{"/Deal/A/one.txt": "one", "/Deal/A/B/two.txt": "two"})
			NewWithT(t).Expect(w.foldersOf(corporate)).To(HaveLen(64+3), "none is made twice")
		})
	}
}

// TestAFolderThatIsGoneIsMadeAgainBesideAListThatIsCut: whether a refusal means that is found out by its name.
func TestAFolderThatIsGoneIsMadeAgainBesideAListThatIsCut(t *testing.T) {
	for _, status := range []string{"403", "404", "422"} {
		t.Run(status, func(t *testing.T) {
			w := newWorld(t, dataroom.New(1))
			w.add("/A/one.txt", "one")
			w.cuts()
			first := w.run(w.job("/"))
			for _, f := range w.target.Folders() {
				if f.Path == "/Deal/A" {
					w.must(w.target.PersonDeletesFolder(f.ID))
				}
			}
			w.set(w.target, "missingStatus", status)
			w.add("/A/two.txt", "two")
			w.run(again(w.job("/"), first))
			w.stands(map[string]string{"/Deal/A/two.txt": "two"})
		})
	}
}

// TestALedgerIsRebuiltBesideAListOfFoldersThatIsCut: what stands is found by the names of the source's folders.
func TestALedgerIsRebuiltBesideAListOfFoldersThatIsCut(t *testing.T) {
	g := NewWithT(t)
	w := newWorld(t, dataroom.New(1))
	w.add("/A/one.txt", "one")
	w.add("/A/B/two.txt", "two")
	w.cuts()
	w.run(w.job("/"))
	w.loseLedger()
	result := w.run(w.job("/"))
	g.Expect(result.Adopted).To(Equal(int64(2)))
	w.stands(map[string]string{"/Deal/A/one.txt": "one", "/Deal/A/B/two.txt": "two"})
}

// TestAListThatIsCutBeforeTheRootFolderSaysSo, and nothing is made at a place that may be the wrong one.
func TestAListThatIsCutBeforeTheRootFolderSaysSo(t *testing.T) {
	w := newWorld(t, dataroom.New(1))
	w.add("/A/one.txt", "one")
	w.set(w.target, "rootFolder", "off")
	w.holds(64 + 1) // the root is there all the same, and not shown
	failure := w.fail(w.job("/"), v1alpha1.SyncFailedReason)
	NewWithT(t).Expect(failure.Message).To(ContainSubstring("has no root folder"))
	w.stands(map[string]string{})
}
