package engine

import (
	"cmp"
	"maps"
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
	listed := make(map[int64]string, len(records))
	for i := range snapshot.Documents {
		if d := &snapshot.Documents[i]; records[d.ID] != nil {
			listed[d.ID] = cmp.Or(d.SourcePath, records[d.ID].SourcePath)
		}
	}
	maps.Copy(listed, snapshot.Elsewhere)
	var changed []ledger.Sighting
	for id, r := range records {
		switch path, ok := listed[id]; {
		case !ok && r.GoneAt.IsZero():
			changed = append(changed, ledger.Sighting{DocumentID: id, GoneAt: now})
		case ok && (!r.GoneAt.IsZero() || r.SourcePath != path):
			changed = append(changed, ledger.Sighting{DocumentID: id, SourcePath: path})
		}
	}
	slices.SortFunc(changed, func(a, b ledger.Sighting) int { return cmp.Compare(a.DocumentID, b.DocumentID) })
	return changed
}
