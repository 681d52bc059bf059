package inspect

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/engine"
	"dataroom.dev/intralinks-operator/internal/findings"
	"dataroom.dev/intralinks-operator/internal/ledger"
	"dataroom.dev/intralinks-operator/internal/luminance"
)

// comparison holds the ledger, the exchange and Luminance against each other.
type comparison struct {
	sync     *v1alpha1.FolderSync
	forecast *engine.Forecast
	standing *standing

	carried int64
	// agreed are records of which Luminance and the exchange say the same; claimed are documents of Luminance that the ledger knows.
	agreed  []*ledger.Record
	claimed map[int64]bool
	// older and left are what the plan says of documents of the exchange.
	actions map[int64]*engine.Action
	left    map[int64]*engine.Problem
	listed  map[int64]*engine.Document
}

// run tells of each difference: by document first, then of what nobody knows.
func (c *comparison) run(tell func(findings.Difference) error) error {
	c.index()
	ids := slices.Collect(maps.Keys(c.forecast.Books.Records))
	for id := range c.listed {
		if c.forecast.Books.Records[id] == nil {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	for _, id := range ids {
		record := c.forecast.Books.Records[id]
		differences := c.atSource(id, record)
		if record != nil && record.Standing != nil {
			c.carried++
			if d := c.atDestination(record); d != nil {
				differences = append(differences, *d)
			}
			if len(differences) == 0 {
				c.agreed = append(c.agreed, record)
			}
		}
		for _, d := range differences {
			if err := tell(d); err != nil {
				return err
			}
		}
	}
	return c.strangers(tell)
}

func (c *comparison) index() {
	c.claimed, c.actions, c.left = map[int64]bool{}, map[int64]*engine.Action{}, map[int64]*engine.Problem{}
	c.listed = documentsOf(c.forecast.Snapshot)
	for k := range c.forecast.Plan.Actions {
		c.actions[c.forecast.Plan.Actions[k].Document.ID] = &c.forecast.Plan.Actions[k]
	}
	for k := range c.forecast.Problems {
		c.left[c.forecast.Problems[k].DocumentID] = &c.forecast.Problems[k]
	}
	for _, f := range c.forecast.Books.Former {
		if found := c.formerly(f); found != nil {
			c.claimed[found.ID] = true
		}
	}
}

// formerly finds an older copy, which stays where it was.
func (c *comparison) formerly(f ledger.FormerPlace) *luminance.Document {
	if found := c.standing.byID[f.LuminanceID]; found != nil {
		return found
	}
	return c.standing.byPlace[placeOf(target(c.sync, f.Folder), f.Name)]
}

// atSource holds the exchange's listing against the ledger.
func (c *comparison) atSource(id int64, record *ledger.Record) []findings.Difference {
	d, stands := c.listed[id], record != nil && record.Standing != nil
	switch {
	case d == nil && stands:
		return []findings.Difference{c.gone(record)}
	case d == nil:
		return nil
	}
	difference := findings.Difference{DocumentID: id, Source: rooted(cmp.Or(d.SourcePath, d.Path))}
	if stands {
		difference = c.difference("", record, "")
	}
	if problem := c.left[id]; problem != nil {
		if problem.Reason == string(v1alpha1.ImportFailedProblem) {
			return nil // it was carried, and is what it was
		}
		difference.Kind, difference.Message = kindOf(problem.Reason, stands), problem.Reason+": "+problem.Message
		return []findings.Difference{difference}
	}
	action := c.actions[id]
	if action == nil {
		return nil // as it should be, or left out by include and exclude
	}
	difference.Kind = findings.NotCarried
	switch {
	case stands && action.Kind == engine.NewVersionAction:
		difference.Kind = findings.OlderVersion
		difference.Message = fmt.Sprintf("version %d of the exchange crosses at the next run; version %d was carried", d.Version, record.Standing.Version)
	case stands:
		difference.Message = "it was renamed or moved, and crosses once more at the next run, to " + action.Target
	default:
		difference.Message = "it crosses at the next run, to " + action.Target
	}
	return []findings.Difference{difference}
}

func (c *comparison) gone(r *ledger.Record) findings.Difference {
	message := "the source folder doesn't have it any more, or the account can't see it; it stays in Luminance"
	if path, elsewhere := c.forecast.Snapshot.Elsewhere[r.DocumentID]; elsewhere {
		message = "it lies outside of the source folder by now, at " + rooted(path) + "; it stays in Luminance"
	}
	return c.difference(findings.GoneFromExchange, r, message)
}

// kindOf a document that has a problem: what stands of it is older than what couldn't be carried.
func kindOf(reason string, stands bool) findings.DifferenceKind {
	switch {
	case stands:
		return findings.OlderVersion
	case leftOut(reason):
		return findings.LeftOut
	}
	return findings.NotCarried
}

func leftOut(reason string) bool {
	switch v1alpha1.ProblemReason(reason) {
	case v1alpha1.ProtectedProblem, v1alpha1.PlaceholderProblem, v1alpha1.TooLargeProblem, v1alpha1.ExcludedProblem:
		return true
	}
	return false
}

// atDestination holds what stands in Luminance against the ledger.
func (c *comparison) atDestination(r *ledger.Record) *findings.Difference {
	at := placeOf(target(c.sync, r.Folder), r.Name)
	found, there := c.standing.byID[r.Standing.LuminanceID], c.standing.byPlace[at]
	var d findings.Difference
	switch {
	case found != nil && r.Standing.LuminanceVersion != "" && found.Version != r.Standing.LuminanceVersion:
		d = c.difference(findings.ReplacedInLuminance, r, fmt.Sprintf("Luminance has version %s of it, and the ledger knows of version %s: somebody replaced it there",
			found.Version, r.Standing.LuminanceVersion))
	case found != nil && placeOf(c.standing.folders[found.FolderID], found.Name) != at:
		d = c.difference(findings.MovedInLuminance, r, "somebody renamed or moved it in Luminance; new versions go to where it was carried")
	case found != nil:
		c.claimed[found.ID] = true
		return nil
	case there != nil && r.Standing.LuminanceID == 0:
		c.claimed[there.ID] = true
		return nil
	case there != nil:
		found = there
		d = c.difference(findings.ReplacedInLuminance, r, fmt.Sprintf("document %d of Luminance stands in its place, and not %d", there.ID, r.Standing.LuminanceID))
	case c.standing.cut != "":
		d = c.difference(findings.NotComparable, r, "it is not in Luminance's list, which may have been cut")
	default:
		d = c.difference(findings.MissingInLuminance, r, "it isn't in the Division any more: somebody deleted it there. It isn't carried again by itself; a new version in Intralinks is")
	}
	if found != nil {
		c.claimed[found.ID] = true
	}
	return &d
}

func (c *comparison) difference(kind findings.DifferenceKind, r *ledger.Record, message string) findings.Difference {
	return findings.Difference{
		Kind: kind, DocumentID: r.DocumentID, Source: rooted(r.SourcePath), Target: join(target(c.sync, r.Folder), r.Name),
		LuminanceID: r.Standing.LuminanceID, Message: message,
	}
}

// strangers tells what stands there and the ledger doesn't know.
func (c *comparison) strangers(tell func(findings.Difference) error) error {
	inside := slices.Clone(c.standing.inside)
	slices.SortFunc(inside, func(a, b luminance.Document) int {
		return cmp.Or(cmp.Compare(c.standing.folders[a.FolderID], c.standing.folders[b.FolderID]), cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
	for _, d := range inside {
		if c.claimed[d.ID] {
			continue
		}
		if err := tell(findings.Difference{
			Kind: findings.UnknownInLuminance, LuminanceID: d.ID, Target: join(c.standing.folders[d.FolderID], d.Name),
			Message: "the ledger knows nothing of it: a person put it there, or the ledger was lost; it is left alone",
		}); err != nil {
			return err
		}
	}
	return nil
}
