package engine_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"dataroom.dev/intralinks-operator/internal/engine"
	"dataroom.dev/intralinks-operator/internal/simulator/control"
	"dataroom.dev/intralinks-operator/internal/simulator/dataroom"
)

// neighbours are syncs of one exchange, each of a folder of its own.
type neighbours struct {
	*world
	jobs []engine.Job
}

func newNeighbours(t *testing.T, n int) *neighbours {
	t.Helper()
	w := &neighbours{world: newWorld(t, dataroom.New(1))}
	w.set(w.target, "budgetRequests", "0")
	for i := range n {
		name := fmt.Sprint("/", i)
		w.add(name+"/a.txt", name)
		job := w.job(name)
		job.Claimant, job.Destination.Folder, job.Source.Fresh = name, "/Deal"+name, true
		job = again(job, w.run(job))
		job.Source.Fresh = false
		w.pass(time.Second)
		w.jobs = append(w.jobs, job)
	}
	w.pass(10 * time.Minute)
	return w
}

// listed counts the listings since it was asked last.
func (w *neighbours) listed(do func()) [2]int {
	w.t.Helper()
	count := func() [2]int { return [2]int{countOf(w.source, allFolders), countOf(w.source, allDocuments)} }
	before := count()
	do()
	after := count()
	return [2]int{after[0] - before[0], after[1] - before[1]}
}

// Whoever polls in the minute after another has listed the exchange sees what that one saw; later, or a second time,
// each sees what is there then.
func TestOneListingServesAllSyncsOfAnExchange(t *testing.T) {
	g := NewWithT(t)
	w := newNeighbours(t, 3)
	once := [2]int{1, 1}
	g.Expect(w.listed(func() {
		for _, job := range w.jobs {
			w.run(job)
			w.pass(15 * time.Second)
		}
	})).To(Equal(once))

	w.add("/1/new.txt", "new")
	g.Expect(w.listed(func() { g.Expect(w.run(w.jobs[0]).Uploaded).To(BeZero()) })).To(Equal(once), "it has had that one")
	g.Expect(w.listed(func() { g.Expect(w.run(w.jobs[1]).Uploaded).To(BeEquivalentTo(1)) })).To(Equal([2]int{}), "the new one is shared")
	w.pass(61 * time.Second)
	g.Expect(w.listed(func() { w.run(w.jobs[2]) })).To(Equal(once), "it is too old")
	w.stands(map[string]string{"/Deal/0/a.txt": "/0", "/Deal/1/a.txt": "/1", "/Deal/2/a.txt": "/2", "/Deal/1/new.txt": "new"})
}

func TestWhoAsksSeesWhatIsThereNow(t *testing.T) {
	g := NewWithT(t)
	w := newNeighbours(t, 2)
	w.run(w.jobs[0])
	w.add("/1/new.txt", "new")
	w.pass(time.Second)
	w.jobs[1].Source.Fresh = true
	g.Expect(w.listed(func() { g.Expect(w.run(w.jobs[1]).Uploaded).To(BeEquivalentTo(1)) })).To(Equal([2]int{1, 1}))
}

// Syncs that begin at once wait for one listing, and where that fails, for none.
func TestSyncsThatBeginAtOnceListOnce(t *testing.T) {
	for _, fails := range []bool{false, true} {
		t.Run(fmt.Sprint("fails ", fails), func(t *testing.T) {
			g := NewWithT(t)
			w := newNeighbours(t, 5)
			listing := newHeld("/folders")
			client := w.intralinksThrough(listing)
			if fails {
				w.breaks(w.source, control.FaultRule{Fault: "reset", Path: allFolders, Times: -1})
			}
			results := make(chan engine.Result, len(w.jobs))
			g.Expect(w.listed(func() {
				for _, job := range w.jobs {
					job.Intralinks = client
					go func() { results <- w.engine.Run(context.Background(), job, nil) }()
				}
				<-listing.begun
				g.Eventually(func() int { return w.engine.WaitingForListing() }).Should(Equal(len(w.jobs) - 1))
				close(listing.over)
				for range w.jobs {
					g.Expect((<-results).Failure == nil).To(Equal(!fails))
				}
			})[0]).To(Equal(1))
		})
	}
}

// TestAListingThatFailedIsNotTakenAgainForEachSync: what is down for one is down for all that come within the minute; who
// has heard of it tries again, and so does whom a person waits for.
func TestAListingThatFailedIsNotTakenAgainForEachSync(t *testing.T) {
	g := NewWithT(t)
	w := newNeighbours(t, 3)
	for _, job := range w.jobs {
		w.run(job)
	}
	w.pass(2 * time.Minute)
	w.breaks(w.source, control.FaultRule{Fault: "reset", Path: allFolders, Times: -1})
	asked := func(job engine.Job) int {
		return w.listed(func() { g.Expect(w.engine.Run(context.Background(), job, nil).Failure).NotTo(BeNil()) })[0]
	}
	tries := asked(w.jobs[0])
	g.Expect(tries).To(BeNumerically(">", 0))
	g.Expect(asked(w.jobs[1])).To(BeZero())
	g.Expect(asked(w.jobs[1])).To(Equal(tries), "it has heard of it")
	fresh := w.jobs[2]
	fresh.Source.Fresh = true
	w.pass(time.Second)
	g.Expect(asked(fresh)).To(Equal(tries), "somebody waits")
	w.pass(2 * time.Minute)
	g.Expect(asked(w.jobs[0])).To(Equal(tries), "it is old")
}
