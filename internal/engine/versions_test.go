package engine_test

import (
	"testing"
	"time"

	"dataroom.dev/intralinks-operator/internal/simulator/control"
	"dataroom.dev/intralinks-operator/internal/simulator/dataroom"
)

// TestALostVersionIsNotMistakenForTheOneBefore, which stands there for a minute, and whose id Luminance never told.
func TestALostVersionIsNotMistakenForTheOneBefore(t *testing.T) {
	for _, answer := range []string{"200", "201-empty"} {
		t.Run(answer, func(t *testing.T) {
			w := newWorld(t, dataroom.New(1))
			w.set(w.target, "uploadStatus", answer)
			d := w.add("/A/a.txt", "first")
			first := w.run(w.job("/A"))
			w.pass(time.Minute)
			w.change(d, "second")
			w.breaks(w.target, control.FaultRule{Fault: "drop-before-commit", Path: anyUpload, Times: 3})
			if result := w.engine.Run(t.Context(), again(w.job("/A"), first), nil); result.Counts.Failed != 1 {
				t.Fatalf("%+v", result)
			}
			w.stands(map[string]string{"/Deal/a.txt": "first"})
			w.run(again(w.job("/A"), first))
			w.stands(map[string]string{"/Deal/a.txt": "second"})
		})
	}
}

// TestANewVersionReplacesNoPersonsVersion, whatever Luminance told of ours and however it numbers versions.
func TestANewVersionReplacesNoPersonsVersion(t *testing.T) {
	for _, answer := range []string{"200", "201-empty"} {
		for _, ids := range []string{"new", "kept"} {
			t.Run(answer+"/"+ids, func(t *testing.T) {
				w := newWorld(t, dataroom.New(1))
				w.set(w.target, "uploadStatus", answer)
				w.set(w.target, "idOnReplace", ids)
				d := w.add("/A/a.txt", "first")
				first := w.run(w.job("/A"))
				_, err := w.target.PersonUploads(corporate, "/Deal/a.txt", []byte("theirs"))
				w.must(err)
				w.change(d, "second")
				if result := w.run(again(w.job("/A"), first)); problems(result)["a.txt"] != "NameConflict" {
					t.Errorf("problems %v", result.Problems)
				}
				w.stands(map[string]string{"/Deal/a.txt": "theirs"})
			})
		}
	}
}
