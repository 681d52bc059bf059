package dataroom_test

import (
	"crypto/sha1" //nolint:gosec // what the imitated service publishes
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	. "github.com/onsi/gomega"
	"golang.org/x/sync/errgroup"

	"dataroom.dev/intralinks-operator/internal/simulator/dataroom"
)

func TestEditsKeepTheIDAndLeaveTheirMark(t *testing.T) {
	for _, tc := range []struct {
		name        string
		edit        func(*dataroom.Room, int64) error
		wantVersion int
	}{
		{"new version", func(r *dataroom.Room, id int64) error { return r.NewVersion(id, dataroom.Bytes("new")) }, 2},
		{"rename", func(r *dataroom.Room, id int64) error {
			return r.EditDocument(id, func(d *dataroom.Document) { d.Name = "new name" })
		}, 1},
		{"move", func(r *dataroom.Room, id int64) error {
			return r.EditDocument(id, func(d *dataroom.Document) { d.Parent = 0 })
		}, 1},
		{"kept deletion", func(r *dataroom.Room, id int64) error { return r.DeleteDocument(id, true) }, 1},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g := NewWithT(t)
			r := dataroom.New(1)
			now := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
			r.SetClock(func() time.Time { return now })
			f, err := r.FolderAt("/Contracts/Leases")
			g.Expect(err).NotTo(HaveOccurred())
			before, err := r.AddDocument(f.ID, "Lease", ".txt", dataroom.Bytes("old"))
			g.Expect(err).NotTo(HaveOccurred())
			now = now.Add(time.Hour)
			g.Expect(tc.edit(r, before.ID)).To(Succeed())
			after, ok := r.Document(before.ID)
			g.Expect(ok).To(BeTrue())
			g.Expect(after.VersionNumber).To(Equal(tc.wantVersion))
			g.Expect(after.Revision).To(Equal(before.Revision + 1))
			g.Expect(after.Modified).To(Equal(now))
			g.Expect(before.Revision).To(Equal(3), "what was handed out doesn't change")
		})
	}
}

func TestDeletingAFolderTakesAllBelowIt(t *testing.T) {
	g := NewWithT(t)
	r := dataroom.New(1)
	top, _ := r.FolderAt("/a")
	below, _ := r.FolderAt("/a/b/c")
	other, _ := r.FolderAt("/d")
	_, err := r.AddDocument(below.ID, "x", ".txt", nil)
	g.Expect(err).NotTo(HaveOccurred())
	left, err := r.AddDocument(other.ID, "y", ".txt", nil)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(r.DeleteFolder(top.ID)).To(Succeed())
	g.Expect(r.Folders()).To(HaveExactElements(other))
	g.Expect(r.Documents()).To(HaveExactElements(left))
}

func TestACycleCanBeMadeAndDeleted(t *testing.T) {
	g := NewWithT(t)
	r := dataroom.New(1)
	a, _ := r.FolderAt("/a")
	b, _ := r.FolderAt("/a/b")
	g.Expect(r.EditFolder(a.ID, func(f *dataroom.Folder) { f.Parent = b.ID })).To(Succeed())
	g.Expect(r.DeleteFolder(a.ID)).To(Succeed())
	g.Expect(r.Folders()).To(BeEmpty())
}

func TestClearingARoomOutlastsAScan(t *testing.T) {
	g := NewWithT(t)
	dir := t.TempDir()
	path := filepath.Join(dir, "a", "Lease.pdf")
	put(t, path, "lease", 1)
	r, err := dataroom.FromDir(dir)
	g.Expect(err).NotTo(HaveOccurred())
	r.Clear()
	put(t, filepath.Join(dir, "a", "Late.pdf"), "late", 2)
	g.Expect(r.Rescan()).To(Succeed())
	g.Expect(r.Folders()).To(BeEmpty())
	g.Expect(r.Documents()).To(BeEmpty())
	g.Expect(path).To(BeAnExistingFile(), "the user's file is untouched")
}

