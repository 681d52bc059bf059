package historytest

import (
	"fmt"
	"strings"
	"time"

	luminancesim "dataroom.dev/intralinks-operator/internal/simulator/luminance"
)

// mostRuns is how many runs it may take until all is as it should be, once nothing breaks any more: one that settles
// what is open, one that believes what has vanished, one that carries it, and one to spare.
const mostRuns = 4

// Reasons for which a run may end early also where nothing breaks any more: what was there before is gone; and a session
// that somebody has taken is noticed by the first call that uses it.
const vanished, notReady = "SourceVanished", "IntegrationNotReady"

// comeToRest lets nothing break any more and the operator run, a day and more between two runs, until all is as it
// should be. Then a poll must cost nothing.
func (w *world) comeToRest() {
	w.logf("nothing breaks any more")
	w.mend()
	wrong := w.settle()
	if len(wrong) > 0 {
		w.model.fail("after %d runs without a fault:\n%s", mostRuns, strings.Join(wrong, "\n"))
	}
	w.clock.Step(interval)
	w.run(runOptions{}) // looks up what Luminance made of what came last
	w.clock.Step(interval)
	r := w.run(runOptions{})
	// A document that is checked out is looked at each time: one list for each folder.
	if edited := w.countProblems(r, "BeingEdited"); r.requests > edited {
		w.model.fail("a poll without news cost %d requests", r.requests)
	}
	if wrong := w.model.wrong(r); len(wrong) > 0 {
		w.model.fail("after a poll without news:\n%s", strings.Join(wrong, "\n"))
	}
}

// settle runs until nothing is wrong, and holds what that cost against what it may.
func (w *world) settle() (wrong []string) {
	spent, most := 0, 0
	for i := range mostRuns {
		w.clock.Step(25 * time.Hour)
		lingers := w.model.lingers
		r := w.run(runOptions{})
		if f := r.Failure; f != nil && f.Reason != vanished && !lingers && (i > 0 || f.Reason != notReady) {
			w.model.fail("a run without a fault ended early: %v", f)
		}
		w.model.checkAlways()
		spent += r.requests
		most += w.model.mostRequests(r)
		wrong = w.model.wrong(r)
		if len(wrong) == 0 {
			break
		}
	}
	if spent > most {
		w.model.fail("it cost %d requests, and %d should do", spent, most)
	}
	return wrong
}

// mostRequests is what a run without a fault may cost: the Division, its folders and a list for what was carried
// before the ledger was lost; three looks at results of imports; for each document that a run carries, leaves or
// finds, a look for an open intent, one before it is sent, the upload, one after it was refused, and one into its
// content; a request for each folder. A folder that is gone costs each of those that go there one more try.
func (m *model) mostRequests(r *ran) int {
	documents := len(r.uploads) + len(r.Problems) + int(r.Adopted)
	return 3 + 3 + len(r.folders) + 5*documents + m.open()
}

// open is how many documents may have an open intent.
func (m *model) open() (n int) {
	for _, d := range m.documents {
		if len(d.sums) > 0 {
			n++
		}
	}
	return n
}

func (w *world) countProblems(r *ran, reason string) (n int) {
	for _, p := range r.Problems {
		if p.Reason == reason {
			n++
		}
	}
	return n
}

// wrong tells what is not as it should be after a run.
func (m *model) wrong(r *ran) (wrong []string) {
	if !r.Planned {
		return []string{"no run went through"}
	}
	problems := map[int64]string{}
	for _, p := range r.Problems {
		problems[p.DocumentID] = p.Reason
	}
	shown := m.w.view()
	listed := int64(0)
	for _, id := range sortedKeys(shown) {
		s := shown[id]
		if !s.listed() {
			continue
		}
		listed++
		if what := m.wrongWith(m.documents[id], s, problems[id]); what != "" {
			wrong = append(wrong, fmt.Sprintf("document %d (%s): %s", id, s.path(), what))
		}
		delete(problems, id)
	}
	for _, id := range sortedKeys(problems) {
		wrong = append(wrong, fmt.Sprintf("document %d has the problem %s, and is not listed", id, problems[id]))
	}
	if r.Counts.Listed != listed {
		wrong = append(wrong, fmt.Sprintf("%d documents are listed, the operator says %d", listed, r.Counts.Listed))
	}
	return wrong
}

