package engine_test

import (
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"dataroom.dev/intralinks-operator/internal/simulator/control"
	"dataroom.dev/intralinks-operator/internal/simulator/dataroom"
)

// A document that is read to its end and then is not what was listed is not read again at each poll: the second
// failure waits half an hour, and each one after it twice as long, up to a day. Whoever asks does not wait, and
// neither does a new version.
func TestWhatIsReadForNothingIsReadEverLessOften(t *testing.T) {
	g := NewWithT(t)
	w := newWorld(t, dataroom.New(1))
	w.set(w.target, "budgetRequests", "0")
	d := w.add("/A/a.bin", "content")
	w.breaks(w.source, control.FaultRule{Fault: "corrupt", Path: anyFile, Times: -1})
	job := w.job("/A")
	poll := func(after time.Duration) int {
		t.Helper()
		w.pass(after)
		before := countOf(w.source, anyFile)
		result := w.run(job)
		job = again(job, result)
		g.Expect(problems(result)).To(HaveKeyWithValue("a.bin", "HashMismatch"))
		return countOf(w.source, anyFile) - before
	}
	g.Expect(poll(0)).To(Equal(1))
	g.Expect(poll(15 * time.Minute)).To(Equal(1))
	for _, wait := range []time.Duration{
		30 * time.Minute, time.Hour, 2 * time.Hour, 4 * time.Hour, 8 * time.Hour, 16 * time.Hour, 24 * time.Hour, 24 * time.Hour,
	} {
		g.Expect(poll(wait - time.Minute)).To(BeZero())
		g.Expect(poll(time.Minute)).To(Equal(1))
	}
	job.Policy.RetryNow = true
	g.Expect(poll(time.Minute)).To(Equal(1))
	job.Policy.RetryNow = false
	w.change(d, "new content")
	g.Expect(poll(time.Minute)).To(Equal(1))
	g.Expect(poll(time.Minute)).To(Equal(1), "a failure of another version counts for nothing")
	g.Expect(poll(time.Minute)).To(BeZero())
}
