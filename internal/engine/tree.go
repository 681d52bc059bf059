package engine

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/intralinks"
)

// rootFolder stands for the exchange itself, which has no folder of its own: folders and documents at the
// top have no parent.
const rootFolder = 0

// tree of an exchange's folders. Intralinks lists them flat, in no order that means anything.
type tree struct {
	folders  map[int64]intralinks.Folder
	children map[int64][]int64
	// rooted are the folders that a path leads to; a folder with a missing parent, or in a cycle, isn't.
	rooted map[int64]bool
}

func listTree(ctx context.Context, room *intralinks.Room) (*tree, error) {
	t := &tree{folders: map[int64]intralinks.Folder{}, children: map[int64][]int64{}, rooted: map[int64]bool{rootFolder: true}}
	for folder, err := range room.Folders(ctx) {
		if err != nil {
			return nil, err
		}
		if _, twice := t.folders[folder.ID]; twice {
			continue
		}
		t.folders[folder.ID] = folder
		t.children[folder.ParentID] = append(t.children[folder.ParentID], folder.ID)
	}
	for _, ids := range t.children {
		slices.Sort(ids)
	}
	for queue := []int64{rootFolder}; len(queue) > 0; queue = queue[1:] {
		for _, id := range t.children[queue[0]] {
			if !t.rooted[id] {
				t.rooted[id] = true
				queue = append(queue, id)
			}
		}
	}
	return t, nil
}

func (t *tree) reachable(id int64) bool { return t.rooted[id] }

// find walks a path such as /Contracts/2024 and gives the folder's id. Names are compared in Unicode's
// composed form, so that a path typed on one system finds a folder named on another.
func (t *tree) find(path string) (int64, error) {
	at, walked := int64(rootFolder), ""
	for part := range strings.SplitSeq(strings.Trim(path, "/"), "/") {
		if part == "" {
			continue
		}
		var matches []int64
		for _, id := range t.children[at] {
			if norm.NFC.String(t.folders[id].Name) == norm.NFC.String(part) {
				matches = append(matches, id)
			}
		}
		switch len(matches) {
		case 0:
			return 0, t.notFound(path, walked, at)
		case 1:
			at, walked = matches[0], walked+"/"+part
		default:
			return 0, &Failure{Reason: v1alpha1.FolderAmbiguousReason, Message: fmt.Sprintf(
				"folder %s: %s holds %d folders named %q (ids %s); rename one of them in Intralinks",
				path, orRoot(walked), len(matches), part, joinIDs(matches))}
		}
	}
	return at, nil
}

// notFound lists what there is one level up, which is what a person looks for next.
func (t *tree) notFound(path, walked string, at int64) error {
	names := make([]string, 0, len(t.children[at]))
	for _, id := range t.children[at] {
		names = append(names, fmt.Sprintf("%q", t.folders[id].Name))
	}
	slices.Sort(names)
	const most = 20
	if len(names) > most {
		names = append(names[:most], fmt.Sprintf("and %d more", len(names)-most))
	}
	there := "has no folders that this account can see"
	if len(names) > 0 {
		there = "holds " + strings.Join(names, ", ")
	}
	return &Failure{Reason: v1alpha1.FolderNotFoundReason, Message: fmt.Sprintf(
		"folder %s does not exist in the exchange, or this account can't see it: %s %s; correct spec.source.folder or ask for access",
		path, orRoot(walked), there)}
}

// path gives a folder's path from the exchange's root, without a slash at either end; "" for the root itself.
func (t *tree) path(id int64) string {
	var parts []string
	for at := id; at != rootFolder && t.rooted[at]; at = t.folders[at].ParentID {
		parts = append(parts, t.folders[at].Name)
	}
	slices.Reverse(parts)
	return strings.Join(parts, "/")
}

// scope is the part of a tree below one folder.
type scope struct {
	folders []Folder
	path    map[int64]string
}

// below lists a folder and all that is under it, parents before children, siblings by id.
func (t *tree) below(root int64) scope {
	s := scope{path: map[int64]string{root: ""}}
	s.folders = append(s.folders, Folder{ID: root})
	for i := 0; i < len(s.folders); i++ {
		parent := s.folders[i]
		for _, id := range t.children[parent.ID] {
			if _, seen := s.path[id]; seen {
				continue
			}
			name := t.folders[id].Name
			s.path[id] = join(parent.Path, name)
			s.folders = append(s.folders, Folder{ID: id, ParentID: parent.ID, Name: name, Path: s.path[id]})
		}
	}
	return s
}

func orRoot(path string) string {
	if path == "" {
		return "the exchange's root"
	}
	return path
}

func joinIDs(ids []int64) string {
	parts := make([]string, len(ids))
	for i, id := range slices.SortedFunc(slices.Values(ids), cmp.Compare[int64]) {
		parts[i] = fmt.Sprint(id)
	}
	return strings.Join(parts, ", ")
}
