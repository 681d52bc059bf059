package engine

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"golang.org/x/text/unicode/norm"

	"dataroom.dev/intralinks-operator/internal/ledger"
	"dataroom.dev/intralinks-operator/internal/luminance"
)

// places finds and creates the folders of the Division. What the ledger knows costs nothing; what it
// doesn't costs one listing of the whole Division a run, and one request for each folder to create.
// Folders are created when the first document needs them, so that a sync with thousands of folders begins
// to deliver at once and leaves the Division to others in between.
type places struct {
	job   *Job
	pair  *ledger.Pair
	locks *keyLock
	lists *folderLists
	warn  func(string)

	mu     sync.Mutex
	known  map[string]int64
	wanted map[string]bool // folders of the plan that aren't known yet
	listed bool
	// doubts counts what has made a listing worthless, also of one that is being taken.
	doubts int
	cut    bool // the listing may not have been whole, so folders are looked up by name
	// rechecked: the Division was listed again, because a refusal may have meant that a folder is gone.
	rechecked bool
}

func loadPlaces(ctx context.Context, job *Job, pair *ledger.Pair, e *Engine, warn func(string)) (*places, error) {
	known, err := pair.Places(ctx)
	if err != nil {
		return nil, err
	}
	return &places{job: job, pair: pair, locks: &e.folders, lists: &e.folderLists, warn: warn, known: known}, nil
}

// absolute gives the path from the Division's root, without a slash at either end, of a folder below the
// destination folder. It is in Unicode's composed form, as are those of a listing, however the spec is typed.
func (p *places) absolute(folder string) string {
	return norm.NFC.String(strings.Trim(strings.Trim(p.job.Destination.Folder, "/")+"/"+folder, "/"))
}

// missing lists the folders, with their parents above the destination, that a plan has to create as far as
// the ledger knows; parents first.
func (p *places) missing(folders []string) []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	unknown := map[string]bool{}
	for _, folder := range folders {
		for path := p.absolute(folder); path != ""; path = parentOf(path) {
			if _, ok := p.known[path]; !ok {
				unknown[path] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(unknown))
}

// want notes the folders that a plan has to create.
func (p *places) want(folders []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.wanted = map[string]bool{}
	for _, path := range folders {
		p.wanted[path] = true
	}
}

// requestsLeft is what it costs to have the folders that are wanted and not known yet.
func (p *places) requestsLeft() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	left := len(p.wanted)
	if left > 0 && !p.listed {
		left++
	}
	return left
}

// id gives the Division's folder for a folder below the destination folder, and creates what is missing.
func (p *places) id(ctx context.Context, folder string) (int64, error) {
	return p.ensure(ctx, p.absolute(folder))
}

// find gives the Division's folder for a folder below the destination folder, and creates none.
func (p *places) find(ctx context.Context, folder string) (id int64, there bool, err error) {
	path := p.absolute(folder)
	if id, there = p.lookup(path); there {
		return id, true, nil
	}
	return p.lookAgain(ctx, path)
}

func (p *places) ensure(ctx context.Context, path string) (int64, error) {
	if id, ok := p.lookup(path); ok {
		return id, nil
	}
	// One at a time for a path, over all runs: Luminance may take two folders of one name.
	unlock, err := p.locks.lock(ctx, fmt.Sprintf("%s/%d/%s", p.job.Instance, p.pair.DivisionID, path))
	if err != nil {
		return 0, err
	}
	defer unlock()
	if id, there, err := p.lookAgain(ctx, path); err != nil || there {
		return id, err
	}
	if path == "" {
		return 0, fmt.Errorf("Luminance lists no root folder in Division %d: check that the service user may see its folders", p.pair.DivisionID)
	}
	parent, err := p.ensure(ctx, parentOf(path))
	if err != nil {
		return 0, err
	}
	id, err := p.create(ctx, parent, baseOf(path))
	if err != nil {
		return 0, err
	}
	return id, p.remember(ctx, map[string]int64{path: id})
}

func (p *places) lookup(path string) (int64, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	id, ok := p.known[path]
	return id, ok
}

// lookAgain looks a folder up in a listing of the Division. Where what the listing brought was forgotten meanwhile, on
// behalf of another document, that a folder is not known says nothing.
func (p *places) lookAgain(ctx context.Context, path string) (id int64, there bool, err error) {
	for listed := false; !there && !listed; {
		if err := p.refreshOne(ctx, path); err != nil {
			return 0, false, err
		}
		p.mu.Lock()
		id, there = p.known[path]
		listed = p.listed
		p.mu.Unlock()
	}
	if !there && p.isCut() {
		return p.lookByName(ctx, path)
	}
	return id, there, nil
}

func (p *places) remember(ctx context.Context, found map[string]int64) error {
	p.mu.Lock()
	for path, id := range found {
		p.known[path] = id
		delete(p.wanted, path)
	}
	p.mu.Unlock()
	return p.pair.SavePlaces(ctx, found)
}

