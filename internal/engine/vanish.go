package engine

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/intralinks"
	"dataroom.dev/intralinks-operator/internal/ledger"
)

// guardVanished freezes the sync where a listing lacks more than half of the documents that stand in Luminance
// and were there before. The API can't tell a deletion from a permission that was taken away or an outage, so
// such a listing is believed only once it has stayed the same for an interval, or a person has confirmed it.
func (r *run) guardVanished(ctx context.Context) error {
	seen, err := r.pair.Vanishing(ctx)
	if err != nil {
		return err
	}
	missing, known := r.missing()
	if 2*len(missing) <= known {
		if seen == (ledger.Vanishing{}) {
			return nil
		}
		return r.pair.SetVanishing(ctx, ledger.Vanishing{}) // at once: what comes of this run is another matter
	}
	mark, now := markOf(missing), r.engine.clock.Now()
	switch {
	case r.job.ConfirmVanished == mark:
		return nil
	case seen.Mark != mark:
		seen = ledger.Vanishing{At: now, Mark: mark}
		if err := r.pair.SetVanishing(ctx, seen); err != nil {
			return err
		}
	case !now.Before(seen.At.Add(r.job.Interval)):
		return nil
	}
	return vanished(len(missing), known, mark, seen.At.Add(r.job.Interval))
}

// missing gives what stood in Luminance, was listed before, and is in no folder of the exchange any more; and
// how many documents stand and were listed before.
func (r *run) missing() (ids []int64, known int) {
	for id, record := range r.records {
		if record.Standing == nil || !record.GoneAt.IsZero() {
			continue
		}
		known++
		if _, elsewhere := r.snapshot.Elsewhere[id]; !elsewhere && r.snapshot.find(id) == nil {
			ids = append(ids, id)
		}
	}
	return ids, known
}

// markOf is a short name for a set of documents, to confirm exactly that set by.
func markOf(ids []int64) string {
	slices.Sort(ids)
	sum := sha256.New()
	for _, id := range ids {
		sum.Write(binary.BigEndian.AppendUint64(nil, uint64(id)))
	}
	return hex.EncodeToString(sum.Sum(nil)[:6])
}

func vanished(missing, known int, mark string, believed time.Time) error {
	return &Failure{Reason: v1alpha1.SourceVanishedReason, Message: fmt.Sprintf(
		"%d of the %d documents that were listed before are in no folder that this account can see, so nothing is changed; "+
			"look in Intralinks whether they were removed, hidden from the account, or its permission ended. "+
			"It is believed if a run after %s finds the same, or at once with the annotation %s=%s",
		missing, known, believed.UTC().Format(time.RFC3339), v1alpha1.ConfirmVanishedAnnotation, mark)}
}

// exchangeGone tells an exchange that was never found from one that has vanished with all that was carried.
func (r *run) exchangeGone(err error) error {
	if intralinks.ClassOf(err) != intralinks.NotFoundOrDenied {
		return err
	}
	standing := 0
	for _, record := range r.records {
		if record.Standing != nil {
			standing++
		}
	}
	if standing == 0 {
		return err
	}
	return &Failure{Reason: v1alpha1.SourceVanishedReason, Err: err, Message: fmt.Sprintf(
		"the exchange is gone, or this account can't see it any more: %v. The %d documents that were carried from it stand in Luminance and stay there; "+
			"ask the exchange's manager for access, or delete this FolderSync if the exchange was closed", err, standing)}
}
