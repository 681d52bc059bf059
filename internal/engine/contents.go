package engine

import (
	"context"
	"iter"
	"sync"
	"sync/atomic"
	"time"

	"k8s.io/utils/clock"

	"dataroom.dev/intralinks-operator/internal/intralinks"
)

// sharedFor is how old a listing may be that another sync has taken.
const sharedFor = time.Minute

// rememberedFor is how long a sync counts among those of an exchange after it has listed it: longer than its interval,
// as a rule.
const rememberedFor = 2 * time.Hour

// contents is what an exchange holds, as listed: its folders, and then its documents, once.
type contents struct {
	tree      *tree
	documents iter.Seq2[intralinks.Document, error]
}

// listings are taken once for all syncs that read one exchange with one account and one consent. Where a single sync
// does, its documents are handled as they arrive, and nothing is kept.
type listings struct {
	clock clock.Clock
	mu    sync.Mutex
	rooms map[*intralinks.Room]*roomListing
}

// roomListing is the listing of one exchange that was taken last.
type roomListing struct {
	taking  chan struct{} // held while one is taken
	waiting atomic.Int64  // for that

	mu    sync.Mutex
	syncs map[string]*reader
	// number counts the listings, so that no sync is given one that it has had.
	number    int
	began     time.Time
	tree      *tree // nil: none is kept
	documents []intralinks.Document
	failed    error // of the last one, for those who have waited for it, and others of that minute
}

// reader is a sync that lists an exchange.
type reader struct {
	last time.Time
	had  int
}

// of gives an exchange's contents to a sync: what another one has listed in the last minute, and not before a time; else
// it lists them.
func (l *listings) of(ctx context.Context, room *intralinks.Room, claimant string, notBefore time.Time) (*contents, error) {
	r := l.room(room)
	waitingFor := r.join(claimant, l.clock.Now())
	if err := r.wait(ctx); err != nil {
		return nil, err
	}
	defer func() { <-r.taking }()
	now := l.clock.Now()
	if c, err := r.shared(claimant, now, notBefore, waitingFor); c != nil || err != nil {
		return c, err
	}
	tree, err := listTree(ctx, room)
	if err != nil {
		return nil, r.broke(ctx, claimant, now, err)
	}
	if r.alone() {
		r.took(claimant, now, nil, nil)
		return &contents{tree: tree, documents: room.Documents(ctx)}, nil
	}
	var documents []intralinks.Document
	for d, err := range room.Documents(ctx) {
		if err != nil {
			return nil, r.broke(ctx, claimant, now, err)
		}
		documents = append(documents, d)
	}
	r.took(claimant, now, tree, documents)
	return &contents{tree: tree, documents: all(documents)}, nil
}

// wait is for the listing that somebody takes now.
func (r *roomListing) wait(ctx context.Context) error {
	r.waiting.Add(1)
	defer r.waiting.Add(-1)
	select {
	case r.taking <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// room finds an exchange's listing, and lets go of those that nobody uses any more.
func (l *listings) room(room *intralinks.Room) *roomListing {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.clock.Now()
	for key, r := range l.rooms {
		if r.forget(now) && key != room {
			delete(l.rooms, key)
		}
	}
	r := l.rooms[room]
	if r == nil {
		if l.rooms == nil {
			l.rooms = map[*intralinks.Room]*roomListing{}
		}
		r = &roomListing{taking: make(chan struct{}, 1), syncs: map[string]*reader{}}
		l.rooms[room] = r
	}
	return r
}

// forget drops what is too old to be of use, and tells whether nothing is left.
func (r *roomListing) forget(now time.Time) (empty bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if now.Sub(r.began) > sharedFor {
		r.tree, r.documents = nil, nil
	}
	for claimant, s := range r.syncs {
		if now.Sub(s.last) > rememberedFor {
			delete(r.syncs, claimant)
		}
	}
	return len(r.syncs) == 0 && len(r.taking) == 0 && r.waiting.Load() == 0
}

// join counts a sync among those of the exchange, and gives the number of the last listing.
func (r *roomListing) join(claimant string, now time.Time) (last int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.syncs[claimant] == nil {
		r.syncs[claimant] = &reader{}
	}
	r.syncs[claimant].last = now
	return r.number
}

// alone tells whether a single sync lists the exchange.
func (r *roomListing) alone() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.syncs) == 1
}

// shared gives a listing that was taken for others, or what has become of it for one who has waited for it.
func (r *roomListing) shared(claimant string, now, notBefore time.Time, waitingFor int) (*contents, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := r.syncs[claimant]
	switch {
	case r.failed != nil && (r.number > waitingFor || s.had < r.number && !r.began.Before(notBefore) && now.Sub(r.began) <= sharedFor):
		s.had = r.number
		return nil, r.failed
	case r.tree == nil || r.began.Before(notBefore) || now.Sub(r.began) > sharedFor || s.had >= r.number:
		return nil, nil
	}
	s.had = r.number
	return &contents{tree: r.tree, documents: all(r.documents)}, nil
}

// took books a listing that a sync has taken, and keeps it for others unless tree is nil.
func (r *roomListing) took(claimant string, began time.Time, tree *tree, documents []intralinks.Document) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.number++
	r.began, r.failed, r.tree, r.documents = began, nil, tree, documents
	r.syncs[claimant].had = r.number
}

// broke books a listing that failed, unless it was only stopped.
func (r *roomListing) broke(ctx context.Context, claimant string, began time.Time, err error) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if ctx.Err() == nil {
		r.number++
		r.began, r.failed, r.tree, r.documents = began, err, nil, nil
		r.syncs[claimant].had = r.number
	}
	return err
}

func all(documents []intralinks.Document) iter.Seq2[intralinks.Document, error] {
	return func(yield func(intralinks.Document, error) bool) {
		for i := range documents {
			if !yield(documents[i], nil) {
				return
			}
		}
	}
}
