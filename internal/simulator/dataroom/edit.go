package dataroom

import "strings"

// AddFolder adds a folder below another, or at the root if parent is 0.
func (r *Room) AddFolder(parent int64, name string) (*Folder, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.addFolder(r.nextID(), parent, name)
}

func (r *Room) addFolder(id, parent int64, name string) (*Folder, error) {
	if err := r.checkParent(parent); err != nil {
		return nil, err
	}
	now := r.clock()
	f := &Folder{ID: id, Parent: parent, Name: name, Order: r.nextOrder(parent), Revision: 1, Created: now, Modified: now}
	r.folders.put(f.ID, f)
	return f, nil
}

// FolderAt returns the folder at a path such as "/Contracts/Leases", adding what
// is missing of it. The root is nil.
func (r *Room) FolderAt(path string) (*Folder, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	var at *Folder
	for _, name := range strings.Split(strings.Trim(path, "/"), "/") {
		if name == "" {
			continue
		}
		var parent int64
		if at != nil {
			parent = at.ID
		}
		below := r.child(parent, name)
		if below == nil {
			var err error
			if below, err = r.addFolder(r.nextID(), parent, name); err != nil {
				return nil, err
			}
		}
		at = below
	}
	return at, nil
}

func (r *Room) child(parent int64, name string) *Folder {
	for _, f := range r.folders.list() {
		if f.Parent == parent && f.Name == name {
			return f
		}
	}
	return nil
}

// AddDocument adds a document. Without content it is a placeholder. Names may
// repeat within a folder.
func (r *Room) AddDocument(parent int64, name, extension string, content Content) (*Document, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.addDocument(r.nextID(), parent, name, extension, content)
}

func (r *Room) addDocument(id, parent int64, name, extension string, content Content) (*Document, error) {
	if err := r.checkParent(parent); err != nil {
		return nil, err
	}
	now := r.clock()
	d := &Document{
		ID: id, Parent: parent, Name: name, Extension: extension,
		Order: r.nextOrder(parent), Revision: 2, Created: now, Modified: now,
	}
	if content != nil {
		// The real service takes two steps, a placeholder and then its file, and
		// each leaves its mark on the lock token.
		d.Revision, d.VersionNumber, d.body = 3, 1, &body{content: content}
	}
	r.documents.put(d.ID, d)
	return d, nil
}

// NewVersion replaces the content of a document, which keeps its id.
func (r *Room) NewVersion(id int64, content Content) error {
	return r.EditDocument(id, func(d *Document) {
		d.VersionNumber++
		d.body = &body{content: content}
	})
}

// EditDocument changes name, place or flags of a document. A new parent need not
// exist: a document may name a folder that no listing shows.
func (r *Room) EditDocument(id int64, edit func(*Document)) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	old, ok := r.documents.byID[id]
	if !ok {
		return noDocument(id)
	}
	d := *old
	edit(&d)
	d.ID, d.Revision, d.Modified = id, old.Revision+1, r.clock()
	if d.Parent != old.Parent {
		d.Order = r.nextOrder(d.Parent)
	}
	r.documents.put(id, &d)
	return nil
}

// EditFolder changes name, place or flags of a folder. It lets a folder be put
// below itself: the cycle that makes is what some tests ask for.
func (r *Room) EditFolder(id int64, edit func(*Folder)) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	old, ok := r.folders.byID[id]
	if !ok {
		return noFolder(id)
	}
	f := *old
	edit(&f)
	f.ID, f.Revision, f.Modified = id, old.Revision+1, r.clock()
	if f.Parent != old.Parent {
		f.Order = r.nextOrder(f.Parent)
	}
	r.folders.put(id, &f)
	return nil
}

// DeleteDocument removes a document for good, or marks it as deleted where the
// exchange keeps deleted documents.
func (r *Room) DeleteDocument(id int64, keep bool) error {
	if keep {
		return r.EditDocument(id, func(d *Document) { d.Deleted = true })
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	d, ok := r.documents.byID[id]
	if !ok {
		return noDocument(id)
	}
	r.drop(d)
	return nil
}

// DeleteFolder removes a folder with all below it.
func (r *Room) DeleteFolder(id int64) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, ok := r.folders.byID[id]; !ok {
		return noFolder(id)
	}
	doomed := r.below(id)
	for _, d := range r.documents.list() {
		if doomed[d.Parent] {
			r.drop(d)
		}
	}
	for folder := range doomed {
		f := r.folders.byID[folder]
		r.folders.remove(folder)
		r.dir.forget(f.disk)
	}
	return nil
}

// Clear removes everything, as closing an exchange does.
func (r *Room) Clear() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, d := range r.documents.list() {
		r.drop(d)
	}
	for _, f := range r.folders.list() {
		r.folders.remove(f.ID)
		r.dir.forget(f.disk)
	}
}

func (r *Room) drop(d *Document) {
	r.documents.remove(d.ID)
	r.dir.forget(d.disk)
}

// below returns a folder and every folder under it, however they are linked.
func (r *Room) below(id int64) map[int64]bool {
	children := map[int64][]int64{}
	for _, f := range r.folders.list() {
		children[f.Parent] = append(children[f.Parent], f.ID)
	}
	found := map[int64]bool{id: true}
	for queue := []int64{id}; len(queue) > 0; queue = queue[1:] {
		for _, child := range children[queue[0]] {
			if !found[child] {
				found[child] = true
				queue = append(queue, child)
			}
		}
	}
	return found
}

func (r *Room) checkParent(id int64) error {
	if id == 0 {
		return nil
	}
	if _, ok := r.folders.byID[id]; !ok {
		return noFolder(id)
	}
	return nil
}

func (r *Room) nextOrder(parent int64) int {
	r.orders[parent]++
	return r.orders[parent]
}
