package controllers

import (
	"fmt"
	"maps"
	"slices"

	"github.com/dustin/go-humanize"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/engine"
)

func summary(o *outcome) string {
	switch {
	case o.Failure != nil:
		return cut(o.Failure.Message)
	case o.Adopted > 0:
		return fmt.Sprintf("%s; %d documents were found standing in Luminance and recorded again", carried(o), o.Adopted)
	}
	return carried(o)
}

func carried(o *outcome) string {
	if o.Uploaded+o.NewVersions == 0 {
		return "nothing new"
	}
	return fmt.Sprintf("%d new documents and %d new versions (%s)", o.Uploaded, o.NewVersions, size(o.BytesCarried))
}

func size(bytes int64) string { return humanize.IBytes(uint64(max(0, bytes))) }

func documentCounts(c engine.Counts) *v1alpha1.DocumentCounts {
	return &v1alpha1.DocumentCounts{
		Listed: c.Listed, Synced: c.Synced, Pending: c.Pending, Failed: c.Failed, Skipped: c.Skipped, Retained: c.Retained,
		Moved: c.Moved,
	}
}

// problemReasons puts the counts in one order, so that a status changes only with them.
func problemReasons(counts map[string]int64) []v1alpha1.ProblemCount {
	var list []v1alpha1.ProblemCount
	for _, reason := range slices.Sorted(maps.Keys(counts)) {
		list = append(list, v1alpha1.ProblemCount{Reason: v1alpha1.ProblemReason(reason), Count: counts[reason]})
	}
	return list
}

// planSummary shows a dry run's plan: what is carried, and the folders before it. A run that was none has no plan
// to show.
func planSummary(o *outcome) *v1alpha1.PlanSummary {
	if o.Plan == nil {
		return nil
	}
	plan := &v1alpha1.PlanSummary{
		Time: *ended(o.Ended), CreateFolders: int64(len(o.PlanFolders)), Bytes: o.Plan.Bytes, Requests: o.PlanRequests,
	}
	const most = 20
	add := func(a v1alpha1.PlannedAction) {
		if len(plan.Actions) < most {
			plan.Actions = append(plan.Actions, a)
		}
	}
	for _, folder := range o.PlanFolders {
		add(v1alpha1.PlannedAction{Action: "CreateFolder", Target: "/" + folder})
	}
	for _, a := range o.Plan.Actions {
		if a.Kind == engine.UploadAction {
			plan.Upload++
		} else {
			plan.NewVersions++
		}
		add(v1alpha1.PlannedAction{Action: string(a.Kind), DocumentID: a.Document.ID, Target: a.Target, Bytes: a.Document.Size})
	}
	return plan
}
