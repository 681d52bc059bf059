package engine_test

import (
	"fmt"
	"testing"
	"time"

	"dataroom.dev/intralinks-operator/internal/engine"
	"dataroom.dev/intralinks-operator/internal/simulator/control"
)

// TestALookThatIsRefusedIsRepeatedLessAndLess: it would cost a request at each poll and bring nothing.
func TestALookThatIsRefusedIsRepeatedLessAndLess(t *testing.T) {
	for _, fault := range []string{"forbidden", "error-before-commit"} {
		t.Run(fault, func(t *testing.T) {
			w, job := imports(t, map[string]string{"tokenTTL": "2000h"}, "/A/bad.pdf")
			w.breaks(w.target, control.FaultRule{Fault: fault, Path: anyDocuments, Times: -1, Args: map[string]string{"status": "422"}})
			for _, wait := range []int{5, 10, 20, 40, 80, 160, 320, 640} {
				w.pass(time.Duration(wait)*time.Minute - time.Second)
				w.looks(job, 0)
				w.pass(time.Second)
				w.run(job)
				if n := w.asked(anyDocuments); n != 1 {
					t.Errorf("%d lists of documents", n)
				}
			}
			w.pass(1000 * time.Hour)
			w.looks(job, 0)
		})
	}
}

// TestWhatAListingMayLackIsNotAnalysed: an instance that cuts lists at 50 leaves a list of 50 in doubt.
func TestWhatAListingMayLackIsNotAnalysed(t *testing.T) {
	var paths []string
	for i := range 52 {
		paths = append(paths, fmt.Sprintf("/A/%d.txt", i))
	}
	w, job := imports(t, map[string]string{"budgetRequests": "0"}, append(paths, "/A/bad.pdf")...)
	w.set(w.target, "maxLimit", "50")
	w.pass(afterUpload)
	w.sends(w.run(job), 0, 0, engine.Counts{Listed: 53, Synced: 53})
	w.set(w.target, "maxLimit", "0")
	w.pass(2 * afterUpload)
	w.sends(w.looks(job, 1), 0, 0, engine.Counts{Listed: 53, Synced: 52, Failed: 1})
}

// TestWhatTheListsOfAStateMayLackIsNotAnalysed: more documents failed than a list holds.
func TestWhatTheListsOfAStateMayLackIsNotAnalysed(t *testing.T) {
	var paths []string
	for i := range 53 {
		paths = append(paths, fmt.Sprintf("/A/%d/bad%d.pdf", i%4, i))
	}
	w, job := imports(t, map[string]string{"budgetRequests": "0"}, paths...)
	w.set(w.target, "maxLimit", "50")
	w.pass(afterUpload)
	w.run(job)
	w.set(w.target, "maxLimit", "0")
	for range 3 { // twenty each
		w.pass(2 * afterUpload)
		w.run(job)
	}
	w.sends(w.looks(job, 0), 0, 0, engine.Counts{Listed: 53, Failed: 53})
}
