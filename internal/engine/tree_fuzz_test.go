package engine

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
)

// The folders of an exchange, one a line: the number of its parent's line (0 for the top; any other number is a
// parent that is missing), a space, its name. Orphans and cycles are led to by no path; each other folder is
// found by its own, in any composition, unless a sibling has the same name.
func FuzzTree(f *testing.F) {
	for _, seed := range []struct{ folders, path string }{
		{"0 Contracts\n1 2023\n1 2024\n2 Q1\n0 Board", "/Contracts/2023/Q1"}, {"0 Miete\u0308\n1 a", "/Miet\u00eb/a"}, {"0 Twin\n0 Twin\n1 x", "/Twin/x"},
		{"3 a\n1 b\n2 c\n0 d", "/a"}, {"1 self", "/self"}, {"99 orphan\n1 below it", "/orphan"}, {"0 a/b\n0 a\n2 b", "/a/b"}, {"0 \n1 ", "//"},
		{"5 a\n4 b\n3 c\n2 d\n0 e", "e/a/"}, {"0 ..\n1 .", "/../."}, {"0 \u202egnp.exe\n0 \"\\", "/x"}, {"", ""}, {"0 a", "/A"},
	} {
		f.Add(seed.folders, seed.path)
	}
	exchange := newExchange(f)
	f.Fuzz(func(t *testing.T, script, path string) {
		if !utf8.ValidString(script) {
			return // nothing else comes out of JSON
		}
		folders := readFolders(script)
		tree := exchange.list(folders, nil).tree(t)
		for _, root := range []int64{rootFolder, 1, 2} {
			if root == rootFolder || tree.reachable(root) {
				checkScope(t, tree, folders, root)
			}
		}
		for _, f := range folders {
			if rooted(folders, f.ID) != tree.reachable(f.ID) {
				t.Errorf("folder %d: reachable %t", f.ID, tree.reachable(f.ID))
			}
			checkFound(t, tree, folders, f)
		}
		id, err := tree.find(path)
		if err != nil {
			failure, ok := errors.AsType[*Failure](err)
			if !ok || failure.Reason != v1alpha1.FolderNotFoundReason && failure.Reason != v1alpha1.FolderAmbiguousReason || failure.Message == "" {
				t.Errorf("find %q: %v", path, err)
			}
		} else if found := "/" + tree.path(id); parts(found) != parts(path) || !tree.reachable(id) {
			t.Errorf("%q leads to %d, which is %q", path, id, found)
		}
	})
}

func readFolders(script string) []listed {
	var folders []listed
	lines := strings.Split(script, "\n")
	for i, line := range lines[:min(len(lines), 40)] {
		parent, name, _ := strings.Cut(line, " ")
		n, _ := strconv.ParseInt(parent, 10, 64)
		folders = append(folders, listed{ID: int64(i + 1), ParentID: max(0, n), Name: name})
	}
	return folders
}

// rooted follows the parents up.
func rooted(folders []listed, id int64) bool {
	for range folders {
		if id < 1 || id > int64(len(folders)) {
			return false
		}
		if id = folders[id-1].ParentID; id == rootFolder {
			return true
		}
	}
	return false
}

// checkScope: what is below a folder comes once, after its parent, with the path that leads there.
func checkScope(t *testing.T, tree *tree, folders []listed, root int64) {
	t.Helper()
	scope := tree.below(root)
	paths := map[int64]string{}
	for i, f := range scope.folders {
		parent, known := paths[f.ParentID]
		if _, twice := paths[f.ID]; twice || i > 0 && (!known || f.Path != join(parent, f.Name) || f.ParentID != folders[f.ID-1].ParentID) {
			t.Fatalf("below %d: %+v after %v", root, f, paths)
		}
		paths[f.ID] = f.Path
	}
	if _, first := paths[root]; !first || len(scope.path) != len(paths) {
		t.Fatalf("below %d: %v, paths %v", root, paths, scope.path)
	}
	for _, f := range folders {
		inside := f.ID == root
		for at, n := f.ID, 0; n < len(folders) && at > 0 && at <= int64(len(folders)); n++ {
			at = folders[at-1].ParentID
			inside = inside || at == root
		}
		if _, has := paths[f.ID]; has != inside {
			t.Fatalf("folder %d below %d: %t", f.ID, root, has)
		}
	}
}

// checkFound looks for a folder by its path, as Intralinks has it and in other compositions.
func checkFound(t *testing.T, tree *tree, folders []listed, f listed) {
	t.Helper()
	if !tree.reachable(f.ID) {
		return
	}
	path := "/" + tree.path(f.ID)
	alone := true
	for at := f.ID; at != rootFolder; at = folders[at-1].ParentID {
		here := folders[at-1]
		same := func(other listed) bool {
			return other.ID != here.ID && other.ParentID == here.ParentID && norm.NFC.String(other.Name) == norm.NFC.String(here.Name)
		}
		alone = alone && here.Name != "" && !strings.Contains(here.Name, "/") && !slices.ContainsFunc(folders, same)
	}
	for _, spelling := range []string{path, norm.NFC.String(path), norm.NFD.String(path), path + "/"} {
		if id, err := tree.find(spelling); alone && (err != nil || id != f.ID) {
			t.Errorf("%q leads to %d, %v, not to %d", spelling, id, err, f.ID)
		}
	}
}

// parts is a path without what makes no difference.
func parts(path string) string {
	return strings.Join(strings.FieldsFunc(norm.NFC.String(path), func(r rune) bool { return r == '/' }), "/")
}
