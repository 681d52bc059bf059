package engine_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"dataroom.dev/intralinks-operator/internal/engine"
	"dataroom.dev/intralinks-operator/internal/simulator/dataroom"
)

// long is so long that what changed before an upload did so for certain.
const long = 2 * time.Hour

// TestALostLedgerIsRebuiltWithoutAnUpload costs a token, the Division, its folders and its documents.
func TestALostLedgerIsRebuiltWithoutAnUpload(t *testing.T) {
	w := newWorld(t, dataroom.New(1))
	stands := w.fills("/A/a.txt", "/A/b.pdf", "/A/B/a.txt", "/A/B/C/c.txt", "/A/B: D/d?.txt")
	stands["/Deal/B_ D/d_.txt"] = stands["/Deal/B: D/d?.txt"]
	delete(stands, "/Deal/B: D/d?.txt")
	w.pass(long)
	first := w.run(w.job("/A"))
	w.stands(stands)

	w.loseLedger()
	w.requests(w.target)
	rebuilt := w.run(w.job("/A"))
	w.sends(rebuilt, 0, 0, first.Counts)
	if n := w.requests(w.target); rebuilt.Adopted != 5 || n != 4 || rebuilt.Bytes != first.Bytes {
		t.Errorf("adopted %d with %d requests, %d bytes of %d", rebuilt.Adopted, n, rebuilt.Bytes, first.Bytes)
	}
	after := w.run(again(w.job("/A"), rebuilt))
	w.sends(after, 0, 0, first.Counts)
	if after.Adopted != 0 {
		t.Errorf("adopted %d once more", after.Adopted)
	}
	w.stands(stands)
	w.once()
}

func TestALostLedgerIsRebuiltWithTwoOfOneName(t *testing.T) {
	w := newWorld(t, dataroom.New(1))
	w.add("/A/NDA.pdf", "one")
	second := w.add("/A/NDA.pdf", "two")
	third := w.add("/A/nda.PDF", "three")
	w.pass(long)
	first := w.run(w.job("/A"))
	w.loseLedger()
	w.requests(w.target)
	rebuilt := w.run(w.job("/A"))
	w.sends(rebuilt, 0, 0, first.Counts)
	if n := w.requests(w.target); n != 4 {
		t.Errorf("%d requests", n)
	}
	w.change(second, "two, again")
	w.sends(w.run(again(w.job("/A"), rebuilt)), 0, 1, first.Counts)
	w.stands(map[string]string{
		"/Deal/NDA.pdf": "one",
		fmt.Sprintf("/Deal/NDA (%d).pdf", second.ID): "two, again",
		fmt.Sprintf("/Deal/nda (%d).PDF", third.ID):  "three",
	})
}

// TestTheBytesTellWhoseAPlainNameIs: the first of two documents of one name was never carried, so the second got
// the plain name. Nothing but the bytes tells that once the ledger is lost.
func TestTheBytesTellWhoseAPlainNameIs(t *testing.T) {
	w := newWorld(t, dataroom.New(1))
	sealed := w.add("/A/NDA.pdf", "sealed")
	w.must(w.room.EditDocument(sealed.ID, func(d *dataroom.Document) { d.IRM = true }))
	w.add("/A/NDA.pdf", "open")
	w.pass(long)
	w.run(w.job("/A"))
	w.stands(map[string]string{"/Deal/NDA.pdf": "open"})

	w.loseLedger()
	w.sends(w.run(w.job("/A")), 0, 0, engine.Counts{Listed: 2, Synced: 1, Skipped: 1})
	w.must(w.room.EditDocument(sealed.ID, func(d *dataroom.Document) { d.IRM = false }))
	w.sends(w.run(w.job("/A")), 1, 0, engine.Counts{Listed: 2, Synced: 2})
	w.stands(map[string]string{"/Deal/NDA.pdf": "open", fmt.Sprintf("/Deal/NDA (%d).pdf", sealed.ID): "sealed"})
}

func TestWhatChangedWhileTheLedgerWasLostIsANewVersion(t *testing.T) {
	w := newWorld(t, dataroom.New(1))
	changed := w.add("/A/changed.txt", "first")
	w.fills("/A/kept.txt")
	w.pass(long)
	first := w.run(w.job("/A"))
	w.loseLedger()
	w.change(changed, "second")
	w.add("/A/new.txt", "new")
	rebuilt := w.run(w.job("/A"))
	w.sends(rebuilt, 1, 1, engine.Counts{Listed: 3, Synced: 3})
	if rebuilt.Adopted != 2 {
		t.Errorf("adopted %d", rebuilt.Adopted)
	}
	stands := map[string]string{"/Deal/changed.txt": "second", "/Deal/kept.txt": "/A/kept.txt", "/Deal/new.txt": "new"}
	w.stands(stands)
	w.sends(w.run(again(w.job("/A"), first)), 0, 0, engine.Counts{Listed: 3, Synced: 3})
	w.stands(stands)
	if all := w.target.Documents(true); len(all) != 4 {
		t.Errorf("%d versions stand", len(all))
	}
}

