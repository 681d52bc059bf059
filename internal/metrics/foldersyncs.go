package metrics

import (
	"time"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/engine"
	"dataroom.dev/intralinks-operator/internal/schedule"
)

var (
	syncInfo = gauge("foldersync_info", "Always 1: which integration a FolderSync uses, and the host of its Luminance instance (empty where there is no such integration).",
		ofObject("integration", "host")...)

	syncCreated = gauge("foldersync_created_timestamp_seconds", "When the FolderSync was created.", ofObject()...)

	syncCondition = gauge("foldersync_condition", "Always 1: the status and the reason of each condition that the FolderSync has.",
		ofObject("type", "status", "reason")...)

	syncSuspended = gauge("foldersync_suspended", "1 while spec.suspend holds, else 0.", ofObject()...)

	syncInterval = gauge("foldersync_interval_seconds", "Interval between two runs: the spec's, but no less than --min-interval.", ofObject()...)

	syncDocuments = gauge("foldersync_documents", "Documents of the last listing, by what has become of them: synced, pending, failed or skipped.",
		ofObject("state")...)

	syncRetained = gauge("foldersync_retained_documents", "Documents that stand in Luminance and are gone from the source folder.", ofObject()...)

	syncMoved = gauge("foldersync_moved_documents", "Documents that stand in Luminance and have another name or folder in the source by now.", ofObject()...)

	syncBytes = gauge("foldersync_synced_bytes", "Size of the documents that stand in Luminance.", ofObject()...)

	syncProblems = gauge("foldersync_problems", "Documents that did not cross, by reason.", ofObject("reason")...)

	syncLastSuccess = gauge("foldersync_last_success_timestamp_seconds", "When a run last went through; absent before the first.", ofObject()...)

	syncLastDuration = gauge("foldersync_last_run_duration_seconds", "How long the last run took, whether it went through or not.", ofObject()...)

	syncFailedRuns = gauge("foldersync_failed_runs", "Runs in a row that ended early.", ofObject()...)

	syncNextRun = gauge("foldersync_next_run_timestamp_seconds", "When the next run is due; absent where none is.", ofObject()...)

	syncMissed = gauge("foldersync_missed_intervals",
		"Whole intervals that have passed since the last success (before the first: since creation), without the one that any sync waits for; 0 while suspended.",
		ofObject()...)

	syncRunTotal = gauge("foldersync_run_documents", "Documents that the present run has to carry; absent between runs.", ofObject()...)

	syncRunDone = gauge("foldersync_run_documents_done", "Documents of them that the present run has dealt with; absent between runs.", ofObject()...)

	syncEstimate = gauge("foldersync_estimated_completion_timestamp_seconds", "When the present run will be through, by the request budget and its speed; absent between runs.",
		ofObject()...)

	documentsDealt = counter("foldersync_documents_total", "Documents that runs of this process have dealt with, by result: uploaded, new_version, adopted, failed or skipped.",
		ofObject("result")...)

	bytesCarried = counter("foldersync_carried_bytes_total", "Bytes of the documents that runs of this process have carried.", ofObject()...)

	syncMetrics = []*Definition{
		syncInfo, syncCreated, syncCondition, syncSuspended, syncInterval, syncDocuments, syncRetained, syncMoved, syncBytes,
		syncProblems, syncLastSuccess, syncLastDuration, syncFailedRuns, syncNextRun, syncMissed, syncRunTotal, syncRunDone,
		syncEstimate, documentsDealt, bytesCarried,
	}
)

func (o *objects) showSync(to object, sync *v1alpha1.FolderSync, now time.Time) {
	interval := schedule.Interval(sync.Spec.Interval, o.MinInterval)
	to.show(syncCreated, seconds(sync.CreationTimestamp.Time))
	to.showConditions(syncCondition, sync.Status.Conditions)
	to.show(syncSuspended, flag(sync.Spec.Suspend))
	to.show(syncInterval, interval.Seconds())
	to.show(syncMissed, float64(missed(sync, interval, now)))
	to.showTime(syncLastSuccess, sync.Status.LastSuccessTime)
	to.showTime(syncNextRun, sync.Status.NextSyncTime)
	to.show(syncFailedRuns, float64(sync.Status.FailedRuns))
	if last := sync.Status.LastSync; last != nil && last.CompletionTime != nil {
		to.show(syncLastDuration, last.CompletionTime.Sub(last.StartTime.Time).Seconds())
	}
	showDocuments(to, &sync.Status)
	showProgress(to, sync.Status.Progress)
	counts := o.documents.of(to.namespace, to.name)
	for _, outcome := range engine.DocumentOutcomes() {
		to.show(documentsDealt, float64(counts.outcomes[outcome]), string(outcome))
	}
	to.show(bytesCarried, float64(counts.bytes))
}

func showDocuments(to object, status *v1alpha1.FolderSyncStatus) {
	counts := status.Documents
	if counts == nil {
		return
	}
	for state, count := range map[string]int64{
		"synced": counts.Synced, "pending": counts.Pending, "failed": counts.Failed, "skipped": counts.Skipped,
	} {
		to.show(syncDocuments, float64(count), state)
	}
	to.show(syncRetained, float64(counts.Retained))
	to.show(syncMoved, float64(counts.Moved))
	to.show(syncBytes, float64(status.Bytes))
	for _, problem := range status.ProblemReasons {
		to.show(syncProblems, float64(problem.Count), string(problem.Reason))
	}
}

func showProgress(to object, progress *v1alpha1.Progress) {
	if progress == nil {
		return
	}
	to.show(syncRunTotal, float64(progress.Total))
	to.show(syncRunDone, float64(progress.Done))
	to.showTime(syncEstimate, progress.EstimatedCompletionTime)
}

// missed is how many intervals have passed without a success that should have seen one.
func missed(sync *v1alpha1.FolderSync, interval time.Duration, now time.Time) int64 {
	if sync.Spec.Suspend {
		return 0
	}
	since := sync.CreationTimestamp.Time
	if last := sync.Status.LastSuccessTime; last != nil {
		since = last.Time
	}
	return max(0, int64(now.Sub(since)/interval)-1)
}
