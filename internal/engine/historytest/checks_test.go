package historytest

import (
	"cmp"
	"maps"
	"slices"

	"dataroom.dev/intralinks-operator/internal/simulator/dataroom"
	luminancesim "dataroom.dev/intralinks-operator/internal/simulator/luminance"
)

// operatorRan holds what a run has changed in Luminance against what it may change.
func (m *model) operatorRan(r *ran) {
	m.checkFrozen(r)
	before, folders := m.standing, m.folders
	m.standing, m.folders = m.look()
	m.noteSource()
	taken := m.noteTaken(r)
	for _, v := range before.inOrder() {
		d := before[v]
		now, there := m.standing[v]
		switch {
		case !there:
			m.fail("%s is gone", show(&d))
		case !replaced(&d) && replaced(&now):
			m.checkReplaced(&d, taken)
		case d.VersionState != now.VersionState:
			m.fail("%s has become %s", show(&d), now.VersionState)
		}
	}
	for _, v := range m.standing.inOrder() {
		if d := m.standing[v]; !before.has(v) {
			m.checkNew(r, v, &d)
		}
	}
	for _, id := range sortedKeys(m.folders) {
		if _, known := folders[id]; !known {
			m.checkFolder(r, id)
		}
	}
	m.noteAcknowledged(r)
}

// noteSource takes in where a run has found each document.
func (m *model) noteSource() {
	shown := m.w.view()
	for _, d := range m.documents {
		s := shown[d.id]
		if s == nil || !s.carriable() {
			d.missed = true
			continue
		}
		if path := s.path(); d.sourcePath != path {
			if d.sourcePath != "" {
				d.paths++
			}
			d.sourcePath = path
		}
		d.mistaken = d.mistaken || m.lost > 0 && m.mistaken(d, s)
		d.twins = d.twins || slices.ContainsFunc(s.folders, func(f *dataroom.Folder) bool { return m.isTwin(f.ID) })
	}
}

// noteTaken tells the places where somebody has deleted what was uploaded, at once.
func (m *model) noteTaken(r *ran) (taken map[place]bool) {
	taken = map[place]bool{}
	for _, u := range r.uploads {
		at := place{m.folders[u.folder].Path, u.name}
		d := m.documents[m.owner[u.sha1]]
		if !m.removers || d == nil || !u.taken() || m.stands(at, u.sha1) {
			continue
		}
		taken[at] = true
		d.carried, d.removed = u.sha1, u.sha1
		d.addPlace(at)
	}
	return taken
}

// noteAcknowledged takes in of what the operator was told that it stands.
func (m *model) noteAcknowledged(r *ran) {
	for _, u := range r.uploads {
		at := place{m.folders[u.folder].Path, u.name}
		d := m.documents[m.owner[u.sha1]]
		if d != nil && u.answered() && !r.options.stopped() && (m.removers || m.stands(at, u.sha1)) {
			elsewhere := slices.ContainsFunc(m.standingOf(d), func(p place) bool { return p != at })
			d.mislaid = d.mislaid || m.targetLies && !d.acknowledged && elsewhere
			d.acknowledged = true
		}
	}
}

func (m *model) stands(at place, sum string) bool {
	for _, d := range m.standing {
		if placeOf(&d) == at && d.SHA1 == sum {
			return true
		}
	}
	return false
}

func (d *document) addPlace(p place) {
	if !slices.Contains(d.places, p) {
		d.places = append(d.places, p)
	}
}

// checkReplaced judges that a version which stood before a run is an older one after it.
func (m *model) checkReplaced(old *luminancesim.Stored, taken map[place]bool) {
	if !old.ByService {
		m.fail("%s, which a person put there, was replaced", show(old))
	}
	if old.VersionState == "draft" {
		m.fail("%s was replaced while somebody had it checked out", show(old))
	}
	next := m.active(placeOf(old))
	owner := m.documents[m.owner[old.SHA1]]
	switch {
	case next == nil && taken[placeOf(old)]:
	case next == nil:
		m.fail("%s was replaced, and nothing stands there now", show(old))
	case !next.ByService && m.strangers:
		m.takenAway(old.SHA1)
	case !next.ByService:
		m.fail("%s was replaced by a person", show(old))
	case m.owner[next.SHA1] != owner.id && m.sure(owner):
		m.fail("%s was replaced by another document: %s", show(old), show(next))
	}
}

