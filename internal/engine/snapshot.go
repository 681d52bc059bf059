package engine

import (
	"cmp"
	"slices"
	"sort"
	"time"

	"dataroom.dev/intralinks-operator/internal/intralinks"
	"dataroom.dev/intralinks-operator/internal/ledger"
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
// in between is seen with a folder that isn't, and is told apart as orphaned rather than lost. Documents that have a record
// are worth remembering also where they lie outside of the folder.
//
// An exchange may hold very many documents, so their texts are kept once: parts of a path share its memory, and what is
// as the ledger has it shares the record's.
func takeSnapshot(listed *contents, folder string, records map[int64]*ledger.Record) (*Snapshot, error) {
	tree := listed.tree
	root, err := tree.find(folder)
	if err != nil {
		return nil, err
	}
	scope := tree.below(root)
	snapshot := &Snapshot{Folders: scope.folders, Elsewhere: map[int64]string{}, Documents: make([]Document, 0, len(records))}
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
			if records[d.ID] != nil {
				snapshot.Elsewhere[d.ID] = join(tree.path(d.ParentID), d.FileName())
			}
			continue
		}
		document := newDocument(&d, orphaned)
		document.place(at, path)
		document.share(records[d.ID])
		snapshot.Documents = append(snapshot.Documents, document)
	}
	slices.SortStableFunc(snapshot.Documents, func(a, b Document) int { return cmp.Compare(a.ID, b.ID) })
	// A listing may repeat a document, for instance one that was moved meanwhile; it is still one document.
	snapshot.Documents = slices.CompactFunc(snapshot.Documents, func(a, b Document) bool { return a.ID == b.ID })
	return snapshot, nil
}

func newDocument(d *intralinks.Document, orphaned bool) Document {
	document := Document{
		ID: d.ID, FolderID: d.ParentID, Name: d.FileName(),
		Size: d.Size, Hash: d.FileHash, DownloadHash: d.FileHashDownload, Version: int64(d.VersionNumber),
		Created: d.Created, Modified: d.LastModified,
		Protected: d.IRM, Placeholder: d.Placeholder(), Orphaned: orphaned,
	}
	if document.DownloadHash == document.Hash {
		document.DownloadHash = document.Hash
	}
	if d.PDFProtection != "" && d.PDFProtection != "NONE" {
		document.Restricted = d.PDFProtection
	}
	return document
}

// place tells a document where it lies: root is the path of the source folder, folder that of its own below it.
func (d *Document) place(root, folder string) {
	d.Path = join(folder, d.Name)
	if d.Orphaned {
		return
	}
	d.locate(join(root, d.Path))
}

// locate sets the path from the exchange's root, of which the path below the source folder and the name are the end.
func (d *Document) locate(path string) {
	d.SourcePath, d.Path, d.Name = path, path[len(path)-len(d.Path):], path[len(path)-len(d.Name):]
}

// share takes the texts of a record where they are the same.
func (d *Document) share(record *ledger.Record) {
	if record == nil {
		return
	}
	if d.SourcePath != "" && d.SourcePath == record.SourcePath {
		d.locate(record.SourcePath)
	}
	if s := record.Standing; s != nil && s.Hash == d.Hash {
		if d.DownloadHash == d.Hash {
			d.DownloadHash = s.Hash
		}
		d.Hash = s.Hash
	}
}

// find gives the document of an id; nil where there is none.
func (s *Snapshot) find(id int64) *Document {
	at, found := sort.Find(len(s.Documents), func(i int) int { return cmp.Compare(id, s.Documents[i].ID) })
	if !found {
		return nil
	}
	return &s.Documents[at]
}

// join puts a name below a folder, where "" is the root.
func join(folder, name string) string {
	if folder == "" {
		return name
	}
	return folder + "/" + name
}
