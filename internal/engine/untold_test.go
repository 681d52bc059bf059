package engine_test

import (
	"testing"

	"dataroom.dev/intralinks-operator/internal/simulator/control"
	"dataroom.dev/intralinks-operator/internal/simulator/dataroom"
)

// TestAVersionThatDidNotArriveIsNotTakenForTheOneBeforeIt loses a new version on its way to an instance that answers
// uploads without telling the document's id, as API v1.5 lets it: what stands there is then the old version, put
// there by the operator itself a moment ago.
func TestAVersionThatDidNotArriveIsNotTakenForTheOneBeforeIt(t *testing.T) {
	w := newWorld(t, dataroom.New(1))
	w.set(w.target, "uploadStatus", "201-empty")
	d := w.add("/A/a.txt", "first")
	first := w.run(w.job("/A"))
	w.change(d, "second")
	w.breaks(w.target, control.FaultRule{Fault: "drop-before-commit", Path: anyUpload})
	second := w.run(again(w.job("/A"), first))
	w.stands(map[string]string{"/Deal/a.txt": "second"})
	if second.NewVersions != 1 || second.Counts.Synced != 1 {
		t.Errorf("%+v", second)
	}
}