func TestUnknownIDsAreRefused(t *testing.T) {
	g := NewWithT(t)
	r := dataroom.New(1)
	_, err := r.AddFolder(5, "x")
	g.Expect(err).To(MatchError("the room has no folder 5"))
	_, err = r.AddDocument(5, "x", "", nil)
	g.Expect(err).To(MatchError("the room has no folder 5"))
	g.Expect(r.NewVersion(5, dataroom.Bytes{})).To(MatchError("the room has no document 5"))
	g.Expect(r.DeleteDocument(5, false)).To(MatchError("the room has no document 5"))
	g.Expect(r.DeleteFolder(5)).To(MatchError("the room has no folder 5"))
}

func TestNamesAreSplitAtTheLastDot(t *testing.T) {
	for name, want := range map[string][2]string{
		"Lease.pdf":    {"Lease", ".pdf"},
		"a.tar.gz":     {"a.tar", ".gz"},
		"README":       {"README", ""},
		"trailing.":    {"trailing.", ""},
		".pdf":         {"", ".pdf"},
		"договор.docx": {"договор", ".docx"},
	} {
		base, extension := dataroom.SplitName(name)
		NewWithT(t).Expect([2]string{base, extension}).To(Equal(want), name)
	}
}

// put writes a file with a date of its own, so that no test depends on how fine
// the file system's clock is.
func put(t *testing.T, path, content string, minute int) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	date := time.Date(2026, 1, 1, 0, minute, 0, 0, time.UTC)
	if err := os.Chtimes(path, date, date); err != nil {
		t.Fatal(err)
	}
}

func TestAFolderOfFilesIsARoom(t *testing.T) {
	g := NewWithT(t)
	dir := t.TempDir()
	put(t, filepath.Join(dir, "top.txt"), "top", 1)
	put(t, filepath.Join(dir, "Contracts/Leases/Lease.pdf"), "lease", 2)
	put(t, filepath.Join(dir, ".git/config"), "hidden", 3)
	put(t, filepath.Join(dir, "Contracts/.hidden"), "hidden", 3)
	g.Expect(os.Symlink("/etc", filepath.Join(dir, "link"))).To(Succeed())

	r, err := dataroom.FromDir(dir)
	g.Expect(err).NotTo(HaveOccurred())
	all := paths(r)
	g.Expect(keys(all)).To(ConsistOf("/top.txt", "/Contracts/Leases/Lease.pdf"))
	lease := all["/Contracts/Leases/Lease.pdf"][0]
	g.Expect([]string{lease.Name, lease.Extension}).To(Equal([]string{"Lease", ".pdf"}))
	g.Expect(lease.Modified.UTC()).To(Equal(time.Date(2026, 1, 1, 0, 2, 0, 0, time.UTC)))
	sum, err := lease.SHA1()
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(sum).To(Equal(sha1.Sum([]byte("lease")))) //nolint:gosec // see above

	again, err := dataroom.FromDir(dir)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(paths(again)["/Contracts/Leases/Lease.pdf"][0].ID).To(Equal(lease.ID), "ids follow from paths")
}

func TestWhatIsNoFolderIsRefused(t *testing.T) {
	g := NewWithT(t)
	path := filepath.Join(t.TempDir(), "file")
	put(t, path, "", 1)
	_, err := dataroom.FromDir(path)
	g.Expect(err).To(MatchError(ContainSubstring("is not a folder")))
	_, err = dataroom.FromDir(path + "-missing")
	g.Expect(err).To(MatchError(os.ErrNotExist))
}

