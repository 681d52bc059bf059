package engine

import (
	"errors"
	"fmt"
	"testing"

	. "github.com/onsi/gomega"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
)

// room is an exchange in no order that means anything, with a folder whose parent is missing (70), one that
// is its own parent (80), and two that are each other's (81 and 82).
var room = []listed{
	{ID: 22, ParentID: 20, Name: "2023"},
	{ID: 82, ParentID: 81, Name: "Round"},
	{ID: 31, ParentID: 22, Name: "Q1"},
	{ID: 10, Name: "Board"},
	{ID: 70, ParentID: 69, Name: "Lost"},
	{ID: 71, ParentID: 70, Name: "Lost too"},
	{ID: 21, ParentID: 20, Name: "2024"},
	{ID: 80, ParentID: 80, Name: "Self"},
	{ID: 20, Name: "Contracts"},
	{ID: 81, ParentID: 82, Name: "And round"},
	{ID: 40, Name: "Miete\u0308"},
	{ID: 51, Name: "Twin"},
	{ID: 50, Name: "Twin"},
}

func TestAFolderIsFoundByItsPath(t *testing.T) {
	tree := newExchange(t).list(room, nil).tree(t)
	for path, id := range map[string]int64{
		"/":                   rootFolder,
		"":                    rootFolder,
		"/Contracts":          20,
		"/Contracts/2023/Q1":  31,
		"/Contracts/2023/Q1/": 31,
		"Contracts//2024":     21,
		"/Miet\u00eb":         40, // typed in composed form, named in decomposed form
	} {
		NewWithT(t).Expect(tree.find(path)).To(Equal(id), path)
	}
}

func TestAFolderThatIsNotThereIsExplained(t *testing.T) {
	tree := newExchange(t).list(append(room,
		listed{ID: 90, ParentID: 10, Name: "say \"yes\"\n\u202egnp.exe"}), nil).tree(t)
	for _, tt := range []struct{ path, reason, message string }{
		{"/Contract", v1alpha1.FolderNotFoundReason,
			"folder /Contract does not exist in the exchange, or this account can't see it: the exchange's root holds " +
				`"Board", "Contracts", "Miete` + "\u0308" + `", "Twin", "Twin"; correct spec.source.folder or ask for access`},
		{"/contracts", v1alpha1.FolderNotFoundReason, `the exchange's root holds "Board", "Contracts"`},
		{"/Contracts/2025/Q1", v1alpha1.FolderNotFoundReason,
			`folder /Contracts/2025/Q1 does not exist in the exchange, or this account can't see it: /Contracts holds "2023", "2024"; correct`},
		{"/Contracts/2024/Q1", v1alpha1.FolderNotFoundReason, "/Contracts/2024 has no folders that this account can see"},
		{"/Board/x", v1alpha1.FolderNotFoundReason, `/Board holds "say \"yes\"\n\u202egnp.exe"; correct`},
		{"/Lost", v1alpha1.FolderNotFoundReason, "the exchange's root holds"},
		{"/Self", v1alpha1.FolderNotFoundReason, "the exchange's root holds"},
		{"/Twin/x", v1alpha1.FolderAmbiguousReason,
			`folder /Twin/x: the exchange's root holds 2 folders named "Twin" (ids 50, 51); rename one of them in Intralinks`},
	} {
		t.Run(tt.path, func(t *testing.T) {
			g := NewWithT(t)
			_, err := tree.find(tt.path)
			failure, ok := errors.AsType[*Failure](err)
			g.Expect(ok).To(BeTrue(), "%v", err)
			g.Expect(failure.Reason).To(Equal(tt.reason))
			g.Expect(failure.Message).To(ContainSubstring(tt.message))
		})
	}
}

func TestOfManyFoldersOneLevelUpTwentyAreListed(t *testing.T) {
	g := NewWithT(t)
	var folders []listed
	for i := range int64(23) {
		folders = append(folders, listed{ID: 100 - i, Name: fmt.Sprintf("Folder %02d", i)})
	}
	_, err := newExchange(t).list(folders, nil).tree(t).find("/none")
	g.Expect(err).To(MatchError(ContainSubstring(`"Folder 00", "Folder 01", `)))
	g.Expect(err).To(MatchError(ContainSubstring(`"Folder 18", "Folder 19", and 3 more; correct`)))
}

func TestAllBelowAFolderIsInScopeParentsFirst(t *testing.T) {
	g := NewWithT(t)
	tree := newExchange(t).list(room, nil).tree(t)
	g.Expect(tree.below(20)).To(Equal(scope{
		folders: []Folder{
			{ID: 20},
			{ID: 21, ParentID: 20, Name: "2024", Path: "2024"},
			{ID: 22, ParentID: 20, Name: "2023", Path: "2023"},
			{ID: 31, ParentID: 22, Name: "Q1", Path: "2023/Q1"},
		},
		path: map[int64]string{20: "", 21: "2024", 22: "2023", 31: "2023/Q1"},
	}))

	var ids []int64
	for _, f := range tree.below(rootFolder).folders {
		ids = append(ids, f.ID)
	}
	g.Expect(ids).To(Equal([]int64{rootFolder, 10, 20, 40, 50, 51, 21, 22, 31}), "without the lost ones and the rounds")
}

func TestWhatNoPathLeadsToIsNotReachable(t *testing.T) {
	tree := newExchange(t).list(room, nil).tree(t)
	for id, reachable := range map[int64]bool{
		rootFolder: true, 20: true, 31: true,
		69: false, 70: false, 71: false, 80: false, 81: false, 82: false, 12345: false,
	} {
		NewWithT(t).Expect(tree.reachable(id)).To(Equal(reachable), "folder %d", id)
	}
}

func TestAFolderThatIsListedTwiceIsOneFolder(t *testing.T) {
	g := NewWithT(t)
	tree := newExchange(t).list([]listed{{ID: 10, Name: "Board"}, {ID: 20, Name: "Contracts"}, {ID: 10, ParentID: 20, Name: "Moved"}}, nil).tree(t)
	g.Expect(tree.below(rootFolder).folders).To(Equal([]Folder{
		{}, {ID: 10, Name: "Board", Path: "Board"}, {ID: 20, Name: "Contracts", Path: "Contracts"},
	}))
}
