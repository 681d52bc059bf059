package historytest

import (
	"cmp"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"dataroom.dev/intralinks-operator/internal/naming"
	"dataroom.dev/intralinks-operator/internal/simulator/dataroom"
	luminancesim "dataroom.dev/intralinks-operator/internal/simulator/luminance"
)

const emptySHA1 = "da39a3ee5e6b4b0d3255bfef95601890afd80709"

// model is what can be known of a history without looking into the operator.
type model struct {
	w         *world
	documents map[int64]*document
	// owner of each content: no two documents ever share one.
	owner map[string]int64
	// keys are the documents of each name, as far as names are told apart.
	keys map[string]map[int64]bool
	// folderKeys are the folders of each name in each folder, likewise.
	folderKeys map[string]map[int64]bool

	// standing and folders are what Luminance held after the last step, and since when it has been seen there.
	standing held
	since    map[version]time.Time
	folders  map[int64]luminancesim.StoredFolder

	// lost counts lost ledgers.
	lost int
	// targetLies: a list of Luminance has lacked something without a sign of it, at some time. sourceLies: one of
	// Intralinks may still do so.
	targetLies, sourceLies bool
	// strangers: a person may upload while a document of the operator is on its way; removers: one may delete it the
	// moment that it has come.
	strangers, removers bool
	source              sourceModel
	// lingers: the last run was stopped, and a sign-in that it began may still be under way.
	lingers bool
}

// document is what is known of one document of the exchange.
type document struct {
	id int64
	// contents that it has had, the newest last; sums are their SHA-1s.
	contents []dataroom.Content
	sums     []string
	// places in Luminance to which it was carried, in that order.
	places []place
	// carried is the SHA-1 of what was carried last, removed that of what a person has taken away since.
	carried, removed string
	// acknowledged: the operator was told that it stands.
	acknowledged bool
	// mislaid: before it was told, it stood elsewhere, and a list may have lacked it there.
	mislaid bool
	// sourcePath is where the last run found it; paths counts how often that was another than before. missed: a run
	// did not find it, or found nothing to carry.
	sourcePath string
	paths      int
	// mistaken: since the ledger was lost, another one that had its name may have been taken for it.
	mistaken bool
	// twins: a folder that it was in has shared its name with another, so which of the two is which in Luminance, the
	// ledger alone knows.
	twins  bool
	missed bool
}

// place is a folder of Luminance by its path, and a name in it.
type place struct{ folder, name string }

// version is one version of a document of Luminance. Its id is not used: an instance may hand it on.
type version struct {
	folder, by, number int64
	name, sha1         string
	// again counts those that are alike in all this: the same content can come once more after it was taken away.
	again int
}

// held is what Luminance holds of versions.
type held map[version]luminancesim.Stored

func placeOf(d *luminancesim.Stored) place { return place{d.Folder, d.Name} }

func replaced(d *luminancesim.Stored) bool { return d.VersionState == "replaced" }

func newModel(w *world) *model {
	m := &model{w: w, documents: map[int64]*document{}, owner: map[string]int64{}, keys: map[string]map[int64]bool{}, folderKeys: map[string]map[int64]bool{}}
	m.source, m.since = sourceModel{gone: map[int64]bool{}}, map[version]time.Time{}
	m.standing, m.folders = m.look()
	return m
}

// look tells what Luminance holds.
func (m *model) look() (held, map[int64]luminancesim.StoredFolder) {
	standing, folders := held{}, map[int64]luminancesim.StoredFolder{}
	documents := m.w.target.Documents(true)
	slices.SortFunc(documents, func(a, b luminancesim.Stored) int { return cmp.Compare(a.ID, b.ID) })
	for _, d := range documents {
		v := version{folder: d.FolderID, by: d.CreatedBy, number: d.Version, name: d.Name, sha1: d.SHA1}
		for standing.has(v) {
			v.again++
		}
		standing[v] = d
		if m.since[v].IsZero() {
			m.since[v] = m.w.clock.Now()
		}
	}
	for _, f := range m.w.target.Folders() {
		folders[f.ID] = f
	}
	return standing, folders
}

func (h held) has(v version) bool { _, there := h[v]; return there }

// learn takes in what has changed in the exchange.
func (m *model) learn() {
	for _, f := range m.w.room.Folders() {
		key := fmt.Sprint(f.Parent, "/", naming.Key(f.Name))
		if m.folderKeys[key] == nil {
			m.folderKeys[key] = map[int64]bool{}
		}
		m.folderKeys[key][f.ID] = true
	}
	for _, d := range m.w.room.Documents() {
		known := m.documents[d.ID]
		if known == nil {
			known = &document{id: d.ID}
			m.documents[d.ID] = known
		}
		key := naming.Key(naming.Document(d.FileName()))
		if m.keys[key] == nil {
			m.keys[key] = map[int64]bool{}
		}
		m.keys[key][d.ID] = true
		if d.Placeholder() {
			continue
		}
		if sum := sumOf(m.w, d); known.newest() != sum {
			known.contents, known.sums = append(known.contents, d.Content()), append(known.sums, sum)
			m.owner[sum] = d.ID
		}
	}
}

func (d *document) newest() string {
	if len(d.sums) == 0 {
		return ""
	}
	return d.sums[len(d.sums)-1]
}

func sumOf(w *world, d *dataroom.Document) string {
	sum, err := d.SHA1()
	w.must(err)
	return hex.EncodeToString(sum[:])
}

// personActed takes in what a person has done in Luminance: documents of the operator that no longer stand were taken
// away by that.
func (m *model) personActed() {
	before := m.standing
	m.standing, m.folders = m.look()
	for v, d := range before {
		if now, there := m.standing[v]; d.ByService && !replaced(&d) && (!there || replaced(&now)) {
			m.takenAway(d.SHA1)
		}
	}
}

func (m *model) takenAway(sum string) {
	m.documents[m.owner[sum]].removed = sum
}

// unknown tells that a document was taken away before the operator was told that it stood: it may go on as if it
// had never been there.
func (d *document) unknown() bool { return d.removed != "" && !d.acknowledged }

// lostLedger takes in that the operator knows nothing any more.
func (m *model) lostLedger() {
	m.lost++
	for _, d := range m.documents {
		d.acknowledged = false
	}
}

// sure tells whether a document is recognised for certain: the operator was told that it stands, or no look for it was
// answered with a lie. After a lost ledger it must have kept its place, and its name in Luminance must have been its own
// alone, or hold its id.
func (m *model) sure(d *document) bool {
	switch {
	case m.lost == 0:
		return !m.targetLies || d.acknowledged && !d.mislaid
	case m.targetLies, d.twins, d.paths > 0, len(d.places) != 1:
		return false
	case m.shares(d):
		return !d.missed && strings.Contains(d.places[0].name, idTag(d.id))
	}
	return true
}

// isTwin tells whether a folder has ever had a name that another one beside it has had, too.
func (m *model) isTwin(id int64) bool {
	for _, sharers := range m.folderKeys {
		if sharers[id] && len(sharers) > 1 {
			return true
		}
	}
	return false
}

// shares tells whether a document has ever had a name that another one has had, too.
func (m *model) shares(d *document) bool {
	for _, sharers := range m.keys {
		if sharers[d.id] && len(sharers) > 1 {
			return true
		}
	}
	return false
}

// sortedKeys gives the keys of a map in one order always.
func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }
