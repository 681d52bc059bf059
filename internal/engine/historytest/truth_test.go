package historytest

import (
	"fmt"
	"slices"

	"dataroom.dev/intralinks-operator/internal/engine"
)

// dryRunThenRun compares what a dry run shows with what the run does that follows it at once. Nothing breaks between
// the two: what is broken is mended first.
func (w *world) dryRunThenRun(step) {
	w.mend()
	lingers := w.model.lingers
	dry := w.run(runOptions{dryRun: true})
	if dry.Failure != nil && (lingers || dry.Failure.Reason == notReady) {
		dry = w.run(runOptions{dryRun: true}) // what was left of the last fault is mended by that
	}
	if dry.Failure != nil {
		done := w.run(runOptions{})
		if done.Failure == nil || done.Failure.Reason != dry.Failure.Reason {
			w.model.fail("a dry run ended early with %v, and the run after it with %v", dry.Failure, done.Failure)
		}
		return
	}
	targets := map[string]int64{}
	for _, a := range dry.Plan.Actions {
		targets[a.Target] = a.Document.ID
	}
	done := w.run(runOptions{})
	if done.Failure != nil {
		w.model.fail("a dry run went through, and the run after it ended early with %v", done.Failure)
	}
	w.model.compare("documents", fmt.Sprint(targets), fmt.Sprint(w.model.targetsOf(done)))
	w.model.compare("kinds", kinds(dry.Plan), fmt.Sprintf("%d uploads, %d new versions", done.Uploaded, done.NewVersions))
	w.model.compare("problems", problems(&dry.Result), problems(&done.Result))
	slices.Sort(done.folders)
	w.model.compare("folders", fmt.Sprint(absolute(dry.PlanFolders)), fmt.Sprint(done.folders))
	w.model.compare("requests", fmt.Sprint(dry.PlanRequests), fmt.Sprint(done.requests))
	w.model.compare("counts after it", fmt.Sprint(after(dry.Counts)), fmt.Sprint(after(done.Counts)))
}

func (m *model) compare(what, shown, done string) {
	if shown != done {
		m.fail("%s: the dry run shows %s, the run did %s", what, shown, done)
	}
}

// targetsOf gives the paths that a run has uploaded to, with the document.
func (m *model) targetsOf(r *ran) map[string]int64 {
	targets := map[string]int64{}
	for _, u := range r.uploads {
		if u.answered() {
			targets[m.folders[u.folder].Path+"/"+u.name] = m.owner[u.sha1]
		}
	}
	return targets
}

func kinds(p *engine.Plan) string {
	count := map[engine.ActionKind]int{}
	for _, a := range p.Actions {
		count[a.Kind]++
	}
	return fmt.Sprintf("%d uploads, %d new versions", count[engine.UploadAction], count[engine.NewVersionAction])
}

func problems(r *engine.Result) string {
	reasons := map[int64]string{}
	for _, p := range r.Problems {
		reasons[p.DocumentID] = p.Reason
	}
	return fmt.Sprint(reasons)
}

func absolute(folders []string) []string {
	paths := make([]string, 0, len(folders))
	for _, f := range folders {
		paths = append(paths, "/"+f)
	}
	slices.Sort(paths)
	return paths
}

// after is what counts become if all that is pending is carried, without those of copies that are left behind.
func after(c engine.Counts) engine.Counts {
	c.Synced, c.Pending, c.Retained, c.Moved = c.Synced+c.Pending, 0, 0, 0
	return c
}
