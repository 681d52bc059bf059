package engine

import (
	"cmp"
	"slices"
	"time"

	"dataroom.dev/intralinks-operator/internal/intralinks"
)

// Snapshot is what the source folder held at one moment.
type Snapshot struct {
	// Folders below the source folder, parents first; the source folder itself has Path "".
	Folders []Folder
	// Documents in them, in ascending order of their ids.
	Documents []Document
	// Elsewhere maps the documents that the ledger knows and that lie outside of the source folder by now to
	// their path from the exchange's root.
	Elsewhere map[int64]string
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
	// Path of the document below the source folder, its own name included; SourcePath from the exchange's root,
	// empty where it isn't known.
	Path, SourcePath string
	// Name of the file, with its extension.
	Name string
	Size int64
	// Hash and DownloadHash are base64 SHA-1s of the content; which of them a download agrees with is not
	// documented, so either is taken.
	Hash, DownloadHash string
	Version            int64
	// Created and Modified are the exchange's; zero where it tells none.
	Created, Modified time.Time
	// Protected: under rights management (IRM).
	Protected bool
	// Restricted names a pdfProtection other than NONE, whose meaning is not documented.
	Restricted string
	// Placeholder: has no file yet.
	Placeholder bool
	// Orphaned: its folder is missing from the listing, or the folders form a cycle.
	Orphaned bool
}

// takeSnapshot makes a snapshot of what was listed, the folders first and the documents second: a document that comes
// in between is seen with a folder that isn't, and is told apart as orphaned rather than lost. known tells the documents
// that are worth remembering also where they lie outside of the folder.
func takeSnapshot(listed *contents, folder string, known func(int64) bool) (*Snapshot, error) {
	tree := listed.tree
	root, err := tree.find(folder)
	if err != nil {
		return nil, err
	}
	scope := tree.below(root)
	snapshot := &Snapshot{Folders: scope.folders, Elsewhere: map[int64]string{}}
	at := tree.path(root)
	for d, err := range listed.documents {
		if err != nil {
			return nil, err
		}
		if d.Deleted {
			continue
		}
		path, inside := scope.path[d.ParentID]
		orphaned := !tree.reachable(d.ParentID)
		if !inside && !orphaned {
			if known(d.ID) {
				snapshot.Elsewhere[d.ID] = join(tree.path(d.ParentID), d.FileName())
			}
			continue
		}
		document := newDocument(&d, path, orphaned)
		if !orphaned {
			document.SourcePath = join(at, document.Path)
		}
		snapshot.Documents = append(snapshot.Documents, document)
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
		Created: d.Created, Modified: d.LastModified,
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
