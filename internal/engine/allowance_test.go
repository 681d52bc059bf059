package engine_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	. "github.com/onsi/gomega"
	clocktesting "k8s.io/utils/clock/testing"

	"dataroom.dev/intralinks-operator/internal/bearer"
	"dataroom.dev/intralinks-operator/internal/budget"
	"dataroom.dev/intralinks-operator/internal/engine"
	"dataroom.dev/intralinks-operator/internal/luminance"
	"dataroom.dev/intralinks-operator/internal/simulator/control"
	"dataroom.dev/intralinks-operator/internal/simulator/dataroom"
	luminancesim "dataroom.dev/intralinks-operator/internal/simulator/luminance"
)

// moved is a world whose budget, engine and Luminance go by a clock that the test moves. One document is on
// its way at a time, so that whenever something waits for the budget, nothing else goes on.
type moved struct {
	*world
	clk *clocktesting.FakeClock
}

func newMoved(t *testing.T) *moved {
	t.Helper()
	m := &moved{newWorld(t, dataroom.New(1)), clocktesting.NewFakeClock(time.Now())}
	m.engine = engine.New(engine.Options{Ledger: m.ledger, Transfers: 1, RetryDelay: time.Millisecond, Clock: m.clk})
	m.budget = m.newBudget(m.ledger)
	m.luminance, m.tokens = m.client(m.budget)
	return m
}

func (m *moved) newBudget(store budget.Store) *budget.Budget {
	m.t.Helper()
	registry := budget.NewRegistry(store, m.clk)
	host := strings.TrimPrefix(m.targetURL, "http://")
	registry.Configure(host, "test", budget.DefaultLimit)
	b, err := registry.For(m.t.Context(), host)
	m.must(err)
	return b
}

func (m *moved) client(b *budget.Budget) (*luminance.Client, *bearer.Source) {
	m.t.Helper()
	hc := &http.Client{Transport: &budget.Transport{Base: http.DefaultTransport, Budget: b}}
	tokens := bearer.NewSourceAfter(b.Prepay, luminance.ClientCredentials(m.targetURL, luminancesim.DefaultClientID, luminancesim.DefaultClientSecret, hc))
	client, err := luminance.New(luminance.Options{BaseURL: m.targetURL, HTTPClient: hc, Tokens: tokens, RetryDelay: time.Millisecond})
	m.must(err)
	return client, tokens
}

// spent has somebody send requests through the budget now.
func (m *moved) spent(n int) {
	m.t.Helper()
	for i := range n {
		ticket, err := m.budget.Acquire(m.t.Context(), fmt.Sprint("somebody", i))
		m.must(err)
		ticket.Done()
	}
}

func (m *moved) pass(d time.Duration) {
	m.clk.Step(d)
	m.target.Advance(d)
}

// told is what a run said of its end.
type told struct {
	done int64
	end  time.Time
}

// play does a job and lets a second pass whenever it waits for the budget.
func (m *moved) play(job engine.Job) (predicted []told, ended time.Time) {
	m.t.Helper()
	var mu sync.Mutex
	over := make(chan engine.Result, 1)
	go func() {
		over <- m.engine.Run(m.t.Context(), job, func(p engine.Progress) {
			mu.Lock()
			defer mu.Unlock()
			if p.Done < p.Total {
				predicted = append(predicted, told{p.Done, p.Estimated})
			}
		})
	}()
	for {
		select {
		case result := <-over:
			if result.Failure != nil {
				m.t.Fatalf("the run ended early: %v", result.Failure)
			}
			mu.Lock()
			defer mu.Unlock()
			return predicted, m.clk.Now()
		case <-time.After(100 * time.Microsecond):
		}
		if m.budget.State().Waiting > 0 {
			m.pass(time.Second)
		}
	}
}

// What a run says of its end, from its first word on, is right within a tenth, though it begins in a period
// that others have used, and creates folders on its way.
func TestTheEndOfARunIsForetold(t *testing.T) {
	g := NewWithT(t)
	m := newMoved(t)
	for i := range 140 {
		m.add(fmt.Sprintf("/Folder %d/Document %d.txt", i%25, i), fmt.Sprint("content ", i))
	}
	m.spent(20)
	m.pass(4 * time.Minute)
	m.spent(20)
	began := m.clk.Now()
	predicted, ended := m.play(m.job("/"))
	g.Expect(predicted).To(HaveLen(140))
	took := ended.Sub(began)
	g.Expect(took).To(BeNumerically(">", 15*time.Minute))
	for _, p := range predicted {
		g.Expect(p.end).To(BeTemporally("~", ended, took/10), "after %d documents", p.done)
	}
	g.Expect(m.target.Usage().Refused).To(BeZero())
}

