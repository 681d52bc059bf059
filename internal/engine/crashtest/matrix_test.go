package crashtest

import (
	"fmt"
	"testing"

	"dataroom.dev/intralinks-operator/internal/crashpoint"
	"dataroom.dev/intralinks-operator/internal/simulator/dataroom"
)

// scenario gives the next process of a world something to do.
type scenario func(w *world)

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

// points are all that a process can die at in a scenario.
func (s scenario) points(t *testing.T) (points []crashpoint.Point, names []string) {
	t.Helper()
	w := newWorld(t)
	s(w)
	steps, died := w.live(nil)
	if died {
		t.Fatal("the process died of itself")
	}
	for i, step := range steps {
		for _, flavour := range step.Flavours {
			points = append(points, crashpoint.Point{Step: i, Flavour: flavour})
			names = append(names, fmt.Sprintf("%03d %s, %s", i, step.Name, flavour))
		}
	}
	return points, names
}

// untold is a data room whose documents Luminance gives no ids of when it takes them, which API v1.5 lets it do.
func untold(w *world) {
	w.set("uploadStatus", "201-empty")
	trio(w)
}

func TestACrashAtAnyStepLosesAndDoublesNothing(t *testing.T) {
	for name, s := range map[string]scenario{"heron": heron, "beginning": beginning, "untold": untold} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			points, names := s.points(t)
			for i, at := range points {
				t.Run(names[i], func(t *testing.T) {
					w := newWorld(t)
					s(w)
					w.crash(at)
					w.recover()
				})
			}
		})
	}
}
