package engine

import (
	"cmp"
	"context"
	"slices"
	"time"

	"dataroom.dev/intralinks-operator/internal/intralinks"
)

// Contents are what an exchange holds, as it was listed.
type Contents struct {
	// At is when the listing began.
	At time.Time
	// Documents of the whole exchange, by id, each once and those that are deleted left out.
	Documents []intralinks.Document

	tree *tree
}

// Contents lists an exchange for somebody who only looks: what was listed in the last minute for a sync or another
// onlooker will do, and what is listed for this one is there for them. It fails with a *Failure, like a run.
func (e *Engine) Contents(ctx context.Context, room *intralinks.Room) (*Contents, error) {
	listed, at, err := e.listings.glance(ctx, room)
	if err != nil {
		return nil, asFailure(err, e.clock.Now())
	}
	c := &Contents{At: at, tree: listed.tree}
	for d, err := range listed.documents {
		if err != nil {
			return nil, asFailure(err, e.clock.Now())
		}
		if !d.Deleted {
			c.Documents = append(c.Documents, d)
		}
	}
	slices.SortStableFunc(c.Documents, func(a, b intralinks.Document) int { return cmp.Compare(a.ID, b.ID) })
	c.Documents = slices.CompactFunc(c.Documents, func(a, b intralinks.Document) bool { return a.ID == b.ID })
	return c, nil
}

// Below gives a folder by its path from the exchange's root and all folders below it, parents first; paths are relative to
// it. It fails with a *Failure that tells what there is one level up.
func (c *Contents) Below(path string) ([]Folder, error) {
	root, err := c.tree.find(path)
	if err != nil {
		return nil, err
	}
	return c.tree.below(root).folders, nil
}

// Name of a folder; empty for the exchange itself.
func (c *Contents) Name(folder int64) string { return c.tree.folders[folder].Name }

// Path of a folder from the exchange's root, without a slash at either end.
func (c *Contents) Path(folder int64) string { return c.tree.path(folder) }

// Reachable tells whether a path leads to a folder.
func (c *Contents) Reachable(folder int64) bool { return c.tree.reachable(folder) }

// glance gives a listing of the last minute, or takes one and keeps it for everybody. Who glances is not counted among the
// syncs of the exchange.
func (l *listings) glance(ctx context.Context, room *intralinks.Room) (*contents, time.Time, error) {
	r := l.room(room)
	if err := r.wait(ctx); err != nil {
		return nil, time.Time{}, err
	}
	defer func() { <-r.taking }()
	now := l.clock.Now()
	if c, at := r.kept(now); c != nil {
		return c, at, nil
	}
	tree, err := listTree(ctx, room)
	if err != nil {
		return nil, time.Time{}, err
	}
	var documents []intralinks.Document
	for d, err := range room.Documents(ctx) {
		if err != nil {
			return nil, time.Time{}, err
		}
		documents = append(documents, d)
	}
	r.keep(now, tree, documents)
	return &contents{tree: tree, documents: all(documents)}, now, nil
}

// kept gives the listing that is kept, unless it is too old.
func (r *roomListing) kept(now time.Time) (*contents, time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.tree == nil || now.Sub(r.began) > sharedFor {
		return nil, time.Time{}
	}
	return &contents{tree: r.tree, documents: all(r.documents)}, r.began
}

// keep books a listing that an onlooker has taken.
func (r *roomListing) keep(began time.Time, tree *tree, documents []intralinks.Document) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.number++
	r.began, r.failed, r.tree, r.documents = began, nil, tree, documents
}
