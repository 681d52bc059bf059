package historytest

import (
	"fmt"
	"slices"

	"dataroom.dev/intralinks-operator/internal/naming"
	"dataroom.dev/intralinks-operator/internal/simulator/dataroom"
)

// seen is a document as a whole listing of the exchange shows it.
type seen struct {
	*dataroom.Document
	// folders from the exchange's root down to the document.
	folders []*dataroom.Folder
	// inside of the source folder; orphaned where a folder above it is missing from the listing.
	inside, orphaned bool
}

// view is what a listing of the exchange shows now, by id.
func (w *world) view() map[int64]*seen {
	shown := map[int64]*seen{}
	for _, d := range w.room.Documents() {
		s := &seen{Document: d}
		visible := !d.Hidden && !d.Deleted
		for id := d.Parent; id != 0; {
			f, ok := w.room.Folder(id)
			if !ok {
				break // deleted with all that it held
			}
			s.folders = append(s.folders, f)
			s.inside = s.inside || id == w.scope
			s.orphaned = s.orphaned || f.Unlisted
			visible = visible && !f.Hidden
			id = f.Parent
		}
		slices.Reverse(s.folders)
		if visible {
			shown[d.ID] = s
		}
	}
	return shown
}

// listed tells whether a run counts a document among those of the source folder.
func (s *seen) listed() bool { return s.inside || s.orphaned }

// carriable tells whether a run carries it.
func (s *seen) carriable() bool { return s.inside && !s.orphaned && !s.Placeholder() && !s.IRM }

// path from the exchange's root.
func (s *seen) path() string {
	var path string
	for _, f := range s.folders {
		path += f.Name + "/"
	}
	return path + s.FileName()
}

// mayStandIn tells whether a folder of Luminance is the one that the document goes to: below the destination, by the
// names of the folders below the source folder, of which a twin has its id in its name.
func (s *seen) mayStandIn(folder string) bool {
	paths := []string{destination}
	for _, f := range s.folders[1:] {
		var longer []string
		for _, path := range paths {
			for _, name := range folderNamesOf(f) {
				longer = append(longer, path+"/"+name)
			}
		}
		paths = longer
	}
	return slices.Contains(paths, folder)
}

// folderNamesOf are the names that a folder may have got.
func folderNamesOf(f *dataroom.Folder) []string {
	twins := naming.NewFolderNamer()
	return []string{twins.Assign(f.Name, f.ID), twins.Assign(f.Name, f.ID), twins.Assign(f.Name, f.ID)}
}

// mayBeCalled tells whether a name in Luminance is one that the document may have got.
func (s *seen) mayBeCalled(name string) bool {
	return slices.Contains([]string{
		naming.Document(s.FileName()), naming.WithID(s.FileName(), s.ID),
		naming.WithIDAndCount(s.FileName(), s.ID, 2), naming.WithIDAndCount(s.FileName(), s.ID, 3),
	}, name)
}

// fits tells whether a place in Luminance is one that the document may have got.
func (s *seen) fits(p place) bool { return s.mayStandIn(p.folder) && s.mayBeCalled(p.name) }

// idTag is how a name tells its document's id.
func idTag(id int64) string { return fmt.Sprintf(" (%d", id) }