// wrongWith tells what is wrong with one listed document, "" for nothing.
func (m *model) wrongWith(d *document, s *seen, problem string) string {
	for _, c := range []struct {
		holds  bool
		reason string
	}{
		{s.orphaned, "Orphaned"}, {s.Placeholder(), "Placeholder"}, {s.IRM, "Protected"},
	} {
		if c.holds && problem != c.reason {
			return fmt.Sprintf("it should be %s, and is %q", c.reason, problem)
		}
		if c.holds {
			return ""
		}
	}
	switch problem {
	case "NameConflict":
		return m.wrongConflict(d, s)
	case "BeingEdited":
		return m.wrongDraft(d)
	case "", "ImportFailed":
		return m.wrongStanding(d, s, problem)
	}
	return "it should stand, and has the problem " + problem
}

// wanted is the content that should stand.
func (m *model) wanted(d *document) string {
	if m.w.settings.IgnoreNewVersions && d.carried != "" {
		return d.carried
	}
	return d.newest()
}

// wrongStanding judges a document that the operator takes for carried.
func (m *model) wrongStanding(d *document, s *seen, problem string) string {
	wanted, complaint := m.wanted(d), ""
	// After the ledger was lost there may be several, of which the operator knows the one that it sent last.
	for _, at := range m.standingOf(d) {
		stands := m.active(at)
		if stands.SHA1 != wanted || m.w.settings.CopyRenamed && m.lost == 0 && !s.fits(at) {
			continue
		}
		// The result is looked up once: an answer that lied then is not found out.
		if failed := stands.State == "import_failure"; failed == (problem == "ImportFailed") || m.targetLies {
			return ""
		}
		complaint = fmt.Sprintf("its import is %s, and its problem %q", stands.State, problem)
	}
	if complaint != "" {
		return complaint
	}
	if d.removed == wanted {
		return "" // a person has taken it away, and it is not to come back by itself
	}
	if m.lost > 0 && m.shares(d) && (d.mistaken || m.mistaken(d, s)) {
		return "" // another one that had its name is taken for it, as far as times tell
	}
	return fmt.Sprintf("content %.8s should stand, and does not", wanted)
}

// clockTolerance is what the operator allows for between the clocks of the two services.
const clockTolerance = 15 * time.Minute

// mistaken tells whether another document of the exchange stands where this one could, and was put there when this
// one existed already.
func (m *model) mistaken(d *document, s *seen) bool {
	for v, other := range m.standing {
		if other.ByService && !replaced(&other) && m.owner[other.SHA1] != d.id && s.fits(placeOf(&other)) &&
			!s.Created.After(m.since[v].Add(clockTolerance)) {
			return true
		}
	}
	return false
}

// wrongConflict judges a document whose name somebody else is said to have.
func (m *model) wrongConflict(d *document, s *seen) string {
	for _, v := range m.standing.inOrder() {
		other := m.standing[v]
		if replaced(&other) || !m.foreignTo(d, &other) {
			continue
		}
		for _, at := range d.places {
			if at == placeOf(&other) {
				return ""
			}
		}
		if s.fits(placeOf(&other)) {
			return ""
		}
	}
	return "its name is said to be taken, and is not"
}

// foreignTo tells whether the operator may take a document for somebody else's: it is, or the ledger that knew
// better was lost.
func (m *model) foreignTo(d *document, other *luminancesim.Stored) bool {
	return !other.ByService || m.owner[other.SHA1] != d.id && m.lost > 0
}

// wrongDraft judges a document that somebody is said to edit. After the ledger was lost, times and bytes may not have
// told that it is the version of now.
func (m *model) wrongDraft(d *document) string {
	for _, at := range m.standingOf(d) {
		if stands := m.active(at); stands.VersionState == "draft" && (stands.SHA1 != m.wanted(d) || m.lost > 0) {
			return ""
		}
	}
	return "somebody is said to edit it, and nobody does"
}
