package dataroom

import (
	"errors"
	"fmt"
	"hash/fnv"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// dirState is what the last scan of a folder on disk saw.
type dirState struct {
	root string
	// scan lets one scan run at a time.
	scan sync.Mutex
	seen map[string]stamp
	// gone are paths that were deleted from the room, though not from the disk.
	gone map[string]bool
}

// stamp tells whether a file may have changed, and which id it has.
type stamp struct {
	id   int64
	size int64
	mod  time.Time
	dir  bool
}

// forget keeps later scans from bringing back what was deleted from the room.
func (s *dirState) forget(path string) {
	if s != nil && path != "" {
		s.gone[path] = true
		delete(s.seen, path)
	}
}

// FromDir serves a folder of files as a room. Hidden files and folders, symbolic
// links and special files are left out. Ids follow from the paths, so they are
// the same in every process. Nothing that is done to the room touches the files:
// edits lie on top of them until a file changes.
func FromDir(dir string) (*Room, error) {
	info, err := os.Stat(dir)
	if err != nil {
		return nil, fmt.Errorf("serving a folder as an exchange: %w", err)
	}
	if !info.IsDir() {
		return nil, fmt.Errorf("serving a folder as an exchange: %s is not a folder", dir)
	}
	r := newRoom(nil)
	added := 0
	r.nextID = func() int64 {
		added++
		return r.idOf(fmt.Sprint("\x00", added)) // no path has a zero byte
	}
	r.dir = &dirState{root: dir, seen: map[string]stamp{}, gone: map[string]bool{}}
	return r, r.Rescan()
}

// idOf derives an id from a path; the few that fall together move on by one step.
func (r *Room) idOf(path string) int64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(path)) // a hash never fails
	id := firstID + int64(h.Sum64()%(1<<40))*10 + 8
	for {
		_, folder := r.folders.byID[id]
		_, document := r.documents.byID[id]
		if !folder && !document {
			return id
		}
		id += 10
	}
}

// Rescan takes in what changed on disk since the last scan: new files, changed
// ones as new versions, removed ones as removals. A file that was only touched
// gets a new date. It does nothing for a room that is not served from a folder.
func (r *Room) Rescan() error {
	if r.dir == nil {
		return nil
	}
	r.dir.scan.Lock()
	defer r.dir.scan.Unlock()
	found := map[string]bool{}
	err := filepath.WalkDir(r.dir.root, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist) && path != r.dir.root:
			return nil // removed while we walked
		case err != nil:
			return err
		case path == r.dir.root:
			return nil
		case strings.HasPrefix(entry.Name(), "."):
			return skip(entry)
		case !entry.IsDir() && !entry.Type().IsRegular():
			return nil
		}
		return r.visit(path, entry, found)
	})
	if err != nil {
		return fmt.Errorf("scanning the folder that is served as an exchange: %w", err)
	}
	r.removeMissing(found)
	return nil
}

func skip(entry fs.DirEntry) error {
	if entry.IsDir() {
		return fs.SkipDir
	}
	return nil
}

// visit takes one file or folder in.
func (r *Room) visit(path string, entry fs.DirEntry, found map[string]bool) error {
	info, err := entry.Info()
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	rel, err := filepath.Rel(r.dir.root, path)
	if err != nil {
		return err
	}
	rel = filepath.ToSlash(rel)
	found[rel] = true
	now := stamp{size: info.Size(), mod: info.ModTime(), dir: entry.IsDir()}

	r.mu.Lock()
	if r.dir.gone[rel] {
		r.mu.Unlock()
		return skip(entry)
	}
	before, known := r.dir.seen[rel]
	if known && before.dir != now.dir {
		r.removeSeen(rel, before)
		known = false
	}
	if !known {
		now.id = r.takeIn(rel, path, now)
		r.dir.seen[rel] = now
		r.mu.Unlock()
		return nil
	}
	r.mu.Unlock()
	if now.dir || (before.size == now.size && before.mod.Equal(now.mod)) {
		return nil
	}
	return r.takeChange(rel, path, before.id, now)
}

// takeIn adds a file or folder that was not there before.
func (r *Room) takeIn(rel, path string, now stamp) int64 {
	var parent int64
	if above, _, nested := cutLast(rel); nested {
		parent = r.dir.seen[above].id
	}
	name := filepath.Base(path)
	id := r.idOf(rel)
	if now.dir {
		r.folders.put(id, &Folder{
			ID: id, Parent: parent, Name: name, Order: r.nextOrder(parent), Revision: 1,
			Created: now.mod, Modified: now.mod, disk: rel,
		})
		return id
	}
	base, extension := SplitName(name)
	r.documents.put(id, &Document{
		ID: id, Parent: parent, Name: base, Extension: extension, Order: r.nextOrder(parent),
		Revision: 3, VersionNumber: 1, Created: now.mod, Modified: now.mod,
		body: &body{content: file{path, now.size}}, disk: rel,
	})
	return id
}

// takeChange makes a changed file the new version of its document. It hashes the
// file outside the lock, so that listings go on meanwhile.
func (r *Room) takeChange(rel, path string, id int64, now stamp) error {
	fresh := &body{content: file{path, now.size}}
	sum, err := fresh.sha1()
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	now.id = id
	r.dir.seen[rel] = now
	old, ok := r.documents.byID[id]
	if !ok {
		return nil
	}
	d := *old
	d.Revision++
	d.Modified = now.mod
	if old.body == nil || !old.body.hashesTo(sum, now.size) {
		d.VersionNumber++
		d.body = fresh
	}
	r.documents.put(id, &d)
	return nil
}

// hashesTo tells whether the content is known to have this hash. One that was
// never hashed, and whose file is now another, counts as different.
func (b *body) hashesTo(sum [20]byte, size int64) bool {
	known := true
	b.once.Do(func() { known = false; b.err = errors.New("the file changed before it was hashed") })
	return known && b.err == nil && b.sum == sum && b.content.Size() == size
}

// removeMissing takes out what the scan did not find any more.
func (r *Room) removeMissing(found map[string]bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for rel, s := range r.dir.seen {
		if !found[rel] {
			r.removeSeen(rel, s)
		}
	}
	for rel := range r.dir.gone {
		if !found[rel] {
			delete(r.dir.gone, rel)
		}
	}
}

func (r *Room) removeSeen(rel string, s stamp) {
	delete(r.dir.seen, rel)
	if s.dir {
		r.folders.remove(s.id)
	} else {
		r.documents.remove(s.id)
	}
}

func cutLast(path string) (before, after string, found bool) {
	if i := strings.LastIndexByte(path, '/'); i >= 0 {
		return path[:i], path[i+1:], true
	}
	return "", path, false
}

// SplitName splits a file name as an exchange does: the extension begins at the
// last dot and keeps it; a name without one, or that ends in a dot, has none.
func SplitName(name string) (base, extension string) {
	extension = filepath.Ext(name)
	if extension == "." {
		return name, ""
	}
	return strings.TrimSuffix(name, extension), extension
}
