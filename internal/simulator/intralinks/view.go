package intralinks

import (
	"cmp"
	"fmt"
	"slices"

	"dataroom.dev/intralinks-operator/internal/simulator/dataroom"
)

// view is a room as the account sees it at one moment.
type view struct {
	folders   []*dataroom.Folder
	documents []*dataroom.Document
	byID      map[int64]*dataroom.Folder
	hidden    map[int64]bool
	// reveal shows what is hidden, to a manager.
	reveal bool
	// order is the place among siblings, index the number made of all places from
	// the root down. Both count hidden siblings, so that gaps give them away.
	order map[int64]int
	index map[int64]string
	// parents are the folders that have sub-folders.
	parents map[int64]bool
}

// look takes a view of the room. It scans a folder on disk first.
func (s *Server) look(room *dataroom.Room) (*view, error) {
	if err := room.Rescan(); err != nil {
		return nil, err
	}
	folders, documents := room.Folders(), room.Documents()
	v := &view{
		byID: make(map[int64]*dataroom.Folder, len(folders)), hidden: map[int64]bool{},
		order: make(map[int64]int, len(folders)+len(documents)), index: map[int64]string{}, parents: map[int64]bool{},
	}
	for _, f := range folders {
		v.byID[f.ID] = f
	}
	v.number(folders, documents, s.control.Bool("indexed"))
	v.reveal = s.control.Get("role") == roleManager
	for _, d := range documents {
		if s.shows(d) && !v.isHidden(d.Parent) {
			v.documents = append(v.documents, d)
		}
	}
	if s.control.Get("role") == roleReviewer {
		v.hideBarren(folders)
	}
	for _, f := range folders {
		if !v.isHidden(f.ID) {
			v.parents[f.Parent] = true
			if !f.Unlisted {
				v.folders = append(v.folders, f)
			}
		}
	}
	if s.control.Get("listOrder") == "mixed" {
		slices.SortStableFunc(v.folders, func(a, b *dataroom.Folder) int { return byMix(a.ID, b.ID) })
		slices.SortStableFunc(v.documents, func(a, b *dataroom.Document) int { return byMix(a.ID, b.ID) })
	}
	return v, nil
}

// shows tells whether the switches and flags let a document be listed.
func (s *Server) shows(d *dataroom.Document) bool {
	switch {
	case s.hides(d.Hidden):
		return false
	case d.Deleted && s.control.Get("deletedDocuments") == "unlisted":
		return false
	case d.Parent == 0 && s.control.Get("rootDocuments") == "unlisted":
		return false
	}
	return true
}

// isHidden tells whether a folder or one above it is hidden. Folders in a cycle
// are not.
func (v *view) isHidden(id int64) bool {
	if known, ok := v.hidden[id]; ok {
		return known
	}
	f, ok := v.byID[id]
	if !ok {
		return false
	}
	own := f.Hidden && !v.reveal
	v.hidden[id] = own // also ends the walk in a cycle
	v.hidden[id] = own || v.isHidden(f.Parent)
	return v.hidden[id]
}

// hideBarren hides every folder that has nothing to be seen in it or below.
func (v *view) hideBarren(folders []*dataroom.Folder) {
	fruitful := map[int64]bool{}
	for _, d := range v.documents {
		for id := d.Parent; !fruitful[id]; {
			fruitful[id] = true
			f, ok := v.byID[id]
			if !ok {
				break
			}
			id = f.Parent
		}
	}
	for _, f := range folders {
		v.hidden[f.ID] = !fruitful[f.ID]
	}
}

// sibling is a folder or a document in the order of its folder.
type sibling struct {
	id     int64
	place  int
	folder bool
}

// number gives every thing its place and every thing below the root its index
// number. Renumbering on each listing is what the service does on each change.
func (v *view) number(folders []*dataroom.Folder, documents []*dataroom.Document, indexed bool) {
	below := map[int64][]sibling{}
	for _, f := range folders {
		below[f.Parent] = append(below[f.Parent], sibling{f.ID, f.Order, true})
	}
	for _, d := range documents {
		below[d.Parent] = append(below[d.Parent], sibling{d.ID, d.Order, false})
	}
	for _, siblings := range below {
		slices.SortStableFunc(siblings, func(a, b sibling) int { return cmp.Compare(a.place, b.place) })
		for i, x := range siblings {
			v.order[x.id] = i + 1
		}
	}
	if !indexed {
		return
	}
	queue := []int64{0}
	for ; len(queue) > 0; queue = queue[1:] {
		for _, x := range below[queue[0]] {
			v.index[x.id] = fmt.Sprint(v.order[x.id])
			if above := v.index[queue[0]]; above != "" {
				v.index[x.id] = above + "." + v.index[x.id]
			}
			if x.folder {
				queue = append(queue, x.id)
			}
		}
	}
}
