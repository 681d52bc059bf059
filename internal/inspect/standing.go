package inspect

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/text/unicode/norm"

	"dataroom.dev/intralinks-operator/internal/engine"
	"dataroom.dev/intralinks-operator/internal/luminance"
)

// standing is what stands in a Division: all of it that is in the destination folder or below it, and of the rest the
// documents that the ledger knows.
type standing struct {
	// folders have their path from the Division's root, beginning with a slash.
	folders map[int64]string
	// inside are documents in and below the destination folder.
	inside []luminance.Document
	byID   map[int64]*luminance.Document
	// byPlace has the newest of each folder and name.
	byPlace map[place]*luminance.Document
	// cut says why something may be missing; empty where nothing is.
	cut string
}

// place in a Division: a folder from its root, and a name in Unicode's composed form.
type place struct{ folder, name string }

func placeOf(folder, name string) place {
	return place{norm.NFC.String(folder), norm.NFC.String(name)}
}

// listDivision reads what stands there.
func (v *verification) listDivision(ctx context.Context) (*standing, error) {
	folders, cut, err := allFolders(ctx, v.link.Luminance, v.pair.DivisionID)
	if err != nil {
		return nil, err
	}
	s := &standing{folders: map[int64]string{}, byID: map[int64]*luminance.Document{}, byPlace: map[place]*luminance.Document{}, cut: cut}
	destination := norm.NFC.String(rooted(v.sync.Spec.Destination.Folder))
	inside := map[int64]bool{}
	for _, f := range engine.DivisionFolders(folders, serviceUser(v.link), destination) {
		path := rooted(f.Path)
		s.folders[f.ID] = path
		inside[f.ID] = destination == "/" || path == destination || strings.HasPrefix(path, destination+"/")
	}
	known, err := v.pair.Claims(ctx)
	if err != nil {
		return nil, err
	}
	queries := []luminance.DocumentQuery{{}}
	if v.options.ByFolder {
		queries = queries[:0]
		for id, in := range inside {
			if in {
				queries = append(queries, luminance.DocumentQuery{Folder: id})
			}
		}
	}
	for _, q := range queries {
		if err := s.read(v.link.Luminance.Documents(ctx, v.pair.DivisionID, q), inside, known.IDs); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// read keeps what is wanted of a list. Older versions are left out, and so are parts that Luminance took out of a document.
func (s *standing) read(documents func(func(luminance.Document, error) bool), inside, known map[int64]bool) error {
	for d, err := range documents {
		if truncated := (*luminance.TruncatedError)(nil); errors.As(err, &truncated) {
			s.cut = fmt.Sprintf("Luminance may have cut the list of documents after %d: %s; a verification by folder can tell, at a request a folder", truncated.Count, truncated.Reason)
			return nil
		}
		if err != nil {
			return err
		}
		if d.ParentID != 0 || d.VersionState == luminance.VersionReplaced || !inside[d.FolderID] && !known[d.ID] {
			continue
		}
		s.byID[d.ID] = &d
		at := placeOf(s.folders[d.FolderID], d.Name)
		if other := s.byPlace[at]; other == nil || d.ID > other.ID {
			s.byPlace[at] = &d
		}
		if inside[d.FolderID] {
			s.inside = append(s.inside, d)
		}
	}
	return nil
}