// A request that is acquired is for sending: it is not kept while other documents have all the transfer slots.
func TestNoRequestIsKeptWhileWaitingForATransferSlot(t *testing.T) {
	g := NewWithT(t)
	w := newWorld(t, dataroom.New(1))
	w.engine = engine.New(engine.Options{Ledger: w.ledger, Transfers: 1, RetryDelay: time.Millisecond, StillFor: time.Hour})
	download := newHeld("/file")
	w.intralinks = w.intralinksThrough(download)
	const syncs = 5
	results := make(chan engine.Result, syncs)
	for i := range syncs {
		folder := fmt.Sprint("/", i)
		w.add(folder+"/a.txt", folder)
		job := w.job(folder)
		job.Claimant, job.Destination.Folder = folder, "/Deal"+folder
		go func() { results <- w.engine.Run(context.Background(), job, nil) }()
	}
	<-download.begun
	kept := func() int { return w.budget.State().Used - w.target.Usage().Total }
	g.Eventually(func() bool { return w.hasFolders("/Deal", syncs) }).WithTimeout(30 * time.Second).Should(BeTrue())
	g.Consistently(kept).WithTimeout(200 * time.Millisecond).Should(BeNumerically("<=", 1))
	close(download.over)
	for range syncs {
		g.Expect((<-results).Failure).To(BeNil())
	}
	g.Expect(w.standing()).To(HaveLen(syncs))
}

// An upload whose outcome has to be looked up waits for a request to do so, and not with the transfer slot that
// another instance's documents could have.
func TestALookKeepsNoTransferSlot(t *testing.T) {
	g := NewWithT(t)
	m := newMoved(t)
	m.add("/A/a.txt", "a")
	m.add("/B/b.txt", "b")
	m.breaks(m.target, control.FaultRule{Fault: "drop-after-commit", Path: anyUpload})
	m.spent(75) // what is left is for a token, the Division, its folders, a new one, and the upload
	first, last := m.job("/A"), m.job("/B")
	last.Destination.Folder = "/Other"
	over := make(chan engine.Result, 1)
	go func() { over <- m.engine.Run(context.Background(), first, nil) }()
	waiting := func() int { return m.budget.State().Waiting }
	g.Eventually(func() bool { return len(m.target.Documents(false)) == 1 && waiting() == 1 }).WithTimeout(30 * time.Second).Should(BeTrue())

	last.Budget = m.newBudget(nil) // as for another instance
	last.Luminance, last.LuminanceTokens = m.client(last.Budget)
	m.run(last)
	g.Expect(over).NotTo(Receive())
	g.Expect(m.standing()).To(HaveLen(2))

	m.pass(10 * time.Minute)
	g.Expect((<-over).Failure).To(BeNil())
	g.Expect(m.standing()).To(HaveLen(2))
}

// hasFolders tells whether so many folders stand below a path.
func (w *world) hasFolders(path string, n int) bool {
	for _, f := range w.target.Folders() {
		if strings.HasSuffix(f.Path, path) || strings.Contains(f.Path, path+"/") {
			n--
		}
	}
	return n < 0
}

// A transfer that stands still, whichever service is to blame, holds up no other sync; what moves again waits for its
// turn, and arrives.
func TestATransferThatStandsStillLendsItsSlot(t *testing.T) {
	for _, side := range []string{"/file", "/upload"} {
		t.Run(side, func(t *testing.T) {
			g := NewWithT(t)
			w := newWorld(t, dataroom.New(1))
			w.engine = engine.New(engine.Options{Ledger: w.ledger, Transfers: 1, RetryDelay: time.Millisecond, StillFor: time.Millisecond})
			w.add("/A/a.txt", "a")
			w.add("/B/b.txt", "b")
			sick, well := w.job("/A"), w.job("/B")
			still := newHeld(side)
			if side == "/file" {
				sick.Intralinks = w.intralinksThrough(still)
			} else {
				sick.Luminance, sick.LuminanceTokens = w.luminanceThrough(still)
			}
			sick.Claimant, well.Destination.Folder = "deals/sick", "/Other"
			over := make(chan engine.Result, 1)
			go func() { over <- w.engine.Run(context.Background(), sick, nil) }()
			<-still.begun

			g.Expect(w.engine.Run(context.Background(), well, nil).Uploaded).To(BeEquivalentTo(1))
			g.Expect(over).NotTo(Receive())
			close(still.over)
			g.Expect((<-over).Uploaded).To(BeEquivalentTo(1))
			g.Expect(w.standing()).To(HaveLen(2))
		})
	}
}

// held keeps requests for paths that end so from going on until it is told.
type held struct {
	suffix      string
	begun, over chan struct{}
}

func newHeld(suffix string) *held {
	return &held{suffix: suffix, begun: make(chan struct{}, 10), over: make(chan struct{})}
}

func (h *held) RoundTrip(req *http.Request) (*http.Response, error) {
	if strings.HasSuffix(req.URL.Path, h.suffix) {
		h.begun <- struct{}{}
		select {
		case <-h.over:
		case <-req.Context().Done():
			return nil, req.Context().Err()
		}
	}
	return http.DefaultTransport.RoundTrip(req)
}
