package crashtest

import (
	"fmt"
	"time"

	"dataroom.dev/intralinks-operator/internal/simulator/dataroom"
)

// scenario gives the next process of a world something to do.
type scenario func(w *world)

var scenarios = map[string]scenario{
	"heron": heron, "beginning": beginning, "untold": untold, "copied": copied, "lost": lost,
}

// heron is a data room after its first sync: one document has a new version, and there are new folders in each other,
// small and large documents, two of one name, an empty one, and one whose name a person has used.
func heron(w *world) {
	lease := w.add("/Contracts/lease.txt", dataroom.Bytes("the first version"))
	w.personUploads("/theirs.txt", "theirs")
	w.personUploads(destination+"/Contracts/theirs.txt", "theirs too")
	w.live(nil)

	w.must(w.room.NewVersion(lease.ID, dataroom.Noise(2, 9<<10)))
	w.want[destination+"/Contracts/lease.txt"] = wanted{dataroom.Noise(2, 9<<10), 2}
	w.add("/Contracts/2026/Annexes/annex.bin", dataroom.Noise(3, 90<<10))
	first := dataroom.Noise(4, 9<<10)
	w.add("/Contracts/2026/NDA.pdf", first)
	second := w.add("/Contracts/2026/NDA.pdf", dataroom.Bytes("of the same name"))
	w.want[fmt.Sprintf("%s/Contracts/2026/NDA (%d).pdf", destination, second.ID)] = wanted{dataroom.Bytes("of the same name"), 1}
	w.want[destination+"/Contracts/2026/NDA.pdf"] = wanted{first, 1}
	w.add("/Board/empty.txt", dataroom.Bytes(""))
	taken := w.add("/Contracts/theirs.txt", dataroom.Bytes("ours"))
	delete(w.want, destination+"/Contracts/theirs.txt")
	w.conflicts[taken.ID] = true
}

// beginning is a data room that no process has seen yet.
func beginning(w *world) {
	w.personUploads(destination+"/theirs.txt", "theirs")
	w.add("/Contracts/lease.txt", dataroom.Noise(1, 9<<10))
	w.add("/Contracts/2026/annex.txt", dataroom.Bytes("an annex"))
}

// trio is a data room with a small document, a large one, and a new version of one that stands.
func trio(w *world) {
	w.personUploads(destination+"/Contracts/theirs.txt", "theirs")
	lease := w.add("/Contracts/lease.txt", dataroom.Bytes("the first version"))
	w.live(nil)
	w.must(w.room.NewVersion(lease.ID, dataroom.Noise(2, 9<<10)))
	w.want[destination+"/Contracts/lease.txt"] = wanted{dataroom.Noise(2, 9<<10), 2}
	w.add("/Contracts/2026/annex.bin", dataroom.Noise(3, 90<<10))
	w.add("/Contracts/2026/NDA.pdf", dataroom.Noise(4, 9<<10))
}

// untold is a data room whose documents Luminance gives no ids of when it takes them, which API v1.5 lets it do.
func untold(w *world) {
	w.set("uploadStatus", "201-empty")
	trio(w)
}

// copied is a data room in which documents that stand were renamed, one of them with a new version, and are to be
// carried once more under their new names.
func copied(w *world) {
	w.policy.CopyRenamed = true
	lease := w.add("/Contracts/lease.txt", dataroom.Noise(1, 9<<10))
	annex := w.add("/Contracts/annex.txt", dataroom.Bytes("an annex"))
	w.live(nil)
	for _, d := range []*dataroom.Document{lease, annex} {
		w.must(w.room.EditDocument(d.ID, func(d *dataroom.Document) { d.Name += " of 2026" }))
	}
	w.must(w.room.NewVersion(annex.ID, dataroom.Bytes("another annex")))
	w.want[destination+"/Contracts/lease of 2026.txt"] = wanted{dataroom.Noise(1, 9<<10), 1}
	w.want[destination+"/Contracts/annex of 2026.txt"] = wanted{dataroom.Bytes("another annex"), 1}
}

// lost is a data room whose ledger was lost after its first sync. One document has a new version since, one is new,
// and one has a name that a person has used.
func lost(w *world) {
	w.personUploads(destination+"/Contracts/theirs.txt", "theirs")
	lease := w.add("/Contracts/lease.txt", dataroom.Bytes("the first version"))
	w.add("/Contracts/2026/annex.bin", dataroom.Noise(3, 90<<10))
	w.add("/Contracts/2026/empty.txt", dataroom.Bytes(""))
	w.live(nil)
	w.ledger = w.newLedger()
	w.time.leap(time.Hour) // with the ledger went what was sent of the allowance
	w.must(w.room.NewVersion(lease.ID, dataroom.Noise(2, 9<<10)))
	w.want[destination+"/Contracts/lease.txt"] = wanted{dataroom.Noise(2, 9<<10), 2}
	w.add("/Contracts/NDA.pdf", dataroom.Noise(4, 9<<10))
	taken := w.add("/Contracts/theirs.txt", dataroom.Bytes("ours"))
	delete(w.want, destination+"/Contracts/theirs.txt")
	w.conflicts[taken.ID] = true
}
