package engine

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"dataroom.dev/intralinks-operator/internal/intralinks"
	"dataroom.dev/intralinks-operator/internal/ledger"
	"dataroom.dev/intralinks-operator/internal/luminance"
)

// run is one job on its way.
type run struct {
	engine  *Engine
	job     *Job
	report  func(Progress)
	started time.Time

	exchange, division *Reference
	room               *intralinks.Room
	splash             intralinks.Acceptance
	pair               *ledger.Pair
	places             *places
	records            map[int64]*ledger.Record
	books              Books
	snapshot           *Snapshot
	plan               *Plan
	planFolders        []string
	planRequests       int64
	// unsettled: records were changed, so they have to be read again.
	unsettled bool
	// versionsIn counts the new versions for each folder, refusals the uploads that a dry run foresees to be refused.
	versionsIn   map[string]int
	refusals     int64
	aside        int64 // of those, the ones that are sent under another name
	listingLocks keyLock
	// onTheWay are documents whose request is acquired; looksLeft, those of versionsIn not looked up yet.
	onTheWay, looksLeft atomic.Int64

	mu       sync.Mutex
	tally    tally
	claims   *ledger.Claims // nil: not read yet
	listings map[string]map[string]*luminance.Document
	warnings []string
	// transferTime that documents took, all of them together, without the wait for the budget.
	transferTime time.Duration
	transferred  int
	// adopted is how many documents were found standing that the ledger did not know.
	adopted int64
	// estimated is when the run will be through, as it seemed at estimatedAt.
	estimated, estimatedAt time.Time
}

// do is the run, step by step.
func (r *run) do(ctx context.Context) error {
	for _, step := range []func(context.Context) error{
		r.resolveExchange,
		r.resolveDivision,
		r.openLedger,
		r.settleIntents,
		r.lookAtImports,
		r.takeSnapshot,
		r.guardVanished,
		r.adopt,
		r.makePlan,
	} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	if r.job.DryRun {
		return nil
	}
	return r.apply(ctx)
}

func (r *run) openLedger(ctx context.Context) error {
	if r.job.ClaimDestination != nil {
		if err := r.job.ClaimDestination(ctx, r.division.ID); err != nil {
			return err
		}
	}
	return r.readLedger(ctx, r.engine.ledger.Pair)
}

// readLedger reads what is known of the pair, and of the Division's folders.
func (r *run) readLedger(ctx context.Context, open func(context.Context, ledger.Ends) (*ledger.Pair, error)) (err error) {
	r.pair, err = open(ctx, ledger.Ends{
		ExchangeID: r.exchange.ID, Instance: r.job.Instance, DivisionID: r.division.ID, Folder: r.job.Destination.Folder,
	})
	if err != nil {
		return err
	}
	if r.places, err = loadPlaces(ctx, r.job, r.pair, r.engine, r.warn); err != nil {
		return err
	}
	return r.loadRecords(ctx)
}

func (r *run) loadRecords(ctx context.Context) error {
	r.records, r.books = nil, Books{} // there may be many: the old ones go before the new ones come
	records, err := r.pair.Documents(ctx)
	if err != nil {
		return err
	}
	names, err := r.pair.FolderNames(ctx)
	if err != nil {
		return err
	}
	former, err := r.pair.FormerPlaces(ctx)
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.records, r.claims, r.unsettled = records, nil, false
	r.books = Books{Records: records, Names: names, Former: former}
	return nil
}

// needClaims reads what the ledger knows to stand in the Division, of all syncs together, before it is asked whose a
// document is. Most runs never ask.
func (r *run) needClaims(ctx context.Context) error {
	r.mu.Lock()
	there := r.claims != nil
	r.mu.Unlock()
	if there {
		return nil
	}
	claims, err := r.pair.Claims(ctx)
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.claims == nil {
		r.claims = &claims
	}
	return nil
}

// takeSnapshot lists the source.
func (r *run) takeSnapshot(ctx context.Context) error {
	if r.unsettled {
		if err := r.loadRecords(ctx); err != nil {
			return err
		}
	}
	r.room = r.job.Intralinks.Room(r.exchange.ID, intralinks.Entry{AcceptSplash: r.job.Source.AcceptSplash, TextHash: r.job.Source.SplashTextHash})
	var notBefore time.Time
	if r.job.Source.Fresh {
		notBefore = r.started
	}
	listed, err := r.engine.listings.of(ctx, r.room, r.job.Claimant, notBefore)
	if err != nil {
		return r.exchangeGone(err)
	}
	snapshot, err := takeSnapshot(listed, r.job.Source.Folder, r.records)
	if err != nil {
		return r.exchangeGone(err)
	}
	r.splash = r.room.Accepted()
	r.snapshot = snapshot
	return nil
}

func (r *run) makePlan(ctx context.Context) error {
	r.plan = MakePlan(r.snapshot, r.books, r.job.Policy, r.engine.clock.Now())
	r.countVersions()
	if r.job.DryRun {
		if err := r.preview(ctx); err != nil {
			return err
		}
	}
	if r.job.DryRun {
		for i := range r.plan.Actions {
			a := &r.plan.Actions[i]
			a.Target = r.target(a)
		}
	}
	r.planFolders = r.places.missing(r.plan.Folders)
	r.planRequests = r.estimateRequests()
	r.looksLeft.Store(int64(len(r.versionsIn)))
	r.places.want(r.planFolders)
	r.tally = newTally(r.plan)
	r.reportProgress()
	return nil
}

// target is where an action's document goes, from the Division's root.
func (r *run) target(a *Action) string { return "/" + join(r.places.absolute(a.Folder), a.Name) }

// countVersions counts the new versions of each folder before anything is sent.
func (r *run) countVersions() {
	r.versionsIn = map[string]int{}
	for i := range r.plan.Actions {
		if a := &r.plan.Actions[i]; a.Kind == NewVersionAction {
			r.versionsIn[a.Folder]++
		}
	}
}

// estimateRequests is what the plan costs in Luminance requests: one an upload, one a folder to create, one
// to list the Division where a folder is unknown, and one look for each folder that gets new versions. An upload that
// is known to be refused costs a look besides, and one that is sent under another name then a look at the bytes, too.
func (r *run) estimateRequests() int64 {
	requests := int64(len(r.plan.Actions)+len(r.versionsIn)) + 2*r.refusals + 3*r.aside
	if missing := len(r.planFolders); missing > 0 {
		requests += int64(missing) + 1
	}
	return requests
}

func (r *run) warn(text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.warnings = append(r.warnings, text)
}

func (r *run) remember(luminanceID int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.claims != nil { // else it is read later, from the ledger
		r.claims.IDs[luminanceID] = true
	}
}

func (r *run) countAdopted(n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.adopted += int64(n)
}

func (r *run) known(luminanceID int64) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.claims.IDs[luminanceID]
}

func (r *run) listing(folder string) map[string]*luminance.Document {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.listings[folder]
}

func (r *run) keepListing(folder string, listing map[string]*luminance.Document) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.listings == nil {
		r.listings = map[string]map[string]*luminance.Document{}
	}
	r.listings[folder] = listing
}

func (r *run) forgetListings() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.listings = nil
}