// refresh lists the Division once a run, and after that reads what other runs have recorded.
func (p *places) refresh(ctx context.Context) error {
	return p.listOr(ctx, func() (map[string]int64, error) { return p.pair.Places(ctx) })
}

// refreshOne does the same for one folder: where thousands are made, reading all of them for each would take longer
// than all else.
func (p *places) refreshOne(ctx context.Context, path string) error {
	return p.listOr(ctx, func() (map[string]int64, error) {
		id, known, err := p.pair.Place(ctx, path)
		if err != nil || !known {
			return nil, err
		}
		return map[string]int64{path: id}, nil
	})
}

// listOr lists the Division unless this run has, and then takes what is recorded.
func (p *places) listOr(ctx context.Context, read func() (map[string]int64, error)) error {
	unlock, err := p.locks.lock(ctx, fmt.Sprintf("%s/%d//list/%p", p.job.Instance, p.pair.DivisionID, p))
	if err != nil {
		return err
	}
	defer unlock()
	p.mu.Lock()
	listed, doubts := p.listed, p.doubts
	p.mu.Unlock()
	if !listed {
		if err := p.list(ctx); err != nil {
			return err
		}
		p.mu.Lock()
		p.listed = p.doubts == doubts
		p.mu.Unlock()
		return nil
	}
	recorded, err := read()
	if err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for path, id := range recorded {
		if _, ok := p.known[path]; !ok {
			p.known[path] = id
			delete(p.wanted, path)
		}
	}
	return nil
}

// list reads all folders of the Division, records those on the way to the destination and below it, and forgets
// those that are gone: in one of them nothing can be created.
func (p *places) list(ctx context.Context) error {
	p.mu.Lock()
	before := maps.Clone(p.known)
	p.mu.Unlock()
	taken, err := p.lists.of(ctx, p.job.Luminance, p.pair.DivisionID)
	if err != nil {
		return err
	}
	children, root := taken.children, p.root(taken.children)
	if taken.cut {
		root, err = p.rootOfCut(children)
	}
	if err != nil {
		return err
	}
	p.mu.Lock()
	p.cut = taken.cut
	p.mu.Unlock()
	found := map[string]int64{}
	for queue := []node{root}; len(queue) > 0; queue = queue[1:] {
		at := queue[0]
		found[at.path] = at.id
		for name, id := range p.distinct(at.path, children[at.id]) {
			if path := join(at.path, name); p.relevant(path) {
				queue = append(queue, node{path, id})
			}
		}
	}
	if taken.cut {
		return p.remember(ctx, found)
	}
	for path, id := range p.gone(before, found) {
		if err := p.pair.ForgetPlace(ctx, path, id); err != nil {
			return err
		}
	}
	return p.remember(ctx, found)
}

// gone takes out what was known before the Division was listed and is not in the listing. What others have made
// meanwhile may not be in it either.
func (p *places) gone(before, found map[string]int64) map[string]int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	gone := map[string]int64{}
	for path, id := range before {
		if _, ok := found[path]; !ok && p.relevant(path) && p.known[path] == id {
			gone[path] = id
			delete(p.known, path)
		}
	}
	return gone
}

// distinct gives one folder for each name. Nothing forbids two folders of one name; the oldest is used, so
// that every run uses the same.
func (p *places) distinct(parent string, folders []luminance.Folder) map[string]int64 {
	ids := map[string]int64{}
	for _, f := range folders {
		name := norm.NFC.String(f.Name)
		other, twice := ids[name]
		if twice && p.relevant(join(parent, name)) {
			p.warn(fmt.Sprintf("Division %d holds two folders at one path (ids %d and %d); the older one is used", p.pair.DivisionID, min(other, f.ID), max(other, f.ID)))
		}
		if !twice || f.ID < other {
			ids[name] = f.ID
		}
	}
	return ids
}

// relevant tells whether a path is on the way to the destination folder or below it.
func (p *places) relevant(path string) bool {
	destination := p.absolute("")
	return destination == "" || path == destination ||
		strings.HasPrefix(destination, path+"/") || strings.HasPrefix(path, destination+"/")
}

// forget drops what was known, after a folder turned out to be gone; the next need lists the Division anew. Where another
// document has met the same before, there is nothing to forget. The id is 0 where it isn't known which folder is gone.
func (p *places) forget(ctx context.Context, folder string, id int64) error {
	p.mu.Lock()
	if id != 0 && p.known[p.absolute(folder)] != id {
		p.mu.Unlock()
		return nil
	}
	p.known = map[string]int64{}
	p.doubt()
	p.mu.Unlock()
	return p.pair.ForgetPlaces(ctx)
}

// doubt has the Division listed anew at the next need. The caller holds mu.
func (p *places) doubt() {
	p.listed = false
	p.doubts++
}
