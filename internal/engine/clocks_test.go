package engine_test

import (
	"testing"

	"dataroom.dev/intralinks-operator/internal/simulator/control"
	"dataroom.dev/intralinks-operator/internal/simulator/dataroom"
)

// wrongClocks are how far an instance's clock may be off.
var wrongClocks = []string{"3h", "-3h"}

func TestALostAnswerIsRecognisedThoughTheInstancesClockIsWrong(t *testing.T) {
	for _, skew := range wrongClocks {
		t.Run(skew, func(t *testing.T) {
			w := newWorld(t, dataroom.New(1))
			w.set(w.target, "clockSkew", skew)
			w.add("/A/a.txt", "a")
			w.loses()
			result := w.run(w.job("/A"))
			w.stands(map[string]string{"/Deal/a.txt": "a"})
			w.once()
			if result.Counts.Synced != 1 || result.Uploaded != 1 {
				t.Errorf("%+v, problems %v", result.Counts, result.Problems)
			}
		})
	}
}

// TestALostAnswerIsRecognisedWhereNoAnswerCameBefore: the upload is the first request of a process, so the
// instance's clock is not known when it begins.
func TestALostAnswerIsRecognisedWhereNoAnswerCameBefore(t *testing.T) {
	for _, skew := range wrongClocks {
		t.Run(skew, func(t *testing.T) {
			w := newWorld(t, dataroom.New(1))
			w.set(w.target, "clockSkew", skew)
			w.add("/A/a.txt", "a")
			first := w.run(w.job("/A"))
			w.restart()
			w.add("/A/b.txt", "b")
			w.loses()
			result := w.run(again(w.job("/A"), first))
			w.stands(map[string]string{"/Deal/a.txt": "a", "/Deal/b.txt": "b"})
			w.once()
			if result.Counts.Synced != 2 || result.Uploaded != 1 {
				t.Errorf("%+v, problems %v", result.Counts, result.Problems)
			}
		})
	}
}

func TestAnIntentIsSettledAfterARestartThoughTheInstancesClockIsWrong(t *testing.T) {
	for _, skew := range wrongClocks {
		t.Run(skew, func(t *testing.T) {
			w := newWorld(t, dataroom.New(1))
			w.set(w.target, "clockSkew", skew)
			w.add("/A/a.txt", "a")
			w.loses()
			w.breaks(w.target, control.FaultRule{Fault: "error-before-commit", Path: anyDocuments, Times: -1})
			if result := w.engine.Run(t.Context(), w.job("/A"), nil); result.Counts.Failed != 1 {
				t.Fatalf("%+v", result)
			}
			w.target.Control().ClearFaults()
			w.restart()
			result := w.run(w.job("/A"))
			w.stands(map[string]string{"/Deal/a.txt": "a"})
			w.once()
			if result.Counts.Synced != 1 || result.Uploaded != 0 {
				t.Errorf("%+v, problems %v", result.Counts, result.Problems)
			}
		})
	}
}

func TestALostLedgerIsRebuiltThoughTheInstancesClockIsWrong(t *testing.T) {
	for _, skew := range wrongClocks {
		t.Run(skew, func(t *testing.T) {
			w := newWorld(t, dataroom.New(1))
			w.set(w.target, "clockSkew", skew)
			d := w.add("/A/a.txt", "first")
			w.run(w.job("/A"))
			w.change(d, "second") // of what stands, an hour and more before by the instance's clock, or after
			w.loseLedger()
			result := w.run(w.job("/A"))
			w.stands(map[string]string{"/Deal/a.txt": "second"})
			if result.Adopted != 1 || result.NewVersions != 1 || result.Uploaded != 0 {
				t.Errorf("%+v", result)
			}
		})
	}
}
