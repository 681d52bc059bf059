package engine

import (
	"cmp"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"dataroom.dev/intralinks-operator/internal/luminance"
)

// DivisionFolder is a folder of a Division with its path.
type DivisionFolder struct {
	ID int64
	// Path from the Division's root, without a slash at either end and in Unicode's composed form; "" is the root.
	Path string
}

// DivisionFolders gives the folders of a Division their paths, parents first and siblings by name: all of them, also where
// two have one path. The root comes first where it is a folder itself. serviceUser is the one that the operator works as;
// destination, which may be empty, the folder that a sync writes to: they tell what can't be the root.
func DivisionFolders(folders []luminance.Folder, serviceUser int64, destination string) []DivisionFolder {
	children := map[int64][]luminance.Folder{}
	for _, f := range folders {
		children[f.ParentID] = append(children[f.ParentID], f)
	}
	named, _, _ := strings.Cut(norm.NFC.String(strings.Trim(destination, "/")), "/")
	root := rootOf(children[0], serviceUser, named)
	var found []DivisionFolder
	if root != 0 {
		found = append(found, DivisionFolder{ID: root})
	}
	seen := map[int64]bool{root: true}
	stack := []DivisionFolder{{ID: root}}
	for len(stack) > 0 {
		at := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if at.Path != "" {
			found = append(found, at)
		}
		below := children[at.ID]
		slices.SortFunc(below, func(a, b luminance.Folder) int { return cmp.Or(cmp.Compare(b.Name, a.Name), cmp.Compare(b.ID, a.ID)) })
		for _, f := range below {
			if !seen[f.ID] {
				seen[f.ID] = true
				stack = append(stack, DivisionFolder{ID: f.ID, Path: join(at.Path, norm.NFC.String(f.Name))})
			}
		}
	}
	return found
}

// rootOf finds the folder that everything hangs under, among those that have no parent. In the examples each Division has
// one such folder, "All Documents" (inferred: not stated anywhere). Where that isn't so, what has no parent is itself the
// top level, and 0 stands for no parent; a folder that the service user made there is never the root, and neither is one
// that the destination names.
func rootOf(top []luminance.Folder, serviceUser int64, named string) int64 {
	for _, f := range top {
		ours := f.CreatedBy != 0 && f.CreatedBy == serviceUser
		alone := len(top) == 1 && norm.NFC.String(f.Name) != named
		if !ours && (alone || f.Name == "All Documents") {
			return f.ID
		}
	}
	return 0
}
