package dataroom

import (
	"fmt"
	"sync"
	"time"
)

// Folder is a folder of a room. A *Folder that a Room hands out never changes;
// an edit puts a new one in its place.
type Folder struct {
	ID int64
	// Parent is the id of the folder above, 0 at the root.
	Parent int64
	Name   string
	// Order is the place among its siblings, counted from 1.
	Order int
	// Revision counts the edits, 1 for a fresh folder.
	Revision int
	Created  time.Time
	Modified time.Time
	// Hidden folders, and all below them, are not shown to the account.
	Hidden bool
	// Unlisted folders are missing from listings while what they hold is not, as
	// when a listing catches a move half-way.
	Unlisted bool

	disk string
}

// Document is a document of a room. Like a Folder it never changes.
type Document struct {
	ID int64
	// Parent is the id of the folder, 0 for a document at the root.
	Parent int64
	// Name has no extension; Extension begins with a dot or is empty.
	Name      string
	Extension string
	Order     int
	// Revision counts the edits, 2 for a fresh placeholder.
	Revision int
	// VersionNumber counts the contents, 0 for a placeholder.
	VersionNumber int
	Created       time.Time
	Modified      time.Time
	Flags

	body *body
	disk string
}

// Flags are what an exchange may do with a document.
type Flags struct {
	// Hidden documents are not shown to the account.
	Hidden bool `json:"hidden"`
	// ViewerOnly documents may be read in a browser but not downloaded.
	ViewerOnly bool `json:"viewerOnly"`
	// IRM documents are handed out encrypted.
	IRM bool `json:"irm"`
	// Watermarked documents are stamped anew for each download.
	Watermarked bool `json:"watermarked"`
	// Deleted documents were deleted from an exchange that keeps them.
	Deleted bool `json:"deleted"`
}

// FileName is the name and the extension.
func (d *Document) FileName() string { return d.Name + d.Extension }

// Placeholder tells that the document has no content yet.
func (d *Document) Placeholder() bool { return d.body == nil }

// Content returns the bytes of the document, nil for a placeholder.
func (d *Document) Content() Content {
	if d.body == nil {
		return nil
	}
	return d.body.content
}

// Size is the number of bytes, 0 for a placeholder.
func (d *Document) Size() int64 {
	if d.body == nil {
		return 0
	}
	return d.body.content.Size()
}

// SHA1 returns the hash of the content, computed once. A placeholder has the
// hash of nothing.
func (d *Document) SHA1() ([20]byte, error) {
	if d.body == nil {
		return emptySHA1, nil
	}
	return d.body.sha1()
}

// Room is one data room. All its methods are safe for concurrent use.
type Room struct {
	mu        sync.RWMutex
	clock     func() time.Time
	folders   table[Folder]
	documents table[Document]
	orders    map[int64]int
	nextID    func() int64
	dir       *dirState
}

// table keeps things by id and in the order in which they came.
type table[T any] struct {
	byID  map[int64]*T
	order []int64
}

func (t *table[T]) put(id int64, v *T) {
	if _, known := t.byID[id]; !known {
		t.order = append(t.order, id)
	}
	t.byID[id] = v
}

// remove leaves the id in the order, which list skips, so that removing many
// stays cheap; the order is packed when half of it is dead.
func (t *table[T]) remove(id int64) {
	delete(t.byID, id)
	if len(t.order) < 2*len(t.byID)+16 {
		return
	}
	packed := make([]int64, 0, len(t.byID))
	for _, id := range t.order {
		if _, ok := t.byID[id]; ok {
			packed = append(packed, id)
		}
	}
	t.order = packed
}

func (t *table[T]) list() []*T {
	all := make([]*T, 0, len(t.byID))
	for _, id := range t.order {
		if v, ok := t.byID[id]; ok {
			all = append(all, v)
		}
	}
	return all
}

// firstID is where ids begin: like those of the real service they are beyond 32
// bits (Intralinks Python SDK).
const firstID = 12_400_000_000

// New returns an empty room whose ids are distinct from those of rooms with
// another seed (modulo 1000).
func New(seed int64) *Room {
	last := firstID + ((seed%1000)+1000)%1000*100_000_000 + 8
	return newRoom(func() int64 {
		last += 10
		return last
	})
}

func newRoom(nextID func() int64) *Room {
	return &Room{
		clock:     time.Now,
		folders:   table[Folder]{byID: map[int64]*Folder{}},
		documents: table[Document]{byID: map[int64]*Document{}},
		orders:    map[int64]int{},
		nextID:    nextID,
	}
}

// SetClock sets the clock that stamps later edits; the default is time.Now.
func (r *Room) SetClock(now func() time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.clock = now
}

// Folders returns all folders, also hidden ones, oldest first.
func (r *Room) Folders() []*Folder {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.folders.list()
}

// Documents returns all documents, also hidden ones, oldest first.
func (r *Room) Documents() []*Document {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.documents.list()
}

// Folder returns the folder with an id.
func (r *Room) Folder(id int64) (*Folder, bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	f, ok := r.folders.byID[id]
	return f, ok
}

// Document returns the document with an id.
func (r *Room) Document(id int64) (*Document, bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	d, ok := r.documents.byID[id]
	return d, ok
}

func noFolder(id int64) error   { return fmt.Errorf("the room has no folder %d", id) }
func noDocument(id int64) error { return fmt.Errorf("the room has no document %d", id) }
