package engine

import (
	"cmp"
	"slices"
	"time"

	"dataroom.dev/intralinks-operator/internal/ledger"
)

// retained counts what stands in Luminance and is gone from the source folder, or has been carried again
// under another name since.
func retained(snapshot *Snapshot, books Books) int64 {
	standing := int64(len(books.Former))
	for _, r := range books.Records {
		if r.Standing != nil {
			standing++
		}
	}
	for i := range snapshot.Documents {
		if r := books.Records[snapshot.Documents[i].ID]; r != nil && r.Standing != nil {
			standing--
		}
	}
	return standing
}

// sightings are what the ledger has to learn of a listing: what it knows and the listing has elsewhere, no
// longer, or again.
func sightings(snapshot *Snapshot, records map[int64]*ledger.Record, now time.Time) []ledger.Sighting {
	var changed []ledger.Sighting
	for id, r := range records {
		path, ok := snapshot.Elsewhere[id]
		if d := snapshot.find(id); d != nil && !ok {
			path, ok = cmp.Or(d.SourcePath, r.SourcePath), true
		}
		switch {
		case !ok && r.GoneAt.IsZero():
			changed = append(changed, ledger.Sighting{DocumentID: id, GoneAt: now})
		case ok && (!r.GoneAt.IsZero() || r.SourcePath != path):
			changed = append(changed, ledger.Sighting{DocumentID: id, SourcePath: path})
		}
	}
	slices.SortFunc(changed, func(a, b ledger.Sighting) int { return cmp.Compare(a.DocumentID, b.DocumentID) })
	return changed
}
