package engine

import (
	"context"
	"sync"

	"dataroom.dev/intralinks-operator/internal/luminance"
)

// folderLists lists the folders of a Division once for all runs that want that at one time: with a hundred requests in
// ten minutes, a hundred new syncs would else have none left for documents. A run is only given a list that was begun
// after it asked.
type folderLists struct {
	mu    sync.Mutex
	lists map[divisionOf]*folderList
}

// divisionOf a connection: what is seen depends on who looks.
type divisionOf struct {
	client *luminance.Client
	id     int64
}

// folderList is the list of one Division that was taken last.
type folderList struct {
	taking chan struct{} // held while one is taken

	// Under mu of all of them: how many want one, and how many were begun.
	wanted, begun int
	last          *listedFolders
}

// listedFolders are the folders of a Division, to be read only.
type listedFolders struct {
	number   int
	children map[int64][]luminance.Folder // by parent
	// cut: it may not be whole; what it lacks is not known.
	cut bool
	err error
}

// of gives a list that was begun from now on.
func (l *folderLists) of(ctx context.Context, client *luminance.Client, division int64) (*listedFolders, error) {
	key := divisionOf{client, division}
	list, before := l.join(key)
	defer l.leave(key, list)
	select {
	case list.taking <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-list.taking }()
	if taken := l.since(list, before); taken != nil {
		return taken, taken.err
	}
	taken := &listedFolders{number: l.begin(list)}
	taken.children, taken.cut, taken.err = listFolders(ctx, client, division)
	if ctx.Err() == nil { // else it says nothing to others
		l.keep(list, taken)
	}
	return taken, taken.err
}

func listFolders(ctx context.Context, client *luminance.Client, division int64) (children map[int64][]luminance.Folder, cut bool, err error) {
	children = map[int64][]luminance.Folder{}
	for f, err := range client.Folders(ctx, division) {
		switch {
		case luminance.ClassOf(err) == luminance.Truncated:
			return children, true, nil
		case err != nil:
			return nil, false, err
		}
		children[f.ParentID] = append(children[f.ParentID], f)
	}
	return children, false, nil
}

// join counts a run among those that want a list, and tells how many were begun before.
func (l *folderLists) join(key divisionOf) (list *folderList, begun int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	list = l.lists[key]
	if list == nil {
		if l.lists == nil {
			l.lists = map[divisionOf]*folderList{}
		}
		list = &folderList{taking: make(chan struct{}, 1)}
		l.lists[key] = list
	}
	list.wanted++
	return list, list.begun
}

// leave lets go of a list that nobody wants any more.
func (l *folderLists) leave(key divisionOf, list *folderList) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if list.wanted--; list.wanted == 0 {
		delete(l.lists, key)
	}
}

// since gives the last list if it was begun after so many others.
func (l *folderLists) since(list *folderList, before int) *listedFolders {
	l.mu.Lock()
	defer l.mu.Unlock()
	if list.last != nil && list.last.number > before {
		return list.last
	}
	return nil
}

func (l *folderLists) begin(list *folderList) (number int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	list.begun++
	return list.begun
}

func (l *folderLists) keep(list *folderList, taken *listedFolders) {
	l.mu.Lock()
	defer l.mu.Unlock()
	list.last = taken
}
