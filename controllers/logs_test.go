package controllers_test

import (
	"slices"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
)

// atDefaultLevel are the log's lines that --log-level=info shows.
func atDefaultLevel(lines []string) (shown []string) {
	for _, line := range lines {
		if strings.Contains(line, `"level"=0`) || !strings.Contains(line, `"level"=`) {
			shown = append(shown, line)
		}
	}
	return shown
}

func TestAPollWithoutNewsLogsNothing(t *testing.T) {
	w, s := synced(t)
	before := len(w.hush.log())
	w.intervalPasses(contracts)
	s = w.settlesAfter(contracts, s.Status.LastSync.RunID, "True", v1alpha1.SyncedReason)

	lines := w.hush.log()[before:]
	w.Expect(lines).To(ContainElement(ContainSubstring(s.Status.LastSync.RunID)), "at debug it is there")
	w.Expect(atDefaultLevel(lines)).To(BeEmpty())
}

func TestARunIDJoinsTheLinesOfARun(t *testing.T) {
	w := newWorld(t)
	w.add("/Contracts/Heronlease.txt", "the lease")
	w.createAll()
	s := w.settles(contracts, "True", v1alpha1.SyncedReason)
	run := `"run"="` + s.Status.LastSync.RunID + `"`

	var lines []string
	for _, line := range w.hush.log() {
		if strings.Contains(line, run) {
			lines = append(lines, line)
		}
	}
	for _, words := range []string{`"run started"`, `"operation"="ListDocuments"`, `"operation"="DownloadDocument"`, `"operation"="Upload"`, `"run ended"`} {
		w.Expect(lines).To(ContainElement(ContainSubstring(words)))
	}
	w.Expect(atDefaultLevel(lines)).To(HaveLen(1), "it carried something, and one line says so")
	w.Expect(slices.ContainsFunc(lines, func(line string) bool { return strings.Contains(line, "Heronlease") })).To(BeFalse())
}
