package engine

import (
	"cmp"
	"context"
	"slices"

	"dataroom.dev/intralinks-operator/internal/intralinks"
)

// Snapshot is what the source folder held at one moment.
type Snapshot struct {
	// Folders below the source folder, parents first; the source folder itself has Path "".
	Folders []Folder
	// Documents in them, in ascending order of their ids.
	Documents []Document
}

// Folder of the source.
type Folder struct {
	ID, ParentID int64
	// Name as Intralinks has it; Path below the source folder.
	Name, Path string
}

// Document of the source.
type Document struct {
	ID       int64
	FolderID int64
	// Path of the document below the source folder, its own name included.
	Path string
	// Name of the file, with its extension.
	Name string
	Size int64
	// Hash and DownloadHash are base64 SHA-1s of the content; which of them a download agrees with is not
	// documented, so either is taken.
	Hash, DownloadHash string
	Version            int64
	// Protected: under rights management (IRM).
	Protected bool
	// Restricted names a pdfProtection other than NONE, whose meaning is not documented.
	Restricted string
	// Placeholder: has no file yet.
	Placeholder bool
	// Orphaned: its folder is missing from the listing, or the folders form a cycle.
	Orphaned bool
}

// takeSnapshot lists the folders first and the documents second: a document that comes in between is seen
// with a folder that isn't, and is told apart as orphaned rather than lost.
func takeSnapshot(ctx context.Context, room *intralinks.Room, folder string) (*Snapshot, error) {
	tree, err := listTree(ctx, room)
	if err != nil {
		return nil, err
	}
	root, err := tree.find(folder)
	if err != nil {
		return nil, err
	}
	scope := tree.below(root)
	snapshot := &Snapshot{Folders: scope.folders}
	for d, err := range room.Documents(ctx) {
		if err != nil {
			return nil, err
		}
		if d.Deleted {
			continue
		}
		path, inside := scope.path[d.ParentID]
		orphaned := !tree.reachable(d.ParentID)
		if !inside && !orphaned {
			continue
		}
		snapshot.Documents = append(snapshot.Documents, newDocument(&d, path, orphaned))
	}
	slices.SortStableFunc(snapshot.Documents, func(a, b Document) int { return cmp.Compare(a.ID, b.ID) })
	// A listing may repeat a document, for instance one that was moved meanwhile; it is still one document.
	snapshot.Documents = slices.CompactFunc(snapshot.Documents, func(a, b Document) bool { return a.ID == b.ID })
	return snapshot, nil
}

func newDocument(d *intralinks.Document, folder string, orphaned bool) Document {
	name := d.FileName()
	document := Document{
		ID: d.ID, FolderID: d.ParentID, Name: name, Path: join(folder, name),
		Size: d.Size, Hash: d.FileHash, DownloadHash: d.FileHashDownload, Version: int64(d.VersionNumber),
		Protected: d.IRM, Placeholder: d.Placeholder(), Orphaned: orphaned,
	}
	if d.PDFProtection != "" && d.PDFProtection != "NONE" {
		document.Restricted = d.PDFProtection
	}
	return document
}

// join puts a name below a folder, where "" is the root.
func join(folder, name string) string {
	if folder == "" {
		return name
	}
	return folder + "/" + name
}
