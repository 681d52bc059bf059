package engine_test

import (
	"os"
	"slices"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"dataroom.dev/intralinks-operator/internal/engine"
	"dataroom.dev/intralinks-operator/internal/ledger"
	"dataroom.dev/intralinks-operator/internal/simulator/dataroom"
)

// changed is a sync that has run, and an exchange that has gone on since.
func changed(t *testing.T) (*world, engine.Job) {
	t.Helper()
	w := newWorld(t, dataroom.New(1))
	w.set(w.target, "budgetRequests", "0")
	first := w.add("/a.txt", "first")
	w.add("/Gone/b.txt", "second")
	w.pass(time.Second)
	job := w.job("/")
	job.Policy.MaxFileSize = 20
	job = again(job, w.run(job))
	w.change(first, "first again")
	w.add("/New/c.txt", "third")
	w.add("/New/Deep/d.txt", "fourth")
	w.add("/large.txt", "too large for this sync")
	w.pass(2 * time.Minute)
	return w, job
}

func TestAForecastIsWhatTheRunDoes(t *testing.T) {
	g := NewWithT(t)
	w, job := changed(t)
	before, err := os.ReadFile(w.ledgerFile)
	g.Expect(err).NotTo(HaveOccurred())
	w.requests(w.target)
	f, err := w.engine.Forecast(t.Context(), job)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(w.requests(w.target)).To(BeZero(), "it costs nothing")
	after, err := os.ReadFile(w.ledgerFile)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(after).To(Equal(before), "it writes nothing down")

	g.Expect(f.PlanFolders).To(Equal([]string{"Deal/New", "Deal/New/Deep"}))
	g.Expect(f.Problems).To(ConsistOf(HaveField("Reason", "TooLarge")))
	g.Expect(f.Warnings).To(BeEmpty())
	planned := targets(engine.Result{Plan: f.Plan})
	g.Expect(planned).To(Equal([]string{"/Deal/New/Deep/d.txt", "/Deal/New/c.txt", "/Deal/a.txt"}))

	versions, _ := w.state()
	done := w.run(job)
	now, _ := w.state()
	g.Expect(added(versions, now)).To(Equal(planned))
	g.Expect(done.Requests).To(Equal(f.PlanRequests))
	g.Expect([]int64{done.Uploaded, done.NewVersions, done.BytesCarried}).To(Equal([]int64{2, 1, f.Plan.Bytes}))
}

// TestAForecastLeavesARunAlone: what a run has under way is not settled by who looks on.
func TestAForecastLeavesARunAlone(t *testing.T) {
	g := NewWithT(t)
	w, job := changed(t)
	pair, err := w.ledger.Pair(t.Context(), ledger.Ends{
		ExchangeID: project, Instance: job.Instance, DivisionID: job.Destination.Known.ID, Folder: job.Destination.Folder,
	})
	g.Expect(err).NotTo(HaveOccurred())
	records, err := pair.Documents(t.Context())
	g.Expect(err).NotTo(HaveOccurred())
	var ids []int64
	for id := range records {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	g.Expect(pair.Begin(t.Context(), ids[0], ledger.Intent{Name: "a.txt", Hash: "h", At: w.clock.Now()})).To(Succeed())
	_, err = w.engine.Forecast(t.Context(), job)
	g.Expect(err).NotTo(HaveOccurred())
	records, err = pair.Documents(t.Context())
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(records[ids[0]].Intent).NotTo(BeNil())
}

func TestAForecastWarnsOfWhatWouldStopTheRun(t *testing.T) {
	g := NewWithT(t)
	w := newWorld(t, dataroom.New(1))
	for _, path := range []string{"/a.txt", "/b.txt", "/c.txt"} {
		w.add(path, path)
	}
	job := w.job("/")
	f, err := w.engine.Forecast(t.Context(), job)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(f.Warnings).To(ConsistOf(ContainSubstring("the first run does")), "nobody has looked there")
	job = again(job, w.run(job))
	for _, d := range w.room.Documents() {
		if d.Name != "a" {
			w.must(w.room.DeleteDocument(d.ID, false))
		}
	}
	w.pass(2 * time.Minute)
	f, err = w.engine.Forecast(t.Context(), job)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(f.Warnings).To(ConsistOf(ContainSubstring("2 of the 3 documents")))
	_ = w.fail(job, "SourceVanished")
}

func TestAForecastFailsLikeARun(t *testing.T) {
	w := newWorld(t, dataroom.New(1))
	job := w.job("/Nowhere")
	failure := w.fail(job, "FolderNotFound")
	_, err := w.engine.Forecast(t.Context(), job)
	NewWithT(t).Expect(err).To(MatchError(failure.Error()))
}

// TestOnlookersShareListings: with the syncs, and with each other.
func TestOnlookersShareListings(t *testing.T) {
	g := NewWithT(t)
	w := newNeighbours(t, 2)
	once, none := [2]int{1, 1}, [2]int{}
	look := func() {
		_, err := w.engine.Forecast(t.Context(), w.jobs[0])
		g.Expect(err).NotTo(HaveOccurred())
	}
	g.Expect(w.listed(func() { w.run(w.jobs[0]) })).To(Equal(once))
	g.Expect(w.listed(look)).To(Equal(none), "a sync has just listed it")
	w.pass(61 * time.Second)
	g.Expect(w.listed(look)).To(Equal(once), "that is too old")
	g.Expect(w.listed(look)).To(Equal(none))
	g.Expect(w.listed(func() { w.run(w.jobs[1]) })).To(Equal(none), "a sync takes it, too")
	g.Expect(w.listed(func() { w.run(w.jobs[1]) })).To(Equal(once), "but not twice")
}

// TestASyncThatIsAloneStaysAlone: who looks on is not taken for another sync, for which every listing would be kept.
func TestASyncThatIsAloneStaysAlone(t *testing.T) {
	g := NewWithT(t)
	w := newNeighbours(t, 1)
	look := func() {
		_, err := w.engine.Forecast(t.Context(), w.jobs[0])
		g.Expect(err).NotTo(HaveOccurred())
	}
	look()
	w.pass(61 * time.Second)
	w.run(w.jobs[0])
	g.Expect(w.listed(look)).To(Equal([2]int{1, 1}), "nothing was kept of the run's listing")
}