// TestTheBytesTellWhatTheTimesDoNot: what changed less than an hour before it was carried may have changed after.
func TestTheBytesTellWhatTheTimesDoNot(t *testing.T) {
	w := newWorld(t, dataroom.New(1))
	old := w.add("/A/old.txt", "old")
	w.pass(long)
	fresh := w.add("/A/fresh.txt", "fresh")
	w.pass(30 * time.Minute)
	first := w.run(w.job("/A"))
	w.loseLedger()
	w.requests(w.target)
	w.sends(w.run(w.job("/A")), 0, 0, first.Counts)
	if n := w.asked(anyDownload); n != 1 {
		t.Errorf("%d downloads", n)
	}
	for _, d := range []*dataroom.Document{old, fresh} {
		if r := w.record(again(w.job("/A"), first), d); r.Standing.Version != 1 || r.Standing.Hash == "" || r.Standing.Size != d.Size() {
			t.Errorf("recorded as %+v", *r.Standing)
		}
	}
}

// TestWhatMayNotBeDownloadedIsSentAgainAsANewVersion, and not beside what stands.
func TestWhatMayNotBeDownloadedIsSentAgainAsANewVersion(t *testing.T) {
	w := newWorld(t, dataroom.New(1))
	stands := w.fills("/A/fresh.txt")
	first := w.run(w.job("/A"))
	w.loseLedger()
	w.set(w.target, "permissions", "preview")
	w.sends(w.run(w.job("/A")), 0, 1, first.Counts)
	w.stands(stands)
	w.sends(w.run(again(w.job("/A"), first)), 0, 0, first.Counts)
}

func TestWhatStandsOfAPersonIsNotAdopted(t *testing.T) {
	w := newWorld(t, dataroom.New(1))
	w.fills("/A/a.txt", "/A/b.txt")
	w.pass(long)
	first := w.run(w.job("/A"))
	for _, d := range w.target.Documents(false) {
		if d.Name == "a.txt" {
			w.must(w.target.PersonDeletes(d.ID))
		}
	}
	for _, name := range []string{"a.txt", "B.TXT"} { // the second has ours beside it
		_, err := w.target.PersonUploads(corporate, "/Deal/"+name, []byte("theirs"))
		w.must(err)
	}
	w.loseLedger()
	w.requests(w.target)
	rebuilt := w.run(again(w.job("/A"), first))
	w.sends(rebuilt, 0, 0, engine.Counts{Listed: 2, Synced: 1, Failed: 1})
	// A token, the folders, the documents; an upload that is refused, and a look why.
	if n := w.requests(w.target); n != 5 {
		t.Errorf("%d requests", n)
	}
	if rebuilt.Adopted != 1 || problems(rebuilt)["a.txt"] != "NameConflict" {
		t.Errorf("adopted %d, problems %v", rebuilt.Adopted, rebuilt.Problems)
	}
	w.stands(map[string]string{"/Deal/a.txt": "theirs", "/Deal/b.txt": "/A/b.txt", "/Deal/B.TXT": "theirs"})
}

// TestADamagedLedgerIsSetAsideAndRebuilt, and the file stays for whoever can still read it.
func TestADamagedLedgerIsSetAsideAndRebuilt(t *testing.T) {
	w := newWorld(t, dataroom.New(1))
	stands := w.fills("/A/a.txt", "/A/B/b.txt")
	w.pass(long)
	first := w.run(w.job("/A"))
	w.must(w.ledger.Close())
	content, err := os.ReadFile(w.ledgerFile)
	w.must(err)
	copy(content[4<<10:8<<10], strings.Repeat("rubbish!", 512))
	w.must(os.WriteFile(w.ledgerFile, content, 0o600))

	w.ledger = nil
	w.restart()
	if kept, err := os.ReadFile(w.ledger.SetAside); err != nil || string(kept) != string(content) {
		t.Errorf("set aside at %q: %v", w.ledger.SetAside, err)
	}
	rebuilt := w.run(w.job("/A"))
	w.sends(rebuilt, 0, 0, first.Counts)
	if rebuilt.Adopted != 2 {
		t.Errorf("adopted %d", rebuilt.Adopted)
	}
	w.stands(stands)
	w.once()
}
