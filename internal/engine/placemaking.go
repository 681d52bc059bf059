package engine

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/text/unicode/norm"

	"dataroom.dev/intralinks-operator/internal/luminance"
)

// create makes a folder. Where the answer was lost, or Luminance says that it is there, a look decides.
func (p *places) create(ctx context.Context, parent int64, name string) (int64, error) {
	folder, err := p.job.Luminance.CreateFolder(ctx, p.pair.DivisionID, parent, name)
	if err == nil && folder.ID != 0 {
		return folder.ID, nil
	}
	var refused *luminance.Error
	if err != nil && (!errors.As(err, &refused) || !refused.Uncertain && refused.Class != luminance.Conflict && refused.Class != luminance.Invalid) {
		return 0, err
	}
	oldest, lookErr := p.oldestIn(ctx, parent, name)
	if lookErr != nil {
		// It may have been made, so the next try begins with a listing.
		p.mu.Lock()
		p.doubt()
		p.mu.Unlock()
		return 0, errors.Join(err, lookErr)
	}
	if oldest == 0 {
		return 0, errors.Join(fmt.Errorf("create a folder below folder %d of Division %d", parent, p.pair.DivisionID), err)
	}
	return oldest, nil
}

// stillThere tells whether a folder of the Division is there, which a refusal leaves open: not every version of the
// API declares 404 for what is gone. It costs one list of the Division, once a run.
func (p *places) stillThere(ctx context.Context, folder string, id int64) (bool, error) {
	unlock, err := p.locks.lock(ctx, fmt.Sprintf("%s/%d//list/%p", p.job.Instance, p.pair.DivisionID, p))
	if err != nil {
		return false, err
	}
	defer unlock()
	if !p.rechecked {
		if err := p.list(ctx); err != nil {
			return false, err
		}
		p.rechecked = true
	}
	path := p.absolute(folder)
	if p.isCut() && path != "" {
		return p.stillNamed(ctx, path, id)
	}
	now, there := p.lookup(path)
	return there && now == id, nil
}

// stillNamed is stillThere where the list may lack the folder: it is looked up below its parent, and forgotten if it is
// not there any more.
func (p *places) stillNamed(ctx context.Context, path string, id int64) (bool, error) {
	if parent, known := p.lookup(parentOf(path)); known {
		now, err := p.oldestIn(ctx, parent, baseOf(path))
		if err != nil || now == id {
			return err == nil, err
		}
	}
	p.mu.Lock()
	delete(p.known, path)
	p.mu.Unlock()
	return false, p.pair.ForgetPlace(ctx, path, id)
}

func (p *places) isCut() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.cut
}

// node is a folder of the Division and its path from the root.
type node struct {
	path string
	id   int64
}

// root is the folder that everything hangs under.
func (p *places) root(children map[int64][]luminance.Folder) node {
	named, _, _ := strings.Cut(p.absolute(""), "/")
	return node{id: rootOf(children[0], p.job.ServiceUser, named)}
}

// rootOfCut is root for a list that may not be whole: that there is no other folder without a parent is not known then.
func (p *places) rootOfCut(children map[int64][]luminance.Folder) (node, error) {
	if id, ok := p.lookup(""); ok {
		return node{id: id}, nil
	}
	for _, f := range children[0] {
		if f.Name == "All Documents" && (f.CreatedBy == 0 || f.CreatedBy != p.job.ServiceUser) {
			return node{id: f.ID}, nil
		}
	}
	return node{}, fmt.Errorf("Luminance's list of the folders of Division %d may not be whole, and has no root folder: "+
		"it is listed again at the next run, and is known to be whole once there is one folder more or less", p.pair.DivisionID)
}

// lookByName looks a folder up below its parent, at the cost of a request for each that isn't known on the way.
func (p *places) lookByName(ctx context.Context, path string) (id int64, there bool, err error) {
	if path == "" {
		id, there = p.lookup(path)
		return id, there, nil
	}
	parent, there, err := p.lookAgain(ctx, parentOf(path))
	if err != nil || !there {
		return 0, false, err
	}
	if id, err = p.oldestIn(ctx, parent, baseOf(path)); err != nil || id == 0 {
		return 0, false, err
	}
	return id, true, p.remember(ctx, map[string]int64{path: id})
}

// oldestIn gives the oldest folder of a name below another one; 0 where there is none.
func (p *places) oldestIn(ctx context.Context, parent int64, name string) (oldest int64, err error) {
	there, err := p.job.Luminance.FoldersIn(ctx, p.pair.DivisionID, parent, name)
	if err != nil {
		return 0, err
	}
	for _, f := range there {
		if norm.NFC.String(f.Name) == norm.NFC.String(name) && (oldest == 0 || f.ID < oldest) {
			oldest = f.ID
		}
	}
	return oldest, nil
}