func TestRescanTakesInWhatChanged(t *testing.T) {
	for _, tc := range []struct {
		name        string
		change      func(t *testing.T, path string)
		wantVersion int // of the document, 0 when it is gone
	}{
		{"nothing", func(*testing.T, string) {}, 1},
		{"other bytes", func(t *testing.T, path string) { put(t, path, "new", 2) }, 2},
		{"same length, other bytes", func(t *testing.T, path string) { put(t, path, "OLD", 2) }, 2},
		{"only touched", func(t *testing.T, path string) { put(t, path, "old", 2) }, 1},
		{"removed", func(t *testing.T, path string) { _ = os.Remove(path) }, 0},
		{"its folder removed", func(t *testing.T, path string) { _ = os.RemoveAll(filepath.Dir(path)) }, 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g := NewWithT(t)
			dir := t.TempDir()
			path := filepath.Join(dir, "a", "Lease.pdf")
			put(t, path, "old", 1)
			r, err := dataroom.FromDir(dir)
			g.Expect(err).NotTo(HaveOccurred())
			before := r.Documents()[0]
			_, err = before.SHA1()
			g.Expect(err).NotTo(HaveOccurred())
			tc.change(t, path)
			g.Expect(r.Rescan()).To(Succeed())
			after, ok := r.Document(before.ID)
			g.Expect(ok).To(Equal(tc.wantVersion > 0))
			if ok {
				g.Expect(after.VersionNumber).To(Equal(tc.wantVersion))
			}
		})
	}
}

func TestEditsLieOnTopOfTheFiles(t *testing.T) {
	g := NewWithT(t)
	dir := t.TempDir()
	path := filepath.Join(dir, "a", "Lease.pdf")
	put(t, path, "old", 1)
	put(t, filepath.Join(dir, "a", "Other.pdf"), "other", 1)
	r, err := dataroom.FromDir(dir)
	g.Expect(err).NotTo(HaveOccurred())
	lease, other := paths(r)["/a/Lease.pdf"][0], paths(r)["/a/Other.pdf"][0]

	g.Expect(r.NewVersion(lease.ID, dataroom.Bytes("edited"))).To(Succeed())
	g.Expect(r.DeleteDocument(other.ID, false)).To(Succeed())
	added, err := r.AddDocument(0, "New", ".txt", dataroom.Bytes("added"))
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(r.Rescan()).To(Succeed())

	edited, _ := r.Document(lease.ID)
	g.Expect(read(t, edited.Content())).To(BeEquivalentTo("edited"), "a scan keeps an edit")
	g.Expect(keys(paths(r))).To(ConsistOf("/a/Lease.pdf", "/New.txt"), "a scan keeps a deletion and an addition")
	g.Expect(added.ID).NotTo(Equal(lease.ID))
	onDisk, err := os.ReadFile(path)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(onDisk).To(BeEquivalentTo("old"), "the user's file is untouched")

	put(t, path, "saved again", 3)
	g.Expect(r.Rescan()).To(Succeed())
	saved, _ := r.Document(lease.ID)
	g.Expect(read(t, saved.Content())).To(BeEquivalentTo("saved again"))
	g.Expect(saved.VersionNumber).To(Equal(3))
}

func TestRoomsBearManyHands(t *testing.T) {
	g := NewWithT(t)
	dir := t.TempDir()
	put(t, filepath.Join(dir, "a.txt"), "a", 1)
	r, err := dataroom.FromDir(dir)
	g.Expect(err).NotTo(HaveOccurred())
	work := func() error {
		d, err := r.AddDocument(0, "n", ".txt", dataroom.Bytes("n"))
		if err != nil {
			return err
		}
		if err := errors.Join(r.NewVersion(d.ID, dataroom.Bytes("m")), r.Rescan()); err != nil {
			return err
		}
		for _, d := range r.Documents() {
			if _, err := d.SHA1(); err != nil {
				return err
			}
		}
		return nil
	}
	var hands errgroup.Group
	for range 8 {
		hands.Go(func() error {
			for range 20 {
				if err := work(); err != nil {
					return err
				}
			}
			return nil
		})
	}
	g.Expect(hands.Wait()).To(Succeed())
	g.Expect(r.Documents()).To(HaveLen(161))
}