// active gives what stands at a place, nil where nothing does.
func (m *model) active(at place) *luminancesim.Stored {
	for _, d := range m.standing {
		if placeOf(&d) == at && !replaced(&d) {
			return &d
		}
	}
	return nil
}

// checkNew judges what stands after a run and did not before.
func (m *model) checkNew(r *ran, v version, d *luminancesim.Stored) {
	if !d.ByService {
		if !m.strangers {
			m.fail("%s is new, and nobody uploaded it", show(d))
		}
		return
	}
	owner := m.documents[m.owner[d.SHA1]]
	if owner == nil {
		m.fail("%s has a content that no document of the exchange ever had", show(d))
		return
	}
	shown := m.w.view()[owner.id]
	switch {
	case r.options.dryRun:
		m.fail("a dry run has uploaded %s", show(d))
	case shown == nil || !shown.carriable():
		m.fail("document %d was carried to %s though it is not to be", owner.id, show(d))
	case owner.newest() != d.SHA1:
		m.fail("an older content of document %d was carried to %s", owner.id, show(d))
	}
	m.checkOnce(v, d)
	m.checkPlace(owner, shown, placeOf(d))
	owner.carried, owner.removed = d.SHA1, ""
}

// checkOnce judges a new version by the one before it.
func (m *model) checkOnce(v version, d *luminancesim.Stored) {
	v.number--
	if m.standing.has(v) && m.lost == 0 && !m.targetLies {
		m.fail("%s was sent twice", show(d))
	}
}

// checkPlace judges where a document was carried to.
func (m *model) checkPlace(d *document, shown *seen, at place) {
	if slices.Contains(d.places, at) {
		if m.w.settings.IgnoreNewVersions && d.acknowledged && d.carried != "" && m.sure(d) {
			m.fail("document %d was carried to %v again, though new versions are ignored", d.id, at)
		}
		return
	}
	// Without the ledger's names, one that differs in case only may be taken for the document's.
	if !shown.fits(at) && (m.lost == 0 || !shown.mayStandIn(at.folder)) {
		m.fail("document %d, which is at %s, was carried to %v", d.id, shown.path(), at)
	}
	switch {
	case len(d.places) == 0, !m.sure(d), d.unknown():
	case !m.w.settings.CopyRenamed:
		m.fail("document %d was carried to %v, and to %v before", d.id, at, d.places)
	case len(d.places) > d.paths:
		m.fail("document %d was carried to %v, and to %v before, though it was renamed or moved %d times only", d.id, at, d.places, d.paths)
	}
	d.addPlace(at)
}

// checkFolder judges a folder that a run has made.
func (m *model) checkFolder(r *ran, id int64) {
	f := m.folders[id]
	if r.options.dryRun {
		m.fail("a dry run has made folder %s", f.Path)
	}
	for _, other := range m.folders {
		if other.ID != id && other.State == f.State && other.Path == f.Path && other.Moniker == f.Moniker {
			m.fail("folder %s was made a second time", f.Path)
		}
	}
	r.folders = append(r.folders, f.Path)
}

// checkAlways judges what must hold after every step.
func (m *model) checkAlways() {
	for _, d := range m.documents {
		most := 1
		if m.w.settings.CopyRenamed {
			most = len(d.places)
		}
		if n := len(m.standingOf(d)); n > most && m.sure(d) {
			m.fail("document %d stands %d times: %v", d.id, n, m.standingOf(d))
		}
	}
	for _, request := range m.w.target.Control().Requests() {
		if request.Method != "GET" && request.Method != "POST" {
			m.fail("%s %s was sent", request.Method, request.Path)
		}
	}
	if refused := m.w.target.Usage().Refused; refused != 0 {
		m.fail("the allowance was crossed %d times", refused)
	}
}

// standingOf are the places where a document stands.
func (m *model) standingOf(d *document) (places []place) {
	for _, v := range m.standing.inOrder() {
		if s := m.standing[v]; s.ByService && !replaced(&s) && m.owner[s.SHA1] == d.id {
			places = append(places, placeOf(&s))
		}
	}
	return places
}

func (m *model) fail(format string, args ...any) {
	m.w.show()
	m.w.t.Fatalf(format, args...)
}

// inOrder gives what Luminance holds by its id.
func (h held) inOrder() []version {
	return slices.SortedFunc(maps.Keys(h), func(a, b version) int { return cmp.Compare(h[a].ID, h[b].ID) })
}
