package historytest

import (
	"fmt"
	"slices"
	"time"
)

// sourceModel is what the operator can know of documents that are in no folder of the exchange any more.
type sourceModel struct {
	// gone were carried, and a listing that was believed lacked them.
	gone map[int64]bool
	// missing were lacking in the last listing that was not believed, which was first seen at since.
	missing string
	since   time.Time
	// unsure: a listing that was believed, or a run that was stopped, may have left behind anything.
	unsure bool
}

// checkFrozen judges whether a run has rightly taken a listing for an accident, or for the truth.
func (m *model) checkFrozen(r *ran) {
	froze := r.Failure != nil && r.Failure.Reason == vanished
	if froze && len(r.uploads) > 0 {
		m.fail("a run that froze has uploaded something")
	}
	missing, known := m.missing()
	lacking := 2*len(missing) > known
	what := fmt.Sprint(missing)
	again := m.source.missing == what
	switch {
	case !m.canTell(r):
	case froze && !lacking:
		m.fail("a run froze though %d of %d documents are missing only", len(missing), known)
	case froze && again && !r.Started.Before(m.source.since.Add(interval)):
		m.fail("a run froze though the same was missing since %s", m.source.since)
	case r.Planned && lacking && (!again || r.Ended.Before(m.source.since.Add(interval))):
		m.fail("a run went on though %d of %d documents are missing", len(missing), known)
	}
	m.noteListing(r, froze, what)
}

// canTell tells whether it is certain what the operator knows, and what a run has seen.
func (m *model) canTell(r *ran) bool {
	for _, d := range m.documents {
		if d.unknown() {
			return false
		}
	}
	return !m.source.unsure && !m.sourceLies && !m.targetLies && m.lost == 0 && !r.options.stopped()
}

// missing gives the documents that stood, were listed before, and are in no folder of the exchange any more; and how
// many stood and were listed before.
func (m *model) missing() (missing []int64, known int) {
	shown := m.w.view()
	for _, d := range m.documents {
		if len(d.places) == 0 || m.source.gone[d.id] {
			continue
		}
		known++
		if shown[d.id] == nil {
			missing = append(missing, d.id)
		}
	}
	slices.Sort(missing)
	return missing, known
}

func (m *model) noteListing(r *ran, froze bool, missing string) {
	believed := r.Planned && !r.options.dryRun
	switch {
	case m.sourceLies, r.options.stopped():
		m.source.unsure = true
	case froze && m.source.missing != missing:
		m.source.missing, m.source.since = missing, r.Started
	case believed:
		shown := m.w.view()
		for id := range m.documents {
			m.source.gone[id] = shown[id] == nil
		}
		m.source.missing, m.source.unsure = "", false
	}
}
