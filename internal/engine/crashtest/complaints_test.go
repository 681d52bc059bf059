package crashtest

import (
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"dataroom.dev/intralinks-operator/internal/engine"
	"dataroom.dev/intralinks-operator/internal/ledger"
	"dataroom.dev/intralinks-operator/internal/simulator/dataroom"
	luminancesim "dataroom.dev/intralinks-operator/internal/simulator/luminance"
)

// complaints are what is not as it should be after a run.
func (w *world) complaints(o *operator, result engine.Result) []string {
	if result.Failure != nil {
		return []string{fmt.Sprintf("the run ended early: %v (%v)", result.Failure, result.Failure.Err)}
	}
	all := slices.Concat(w.documents(), w.folders(), w.counts(result), w.traffic(), w.records(o))
	slices.Sort(all)
	return all
}

// documents: each one stands once, at its place, in its newest version, with all its bytes, and no version was sent
// twice. What persons put there is as they put it.
func (w *world) documents() (complaints []string) {
	left := map[string]wanted{}
	for path, want := range w.want {
		left[path] = want
	}
	foreign := map[string]string{}
	for path, content := range w.foreign {
		foreign[path] = content
	}
	for _, d := range w.target.Documents(false) {
		want, ours := left[d.Path]
		content, theirs := foreign[d.Path]
		switch {
		case ours && d.ByService:
			if d.SHA1 != w.sha1(want.content) {
				complaints = append(complaints, fmt.Sprintf("%s has other bytes than it should", d.Path))
			}
			if d.Version != want.versions {
				complaints = append(complaints, fmt.Sprintf("%s stands in version %d, not %d", d.Path, d.Version, want.versions))
			}
			delete(left, d.Path)
		case theirs && !d.ByService:
			if d.SHA1 != w.sha1(dataroom.Bytes(content)) {
				complaints = append(complaints, fmt.Sprintf("%s is not what a person put there", d.Path))
			}
			delete(foreign, d.Path)
		default:
			complaints = append(complaints, fmt.Sprintf("%s stands there and should not (by the operator: %v)", d.Path, d.ByService))
		}
	}
	for path := range left {
		complaints = append(complaints, path+" is missing")
	}
	for path := range foreign {
		complaints = append(complaints, path+", which a person put there, is gone")
	}
	return complaints
}

// folders: none stands twice, and none stands that nothing needs.
func (w *world) folders() (complaints []string) {
	needed := map[string]bool{}
	for path := range w.want {
		for at := path; at != ""; {
			at = at[:strings.LastIndexByte(at, '/')]
			needed[at] = true
		}
	}
	seen := map[string]bool{}
	for _, f := range w.target.Folders() {
		if f.Division != division || f.State != "active" || f.CreatedBy != luminancesim.ServiceUserID {
			continue
		}
		if seen[f.Path] {
			complaints = append(complaints, "folder "+f.Path+" was made twice")
		}
		seen[f.Path] = true
		if !needed[f.Path] {
			complaints = append(complaints, "folder "+f.Path+" was made for nothing")
		}
	}
	return complaints
}

// counts: the run says what there is.
func (w *world) counts(result engine.Result) (complaints []string) {
	var got []int64
	for _, p := range result.Problems {
		if p.Reason != "NameConflict" || !w.conflicts[p.DocumentID] {
			complaints = append(complaints, fmt.Sprintf("a problem: %+v", p))
		}
		got = append(got, p.DocumentID)
	}
	for id := range w.conflicts {
		if !slices.Contains(got, id) {
			complaints = append(complaints, fmt.Sprintf("no NameConflict was reported for document %d", id))
		}
	}
	if c := result.Counts; c.Synced+c.Retained != int64(len(w.want)+w.goneSynced) || c.Pending != 0 || c.Failed != int64(len(w.conflicts)) {
		complaints = append(complaints, fmt.Sprintf("counts: %+v", c))
	}
	return complaints
}

// traffic: the allowance was never crossed, and nothing was asked for that deletes or changes.
func (w *world) traffic() (complaints []string) {
	if u := w.target.Usage(); u.Refused != 0 || u.Largest > allowance {
		complaints = append(complaints, fmt.Sprintf("the allowance of %d was crossed: %+v", allowance, u))
	}
	for _, r := range w.target.Control().Requests() {
		if r.Method != "GET" && r.Method != "POST" {
			complaints = append(complaints, fmt.Sprintf("%s %s was sent", r.Method, r.Path))
		}
	}
	return complaints
}

// records: the ledger holds each document that stands, under the id that Luminance knows it by, and nothing is open.
func (w *world) records(o *operator) (complaints []string) {
	pair, err := o.ledger.Pair(o.process.Context(), ledger.Ends{
		ExchangeID: exchange, Instance: o.job.Instance, DivisionID: divisionID, Folder: destination,
	})
	w.must(err)
	records, err := pair.Documents(o.process.Context())
	w.must(err)
	ids := map[string]int64{}
	for _, d := range w.target.Documents(false) {
		ids[d.Path] = d.ID
	}
	former, err := pair.FormerPlaces(o.process.Context())
	w.must(err)
	standing := len(former)
	for id, r := range records {
		if r.Intent != nil {
			complaints = append(complaints, fmt.Sprintf("the intent of document %d is still open", id))
		}
		if r.Standing == nil {
			continue
		}
		standing++
		path := strings.TrimSuffix(destination+"/"+r.Folder, "/") + "/" + r.Name
		if _, ours := w.want[path]; ours && r.Standing.LuminanceID != 0 && ids[path] != r.Standing.LuminanceID {
			complaints = append(complaints, fmt.Sprintf("the ledger has %s as document %d, Luminance as %d", path, r.Standing.LuminanceID, ids[path]))
		}
	}
	if standing != len(w.want)+w.gone {
		complaints = append(complaints, fmt.Sprintf("the ledger knows %d standing documents, not %d", standing, len(w.want)+w.gone))
	}
	return complaints
}

func (w *world) sha1(content dataroom.Content) string {
	sum, err := dataroom.SHA1(content)
	w.must(err)
	return hex.EncodeToString(sum[:])
}
