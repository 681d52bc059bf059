package engine_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"dataroom.dev/intralinks-operator/internal/engine"
	"dataroom.dev/intralinks-operator/internal/simulator/control"
	"dataroom.dev/intralinks-operator/internal/simulator/dataroom"
)

// heard is what an engine tells of documents.
type heard struct {
	mu    sync.Mutex
	lines []string
}

func (h *heard) document(claimant string, outcome engine.DocumentOutcome, bytes int64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.lines = append(h.lines, fmt.Sprintf("%s: %s, %d bytes", claimant, outcome, bytes))
}

// since gives what was heard since the last call, in order.
func (h *heard) since() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	lines := h.lines
	h.lines = nil
	slices.Sort(lines)
	return lines
}

func TestWhatBecameOfEachDocumentIsTold(t *testing.T) {
	w := newWorld(t, dataroom.New(1))
	var h heard
	w.engine = engine.New(engine.Options{Ledger: w.ledger, RetryDelay: time.Millisecond, Clock: w.clock, OnDocument: h.document})
	lease := w.add("/Contracts/lease.txt", "the lease")
	broken := w.add("/Contracts/broken.txt", "never whole")
	sealed := w.add("/Contracts/sealed.txt", "sealed")
	w.must(w.room.EditDocument(sealed.ID, func(d *dataroom.Document) { d.IRM = true }))
	w.breaks(w.source, control.FaultRule{Fault: "corrupt", Path: fmt.Sprintf("/v2/workspaces/*/documents/%d/file", broken.ID), Times: -1})
	job := w.job("/Contracts")
	tells := func(result engine.Result, reasons map[string]int64, want ...string) {
		t.Helper()
		for i := range want {
			want[i] = job.Claimant + ": " + want[i]
		}
		if got := h.since(); !slices.Equal(got, want) {
			t.Errorf("told of %q, want %q", got, want)
		}
		if fmt.Sprint(result.ProblemReasons) != fmt.Sprint(reasons) {
			t.Errorf("problems: %v, want %v", result.ProblemReasons, reasons)
		}
	}

	tells(w.run(job), map[string]int64{"HashMismatch": 1, "Protected": 1}, "failed, 0 bytes", "uploaded, 9 bytes")

	w.change(lease, "the lease, signed")
	tells(w.run(job), map[string]int64{"HashMismatch": 1, "Protected": 1}, "failed, 0 bytes", "new_version, 17 bytes")

	w.source.Control().ClearFaults()
	job.Policy.RetryNow = true
	tells(w.run(job), map[string]int64{"Protected": 1}, "uploaded, 11 bytes")
	tells(w.run(job), map[string]int64{"Protected": 1})
}
