package engine

import "dataroom.dev/intralinks-operator/internal/luminance"

// HoldFolderLists keeps runs from listing the folders of a Division until it is released, as one does that lists them.
func (e *Engine) HoldFolderLists(client *luminance.Client, division int64) (release func()) {
	key := divisionOf{client, division}
	list, _ := e.folderLists.join(key)
	list.taking <- struct{}{}
	e.folderLists.begin(list)
	return func() {
		<-list.taking
		e.folderLists.leave(key, list)
	}
}

// WaitingForFolders is how many runs wait for such a list.
func (e *Engine) WaitingForFolders(client *luminance.Client, division int64) int {
	e.folderLists.mu.Lock()
	defer e.folderLists.mu.Unlock()
	list := e.folderLists.lists[divisionOf{client, division}]
	if list == nil {
		return 0
	}
	return list.wanted - len(list.taking)
}

// WaitingForListing is how many runs wait for a listing that another one takes.
func (e *Engine) WaitingForListing() int {
	e.listings.mu.Lock()
	defer e.listings.mu.Unlock()
	waiting := 0
	for _, r := range e.listings.rooms {
		waiting += int(r.waiting.Load())
	}
	return waiting
}
